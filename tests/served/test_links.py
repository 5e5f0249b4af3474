"""Every link that is drawn leads to a page, and to an anchor on it that is there."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bme_quiz import routes
from bme_quiz.content.article_reader import parse_article
from bme_quiz.content.render import section_html
from bme_quiz.routes import BARE, Addresses, Endpoint
from bme_quiz.rules.cards.scheduling import Rating
from bme_quiz.rules.rooms.room import Kind
from bme_quiz.services.accounts.educators import EDUCATOR_COOKIE
from bme_quiz.services.accounts.tokens import new_token
from bme_quiz.services.authoring.bank_check import preview
from bme_quiz.services.cards.views import FrontView, back_view
from bme_quiz.services.course import Course
from bme_quiz.services.quiz.quiz import Choice
from bme_quiz.services.settings import ENV_ADDRESS, ENV_DATABASE, ENV_PASSCODE
from bme_quiz.ui.cards import pieces as card_pieces
from bme_quiz.ui.quiz import pieces
from bme_quiz.ui.shell import article_pieces, words
from bme_quiz.ui.shell.navigation import SCREENS
from tests.support.courses import ARTICLE, OWN_QUESTIONS, ROWS, course_of
from tests.support.halls import PASSCODE, Educator, educator
from tests.support.links import Drawn, dead_anchors
from tests.support.phones import Phone
from tests.support.server import Server
from tests.support.streamlit_client import StreamlitClient

# Links in the article itself, footnotes in its head, and a heading with a hyphen in its id.
LINKED = (
    ARTICLE.replace("Written for tests.", "Written for [tests](#how-to-rest), of course.[^1]")
    .replace("A boot protects the foot.", "A boot, [as said](#load), protects the foot.")
    .replace("{#rest}", "{#how-to-rest}")
)
LINKED_ROWS = [
    {**row, "section": row["section"].replace("rest", "how-to-rest")}
    | ({"quote_c": "A boot, as said, protects the foot"} if row["id"] == "rest-01" else {})
    for row in ROWS
]
BASE = "/quiz"
EVERY_RATING = dict.fromkeys(Rating, timedelta(days=1))


def drawn(course: Course, addresses: Addresses = BARE) -> dict[str, Drawn]:
    """What each page may draw of a course: every section, question and card."""

    def page(endpoint: Endpoint, *blocks: str) -> tuple[str, Drawn]:
        address = addresses.to(endpoint)
        return address, Drawn(address).draw(*blocks)

    article = course.article
    return dict(
        [
            page(
                routes.ARTICLE,
                article_pieces.article_head(article.head, addresses),
                article_pieces.contents(article.sections),
                *(
                    article_pieces.article_section(s, course.terms, addresses)
                    for s in article.sections
                ),
                article_pieces.all_sources(article.sources),
            ),
            page(
                routes.START,
                *(
                    pieces.explanation(preview(course, question)[1], course.terms, addresses)
                    for question in course.questions
                ),
            ),
            page(
                routes.CARDS,
                *(
                    card_pieces.back(
                        back_view(
                            course, FrontView(card.id, 1, card.kind, card.front), EVERY_RATING
                        ),
                        course.terms,
                        addresses,
                    )
                    for card in course.deck.cards
                ),
            ),
            page(
                routes.HELP,
                *(
                    article_pieces.section_alone(s, course.terms, addresses)
                    for s in article.sections
                ),
            ),
            page(routes.ABOUT, article_pieces.about(article.head, 4, "", addresses)),
        ]
    )


# Without anything in front of the addresses, behind a base path, and of one course of several.
FRONTS = [BARE, Addresses(BASE), Addresses(BASE, "knees")]


@pytest.mark.parametrize("addresses", FRONTS, ids=lambda a: a.front or "bare")
def test_links_of_every_question_card_and_section_lead_to_an_anchor(
    own_course: Course, addresses: Addresses
) -> None:
    pages = drawn(own_course, addresses)
    assert dead_anchors(pages) == []
    sections = {q.section for q in own_course.questions}
    wanted = {f"{addresses.front}/article#section-{section}" for section in sections}
    # Beside these there are only boxes of sections, and pictures, each a link to itself.
    others = pages[f"{addresses.front}/"].links - wanted
    assert {link for link in others if "#box-" not in link} <= pages[f"{addresses.front}/"].files
    assert pages[f"{addresses.front}/cards"].links >= wanted
    files = {file for page in pages.values() for file in page.files}
    assert {file.rpartition("/")[0] for file in files} == {f"{addresses.front}/course/images"}


def test_links_within_an_article_lead_there_from_every_page() -> None:
    course = course_of(LINKED_ROWS, LINKED)
    pages = drawn(course)
    assert dead_anchors(pages) == []
    assert all("/article#section-load" in pages[page].links for page in ("/", "/help"))
    assert "/article#section-how-to-rest" in pages["/about"].links
    assert pages["/article"].links >= {"/article#section-load", "/article#source-1"}
    # On its own page a link stays there, so that the page's script can scroll to it.
    section = course.article.sections[-1]
    assert 'href="#section-load"' in section_html(section, on_article_page=True)


def test_a_link_to_a_section_that_is_not_there_is_found() -> None:
    _, problems = parse_article(LINKED.replace("(#load)", "(#loads)"))
    assert [(p.code, p.row, p.words) for p in problems] == [("A02", 13, "#loads")]


class Crawl:
    """The pages of a running server, gathered in all their states."""

    def __init__(self, port: int, base: str) -> None:
        self.port = port
        self.base = base
        self.pages: dict[str, Drawn] = {}
        self.page_links: set[str] = set()
        self.anybody = Phone(port, "NOCODE")

    def add(self, address: str, html: str) -> None:
        """Add what a page showed."""
        path = urlsplit(address).path
        self.pages.setdefault(path, Drawn(path)).draw(html)

    def tab(self, page: str, query: str = "", **cookies: str) -> StreamlitClient:
        """A tab of a browser of its own on one of Streamlit's pages, which is added."""
        tab = StreamlitClient(
            self.port, new_token(), page=page, query=query, cookies=cookies, base=self.base
        )
        self.see(f"/{page}", tab)
        return tab

    def see(self, address: str, tab: StreamlitClient) -> None:
        """Add what a tab shows now, at an address behind the base path."""
        self.add(f"{self.base}{address}", tab.html())
        self.page_links |= {link.page for link in tab.all("page_link")}

    def get(self, address: str, phone: Phone | None = None) -> int:
        """Ask for a plain page and add it; the status."""
        reply = (phone or self.anybody).ask("GET", address)
        self.add(address, reply.text)
        return reply.status


def study(crawl: Crawl) -> None:
    """Every page for one learner, a quiz to its results, and some cards."""
    for screen in SCREENS:
        with crawl.tab(screen.address):
            pass
    with crawl.tab("") as quiz:
        quiz.step()
        while quiz.button(words.SEE_RESULTS) is None:
            quiz.step()
            crawl.see("/", quiz)
        quiz.press(words.SEE_RESULTS)
        crawl.see("/", quiz)
    with crawl.tab("cards") as cards:
        for _ in range(8):
            cards.press(words.SHOW_ANSWER)
            crawl.see("/cards", cards)
            cards.press(words.GOOD)


def lead(crawl: Crawl, leader: Educator, kind: Kind, cookies: dict[str, str]) -> None:
    """A session from the lobby to its report, on the projector and on a phone that answers."""
    room = leader.rooms.start(kind, Choice(count=2))
    assert room is not None
    phone = Phone(crawl.port, room.code, base=crawl.base)
    phone.come_in()
    while True:
        with crawl.tab("session", f"session={room.id}", **cookies):
            pass
        page = phone.look()
        assert page.status == 200
        crawl.add(phone.path, page.text)
        if page.position is not None:
            phone.answer(page, page.letters[:1])
            crawl.get(phone.path, phone)
        if room.has_ended:
            crawl.get(f"{phone.path}/moved?step=0", phone)
            return
        room = leader.goes_on(room)


@pytest.mark.slow
@pytest.mark.parametrize("base", ["", BASE], ids=["bare", "behind a base path"])
def test_every_link_of_every_page_leads_to_a_page_and_its_anchor(tmp_path: Path, base: str) -> None:
    database = f"sqlite:///{tmp_path / 'quiz.db'}"
    settings = {ENV_DATABASE: database, ENV_PASSCODE: PASSCODE, ENV_ADDRESS: ""}
    with (
        Server(OWN_QUESTIONS, base=base, **settings) as server,
        educator(OWN_QUESTIONS, database) as leader,
    ):
        crawl = Crawl(server.port, base)
        study(crawl)
        plain = [f"{base}/{name}" for name in ("join", "device", "educator")]
        assert [crawl.get(a) for a in plain] == [200, 200, 200]
        assert [crawl.get(base + a) for a in ("/join?code=ZZZZZZ", "/r/ZZZZZZ")] == [404, 404]
        assert crawl.get(f"{base}/session/report.csv") == 403
        assert crawl.get(f"{base}/nothing") == 404
        laptop = Phone(server.port, "", cookies={})
        here = {"Origin": f"http://127.0.0.1:{server.port}"}
        passcode = [("passcode", PASSCODE)]
        assert laptop.ask("POST", f"{base}/educator", passcode, **here).status == 303
        cookies = {EDUCATOR_COOKIE: laptop.cookies[EDUCATOR_COOKIE]}
        for kind in Kind:
            lead(crawl, leader, kind, cookies)

        assert dead_anchors(crawl.pages) == []
        own = {f"{base}{screen.endpoint.path}" for screen in SCREENS}
        assert {f"{base}/{page}" for page in crawl.page_links} <= own
        assert len(crawl.page_links) >= 6
        found = {a for page in crawl.pages.values() for a in page.links | page.files}
        asked = sorted(a.partition("#")[0] for a in found if urlsplit(a).path not in own)
        assert [a for a in asked if laptop.ask("GET", a).status not in (200, 303)] == []
        forms = {form for page in crawl.pages.values() for form in page.forms}
        assert {method for method, _ in forms} == {"GET", "POST"}
        refused = [f for f in sorted(forms) if laptop.ask(*f, body="").status in (404, 405)]
        assert refused == []
        assert {
            a for a in [*found, *(f for _, f in forms)] if not a.startswith(f"{base}/")
        } == set()
