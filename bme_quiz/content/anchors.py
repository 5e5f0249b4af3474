"""Anchors of the article's sections, and the links that lead to them."""

from __future__ import annotations

ARTICLE_PAGE = "/article"


def section_anchor(section_id: str) -> str:
    """HTML id of a section's heading on the article's page.

    Not the bare id: the browser side takes out names such as ``head`` or ``links``, which would
    shadow the document's own, and a section called ``sources`` would meet the list of sources.
    """
    return f"section-{section_id}"


def section_link(section_id: str, *, on_article_page: bool = False) -> str:
    """Link to a section of the article, from its own page or from any other."""
    return f"{'' if on_article_page else ARTICLE_PAGE}#{section_anchor(section_id)}"


def box_anchor(section_id: str) -> str:
    """HTML id of a section's box on the article's page."""
    return f"box-{section_id}"


def box_link(section_id: str) -> str:
    """Link to a section's box, from any page but the article's own."""
    return f"{ARTICLE_PAGE}#{box_anchor(section_id)}"
