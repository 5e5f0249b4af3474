"""The educator's page: a session with a group, and its view for the projector."""

from bme_quiz.ui.rooms import page

page.show()
