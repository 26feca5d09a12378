"""The way in: one address for the world, what is refused there, certificates, and names that fail over."""

from __future__ import annotations

from typing import Any

import pytest

from bcinfra.gcp.armor import ATTACKS, Armor, ArmorArgs
from bcinfra.gcp.certificate import Certificate, CertificateArgs
from bcinfra.gcp.dns import Endpoint, GeoDns, GeoDnsArgs, Routing
from bcinfra.gcp.loadbalancer import WRITING, Backend, LoadBalancer, LoadBalancerArgs
from bcinfra.gcp.zone import NameServers, NameServersArgs, ProofRecord, ProofRecordArgs, PublicZone, PublicZoneArgs
from bcinfra.graph.core.model import Graph
from tests.gcp.conftest import counts, declare, needs, nested, project
from tests.helpers import refusals, row, rows

SITES = {"ghent": Backend(group="ghent-group", preferred=True), "turin": Backend(group="turin-group")}
RUN = {site: Backend(group=f"{site}-neg", serverless=True) for site in SITES}
PLACES = {
    "shop": Endpoint(address="203.0.113.10", location="europe-west1"),
    "fallback": Endpoint(address="198.51.100.7", location="us-east1", weight=0.5),
}


def balancer(backends: dict[str, Backend] | None = None, *, disposable: bool = False, **args: Any) -> Graph:
    return declare(
        lambda: LoadBalancer(
            "shop",
            LoadBalancerArgs(
                project=project(disposable=disposable),
                backends=backends or SITES,
                certificate_map="//certificatemanager.googleapis.com/projects/acme-prod/locations/global/map",
                security_policy="projects/acme-prod/global/securityPolicies/shop",
                **args,
            ),
        )
    )


@pytest.fixture(scope="module")
def graph() -> Graph:
    return balancer()


def test_what_a_load_balancer_is_made_of(graph: Graph) -> None:
    assert counts(graph) == {
        "BackendService": 1,
        "HealthCheck": 1,
        "URLMap": 2,
        "SSLPolicy": 1,
        "TargetHttpProxy": 1,
        "TargetHttpsProxy": 1,
        "GlobalAddress": 2,
        "GlobalForwardingRule": 4,
    }


def test_a_site_that_is_ill_is_left_out(graph: Graph) -> None:
    service = row(graph, "BackendService", "shop-backends")
    assert service.inputs["loadBalancingScheme"] == "EXTERNAL_MANAGED"
    assert needs(graph, service, "healthChecks") == {"shop-serves"}
    assert nested(service, "outlierDetection", "consecutiveErrors") == 5
    assert nested(service, "outlierDetection", "maxEjectionPercent") == 50
    assert service.inputs["connectionDrainingTimeoutSec"] == 60
    check = row(graph, "HealthCheck", "shop-serves").inputs
    assert (check["checkIntervalSec"], check["unhealthyThreshold"]) == (5, 2)


def test_the_preferred_site_is_filled_first(graph: Graph) -> None:
    backends = nested(row(graph, "BackendService", "shop-backends"), "backends")
    assert [(b["group"], b["preference"]) for b in backends] == [
        ("ghent-group", "PREFERRED"),
        ("turin-group", "DEFAULT"),
    ]
    assert all((b["balancingMode"], b["maxRatePerInstance"], b["capacityScaler"]) == ("RATE", 50, 1) for b in backends)


def test_cloud_run_has_no_health_check_but_ejects_regions_that_err() -> None:
    graph = balancer(RUN)
    service = row(graph, "BackendService", "shop-backends")
    assert "HealthCheck" not in counts(graph)
    assert nested(service, "backends") == [{"group": "ghent-neg"}, {"group": "turin-neg"}]
    assert nested(service, "outlierDetection", "enforcingConsecutiveErrors") == 100
    assert not {"healthChecks", "portName", "timeoutSec"} & service.inputs.keys()


def test_the_edge_refuses_attacks_and_serves_what_it_kept(graph: Graph) -> None:
    service = row(graph, "BackendService", "shop-backends")
    assert service.inputs["securityPolicy"] == "projects/acme-prod/global/securityPolicies/shop"
    assert nested(service, "cdnPolicy", "serveWhileStale") == 86400
    assert "cdnPolicy" not in row(balancer(cache=False), "BackendService", "shop-backends").inputs


def test_only_a_request_that_was_never_handed_over_is_sent_again(graph: Graph) -> None:
    assert nested(row(graph, "URLMap", "shop-urls"), "defaultRouteAction", "retryPolicy") == {
        "numRetries": 2,
        "retryConditions": ["connect-failure"],
    }


def test_everything_is_https(graph: Graph) -> None:
    assert nested(row(graph, "URLMap", "shop-redirect"), "defaultUrlRedirect", "httpsRedirect") is True
    assert needs(graph, row(graph, "TargetHttpProxy", "shop-http"), "urlMap") == {"shop-redirect"}
    secure = row(graph, "TargetHttpsProxy", "shop-https")
    assert needs(graph, secure, "urlMap") == {"shop-urls"}
    assert row(graph, "SSLPolicy", "shop-tls").inputs["minTlsVersion"] == "TLS_1_2"
    for kind in ("a", "aaaa"):
        for scheme, port in (("https", "443"), ("http", "80")):
            rule = row(graph, "GlobalForwardingRule", f"shop-{scheme}-{kind}")
            assert rule.inputs["portRange"] == port
            assert needs(graph, rule, "target") == {f"shop-{scheme}"}


def test_maps_for_what_customers_are_shown_lie_ready() -> None:
    graph = balancer(pages="https://help.example/nl/", redirects={"old.example": "shop.example"})
    secure = row(graph, "TargetHttpsProxy", "shop-https")
    assert secure.options.ignore_changes == ("urlMap",)
    assert needs(graph, secure, "urlMap") == {"shop-urls"}
    closed, reading = (row(graph, "URLMap", f"shop-{state}") for state in ("closed", "read-only"))
    assert [secure.inputs["name"], closed.inputs["name"]] == ["shop-https", "shop-closed"]
    page = nested(closed, "defaultUrlRedirect")
    assert (page["hostRedirect"], page["pathRedirect"], page["redirectResponseCode"]) == (
        "help.example",
        "/nl/closed.html",
        "FOUND",
    )
    assert not needs(graph, closed, "defaultService")
    for ready in (closed, reading):
        leading, every = nested(ready, "pathMatchers")
        assert leading["defaultUrlRedirect"]["hostRedirect"] == "shop.example"
        assert every["routeRules"][0]["matchRules"] == [{"fullPathMatch": "/healthz"}]
        assert nested(ready, "hostRules")[-1]["hosts"] == ["*"]
    ordering = every["routeRules"][1]
    assert [one["headerMatches"][0]["exactMatch"] for one in ordering["matchRules"]] == list(WRITING)
    assert ordering["urlRedirect"]["redirectResponseCode"] == "SEE_OTHER"
    (role,) = rows(graph, "IAMCustomRole").values()
    assert all("compute." in one for one in nested(role, "permissions"))
    assert "httpsRedirect" not in str(
        [row.inputs for name, row in rows(graph, "URLMap").items() if "redirect" not in name]
    )


@pytest.mark.parametrize("disposable", [False, True])
def test_addresses_stay(disposable: bool) -> None:
    addresses = rows(balancer(disposable=disposable), "GlobalAddress").values()
    assert {address.options.protect for address in addresses} == {not disposable}


def test_backends_that_do_not_fit_are_refused() -> None:
    def wrong(**backends: Backend) -> LoadBalancerArgs:
        return LoadBalancerArgs(project=project(), backends=backends, certificate_map="x")

    odd = Backend(group="x", serverless=True, preferred=True)
    assert refusals(lambda: wrong(ghent=odd, turin=Backend(group="y"))) == [
        "backends: ghent are on Cloud Run, the others are not; all or none can be",
        "backends.ghent.preferred: Cloud Run takes no preference; leave the others out instead",
    ]
    assert refusals(lambda: wrong(ghent=Backend(group="x", capacity=0))) == [
        "backends: every capacity is 0; nobody would serve"
    ]


def armor(**args: Any) -> list[dict[str, Any]]:
    graph = declare(lambda: Armor("shop", ArmorArgs(project=project(), **args)))
    assert counts(graph) == {"SecurityPolicy": 1}
    return nested(row(graph, "SecurityPolicy", "shop-policy"), "rules")


def test_floods_are_throttled_and_known_attacks_refused() -> None:
    rules = {rule["priority"]: rule for rule in armor()}
    assert any(
        "'cve-canary'" in rule["match"]["expr"]["expression"] for rule in rules.values() if "expr" in rule["match"]
    )
    assert rules[4000]["action"] == "throttle"
    assert rules[4000]["rateLimitOptions"]["rateLimitThreshold"] == {"count": 600, "intervalSec": 60}
    assert rules[2000]["match"]["expr"]["expression"] == (
        "evaluatePreconfiguredWaf('sqli-v33-stable', {'sensitivity': 1})"
    )
    assert [rules[2000 + i]["action"] for i in range(len(ATTACKS))] == ["deny(403)"] * len(ATTACKS)
    assert rules[2147483647]["action"] == "allow"


def test_rules_can_be_tried_first_and_left_out_without_moving_the_others() -> None:
    rules = {rule["priority"]: rule for rule in armor(preview=True, attacks=frozenset({"xss"}))}
    assert rules.keys() == {2001, 4000, 2147483647}
    assert rules[2001]["preview"] is True


def test_ranges_are_refused_ten_a_rule() -> None:
    rules = armor(refused=frozenset(f"192.0.2.{n}/32" for n in range(25)))
    sizes = [len(r["match"]["config"]["srcIpRanges"]) for r in rules if r["priority"] < 1000]
    assert sizes == [10, 10, 5]


def test_exceptions_stand_before_what_they_are_from() -> None:
    rules = armor(allowed={"office": "203.0.113.0/24"}, unchecked=("/webhooks/*",), counted=frozenset({"sqli"}))
    found = {rule["description"]: rule for rule in rules}
    office, path = found["Addresses that pass every rule"], found["Content that is not judged: /webhooks/*"]
    limit, attack = found["Too many requests from one address"], found["OWASP Core Rule Set: sqli"]
    assert office["priority"] < path["priority"] < attack["priority"] < limit["priority"]
    assert path["action"] == "throttle", "what conforms to a limit is allowed, and judged by no rule below it"
    assert path["match"]["expr"]["expression"] == (
        "request.path.startsWith('/webhooks/') && !request.path.contains('..') && !request.path.lower().contains('%2e')"
    )
    assert attack["preview"] is True
    assert found["OWASP Core Rule Set: xss"]["preview"] is False


def test_addresses_of_many_customers_are_judged_and_not_counted() -> None:
    found = {rule["description"]: rule for rule in armor(unlimited={"proxies": "198.51.100.0/24"})}
    proxies, attack = found["Addresses of many customers"], found["OWASP Core Rule Set: sqli"]
    assert attack["priority"] < proxies["priority"] < found["Too many requests from one address"]["priority"]
    assert proxies["action"] == "allow"


def test_a_rule_set_that_is_none_is_refused() -> None:
    (line,) = refusals(lambda: ArmorArgs(project=project(), attacks=frozenset({"sql"})))
    assert line.startswith("attacks: 'sql' is no rule set; there are sqli, xss, ")


def test_a_certificate_is_proved_before_the_domain_leads_here() -> None:
    def program() -> None:
        at = project()
        zone = PublicZone("zone", PublicZoneArgs(project=at, domain="shop.example"))
        args = CertificateArgs(project=at, zone_name=zone.zone_name, domain="shop.example")
        Certificate("shop", args)

    graph = declare(program)
    assert counts(graph) == {
        "ManagedZone": 1,
        "DnsAuthorization": 1,
        "RecordSet": 1,
        "Certificate": 1,
        "CertificateMap": 1,
        "CertificateMapEntry": 2,
    }
    certificate = row(graph, "Certificate", "shop-certificate")
    assert nested(certificate, "managed", "domains") == ["shop.example", "*.shop.example"]
    assert needs(graph, certificate, "managed") == {"shop-proof"}
    record = row(graph, "RecordSet", "shop-proof")
    assert needs(graph, record, "rrdatas") == {"shop-proof"}
    assert needs(graph, record, "managedZone") == {"zone-zone"}
    assert [e.inputs["hostname"] for e in rows(graph, "CertificateMapEntry").values()] == [
        "*.shop.example",
        "shop.example",
    ]


@pytest.mark.parametrize("disposable", [False, True])
def test_a_zone_is_signed_and_stays(disposable: bool) -> None:
    graph = declare(
        lambda: PublicZone("zone", PublicZoneArgs(project=project(disposable=disposable), domain="shop.example"))
    )
    zone = row(graph, "ManagedZone", "zone-zone")
    assert zone.inputs["dnssecConfig"] == {"state": "on"}
    assert zone.options.protect is not disposable
    assert zone.inputs["forceDestroy"] is disposable


def dns(routing: Routing = Routing.FAILOVER, primary: str = "shop", **args: Any) -> Graph:
    known: dict[str, Any] = {"domain": "shop.example", "endpoints": PLACES, "primary": primary, "routing": routing}
    return declare(lambda: GeoDns("dns", GeoDnsArgs(**{"project": project(), "zone_name": "shop", **known, **args})))


def policy(graph: Graph, fqdn: str = "shop.example") -> dict[str, Any]:
    found = row(graph, "RecordSet", f"dns-{fqdn}-A")
    assert needs(graph, found, "routingPolicy") == {"dns-sells"}
    return {key: value for key, value in nested(found, "routingPolicy").items() if key != "healthCheck"}


def test_what_dns_is_made_of() -> None:
    assert counts(dns()) == {"HealthCheck": 1, "RecordSet": 3}
    assert counts(dns(zone_name=None)) == {"ManagedZone": 1, "HealthCheck": 1, "RecordSet": 3}


def test_the_primary_answers_and_else_the_other() -> None:
    assert policy(dns(), "www.shop.example") == {
        "primaryBackup": {
            "primary": {"externalEndpoints": ["203.0.113.10"]},
            "backupGeos": [{"location": "us-east1", "healthCheckedTargets": {"externalEndpoints": ["198.51.100.7"]}}],
        }
    }


def test_the_nearest_answers_and_else_the_next() -> None:
    found = policy(dns(Routing.GEOLOCATION))
    assert found["enableGeoFencing"] is False
    assert [(g["location"], g["healthCheckedTargets"]["externalEndpoints"]) for g in found["geos"]] == [
        ("us-east1", ["198.51.100.7"]),
        ("europe-west1", ["203.0.113.10"]),
    ]


def test_traffic_is_shared_by_weight() -> None:
    assert [wrr["weight"] for wrr in policy(dns(Routing.WEIGHTED))["wrrs"]] == [0.5, 1.0]


def test_places_are_checked_from_three_regions() -> None:
    check = row(dns(), "HealthCheck", "dns-sells").inputs
    assert check["sourceRegions"] == ["asia-southeast1", "europe-west1", "us-east1"]
    assert (check["checkIntervalSec"], check["unhealthyThreshold"]) == (30, 2)
    assert check["httpsHealthCheck"] == {"port": 443, "requestPath": "/health", "host": "shop.example"}


def test_resolvers_forget_soon_and_only_named_authorities_issue() -> None:
    graph = dns()
    assert row(graph, "RecordSet", "dns-shop.example-A").inputs["ttl"] == 30
    assert row(graph, "RecordSet", "dns-shop.example-CAA").inputs["rrdatas"] == ['0 issue "pki.goog"']


def test_after_a_failover_the_records_change_in_place() -> None:
    before, after = dns(primary="shop"), dns(primary="fallback")
    assert set(before.resources) == set(after.resources)
    assert policy(after)["primaryBackup"]["primary"] == {"externalEndpoints": ["198.51.100.7"]}


def test_one_place_alone_is_answered_without_a_check() -> None:
    graph = dns(endpoints={"shop": PLACES["shop"]})
    record = row(graph, "RecordSet", "dns-shop.example-A")
    assert record.inputs["rrdatas"] == [PLACES["shop"].address]
    assert "routingPolicy" not in record.inputs
    assert not rows(graph, "HealthCheck")


def test_names_that_lead_nowhere_are_refused() -> None:
    known: dict[str, Any] = {"domain": "shop.example", "endpoints": {"shop": PLACES["shop"]}}
    assert refusals(lambda: GeoDnsArgs(project=project(), primary="shpo", **known)) == [
        "primary: 'shpo' is not a site; did you mean 'shop'?",
    ]
    twins = {name: Endpoint(address="x", location="us-east1", weight=0) for name in ("a", "b")}
    for routing, line in {
        Routing.GEOLOCATION: "endpoints: 'a' and 'b' are both at us-east1; give them the nearest apart",
        Routing.WEIGHTED: "endpoints: every weight is 0; nobody would be sent anywhere",
    }.items():
        found = refusals(
            lambda routing=routing: GeoDnsArgs(
                project=project(), domain="shop.example", endpoints=twins, primary="a", routing=routing
            )
        )
        assert found == [line]


def test_a_place_may_have_several_addresses_that_are_checked_alike() -> None:
    both = {**PLACES, "shop": Endpoint(address="203.0.113.10", further=("203.0.113.11",), location="europe-west1")}
    found = policy(dns(endpoints=both))
    assert found["primaryBackup"]["primary"] == {"externalEndpoints": ["203.0.113.10", "203.0.113.11"]}


def test_a_zone_that_two_providers_host_is_unsigned_and_names_the_servers_of_both() -> None:
    def program() -> None:
        at = project()
        zone = PublicZone("zone", PublicZoneArgs(project=at, domain="shop.example", signed=False))
        NameServers(
            "pair",
            NameServersArgs(
                project=at,
                zone_name=zone.zone_name,
                domain="shop.example",
                own=zone.name_servers,
                others=("ns-1.awsdns-00.org",),
            ),
        )

    graph = declare(program)
    assert counts(graph) == {"ManagedZone": 1, "RecordSet": 1}
    assert row(graph, "ManagedZone", "zone-zone").inputs["dnssecConfig"] == {"state": "off"}
    record = row(graph, "RecordSet", "pair")
    assert (record.inputs["name"], record.inputs["type"]) == ("shop.example.", "NS")
    assert needs(graph, record, "rrdatas") == {"zone-zone"}


def test_servers_and_proofs_are_written_as_cloud_dns_writes_names() -> None:
    def program() -> None:
        at = project()
        servers = {"own": ("ns-cloud-a1.googledomains.com.",), "others": ("ns-1.awsdns-00.org",)}
        NameServers("pair", NameServersArgs(project=at, zone_name="shop", domain="shop.example", **servers))
        proof = {"name": "_x.shop.example", "kind": "CNAME", "value": "_y.acm-validations.aws."}
        ProofRecord("aws", ProofRecordArgs(project=at, zone_name="shop", **proof))

    graph = declare(program)
    servers = row(graph, "RecordSet", "pair").inputs["rrdatas"]
    assert servers == ["ns-1.awsdns-00.org.", "ns-cloud-a1.googledomains.com."]
    proof = row(graph, "RecordSet", "aws").inputs
    assert (proof["name"], proof["type"], proof["rrdatas"]) == (
        "_x.shop.example.",
        "CNAME",
        ["_y.acm-validations.aws."],
    )


def test_a_certificate_tells_what_proves_it() -> None:
    def program() -> None:
        at = project()
        made = Certificate("shop", CertificateArgs(project=at, zone_name="shop", domain="shop.example"))
        ProofRecord("too", ProofRecordArgs(project=at, zone_name="second", **made.proof))

    graph = declare(program)
    assert needs(graph, row(graph, "RecordSet", "too"), "rrdatas") == {"shop-proof"}
    assert needs(graph, row(graph, "RecordSet", "shop-proof"), "rrdatas") == {"shop-proof"}
