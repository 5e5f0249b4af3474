"""Jinja templates of the plain HTML pages; whatever is put into them is escaped.

Streamlit's page is a megabyte of script with a websocket. What must be small, work without
script or set a cookie is a page of these: one response, its style sheet within.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from starlette.responses import HTMLResponse

from bme_quiz import routes
from bme_quiz.routes import Addresses, Endpoint
from bme_quiz.ui.shell import words

_HERE = Path(__file__).parents[1]

# What a page may do, said to the browser: run no script, ask nobody, send forms only here.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(_HERE / "templates"),
    autoescape=True,
    # A name that was forgotten is an error, not an empty place.
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)


def inline_css(name: str) -> Markup:
    """A style sheet of ``assets/`` as it stands in pages, without comments and idle spaces."""
    text = _CSS_AIR.sub("", (_HERE / "assets" / name).read_text("utf-8"))
    return Markup(_CSS_SPACES.sub(r"\1\2", text))  # noqa: S704 - our own


_CSS_AIR = re.compile(r"/\*.*?\*/|\n\s*", re.DOTALL)
# No name or text in quotation marks of ours has such a sign in it.
_CSS_SPACES = re.compile(r";?\s*([{},])\s*|([:;])\s+")
_CSS = inline_css("plain.css")
# Of pages that are the program's own; a page with a course's text on it says whose it is.
_ENVIRONMENT.globals.update(lang="en", of_what=words.PROGRAM, plain_css=_CSS)


@pass_context
def _to(
    context: Context, endpoint: Endpoint, query: Mapping[str, object] | None = None, **parts: object
) -> str:
    """The address of a route as the page at hand is to write it."""
    addresses: Addresses = context["addresses"]
    return addresses.to(endpoint, query, **parts)


# In a template: ``{{ to(routes.ROOM, code=code) }}``.
_ENVIRONMENT.globals.update(to=_to, routes=routes)


def render(name: str, addresses: Addresses, **context: Any) -> str:
    """A template with these values in their places, each escaped.

    Args:
        name: a file of ``templates/``.
        addresses: how the page writes its links.
        context: values by name; only a ``markupsafe.Markup`` is taken as HTML.

    Raises:
        jinja2.TemplateNotFound: there is no such file.
        jinja2.UndefinedError: the template uses a name that was not given.
    """
    return _ENVIRONMENT.get_template(name).render(addresses=addresses, **context)


def inline_hash(text: str = _CSS) -> str:
    """What a policy calls a ``<style>`` or a ``<script>`` with just this in it; by default the
    style sheet of every page."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def plain_page(
    name: str, addresses: Addresses, status: int = 200, policy: str = POLICY, **context: Any
) -> HTMLResponse:
    """A template as a response that nobody keeps and that may do only what ``policy`` says.

    A page with a policy of its own is also left alone by the middleware that puts the app's
    script and style sheet into Streamlit's page.

    Raises:
        jinja2.TemplateNotFound: there is no such file.
        jinja2.UndefinedError: the template uses a name that was not given.
    """
    headers = {"cache-control": "no-store", "content-security-policy": policy}
    return HTMLResponse(render(name, addresses, **context), status, headers)
