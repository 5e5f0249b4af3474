"""*Check a bank* page's content: upload, findings, figures, and how it looks to a learner.

The one place where pandas is loaded, and only when something was uploaded: learners never come
here.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from bme_quiz.content.course import CourseFiles
from bme_quiz.content.problems import ContentError, Problem, Severity
from bme_quiz.content.remembered import without_remembering
from bme_quiz.content.text import fingerprint
from bme_quiz.rules.wording import counted
from bme_quiz.services.authoring.bank_check import BankCheck, check_upload, preview
from bme_quiz.ui.quiz import pieces, question_page
from bme_quiz.ui.shell import article_pieces, dependencies
from bme_quiz.ui.shell.safe import label

_RESULT = "bank-check"
_CHECKING = "Checking…"
_NONE = "No finding of this kind."


def show(own: CourseFiles) -> None:
    """Draw the page."""
    st.html(article_pieces.check_intro())
    bank = st.file_uploader("Question bank (CSV or Excel workbook)", key="bank-file")
    article = st.file_uploader(
        "Article (Markdown); without one, the course's own", key="article-file"
    )
    if bank is None:
        st.session_state.pop(_RESULT, None)
        return
    bank_file = (bank.name, bank.getvalue())
    article_file = (article.name, article.getvalue()) if article else None
    try:
        result = _checked(bank_file, article_file, own)
    except ContentError as error:
        st.error("This file cannot be checked.")
        st.text(str(error))
        return
    _summary(result)
    if article_file is None:
        st.caption(
            f"Checked against this course's own article, “{label(own.article.title)}”. Is the bank "
            "about another text? Add that article above."
        )
    findings, figures, look = st.tabs(["Findings", "Figures", "Preview"])
    with findings:
        _findings(result.report.problems)
    with figures:
        _figures(result)
    with look:
        _preview(result)


def _checked(
    bank: tuple[str, bytes], article: tuple[str, bytes] | None, own: CourseFiles
) -> BankCheck:
    """The check of these bytes, made once while this page is open."""
    name = fingerprint(
        *(part if isinstance(part, str) else part.hex() for part in (*bank, *(article or ())))
    )
    known = st.session_state.get(_RESULT)
    if known is None or known[0] != name:
        bar = st.progress(0.0, _CHECKING)

        def advance(done: int, rows: int) -> None:
            bar.progress(done / max(rows, 1), _CHECKING)

        try:
            result = check_upload(bank, article, own, advance)
        finally:
            bar.empty()
        known = st.session_state[_RESULT] = (name, result)
    return known[1]


def _summary(result: BankCheck) -> None:
    report = result.report
    line = (
        f"{counted(report.questions, 'row')}: {counted(report.errors, 'error')}, "
        f"{counted(report.warnings, 'warning')}, {counted(report.notes, 'note')}. "
        f"{counted(len(result.course.questions), 'question')} would be shown."
    )
    if report.errors or not report.questions:
        st.error(line)
    elif report.warnings:
        st.warning(line)
    else:
        st.success(line)


def _findings(problems: tuple[Problem, ...]) -> None:
    import pandas as pd

    kinds = st.multiselect(
        "Kinds",
        [s.value for s in Severity],
        default=[Severity.ERROR.value, Severity.WARNING.value],
        key="check-kinds",
    )
    rules = st.multiselect(
        "Rules", sorted({p.code for p in problems}), placeholder="All rules", key="check-rules"
    )
    wanted = st.text_input("Question id or words", key="check-words").strip().casefold()
    shown = [
        p
        for p in problems
        if p.severity.value in kinds
        and (not rules or p.code in rules)
        and (not wanted or wanted in f"{p.id} {p.column} {p.message} {p.words}".casefold())
    ]
    if not shown:
        st.info(_NONE)
        return
    # What withholds questions first; the same thing said of every row last.
    weight = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}
    shown.sort(key=lambda p: (weight[p.severity], p.code == "G07", p.row or 0))
    table = pd.DataFrame(
        {
            "kind": [p.severity.value for p in shown],
            "rule": [p.code for p in shown],
            # In a workbook the cell says it all, except of the article's lines.
            **(
                {"cell": [p.cell or str(p.row or "") for p in shown]}
                if any(p.cell for p in shown)
                else {"row": pd.array([p.row for p in shown], dtype="Int64")}
            ),
            "id": [p.id for p in shown],
            "column": [p.column for p in shown],
            "what, and how to mend it": [f"{p.message} {p.mend}" for p in shown],
            "words": [p.words for p in shown],
        }
    )
    st.caption(f"{len(shown)} of {counted(len(problems), 'finding')}")
    st.dataframe(table, hide_index=True, width="stretch")


def _figures(result: BankCheck) -> None:
    import pandas as pd

    if not result.course.questions:
        st.info("There is no sound question to count.")
        return
    charts: list[tuple[str, str, str, Mapping[str, int]]] = [
        ("Where the keys stand", "Letter", "Keys", result.key_positions()),
        ("How long the key is among its options", "Rank", "Questions", result.key_lengths()),
        ("Levels", "Level", "Questions", result.levels()),
        ("Sections", "Section", "Questions", result.sections()),
        ("Sentences asked about, in per cent", "Section", "Percent", result.coverage()),
    ]
    for title, across, up, figures in charts:
        st.subheader(title, anchor=False)
        table = pd.DataFrame({across: list(figures), up: list(figures.values())})
        st.bar_chart(table, x=across, y=up, sort=False, horizontal=len(figures) > 6)
        st.caption("; ".join(f"{name} {figure}" for name, figure in figures.items()))


def _preview(result: BankCheck) -> None:
    course = result.course
    if not course.questions:
        st.info("There is no sound question to show.")
        return
    question_id = st.selectbox("Question", list(course.by_id), key="check-preview")
    question = course.by_id.get(question_id or "")
    if question is None:
        return
    asked, explained = preview(course, question)
    # What is uploaded is gone with its page.
    with without_remembering():
        with st.container(key="options"):
            question_page.draw_options(asked)
        st.caption("After an answer that chose the first wrong option:")
        st.html(pieces.explanation(explained, course.terms, dependencies.addresses(), linked=False))
