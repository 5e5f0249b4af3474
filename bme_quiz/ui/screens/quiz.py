"""Quiz page as Streamlit runs it: start, question, explanation or results of the attempt.

All of it is one fragment: a tap draws these blocks anew and leaves the navigation round them
alone, which would be half of the messages.
"""

import streamlit as st

from bme_quiz.content.problems import ContentError
from bme_quiz.rules.quiz.attempt import Stage
from bme_quiz.storage.engine.errors import StorageError
from bme_quiz.ui.quiz import explanation_page, question_page, results, start
from bme_quiz.ui.shell import dependencies, session_recovery, words
from bme_quiz.ui.shell.faults import show_away, show_no_course


@st.fragment
def show() -> None:
    """Draw where the learner stands."""
    # Streamlit lets no error out of a fragment.
    try:
        quiz = dependencies.quiz()
    except ContentError as error:
        show_no_course(error)
        return
    except StorageError as error:
        show_away(error)
        return
    learner = dependencies.learner()
    standing = session_recovery.standing(quiz, learner)
    if standing is None:
        return
    attempt = standing.attempt
    if standing.dropped and not start.wanted():
        st.info(words.dropped(standing.dropped) if attempt else words.NOTHING_LEFT)
    if attempt is None or start.wanted():
        start.show(quiz, learner, standing)
    elif attempt.stage is Stage.ASKING:
        question_page.show(quiz, learner, attempt)
    elif attempt.stage is Stage.EXPLAINING:
        explanation_page.show(quiz, learner, attempt)
    else:
        results.show(quiz, learner, attempt)


show()
