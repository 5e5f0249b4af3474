"""Every word on a button and every sentence that stands on more than one page.

People learn the buttons and tests press them, so they stay put.
"""

from __future__ import annotations

START_QUIZ = "Start quiz"
CHECK_ANSWER = "Check answer"
NEXT_QUESTION = "Next question"
SEE_RESULTS = "See results"
RETRY_MISSED = "Retry missed questions"
NEW_QUIZ = "New quiz"
STOP_HERE = "Stop here"
QUIZ_ME = "Quiz me on this section"

PAGE_QUIZ = "Quiz"
PAGE_ARTICLE = "Article"
PAGE_HELP = "When to get help"
PAGE_ABOUT = "About"
PAGE_CHECK = "Check a bank"

DISCLAIMER = (
    "General education only. It cannot say what is behind anybody's own scan, and it does not "
    "replace a clinician who knows the case."
)
NOT_REVIEWED = (
    "The text and the questions were written from the cited literature and have not been "
    "reviewed by a clinician."
)

NOTHING_CHOSEN = "Nothing is chosen yet. Choose an answer, then press “Check answer”."
NO_QUESTIONS = (
    "No question fits this choice. Take more sections, or choose “Either” for whom it is for."
)
FAULT = (
    "Something went wrong on this page. Your earlier answers are kept. "
    "Load the page again; if it stays like this, tell whoever runs the quiz."
)
NO_COURSE = "The quiz cannot be shown, because its content cannot be read."
