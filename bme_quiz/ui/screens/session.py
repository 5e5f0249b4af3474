"""Script of the educator's page, for Streamlit to run; ``ui/rooms/page.py`` draws it."""

from bme_quiz.ui.rooms import page

page.show()
