"""Boxes of the article: which block quotes are one, what belongs to it, and how it is drawn."""

from __future__ import annotations

import pytest

from bme_quiz.content.article import Article
from bme_quiz.content.article_reader import parse_article
from bme_quiz.content.render import section_html

BOX = """\
> **Often misunderstood**
>
> - X-rays show bone; edema needs MRI.[^1]
> - Rest is no defeat. It lets the bone mend.
>
> A paragraph of it.
"""
ARTICLE = f"""# Bones

The head.

## What it is {{#what}}

Edema is fluid in the marrow. MRI shows it.

{BOX}
## How it mends {{#mends}}

Bones mend with time.

[^1]: A source.
"""


def boxed(text: str = ARTICLE) -> Article:
    found, problems = parse_article(text)
    assert problems == []
    return found


def test_a_titled_quotation_at_the_end_of_a_section_is_its_box() -> None:
    what, mends = boxed().sections
    assert mends.box is None
    assert what.box is not None
    assert what.box.title == "Often misunderstood"
    assert what.main_text == "Edema is fluid in the marrow. MRI shows it."
    assert what.text[what.box.start :] == (
        "X-rays show bone; edema needs MRI. Rest is no defeat. It lets the bone mend. "
        "A paragraph of it."
    )
    assert [(s.text, s.in_box) for s in what.sentences] == [
        ("Edema is fluid in the marrow.", False),
        ("MRI shows it.", False),
        ("X-rays show bone; edema needs MRI.", True),
        ("Rest is no defeat.", True),
        ("It lets the bone mend.", True),
        ("A paragraph of it.", True),
    ]


def test_words_of_a_box_are_found_and_its_title_is_not() -> None:
    article = boxed()
    (place,) = article.find("edema needs MRI")
    section = article.sections[0]
    assert section.touches_box(place)
    assert section.sources_at(place) == ("1",)
    (main,) = article.find("MRI shows it")
    assert not section.touches_box(main)
    assert article.find("Often misunderstood") == ()


@pytest.mark.parametrize(
    "quotation",
    [
        "> **Only a title**\n",
        "> Plain words.\n>\n> More.\n",
        "> **Bold** and plain.\n>\n> More.\n",
        "> **Two** **bolds**\n>\n> More.\n",
        "> *Leaning*\n>\n> More.\n",
        "> ## **A heading**\n>\n> More.\n",
        "- > **In a list**\n  >\n  > More.\n",
    ],
)
def test_any_other_quotation_stays_main_text(quotation: str) -> None:
    section = boxed(f"# T\n\n## A {{#a}}\n\nText.\n\n{quotation}").sections[0]
    assert section.box is None
    assert section.main_text == section.text != "Text."
    assert "<blockquote>" in section_html(section)
    assert "<details" not in section_html(section)


@pytest.mark.parametrize(
    ("text", "lines", "words"),
    [
        (f"# T\n\n## A {{#a}}\n\n{BOX}\nText below.\n", [5], "end of its section"),
        (f"# T\n\n## A {{#a}}\n\nx\n\n{BOX}\n{BOX}", [7], "end of its section"),
        (f"# T\n\n{BOX}\n## A {{#a}}\n\nText.\n", [3], "before the first section"),
        ("# T\n\n## A {#a}\n\n> **" + "x" * 501 + "**\n>\n> y\n", [5], "501 characters"),
    ],
)
def test_a_box_out_of_place_is_reported_and_shown_as_it_is_typed(
    text: str, lines: list[int], words: str
) -> None:
    article, problems = parse_article(text + "\n[^1]: S.\n")
    assert [(p.code, p.row) for p in problems] == [("A04", line) for line in lines]
    assert words in problems[0].message
    shown = "".join(section_html(s) for s in (article.head, *article.sections))
    assert shown.count("<blockquote>") == 1


def test_a_box_is_drawn_closed_and_opens_for_a_mark_in_it() -> None:
    article = boxed()
    section = article.sections[0]
    page = section_html(section, on_article_page=True)
    assert '<details class="box" id="box-what"><summary>Often misunderstood</summary>' in page
    assert page.rstrip().endswith("</details>")
    assert '<details class="box"><summary>' in section_html(section, article.find("MRI shows it"))
    marked = section_html(section, article.find("edema needs MRI"))
    assert '<details class="box" open><summary>' in marked
    assert "<mark>edema needs MRI</mark>" in marked
    assert "<blockquote>" not in marked


def test_what_a_title_holds_never_becomes_markup() -> None:
    text = '# T\n\n## A {#a}\n\nx\n\n> **a & <b> "c"**\n>\n> y\n'
    html = section_html(boxed(text).sections[0])
    assert "<summary>a &amp; &lt;b&gt; &quot;c&quot;</summary>" in html
