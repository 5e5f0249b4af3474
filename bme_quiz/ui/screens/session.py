"""Session page of the educator, and its view for the projector."""

from bme_quiz.ui.rooms import page

page.show()
