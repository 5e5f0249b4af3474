"""The educator's page: a session with a group, and its view for the projector."""

from bme_quiz.ui import session_page

session_page.show()
