"""Constants: the most characters, rows and levels read; sizes in bytes stand with the readers.

Each is far above anything that people write. What is longer is named, with its place, and costs
nothing else: the question is withheld, the paragraph is shown as it is typed.
"""

from __future__ import annotations

MAX_CELL = 5_000
"""Characters of a cell; six hundred words or so."""

MAX_ROWS = 500_000
"""Rows of a table."""

MAX_COLUMNS = 100
"""Columns that the first row of a table names."""

MAX_TERM = 400
"""Characters of a glossary's term, its abbreviation included."""

MAX_TERMS = 2_000
"""Terms of a glossary: each is looked for in every text that is shown."""

MAX_LINES = 50_000
"""Lines of an article."""

MAX_PARAGRAPH = 10_000
"""Characters of an article's paragraph, heading or cell, as typed."""

MAX_HEADING = 500
"""Characters of a section's heading."""

MAX_SECTION_ID = 100
"""Characters of a section's id."""

MAX_LABEL = 60
"""Characters of a footnote's number or name, which stands between ``[^`` and ``]``."""

MAX_ADDRESS = 2_000
"""Characters of a link's address or title."""

MAX_ADDRESSES = 2_000_000
"""Characters of all addresses of an article's links: one defined once may be used everywhere."""

MAX_TABLE_CELLS = 20_000
"""Cells of all tables of an article; those that short rows leave empty count."""

MAX_DEPTH = 16
"""How deep lists and quotations may stand in one another; a list counts two."""
