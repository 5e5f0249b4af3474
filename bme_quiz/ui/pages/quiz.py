"""The quiz: start, question, explanation and results, whichever the attempt is at."""

from bme_quiz.rules.attempt import Stage
from bme_quiz.ui import asking, explaining, results, start, wiring

quiz = wiring.quiz()
learner = wiring.learner()
attempt = None if start.wanted() else quiz.current(learner)

if attempt is None:
    start.show(quiz, learner)
elif attempt.stage is Stage.ASKING:
    asking.show(quiz, learner, attempt)
elif attempt.stage is Stage.EXPLAINING:
    explaining.show(quiz, learner, attempt)
else:
    results.show(quiz, learner, attempt)
