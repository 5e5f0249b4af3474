"""The whole app, run by Streamlit itself in a tab of a test."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from tests.support.courses import ROOT

MAIN = str(ROOT / "bme_quiz" / "ui" / "main.py")


def open_app() -> AppTest:
    app = AppTest.from_file(MAIN, default_timeout=20).run()
    assert not app.exception
    return app


def press(app: AppTest, text: str) -> AppTest:
    button = next(b for b in app.button if b.label == text)
    button.click().run()
    assert not app.exception
    return app


def labels(app: AppTest) -> list[str]:
    return [b.label for b in app.button]


def page_html(app: AppTest) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))
