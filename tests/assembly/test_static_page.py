"""With the shop's vendor, its DNS and its account gone, customers are still told how they reach a person: as the
program declares it, and as a browser shows it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import pytest

from bcinfra import spec
from bcinfra.continuity.readings.read import read
from bcinfra.continuity.recovery.design import Design
from bcinfra.continuity.recovery.outcomes import Kind
from bcinfra.graph import Graph
from bcinfra.planning.page_words import WORDS
from bcinfra.planning.pages import STATES, page, pages
from bcinfra.spec.contact import Contact, Mail, Telephone
from tests.assembly.conftest import sample
from tests.browser import OF_COLOURS, chromium, violations
from tests.continuity.knockouts.edits import without
from tests.operations.test_edge_modes import SETTINGS, asked, run
from tests.samples import outcomes

MAIN = {"large-prod": "aws", "small-prod": "gcp"}
"""The vendor whose loss takes the shop, by sample."""
RECORDS = {"aws": "aws:route53/record:Record", "gcp": "gcp:dns/recordSet:RecordSet"}
FILES = {"aws:s3/bucketObjectv2:BucketObjectv2": "key", "gcp:storage/bucketObject:BucketObject": "name"}


def stated(stack: str) -> tuple[spec.Shop, Contact]:
    shop: spec.Shop = import_module(stack.partition("-")[0]).PROD
    assert shop.contact
    return shop, shop.contact


# -- as an assessment has it ------------------------------------------------------------------------------------------


def reached(graph: Graph, vendor: str) -> Kind:
    """What becomes of reaching a person with all of a vendor gone."""
    (found,) = outcomes(read(graph), f"provider:{vendor}").values()
    return next(one.kind for one in found if one.capability == "reach-a-person")


def apart(graph: Graph, *types: str) -> Graph:
    """A sample without resources of the page."""
    rows = [row for row in graph.of_type(*types) if "-page" in row.name]
    assert rows
    return without(graph, *rows)


@pytest.mark.parametrize("stack", MAIN)
def test_without_its_names_nobody_finds_the_page(stack: str) -> None:
    graph, vendor = sample(stack), MAIN[stack]
    assert reached(graph, vendor) is Kind.UNAFFECTED
    (other,) = {"aws", "gcp"} - {vendor}
    # the large shop stands by at the other vendor, and is up again after a while
    assert (
        reached(apart(graph, RECORDS[other]), vendor) is {"large-prod": Kind.RECOVERS, "small-prod": Kind.LOST}[stack]
    )


def test_the_shops_own_name_leads_to_the_page_last_and_is_no_site_for_it() -> None:
    graph = sample("large-prod")
    (last,) = (
        row
        for row in graph.of_type(RECORDS["aws"])
        if row.name.endswith("store.example-A-fallback") and "www" not in row.name
    )
    assert last.inputs["failoverRoutingPolicies"] == [{"type": "SECONDARY"}]
    model = read(graph)
    assert model.aside == {"gcp/large-help"}
    assert "gcp/europe-west3" not in Design(model).places  # the page sells nothing


# -- as a browser has it ----------------------------------------------------------------------------------------------

WITH_MODES = "midsize-prod"
"""The sample whose edge shows pages instead of the shop."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    for stack in (*MAIN, WITH_MODES):
        sample(stack)  # a recording runs a loop of its own, and the browser's runs while it is open
    with chromium() as browser:
        yield browser


@cache
def served(stack: str, gone: str) -> dict[str, str]:
    """What answers with a vendor gone, by address: files that the program puts on ground of the other, under the names
    that it gives them there."""
    graph, (shop, contact) = sample(stack), stated(stack)
    (other,) = {"aws", "gcp"} - {gone}
    (component,) = graph.of_type(f"bcinfra:{other}:StaticPage")
    own = [row for row in graph if component in graph.ancestors(row)]
    hosts = {str(row.inputs["name"]).rstrip(".") for row in own if row.type == RECORDS[other]}
    files = {str(row.inputs[FILES[row.type]]): row.inputs["source"] for row in own if row.type in FILES}
    texts = pages(contact, shop.domain)
    assert {name: hashlib.sha256(text.encode()).hexdigest() for name, text in texts.items()} == {
        name: getattr(source, "value", None) for name, source in files.items()
    }, "what is declared is what is shown here"
    return {f"https://{host}/{name}": text for host in hosts for name, text in texts.items()}


@pytest.mark.parametrize("stack", MAIN)
def test_a_browser_shows_a_number_with_the_shops_vendor_gone(browser: Any, stack: str) -> None:
    shop, contact = stated(stack)
    assert contact.page and contact.phone and contact.phone.overflow and contact.mail
    world, asked = served(stack, MAIN[stack]), list[str]()

    def answer(route: Any) -> None:
        url = route.request.url
        asked.append(url)
        text = world.get(url) or world.get(f"{url}index.html")
        route.fulfill(body=text, content_type="text/html; charset=utf-8") if text else route.abort("namenotresolved")

    context = browser.new_context(viewport={"width": 390, "height": 844})
    opened = context.new_page()
    opened.route("**/*", answer)
    with pytest.raises(Exception, match="ERR_NAME_NOT_RESOLVED"):
        opened.goto(f"https://{shop.domain}/")
    asked.clear()
    opened = context.new_page()
    opened.route("**/*", answer)
    opened.goto(f"https://{contact.page.domain}/")
    for number in (contact.phone.number, contact.phone.overflow.number):
        call = opened.get_by_role("link", name=number).first
        assert call.is_visible()
        assert call.get_attribute("href") == f"tel:{number}"
    assert opened.get_by_role("link", name=contact.mail.address).first.is_visible()
    for language in contact.languages:
        opened.get_by_role("link", name=WORDS[language].language, exact=True).click()
        assert opened.get_by_role("heading", level=1).all_inner_texts() == [
            WORDS[language].help.format(shop=shop.domain)
        ]
    assert opened.evaluate("document.documentElement.scrollWidth") <= 390
    assert not violations(opened)
    opened.get_by_role("textbox").fill("2 lamps\nAda")
    mail: str = opened.evaluate(
        "(() => { const form = [...document.forms].find(f => f.offsetParent);"
        " return form.action + '?' + new URLSearchParams(new FormData(form)) })()"
    )
    assert urlsplit(mail).path == contact.mail.address
    assert parse_qs(urlsplit(mail).query)["body"] == ["2 lamps\nAda"]
    opened.get_by_role("link", name=WORDS[contact.languages[-1]].status).click()
    assert opened.get_by_role("heading", level=1).first.is_visible()
    assert {PurePosixPath(urlsplit(url).netloc).name for url in asked} == {contact.page.domain}
    context.close()


WIDTHS = (360, 1280)
"""Of screens."""
WAITS: Final = "meta-refresh"
"""What axe finds of a page that reloads: a queue must ask again (WCAG 2.2.1 allows it of what happens in real time),
and nothing is typed there that would be lost."""


@pytest.mark.parametrize("stack", [*MAIN, WITH_MODES])
def test_each_page_is_read_on_any_screen_with_the_shop_gone(browser: Any, stack: str) -> None:
    shop, contact = stated(stack)
    assert contact.page and contact.phone
    host, texts, asked = f"https://{contact.page.domain}/", pages(contact, shop.domain), list[str]()

    def answer(route: Any) -> None:
        url = route.request.url
        asked.append(url)
        text = texts.get(url.removeprefix(host).partition("#")[0])
        route.fulfill(body=text, content_type="text/html; charset=utf-8") if text else route.abort("namenotresolved")

    for width in WIDTHS:
        context = browser.new_context(viewport={"width": width, "height": 740}, color_scheme="light")
        opened = context.new_page()
        opened.route("**/*", answer)
        for name in texts:
            opened.goto(f"{host}{name}")
            assert opened.evaluate("document.documentElement.scrollWidth") <= width, name
            low: list[str] = opened.evaluate(
                "[...document.querySelectorAll('a, button')].filter(one => one.getBoundingClientRect().height < 24)"
                ".map(one => one.outerHTML)"
            )
            assert low == [], "a finger hits what is 24 pixels high (WCAG 2.5.8)"
            said = opened.locator("main").aria_snapshot()
            assert said.index("- heading") < said.index(f'- link "{contact.phone.number}"'), name
            languages: list[str] = opened.evaluate("[...document.querySelectorAll('section')].map(one => one.lang)")
            assert languages == [*contact.languages]
            assert opened.evaluate("document.documentElement.lang") == contact.languages[0]
            assert ("- textbox" in said) is (name != "queue.html"), "what is typed would be lost when it asks again"
            if width == WIDTHS[0]:  # no rule of axe's is of a width
                assert set(violations(opened)) == ({WAITS} if name == "queue.html" else set()), name
                if stack == WITH_MODES:  # all have one sheet of style
                    opened.emulate_media(color_scheme="dark")
                    assert not violations(opened, *OF_COLOURS), name
        context.close()
    assert {urlsplit(url).netloc for url in asked} == {contact.page.domain}


@pytest.mark.parametrize("stack", [*MAIN, WITH_MODES])
def test_a_number_is_handed_to_the_telephone(browser: Any, stack: str) -> None:
    """What a phone is told when somebody touches the number: its whole, and nothing else is loaded."""
    shop, contact = stated(stack)
    assert contact.phone
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True)
    opened = context.new_page()
    opened.set_content(page(contact, shop.domain, "index"))
    opened.evaluate(
        "document.addEventListener('click', one => { window.called = one.target.href; one.preventDefault() })"
    )
    opened.get_by_role("link", name=contact.phone.number).first.tap()
    assert opened.evaluate("window.called") == f"tel:{contact.phone.number}"
    context.close()


@pytest.mark.parametrize(("mode", "state"), [("queue 0", "queue"), ("read-only", "read-only"), ("closed", "closed")])
def test_an_edge_leads_a_phone_to_the_page(browser: Any, mode: str, state: str) -> None:
    """From what the function answers to what is seen: an order that is sent, or any page where the mode is another."""
    world, (shop, contact) = served(WITH_MODES, "aws"), stated(WITH_MODES)
    assert contact.page and contact.phone
    (answer,) = run(
        [{**asked(mode, "POST", "/checkout"), "settings": {**SETTINGS, "page": f"https://{contact.page.domain}/"}}]
    )
    context = browser.new_context(viewport={"width": 390, "height": 844})
    opened = context.new_page()

    def respond(route: Any) -> None:
        url = route.request.url
        if url.startswith(f"https://{shop.domain}/"):
            route.fulfill(status=answer["statusCode"], content_type="text/html", body=answer["body"]["data"])
        else:
            route.fulfill(body=world[url], content_type="text/html; charset=utf-8")

    opened.route("**/*", respond)
    opened.goto(f"https://{shop.domain}/checkout")
    opened.wait_for_url(f"https://{contact.page.domain}/{state}.html")
    title, _ = STATES[state]
    heading = opened.get_by_role("heading", level=1).first
    assert heading.inner_text() == getattr(WORDS[contact.languages[0]], title).format(shop=shop.domain)
    assert opened.get_by_role("link", name=contact.phone.number).first.is_visible()
    assert opened.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


# -- what the pages say -----------------------------------------------------------------------------------------------

PLAIN = Contact(phone=Telephone(number="+3225550100", carrier="proximus"), languages=("nl", "sw"))


@pytest.mark.parametrize("state", STATES)
def test_every_state_says_in_every_language_what_it_is_and_whom_to_call(state: str) -> None:
    title, _ = STATES[state]
    for language, words in WORDS.items():
        text = page(PLAIN.revised(languages=(language,)), "shop.example", state)
        assert getattr(words, title).format(shop="shop.example").replace("'", "&#39;") in text
        assert 'href="tel:+3225550100"' in text
        assert "https://shop.example" not in text or state in (
            "queue",
            "read-only",
        )  # nothing else leads to what is down
    assert ('http-equiv="refresh"' in page(PLAIN, "shop.example", state)) is (state == "queue")


@pytest.mark.parametrize(
    ("change", "there", "missing"),
    [
        ({}, ["Dag", "nl"], ["Write to us", "<form", "<nav", "English"]),
        ({"languages": ("sw",)}, ["Call us"], ["Bel ons"]),
        ({"mail": Mail(address="a@b.example", mx="x")}, ['action="mailto:a@b.example"'], []),
        (
            {"hours": "mon-fri 08:00-20:00, sun 10:00-12:00", "time_zone": "Europe/Brussels"},
            ["ma\N{EN DASH}vr 08:00\N{EN DASH}20:00"],
            [],
        ),
    ],
)
def test_what_is_not_stated_is_not_shown(change: dict[str, Any], there: list[str], missing: list[str]) -> None:
    text = page(PLAIN.revised(**change), "shop.example", "index")
    assert [one for one in there if one.lower() not in text.lower()] == []
    assert [one for one in missing if one in text] == []
