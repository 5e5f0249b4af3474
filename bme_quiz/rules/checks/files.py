"""Rules reported by the file readers and by the run itself, documented here as the others are."""

from __future__ import annotations

from bme_quiz.content.problems import Severity
from bme_quiz.rules.checks.base import documented_rule


@documented_rule("S01", "file", Severity.ERROR)
class ReadableTable:
    """The file reads: its columns are named, every row is as wide, no quotation mark stays open.

    Why: a row that slipped by one cell puts a wrong option in the key's place; it is left out
    rather than guessed at. A quotation mark that nothing closes swallows the rows below it, so
    nothing of that file is used.
    How: `.xlsx`, or text in UTF-8 parted by commas, semicolons or tabs; a title above the first
    row, a line `sep=;`, byte order marks and empty rows are passed over. Columns are known by
    their names in any case and with spaces; one's own are kept and not read, which is a note. A
    cell has 5,000 characters at most, a glossary's term 400; a row with a longer one is left out.
    What is no table at all (a picture, GIFT, Latin-1 text, half a million rows) ends the check with
    one sentence.
    Source: RFC 4180, ECMA-376 and the bank's format.
    Bad: a row with a comma in a cell that has no quotation marks round it
    Good: the same cell in "double quotes"
    """


@documented_rule("A01", "article-headings", Severity.ERROR)
class ReadableArticle:
    """The article has one title, and each section's heading ends in an id of its own.

    Why: the id is what a question names; a section without one cannot be asked about.
    Source: the article's format.
    Bad: ## How long
    Good: ## How long {#how-long}
    """


@documented_rule("A02", "article-links", Severity.WARNING)
class LivingLinks:
    """A link within the article names a section that is there.

    Why: whoever follows it should arrive; the same link stands beside questions and on cards.
    How: only links that begin with `#` are looked at.
    Source: the article's format.
    Bad: Rest, as said [above](#rests).
    Good: Rest, as said [above](#rest).
    """


@documented_rule("C01", "identity", Severity.ERROR)
class UsableIdentity:
    """What `course.toml` says can be used: known keys, values of their kind, sections that exist.

    Why: learners' answers hang on the id, and a role decides which section the help page shows.
    How: a value that cannot be used is left out; an unknown key, or no id, is a warning. A file
    that is no TOML, or an id that is none, ends the check with one sentence.
    Source: the format of `course.toml`; BCP 47 for the language.
    Bad: id = "Knee pain!"
    Good: id = "knee-pain"
    """


@documented_rule("X01", "exception", Severity.WARNING)
class ExceptionStillApplies:
    """Each line of `exceptions.csv` names a rule, gives a reason and still excuses something.

    Why: an exception that outlives its fault would hide the next one.
    How: a line with an unknown rule, without a reason, for a rule that cannot be excepted
    (the file and the structure that marking needs), or that nothing answers to is reported.
    A line without an id is for a finding about no single question.
    Source: the way linters treat unused suppressions.
    Bad: overload-03,W03,
    Good: overload-03,W03,the drug's name is that long
    """


@documented_rule("A03", "article-bounds", Severity.ERROR)
class ArticleWithinBounds:
    """No paragraph, label, link, table or list of the article is longer or deeper than can be read.

    Why: a few lines of Markdown can ask for hours of work, and a server would do nothing else.
    How: a paragraph has 10,000 characters at most, a footnote's number 60, a link's address and
    title 2,000, all tables together 20,000 cells; lists and quotations stand 8 deep in one another.
    What is beyond is shown as it is typed, and nothing can be quoted from too long a paragraph.
    Source: the article's format.
    Bad: a chapter without one empty line in it
    Good: paragraphs with empty lines between them
    """


@documented_rule("A04", "article-boxes", Severity.WARNING)
class BoxEndsItsSection:
    """A box stands at the end of its section, and a section has one at most.

    Why: a box is closed until somebody opens it; in the middle of a section it would take away the
    words that the next paragraph goes on from.
    How: a box is a block quote whose first paragraph is bold words alone, with more below it. One
    that stands elsewhere is shown as the quotation it is, and counts as main text.
    Source: the article's format.
    Bad: > **Often misunderstood** with a list, and then another paragraph of the section
    Good: > **Often misunderstood** with a list, and then the next heading
    """
