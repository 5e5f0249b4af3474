"""Numbered steps from an empty database to the tables of ``schema.py``, run by Alembic.

A step that was released is never edited: databases stand on it. A change of the schema is a new
file in ``versions``, and ``HEAD`` names it.
"""

HEAD = "0006"
