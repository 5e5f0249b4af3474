"""Rules of health communication: what must not be said to people about their health (H01, H02)."""

from __future__ import annotations

import re

from bme_quiz.content.problems import Severity
from bme_quiz.rules.checks.base import Finding, Findings, item_rule
from bme_quiz.rules.checks.context import Context
from bme_quiz.rules.checks.item import Item

_BODY = (
    r"(?:bone|knee|hip|ankle|foot|leg|back|joint|marrow|scan|mri|x-ray|report|result|diagnosis|"
    r"condition|injury|fracture|bruise|edema|oedema|bme|pain|symptom|case|test|disease|"
    r"arthritis|tumou?r|infection)s?"
)
# "If you have a fever" is a condition, not a claim; so is what follows "whether" or "when".
_CONDITION = "".join(
    f"(?<!{word} )" for word in ("if", "when", "whether", "once", "unless", "until", "while")
)
_MAYBE = r"(?: (?:probably|certainly|clearly|likely|definitely|surely|may|might|must))?"
_STATE = r"(?:ill|sick|healed|cured|injured|healthy|safe|at risk|suffering|recovering)"
_READER = r"(?:chosen|answered|picked|ticked|read|seen|learned|learnt|finished|to choose)"
_ALLOWED = (
    r"(?:can|may|could|must|should|need to|have to|are allowed to|will be able to|ought to)"
    r" (?:now |already |safely |just |simply )*"
)
_ACTION = (
    r"(?:stop|start|restart|skip|take|double|halve|increase|lower|run|walk|train|exercise|lift|"
    r"return|go back|ignore|rest|wear|put weight|leave off|do without)"
)
_OWN_CASE = re.compile(
    rf"{_CONDITION}\byou(?:"
    rf"{_MAYBE}(?: have|['’]ve got|['’]ve) (?!{_READER}\b)"
    rf"|(?: are|['’]re) {_STATE}"
    r"| suffer from"
    rf"| {_ALLOWED}{_ACTION}"
    r"| (?:do not|don['’]t|no longer|need not) (?:need|have|take|worry|suffer)"
    r"| will (?:heal|recover|be fine|get better|need|be cured|be able)"
    r")\b"
    rf"|{_CONDITION}\byour (?:\w+ )?{_BODY}"
    r" (?:is|are|was|were|has|have|shows?|means?|will|needs?|must)\b",
    re.I,
)
_BLAME = """
    blame careless carelessly lazy laziness foolish foolishly stupid stupidly silly irresponsible
    non-compliant noncompliant non-compliance noncompliance
"""
_FEAR = """
    terrifying terrible horrible horrific dreadful nightmare catastrophe catastrophic devastating
    devastated deadly doom doomed cripple cripples crippled crippling crumble crumbles crumbling
    rotting rotten
"""
_BLAME_OR_FEAR = frozenset((_BLAME + _FEAR).split())
_PHRASES = re.compile(
    r"\b(?:your (?:own )?fault|(?:you|patients?|people) (?:failed|neglected|ignored|refused) to|"
    r"you should have (?:known|read|listened)|obviously wrong|(?:any|every)(?:one|body) knows|"
    r"time bomb|death sentence|never (?:walk|run|recover) again|for the rest of your life|"
    r"too late for you)\b",
    re.I,
)
_SIGNS = "fault failed neglected ignored refused should wrong knows time death never life late"
_PHRASE_WORDS = frozenset(_SIGNS.split())
"""Each of the phrases has one of these words."""


@item_rule("H01", "own-case", Severity.ERROR)
def feedback_is_not_about_the_reader(item: Item, context: Context) -> Findings:  # noqa: ARG001
    """Reasons and hints do not speak of the reader's own case.

    Why: a quiz cannot know it; "you can stop the crutches" may be read as advice, by somebody
    for whom it is wrong.
    How: a list of phrases ("you have", "you can stop", "your scan shows"); conditions ("if you
    have a fever") and advice to ask somebody are fine.
    Source: the package's own safety rule: general education, never advice.
    Bad: `why_a`: Right, you can stop using the crutches.
    Good: `why_a`: Right. If you have a fever, call a doctor.
    """
    for column, text in item.texts:
        # Most texts do not address the reader at all, and looking for that is cheap.
        if column[0] in "wh" and "you" in text.casefold() and (found := _OWN_CASE.search(text)):
            yield Finding(
                "This speaks of the reader's own case.",
                "Say what holds in general: 'many people', 'a doctor may'.",
                column,
                found.group(),
            )


@item_rule("H02", "blame-or-fear", Severity.WARNING)
def no_blame_or_fear(item: Item, context: Context) -> Findings:  # noqa: ARG001
    """Stems, reasons and hints neither blame nor frighten.

    Why: people who feel judged or scared learn less and ask for help later.
    How: a list of words and phrases. Options are left out: a wrong belief may be put in its
    own words.
    Source: guidance on plain and respectful health communication (CDC, NIH).
    Bad: `why_b`: Obviously wrong, anyone knows that.
    Good: `why_b`: Many people think so, since the pain comes suddenly.
    """
    spoken = frozenset(map(str.casefold, item.vocabulary))
    telling = not _PHRASE_WORDS.isdisjoint(spoken)
    blaming = not _BLAME_OR_FEAR.isdisjoint(spoken)
    for (column, text), (_, words) in zip(item.texts, item.tokens, strict=True):
        if column.startswith("option_"):
            continue
        found = _PHRASES.search(text) if telling else None
        said = found.group() if found else None
        if blaming and not said:
            said = next((word for word in words if word.casefold() in _BLAME_OR_FEAR), None)
        if said:
            yield Finding("This blames or frightens.", "Say it plainly.", column, said)
