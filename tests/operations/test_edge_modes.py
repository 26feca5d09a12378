"""What an edge shows in each of its modes: its program, run by Node as CloudFront and Cloudflare run it."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bcinfra import operations

NODE = shutil.which("node")
PROGRAMS = Path(operations.__path__[0])
VENDORS = ("cloudfront", "cloudflare")
HARNESS = Path(__file__).with_name("edge_modes.cjs")
SETTINGS = {"page": "https://help.example/", "health": "/health", "passing": ["^/webhooks/.*$"]}
KEY = "k" * 64
COOKIE = "__Host-admitted"

pytestmark = pytest.mark.skipif(NODE is None, reason="there is no Node (Debian: apt-get install nodejs)")


def run(rows: Sequence[dict[str, Any]], vendor: str = "cloudfront") -> list[dict[str, Any]]:
    assert NODE
    usual = {"store": {}, "settings": SETTINGS, "now": 1_000_000, "address": "192.0.2.1", "query": ""}
    given = json.dumps([{**usual, **row} for row in rows])
    files = [PROGRAMS / name for name in ("edge_modes.js", f"edge_modes_{vendor}.js")]
    done = subprocess.run([NODE, HARNESS, vendor, *files], input=given, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def asked(mode: str | None, method: str = "GET", uri: str = "/p/lamp", **more: Any) -> dict[str, Any]:
    store = {"key": KEY} if mode is None else {"key": KEY, "mode": mode}
    headers = {"host": {"value": "shop.example"}, "user-agent": {"value": "Firefox"}}
    return {"store": store, "request": {"method": method, "uri": uri, "headers": headers, "cookies": {}}, **more}


def shown(answer: dict[str, Any]) -> str:
    """``shop``, or the page that a browser goes on to."""
    if answer.get("passes"):
        return "shop"
    assert answer["statusCode"] == 503
    assert answer["headers"]["cache-control"] == {"value": "no-store"}
    assert int(answer["headers"]["retry-after"]["value"]) == 30
    (page,) = [
        one for one in ("read-only", "queue", "closed") if f"0;url=https://help.example/{one}.html" in str(answer)
    ]
    return page


@pytest.mark.parametrize("vendor", VENDORS)
def test_what_is_shown_in_each_mode(vendor: str) -> None:
    cases = [
        (asked("open"), "shop"),
        (asked("open", "POST", "/checkout"), "shop"),
        (asked("read-only"), "shop"),
        (asked("read-only", "HEAD"), "shop"),
        (asked("read-only", "POST", "/cart"), "read-only"),
        (asked("read-only", "DELETE", "/cart"), "read-only"),
        (asked("read-only", "POST", "/webhooks/paid"), "read-only"),  # who calls it tries again later
        (asked("closed"), "closed"),
        (asked("closed", "POST"), "closed"),
        (asked(" closed\n"), "closed"),
        (asked("queue 0"), "queue"),
        (asked("queue 0", "POST", "/checkout"), "queue"),
        (asked("queue 0", "POST", "/webhooks/paid"), "shop"),
        *((asked(mode, uri="/health"), "shop") for mode in ("closed", "queue 0", "read-only")),
        # nothing that is wrong closes a shop
        *(
            (asked(mode), "shop")
            for mode in (None, "", "close", "queue", "queue x", "queue -1", "CLOSED", "queue 1000 ")
        ),
        ({**asked("queue 0"), "store": {"mode": "queue 0"}}, "shop"),
        ({**asked("queue 0"), "settings": {**SETTINGS, "passing": ["("]}}, "shop"),
        ({**asked("closed"), "store": {}}, "shop"),
    ]
    assert [shown(one) for one in run([case for case, _ in cases], vendor)] == [wanted for _, wanted in cases]


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_queue_admits_the_stated_share_and_nobody_gains_by_asking_more_often(vendor: str) -> None:
    people = [f"198.51.{i // 250}.{i % 250}" for i in range(1000)]
    times = ("queue 20", 1_000_000), ("queue 20", 1_000_010), ("queue 20", 1_000_060), ("queue 100", 1_000_000)
    answers = run([asked(mode, address=one, now=now) for mode, now in times for one in people], vendor)
    let_in = [one.get("statusCode") == 302 for one in answers]
    once, again, later, every = (let_in[i : i + len(people)] for i in range(0, len(let_in), len(people)))
    assert 0.16 < sum(once) / len(people) < 0.24  # 3 standard deviations
    assert again == once
    assert later != once  # another draw in the next minute
    assert all(every)


def test_an_order_passes_cloudflare_whole_and_without_the_place() -> None:
    row = asked("queue 100", "POST", "/cart", body="lamp=2")
    row["request"]["cookies"] = {COOKIE: {"value": "1.a"}, "cart": {"value": "7"}}
    assert run([row], "cloudflare") == [
        {"passes": True, "cookies": {"cart": {"value": "7"}}, "method": "POST", "body": "lamp=2"}
    ]


@pytest.mark.parametrize("vendor", VENDORS)
def test_who_is_admitted_keeps_the_place_and_nobody_makes_one(vendor: str) -> None:
    (answer,) = run([asked("queue 100", uri="//evil.example/x", query="a=1&b=%2F")], vendor)
    assert answer["headers"]["location"]["value"] == "https://shop.example//evil.example/x?a=1&b=%2F"
    cookie = answer["cookies"][COOKIE]
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie["attributes"].split("; "))
    until = 1_000_000 + 3600
    forged = [f"{until + 9}.{cookie['value'].split('.')[1]}", "1", f"{until}.", f"{until}.{'0' * 64}", "a.b.c"]

    def after(seconds: int, method: str = "GET", value: str = cookie["value"]) -> dict[str, Any]:
        row = asked("queue 0", method, now=1_000_000 + seconds)
        row["request"]["cookies"] = {COOKIE: {"value": value}, "cart": {"value": "7"}}
        return row

    kept, ordering, renewed, late, over, *wrong = run(
        [
            after(60),
            after(60, "POST"),
            after(2400),
            after(2400, "POST"),
            after(3601),
            *(after(60, value=v) for v in forged),
        ],
        vendor,
    )
    # the shop is not told, and what edges keep is not kept once a customer
    assert kept == {"passes": True, "cookies": {"cart": {"value": "7"}}}
    assert ordering.get("passes")
    assert renewed["statusCode"] == 302
    assert renewed["cookies"][COOKIE]["value"].startswith(f"{1_000_000 + 2400 + 3600}.")
    assert late.get("passes")
    assert [shown(one) for one in (over, *wrong)] == ["queue"] * 6
