"""Text from content is shown as typed."""

import html as lib

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bme_quiz.ui.shell.safe import html, label

awkward = st.text(alphabet="ab1 .*_`[]()<>&$\\~#+-=:!|^@{}/\"'\u00e9")
_JOINER = "\u2060"


def visible(markdown: str) -> tuple[list[str], str]:
    """The kinds of inline tokens that CommonMark sees, and the text a reader sees."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown)
    kinds, text = [], []
    for token in tokens:
        kinds.append(token.type)
        for child in token.children or []:
            kinds.append(child.type)
            text.append(child.content)
    return kinds, "".join(text).replace(_JOINER, "")


@given(awkward)
def test_a_label_is_one_paragraph_of_text_that_reads_as_typed(text: str) -> None:
    folded = " ".join(text.split())
    kinds, shown = visible(label(text))
    assert shown == folded
    assert set(kinds) <= {"paragraph_open", "inline", "text", "text_special", "paragraph_close"}


def test_latex_directives_shortcodes_and_arrows_are_parted() -> None:
    assert label("cost $5$ or $6") == r"cost \$5\$ or \$6"
    assert label(":red[x]") == rf":{_JOINER}red\[x\]"
    for text in (
        ":smile:",
        "a -> b",
        "5 >= 4",
        ":material/home:",
        "www.x.org",
        "http://x.org",
        "a@b.org",
    ):
        assert _JOINER in label(text), text


def test_an_ordinary_stem_is_left_as_it_is() -> None:
    """Streamlit names a radio group by its label's source, so no needless backslashes."""
    stem = "A runner (23) has shin pain; her X-ray is normal. What does MRI add, if anything?"
    assert label(stem) == stem


@given(st.text())
def test_html_comes_back_as_typed_and_holds_no_markup(text: str) -> None:
    escaped = html(text)
    assert lib.unescape(escaped) == text or "&" in text
    assert not set(escaped) & set("<>\"'")
