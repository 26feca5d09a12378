"""What worldwide load balancers show instead of the shop: URL maps that lie ready, to one of which people lead them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final
from urllib.parse import urlsplit

from bcinfra.continuity.model.parts import CLOSED, OPEN, READ_ONLY, SHOWN, Lead, State, Switch
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.reading import Found, setting
from bcinfra.continuity.readings.base.view import View, as_number, as_row, as_rows, as_text, once_per_view, strings
from bcinfra.continuity.readings.gcp import places
from bcinfra.continuity.readings.gcp.balancers import (
    ADDRESSES,
    BACKEND_BUCKET,
    EDGE,
    GLOBAL_RULE,
    MAPS,
    PROXIES,
    SERVICES,
    backend_services,
    certified_by,
    is_internal,
)
from bcinfra.graph.core.model import Resource, Value

PROXY: Final = "gcp:compute/targetHttpsProxy:TargetHttpsProxy"
URL_MAP: Final = MAPS[0]
WRITING: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
"""Methods of requests that may write."""
_FOR_NOW: Final = ("FOUND", "SEE_OTHER")
"""Redirects that browsers ask for again: one that is permanent would keep customers away once the shop is open."""
_LEADING: Final = ("defaultService", "defaultRouteAction", "pathMatchers")
_EVERY: Final = "*"


def switch(view: View, resource: Resource) -> Iterator[Found]:
    """What people lead all of a project's ways in by to maps that lie ready. A way in without one would go on selling,
    so that a state is one of all ways in or none; and a program that does not leave the map as it is would lead them
    back with the next deployment."""
    rules = _ways_in(view, places.project(view, resource).name)
    if resource.urn != next(iter(rules), None):
        return
    ready = {urn: _ready(view, view.graph[urn], rule) for urn, rule in rules.items()}
    states = tuple[State, ...](state for state in SHOWN if all(state in found for found in ready.values()))
    if not states:
        return
    pages = {_page(found[state], state) for found in ready.values() for state in states}
    yield Switch(
        urn=resource.urn,
        front=rules[resource.urn].urn,
        label=f"load balancer {rules[resource.urn].name}",
        homes=(
            EDGE,
            places.project(view, resource),
            places.WORLDWIDE_CONTROL,
            *dict.fromkeys(one for rule in rules.values() for one in certified_by(view, rule)),
        ),
        states=states,
        pages=pages.pop() if len(pages) == 1 else "",
        leads=tuple(
            Lead(urn=urn, to={OPEN: shown.urn, **{state: found[state].urn for state in states}})
            for urn, found in ready.items()
            for shown in view.refs(view.graph[urn], "urlMap", URL_MAP)[:1]
        ),
    )


@once_per_view
def _ways_in(view: View, project: str) -> dict[str, Resource]:
    """URNs of the proxies by which customers reach what a project serves → a rule that leads to each."""
    found: dict[str, Resource] = {}
    for proxy in sorted(view.graph.of_type(PROXY), key=lambda one: one.urn):
        if places.project(view, proxy).name == project:
            rules = [row for row in view.users(proxy, GLOBAL_RULE, "target") if not is_internal(view, row)]
            if rules and backend_services(view, rules[0]):
                found[proxy.urn] = rules[0]
    return found


def _ready(view: View, proxy: Resource, rule: Resource) -> dict[State, Resource]:
    """The maps that a way in can be led to, which nothing else uses."""
    if "urlMap" not in proxy.options.ignore_changes:
        return {}
    served = frozenset(row.urn for row in backend_services(view, rule))
    own = frozenset(_own_names(view, rule))
    found: dict[State, Resource] = {}
    for row in view.graph.of_type(URL_MAP):
        used = any(view.users(row, token, "urlMap") for token in PROXIES)
        if not used and places.project(view, row) == places.project(view, proxy):
            behind = {one.urn for name in _LEADING for one in view.refs(row, name, *SERVICES)}
            if behind <= served and (state := _state(view, row, own)):
                found.setdefault(state, row)
    return found


def _own_names(view: View, rule: Resource) -> Iterator[str]:
    """Names that lead to a rule's address, with whomever they are: who is led there comes back."""
    addresses = {row.urn for row in view.refs(rule, "ipAddress", *ADDRESSES)}
    for row in view.graph if addresses else ():
        name = row.inputs.get("name")
        if isinstance(name, str) and any(addresses & {*urns} for urns in row.property_dependencies.values()):
            yield name.rstrip(".").lower()


def _state(view: View, row: Resource, own: Collection[str]) -> State | None:
    """The state that a map shows, where it is seen to show it to all."""
    matchers = {as_text(one.get("name")): one for one in view.rows(row, "pathMatchers")}
    named = {as_text(one.get("pathMatcher")): [*strings(one.get("hosts"))] for one in view.rows(row, "hostRules")}
    every = next((matchers.get(name) for name, hosts in named.items() if _EVERY in hosts), None)
    others = [one for name, one in matchers.items() if _EVERY not in named.get(name, ()) and named.get(name)]
    if not all(_led(as_row(one.get("defaultUrlRedirect"))) and not _rules(one) for one in others):
        return None
    served = bool(view.refs(row, "pathMatchers", *SERVICES))
    shown = every if every is not None else row.inputs
    if _away(as_row(shown.get("defaultUrlRedirect")), own) or (
        not served and not view.refs(row, "defaultService", *SERVICES) and _buckets(view, row, apart=every is not None)
    ):
        return (
            CLOSED
            if all(_is_exact(one) or _away(as_row(one.get("urlRedirect")), own) for one in _rules(shown))
            else None
        )
    sells = served if every is not None else bool(view.refs(row, "defaultService", *SERVICES))
    return READ_ONLY if sells and _refused(shown, own) >= WRITING else None


def _buckets(view: View, row: Resource, *, apart: bool) -> bool:
    """Whether files of a bucket are what is shown."""
    return bool(view.refs(row, "pathMatchers" if apart else "defaultService", BACKEND_BUCKET))


def _rules(matcher: Mapping[str, Value]) -> list[Mapping[str, Value]]:
    """What a matcher does besides its default, in the order in which it is tried."""
    routes = sorted(as_rows(matcher.get("routeRules")), key=lambda one: as_number(one.get("priority")) or 0)
    return [*routes, *as_rows(matcher.get("pathRules"))]


def _is_exact(rule: Mapping[str, Value]) -> bool:
    """Whether a rule is of single paths, such as the one that health checks ask for."""
    matches = as_rows(rule.get("matchRules"))
    paths = [*strings(rule.get("paths"))]
    exact = [as_text(one.get("fullPathMatch")) for one in matches]
    return bool(exact or paths) and all(exact) and not any(path.endswith("*") for path in paths)


def _refused(matcher: Mapping[str, Value], own: Collection[str]) -> frozenset[str]:
    """Methods of which every request is led to a page, but for single paths."""
    found: set[str] = set()
    for rule in _rules(matcher):
        if _is_exact(rule):
            continue
        if not _away(as_row(rule.get("urlRedirect")), own):
            break  # it may take what later rules would refuse
        for match in as_rows(rule.get("matchRules")):
            headers = as_rows(match.get("headerMatches"))
            if match.get("prefixMatch") == "/" and len(headers) == 1 and headers[0].get("headerName") == ":method":
                found |= {as_text(headers[0].get("exactMatch")) or ""}
    return frozenset(found)


def _led(redirect: Mapping[str, Value]) -> bool:
    """Whether it leads to another name."""
    return bool(as_text(redirect.get("hostRedirect")))


def _away(redirect: Mapping[str, Value], own: Collection[str]) -> bool:
    """Whether it leads to a page that is not behind the same address, and for now alone."""
    host = (as_text(redirect.get("hostRedirect")) or "").lower()
    return bool(host) and host not in own and redirect.get("redirectResponseCode") in _FOR_NOW


def _page(row: Resource, state: State) -> str:
    """What the page of a map is below; empty where that is not known."""
    found = [as_row(row.inputs.get("defaultUrlRedirect"))]
    for matcher in as_rows(row.inputs.get("pathMatchers")):
        found += (
            as_row(matcher.get("defaultUrlRedirect")),
            *(as_row(one.get("urlRedirect")) for one in _rules(matcher)),
        )
    for redirect in found:
        host, path = as_text(redirect.get("hostRedirect")), as_text(redirect.get("pathRedirect")) or ""
        if host and path.endswith(f"/{state}.html"):
            return urlsplit(f"https://{host}{path}")._replace(path=path.removesuffix(f"{state}.html")).geturl()
    return ""


READINGS: Final = {
    PROXY: setting(
        "proxy", "which certificates and backends a load balancer uses, and which pages", reasons.FRONT, parts=switch
    )
}
