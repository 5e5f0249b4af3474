"""Words on buttons, and sentences that stand on more than one page.

People learn the buttons and tests press them, so they stay put.
"""

from __future__ import annotations

from bme_quiz.rules.rooms.room import FIRST, SECOND, Kind
from bme_quiz.rules.wording import agreeing, counted, sentence_start

PROGRAM = "BME Quiz"

START_QUIZ = "Start quiz"
CHECK_ANSWER = "Check answer"
NEXT_QUESTION = "Next question"
SEE_RESULTS = "See results"
RETRY_MISSED = "Retry missed questions"
NEW_QUIZ = "New quiz"
STOP_HERE = "Stop here"
TICK_ALL = "Tick every answer that fits."
OPEN_CHOICES = "Choose sections, number and audience"
CLOSE_CHOICES = "Close the choices"
QUIZ_ME = "Quiz me on this section"

SHOW_ANSWER = "Show answer"
AGAIN = "Again"
HARD = "Hard"
GOOD = "Good"
EASY = "Easy"
UNDO_RATING = "Undo the last rating"
ADD_TO_CARDS = "Add to my cards"
CARD_COMES = "The card of this question comes tomorrow, under Cards."
BRING_BACK = "Bring back"
CARD_SETTINGS = "How many, and how well"
SAVE_SETTINGS = "Save"

START_SESSION = "Start a session"
JOIN_SESSION = "Join a session"
OPEN_ANSWERS = "Open answers"
CLOSE_ANSWERS = "Close answers"
REVEAL_ANSWER = "Reveal answer"
END_SESSION = "End session"
END_NOW = "Yes, end it now"
NOT_YET = "No, go on"
SESSION_GO_ON = "Go on"
SEE_REPORT = "See the report"
ALL_SESSIONS = "All sessions"

PAGE_QUIZ = "Quiz"
PAGE_CARDS = "Cards"
PAGE_ARTICLE = "Article"
PAGE_PROGRESS = "Progress"
PAGE_HELP = "When to get help"
PAGE_ABOUT = "About"
PAGE_CHECK = "Check a bank"
PAGE_SESSION = "Session"

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
EMPTY_COURSE = "This course has no question that can be shown yet."
UNDER_WAY = (
    "A quiz is under way. Starting another one ends it; what you answered is kept in your progress."
)
START_ANYWAY = "Start the new quiz"
GO_ON = "Go on with the quiz"
FAULT = (
    "Something went wrong on this page. Your earlier answers are kept. "
    "Load the page again; if it stays like this, tell whoever runs the quiz."
)
STORE_AWAY = (
    "Your answers cannot be read just now. Whatever was stored is safe. "
    "Wait a moment, then try again; if it stays like this, tell whoever runs the quiz."
)
NOT_STORED = (
    "That could not be stored just now, so nothing has changed. Your choice is still here: "
    "wait a moment, then tap again."
)
TOO_MUCH_ADDED = (
    "This could not be stored: people on your network have started and answered as much today as "
    "one network may. Your choice is still here. Try again in a few minutes; if it stays like "
    "this, whoever runs the quiz can raise the limit."
)
CONNECTION_AWAY = "No connection just now. Your answers are kept; this page tries again by itself."
CONNECTION_LOST = (
    "The connection was lost for a while. Every answer that was checked is kept. "
    "If you have just tapped a button, please tap it again."
)
NO_COOKIE = (
    "Your browser accepts no cookies here, so your answers last only as long as this page stays "
    "open. To keep them, allow cookies for this page, then load it again."
)
NOTHING_LEFT = (
    "The questions of your last quiz have been changed since you began it, so it cannot go on. "
    "Please start a new one."
)
ERASE_MY_DATA = "Erase my data"
ERASE_EVERYTHING = "Yes, erase everything"
KEEP_MY_DATA = "No, keep my data"
ERASE_QUESTION = (
    "This removes every answer, every quiz and every card of yours, in every course, from the "
    "computer that runs this quiz. It cannot be undone."
)
ERASED = "Everything that was kept of you has been erased."
NOT_ERASED = "Nothing could be erased just now. Wait a moment, then try again."
OTHER_DEVICE = "Study on another device"
NOTHING_TO_CARRY = "There is nothing to carry on with yet. Start a quiz first."
NO_CODE = "No code could be made just now. Wait a moment, then try again."
TRY_AGAIN = "Try again"
COURSE_HELD = (
    "For the author: the course's files cannot be used just now, so everybody goes on with what "
    "could be read before."
)
NO_COURSE = "The quiz cannot be shown, because its content cannot be read."

# On phones in a session
JOIN = "Join"
SEND_ANSWER = "Send answer"
SEND_AGAIN = "Send it again"
ANSWER_IS_IN = "Your answer is in."
NOTHING_TICKED = "Nothing is chosen yet. Choose an answer, then press “Send answer”."
NOTHING_TICKED_ALONE = "Nothing is chosen yet. Choose an answer, then press “Check answer”."
CAME_LATE = "The session has moved on, so this answer was not counted. This is where it stands now."
CAME_TWICE = "You have answered this already; your first answer counts."
CAME_AFTER_END = "The session has ended, so this answer was not counted."
ROOM_IS_FULL = "This session is full, so this answer was not counted. You can go on reading here."
QUESTION_CHANGED = (
    "This question was changed after the session began, so this answer was not counted."
)
ANSWER_NOT_STORED = (
    "Your answer could not be stored just now. Your choice is still here: wait a moment, then try "
    "again."
)
TOO_MANY_ANSWERS = (
    "Too many answers came from this phone just now. Your choice is still here: wait a moment, "
    "then try again."
)
MANY_COME_IN = (
    "Many people are coming in at this moment. Your choice is still here: wait a moment, then try "
    "again."
)
NO_SEAT = (
    "This browser did not say which phone it is, so your answer was not stored. Please allow "
    "cookies for this page, and send it again."
)
ANSWER_UNREADABLE = (
    "This answer could not be read, so nothing was stored. Please open the page again."
)
NO_SUCH_ROOM = (
    "There is no session with this code. Look at the code once more and type it again; when a "
    "session is long over, its code leads nowhere."
)
NO_SUCH_PAGE = "There is no such page here. Type the code of your session to go on."
TOO_MANY_CODES = "Too many codes were tried just now. Wait a minute, then try again."
TOO_MANY_PAGES = "This page was asked for too often just now. Wait a moment, then open it again."
ROOM_AWAY = (
    "The session cannot be read just now. Every answer that was stored is kept. Wait a moment, "
    "then try again."
)

SESSION_KINDS = {
    Kind.DISCUSS: "Discuss",
    Kind.BEFORE_AFTER: "Before and after a talk",
    Kind.OWN_PACE: "Own pace",
}
ROUNDS = {FIRST: "before", SECOND: "after"}
NO_SESSION_QUESTIONS = (
    "No question fits this choice. Take more sections, or choose “A mixed group” for whom it is "
    "for."
)
NO_SUCH_SESSION = "This session is not there any more. Below are those of the last days."
END_QUESTION = "End the session for everybody? Nobody can answer after that."
WHAT_THE_END_BRINGS = "The report comes next, on this screen; phones stop showing the explanation."
SESSION_NOT_MOVED = (
    "That could not be stored just now, so the session stands where it stood and every answer is "
    "kept. Wait a moment, then press again."
)
SESSION_AWAY = (
    "The session cannot be read just now; what you see is how it stood. Every answer that was "
    "stored is kept. Wait a moment, then try again."
)
SESSION_LOST = (
    "The connection to the server is lost. This page tries again by itself and goes on where it "
    "was; every answer that was stored is kept."
)
NO_PHONES_YET = (
    "Phones cannot reach this server yet: it listens to this computer only. Start it with "
    "`python -m bme_quiz serve --room`. For a try-out on this computer it will do as it is."
)


def dropped(count: int) -> str:
    """What is said where questions of an attempt were changed after it began."""
    questions = sentence_start(counted(count, "question", in_words=True))
    return (
        f"{questions} of this quiz {agreeing(count, 'has', 'have')} been changed since you began. "
        f"{agreeing(count, 'It was', 'They were')} taken out and "
        f"{agreeing(count, 'does', 'do')} not count."
    )
