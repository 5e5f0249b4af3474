"""The article as a text to be read: what it denies, and how long it is (R05, R06)."""

from __future__ import annotations

from collections.abc import Mapping

from bme_quiz.content.article import Section
from bme_quiz.content.course import ARTICLE_FILE
from bme_quiz.content.problems import Severity
from bme_quiz.rules.checks.base import Finding, Findings, Memory, Reads, memory_rule
from bme_quiz.rules.checks.denials import is_denial
from bme_quiz.rules.rounding import decimals, exact_percent, short_decimals

_MOST_DENIALS = 8.0
_MIN_SENTENCES = 20
MOST_WORDS_IN_SUMMARY = 150
MOST_WORDS_IN_SECTION = 350
MOST_WORDS = 3_200


@memory_rule("R05", "denials", Severity.NOTE, Reads.ROWS)
class FewDenials(Memory):
    """At most 8 percent of the main text's sentences are denials.

    Why: a sentence that only says what is not so was written for the checker; it stands in the
    reader's way, and of what is denied the wrong idea is remembered.
    How: a denial has "not", "no", "never", "none", "nothing", "nobody", "neither", "nor", "cannot"
    or a contraction such as "isn't" outside its subordinate clauses: a clause begins at "if",
    "when", "who", "which", "that", "where", "until", "unless", "because", "although", "though",
    "while" or "since" and ends at the next comma, colon or semicolon. "Not only", "no more than",
    "whether or not" and their like do not count. Boxes and questions are left out. From 20
    sentences on, of English courses. A fact said in the negative ("no cause is found") counts
    too: that is what the 8 percent are for.
    Source: guidance on correcting misinformation (Lewandowsky et al., Debunking Handbook 2020).
    Bad: an article in which every third sentence says what is not so
    Good: > **Often misunderstood** with what is true instead
    """

    def close(self) -> Findings:
        sentences, denials = self._counts()
        if sentences < _MIN_SENTENCES:
            return
        share = exact_percent(len(denials), sentences)
        if share > _MOST_DENIALS:
            section, words = denials[0]
            yield Finding(
                f"{len(denials)} of {sentences} sentences say what is not so: "
                f"{decimals(share, 1)} %, {short_decimals(_MOST_DENIALS, 0)} % at most.",
                "Say what is so, or move them into a box; the first is shown.",
                words=words,
                row=section.line,
                file=ARTICLE_FILE,
            )

    def figures(self) -> Mapping[str, float]:
        sentences, denials = self._counts()
        return {"denials_percent": exact_percent(len(denials), sentences)} if sentences else {}

    def _counts(self) -> tuple[int, list[tuple[Section, str]]]:
        """How many sentences the main text has, and those that are denials."""
        if not self.context.is_english:
            return 0, []
        stated = [
            (section, sentence.text)
            for section in self.context.article.sections
            for sentence in section.sentences
            if not sentence.in_box and not sentence.is_question
        ]
        return len(stated), [pair for pair in stated if is_denial(pair[1])]


@memory_rule("R06", "article-length", Severity.NOTE, Reads.ROWS)
class ShortArticle(Memory):
    """The summary has at most 150 words, a section 350, the main text 3,200.

    Why: a summary of 150 words is read in a minute, a section on one screen or two, and all of it
    in a quarter of an hour; what is longer is put off.
    How: words are what white space parts; headings, footnotes and boxes are left out. The summary
    is the section that `course.toml` gives that role.
    Source: plain-language guidance (CDC, NIH); reading at 200 words a minute.
    Bad: a section of 500 words
    Good: two sections of 250 words
    """

    def close(self) -> Findings:
        article = self.context.article
        summary = self.context.roles.summary
        for section in article.sections:
            is_summary = section.id == summary
            most = MOST_WORDS_IN_SUMMARY if is_summary else MOST_WORDS_IN_SECTION
            words = word_count(section)
            if words > most:
                yield Finding(
                    f"The {'summary' if is_summary else 'section'} '{section.id}' has {words:,} "
                    f"words{' without its box' if section.box else ''}; {most:,} at most.",
                    "Shorten it." if is_summary else "Shorten it, or part it in two.",
                    row=section.line,
                    file=ARTICLE_FILE,
                )
        total = sum(map(word_count, article.sections))
        if total > MOST_WORDS:
            yield Finding(
                f"The main text has {total:,} words; {MOST_WORDS:,} at most.",
                "Shorten it; what only refutes belongs in boxes.",
                file=ARTICLE_FILE,
            )

    def figures(self) -> Mapping[str, float]:
        article = self.context.article
        counts = {section.id: word_count(section) for section in article.sections}
        found: dict[str, float] = {
            "article_words": sum(counts.values()),
            "longest_section_words": max(counts.values(), default=0),
        }
        if self.context.roles.summary in counts:
            found["summary_words"] = counts[self.context.roles.summary]
        return found


def word_count(section: Section) -> int:
    """How many words the main text of a section has."""
    return len(section.main_text.split())
