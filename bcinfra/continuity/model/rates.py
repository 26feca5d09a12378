"""How often each kind of failure comes, and how long it lasts for who only waits.

Published base rates come first; what nobody publishes is an assumption with its reason. A customer's own figures
replace the base rates (:class:`bcinfra.continuity.model.facts.Overrides`). Rates from published events are lower
bounds.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import partial
from typing import Final

from bcinfra.continuity.model.distributions import Distribution, fitted
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.facts import BaseRate, Fact, Table
from bcinfra.continuity.model.parts import Guard
from bcinfra.continuity.model.ranges import Computed, Figure, Range, Unit, assumed, combine, computed, total, unknown
from bcinfra.places.place import Place
from bcinfra.places.table import GLOBAL_HOME
from bcinfra.seconds import DAY, HOUR


def _often(name: str, low: float, typical: float, upper: float, text: str) -> Figure:
    return assumed(f"{name}: rate", Unit.PER_YEAR, Range(typical, upper, low), text)


def _long(name: str, typical: float, upper: float, text: str) -> Figure:
    return assumed(f"{name}: duration", Unit.SECONDS, Range(typical, upper), text)


class Pair(StrEnum):
    """How far two places are apart, as to what can hit both."""

    SAME_GEOGRAPHY = "same provider, same geography"
    OTHER_CONTINENT = "same provider, different continents"
    OTHER_PROVIDER = "different providers"


def _beta(low: float, typical: float, upper: float) -> Figure:
    text = "share of failures that hit both places at once (beta factor); judgement, nobody publishes a denominator"
    return assumed("beta", Unit.SHARE, Range(typical, upper, low), text)


BETA: Final[Mapping[Pair, Figure]] = {
    Pair.SAME_GEOGRAPHY: _beta(0.05, 0.1, 0.2),
    Pair.OTHER_CONTINENT: _beta(0.01, 0.02, 0.05),
    Pair.OTHER_PROVIDER: _beta(0.005, 0.01, 0.02),
}

HOST: Final = (
    _often("server", 0.02, 0.05, 0.1, "a server or instance fails about once in twenty years of running (judgement)"),
    _long("server", 0.5 * HOUR, 12 * HOUR, "the vendor restarts an instance on other hardware when it can (judgement)"),
)
BALANCER: Final = (
    _often(
        "load balancer",
        *(0.005, 0.02, 0.1),
        "what runs it loses or damages its state: 6.8 % of those of us-east-1 on 2012-12-24"
        " (https://aws.amazon.com/message/680587/), network load balancers there in aws-us-east-1-2025-10; with"
        " mistakes in its own settings once in fifty years (judgement)",
    ),
    _long("load balancer", 4 * HOUR, 24 * HOUR, "nine hours in aws-us-east-1-2025-10, a day on 2012-12-24"),
)
PROVIDER: Final = _often(
    "provider", 0.001, 0.005, 0.02, "no provider has lost all its regions at once for hours; judgement"
)
SUSPENSION: Final = (
    _often(
        "suspension", 0.001, 0.005, 0.02, "few published cases (unisuper-gcp-2024-05, railway-gcp-suspension-2026-05)"
    ),
    _long("suspension", 8 * HOUR, 7 * DAY, "8 hours for Railway in 2026, a week for UniSuper in 2024"),
)
COMPROMISE: Final = _often(
    "account compromise", 0.001, 0.005, 0.03, "no public denominator; below ransomware of any kind; judgement"
)
COMPROMISE_OF_ALL: Final = _often(
    "compromise of all accounts",
    0.0002,
    0.001,
    0.01,
    "who deploys to several accounts holds credentials for all of them; a fifth of the compromises of one; judgement",
)
BAD_DATA: Final = _often(
    "bad data",
    *(0.02, 0.1, 0.5),
    "a migration, an import or a release writes wrongly what a database holds, and nobody sees it at once: for years"
    " in one shop, twice in a year in another; nobody counts them (judgement)",
)
UPGRADE: Final = _often(
    "planned upgrade",
    1,
    2,
    4,
    "minor versions of MySQL and Redis come out quarterly; shops take one or two a year (judgement)",
)
QUOTA: Final = (
    _often(
        "quota spent",
        *(0.02, 0.1, 0.5),
        "clients, or others in the account, need more than it may run: once in ten years for a shop that watches its"
        " quotas, every other year for one that grows (nobody counts it; judgement)",
    ),
    _long(
        "quota spent",
        1 * HOUR,
        3 * DAY,
        "the vendor grants small steps within the hour and asks back about large ones for days (judgement)",
    ),
)
QUOTA_LOW: Final = assumed(
    "share of time in which a standby may not grow",
    Unit.SHARE,
    Range(0.1, 0.5, 0.02),
    "a quota that is never needed is looked at in the disaster (judgement)",
)
INSIDER: Final = _often(
    "insider", 0.0005, 0.003, 0.02, "no public denominator; a fraction of deletions by mistake; judgement"
)


def _past(low: float, typical: float, upper: float, text: str) -> Figure:
    return assumed("share of deletions by mistake", Unit.SHARE, Range(typical, upper, low), f"{text} (judgement)")


PAST: Final[Mapping[Guard, Figure]] = {
    Guard.SERVICE: _past(
        *(0.01, 0.05, 0.2), "who deletes the wrong thing must first switch its deletion protection off: about one in 20"
    ),
    Guard.IN_USE: _past(
        *(0.01, 0.05, 0.2),
        "the service deletes nothing that is in use: it must be taken out of use first, about one in 20",
    ),
    Guard.NOT_EMPTY: _past(0.2, 0.5, 0.9, "the service deletes nothing that is not empty, but empties it when told to"),
    Guard.PROGRAM: _past(
        0.2, 0.5, 0.9, "Pulumi refuses; about every other deletion is made in a console or by a script"
    ),
}
"""Share of deletions by mistake that get past what stands in their way. Nobody publishes how many are refused."""
IMPAIRED: Final = (
    _often("impaired zone", 0.02, 0.05, 0.1, "0.03 to 0.1 a zone with what is never published (aws-az-physical)"),
    _long("impaired zone", 1 * HOUR, 12 * HOUR, "as other partial failures of a zone (judgement)"),
)
KEY: Final = _often(
    "key deletion", 0.0005, 0.002, 0.01, "an operator or attacker schedules the deletion of a key; judgement"
)
_EXPIRES: Final = {
    True: _often(
        *("certificate expiry", 0.002, 0.01, 0.05),
        "it renews itself, until the proof in DNS is gone or nothing takes up the new one (judgement)",
    ),
    False: _often(
        *("certificate expiry", 0.02, 0.1, 0.4),
        "somebody must obtain the next one and deploy it, every 200 days since 2026-03 and every 47 from 2029-03"
        " (CA/Browser Forum, ballot SC-081v3); judgement",
    ),
    None: _often(
        *("certificate expiry", 0.01, 0.05, 0.2),
        "nothing says who renews it; by hand it is forgotten now and then (epic-cert-2021-04); judgement",
    ),
}
_LAPSES: Final = {
    True: _often(
        *("lapse", 0.0001, 0.0005, 0.003),
        "it renews itself, until a card or a contact is out of date (nobody counts those that lapse; judgement)",
    ),
    False: _often("lapse", 0.01, 0.05, 0.2, "it is renewed by hand, as a certificate that is forgotten (judgement)"),
    None: _often(
        *("lapse", 0.0005, 0.003, 0.03),
        "nothing says whether it renews itself, which most registrars offer; banks, carriers and shops lapse (Regions"
        " Bank 2013, EE 2015, Foursquare 2010); judgement",
    ),
}
_TAKEN: Final = {
    True: _often("taken away", 0.0001, 0.0005, 0.003, "by a court, a registry or the registrar's mistake; judgement"),
    False: _often("taken away", 0.0002, 0.002, 0.01, "a transfer that nobody asked for goes through; judgement"),
    None: _often("taken away", 0.0001, 0.001, 0.01, "nothing says whether its transfer is locked; judgement"),
}


def certificate(*, renews: bool | None = None) -> Figure:
    """How often a certificate is expired or revoked a year; ``None``: nothing says whether it renews itself."""
    return _EXPIRES[renews]


def registration(*, renews: bool | None = None, locked: bool | None = None) -> Figure:
    """How often the registration of a domain is lost a year; ``None``: nothing says whether it is protected so."""
    return total("registration: rate", _LAPSES[renews], _TAKEN[locked])


ISP: Final = _often("ISP", 0.3, 1.0, 3.0, "a business line fails about once a year for hours; judgement")
CARRIER: Final = (
    _often("carrier", 0.01, 0.05, 0.2, "a carrier's whole network goes down about once in twenty years; judgement"),
    _long("carrier", 12 * HOUR, 24 * HOUR, "half a day for optus-2023-11, a day at worst; judgement"),
)
CABLE: Final = _often("cable entry", 0.02, 0.1, 0.5, "diggers and work in ducts cut cables now and then; judgement")
RACK: Final = (
    _often("rack", 0.01, 0.03, 0.1, "its switch or its power strip fails once in decades; judgement"),
    _long("rack", 4 * HOUR, 48 * HOUR, "until parts are there and built in (judgement)"),
)
HARDWARE_LASTS: Final = _long(
    "server on premises", 8 * HOUR, 5 * DAY, "until somebody has come with a spare part (judgement)"
)
ROOM: Final = (
    _often("room", 0.0005, 0.002, 0.01, "fire or water in one compartment of a building; no public denominator"),
    _long("room", 14 * DAY, 120 * DAY, "until it is cleaned, dried and equipped again (judgement)"),
)
BUILDING: Final = (
    _often("building", 0.0005, 0.001, 0.005, "fire, flood or evacuation of a building; no public denominator"),
    _long("building", 30 * DAY, 365 * DAY, "until there is another building (judgement)"),
)
GRID: Final = (
    _often(
        "grid",
        *(0.1, 0.3, 1.5),
        "a supply in Europe is out for 9 to 371 minutes a year (CEER Benchmarking Report 6.1, year 2016): about one"
        " outage in three years (judgement)",
    ),
    _long("grid", 1 * HOUR, 12 * HOUR, "most outages of a supply are over in an hour, storms take half a day"),
)
BACKUP: Final = (
    _often("backup power", 0.01, 0.03, 0.1, "a battery or generator is found dead once in thirty years; judgement"),
    _long("backup power", 7 * DAY, 30 * DAY, "nobody sees it before the next monthly test (judgement)"),
)
RELEASE: Final = (
    _often("bad release", 0.2, 1.0, 4.0, "about 70 % of outages are changes (Site Reliability Engineering); judgement"),
    _long("bad release", 1 * HOUR, 12 * HOUR, "until a version without the fault is built and out; judgement"),
)
FLOOD: Final = (
    _often("denial of service", 0.05, 0.3, 2.0, "shops are a usual target before big sales; judgement"),
    _long(
        "denial of service",
        1 * HOUR,
        8 * HOUR,
        "most floods last under an hour, route53-ddos-2019-10 eight; judgement",
    ),
)
PARTITION: Final = (
    _often("partition", 0.02, 0.1, 0.5, "traffic between two regions or sites stops while both run; judgement"),
    _long("partition", 0.5 * HOUR, 8 * HOUR, "as long as a network event between regions; judgement"),
)
GEOGRAPHY_LASTS: Final = _long(
    "geography", 30 * DAY, 180 * DAY, "two regions of the Gulf were gone for months (aws-middle-east-2026-03)"
)
MAINTENANCE: Final = (
    assumed(
        "share of time in maintenance",
        Unit.SHARE,
        Range(0.003, 0.006, 0.001),
        "two to four hours a month of work on the standby (judgement)",
    ),
    _long(
        "maintenance", 1 * HOUR, 4 * HOUR, "the other site's maintenance is finished or backed out first (judgement)"
    ),
)


PLACE: Final = "cloud-place-outage"
"""The base rate that says how long zones, regions and whatever contains them are out: none before what lies in it."""
COUNTED: Final[Mapping[DomainKind, tuple[Mapping[str, str], str]]] = {
    DomainKind.ZONE: ({"aws": "aws-az-physical", "gcp": "gcp-zone-physical"}, PLACE),
    DomainKind.REGION: (
        {
            # It hosts partition-wide control planes, so it has its own record; the other regions share theirs.
            str(Place("aws", GLOBAL_HOME)): "aws-us-east-1-severe",
            "aws": "aws-other-region-severe",
            "gcp": "gcp-region-severe",
        },
        PLACE,
    ),
    DomainKind.GLOBAL_CONTROL_PLANE: (
        {
            "aws": "aws-global-control-plane",
            "cloudflare": "cloudflare-control-plane",
            "gcp": "gcp-global-control-plane",
            "": "provider-wide-control-plane",
        },
        "provider-wide-control-plane",
    ),
    DomainKind.DNS_PROVIDER: (
        {
            "aws/route53": "aws-route53",
            "cloudflare/dns": "cloudflare-dns",
            "gcp/cloud-dns": "gcp-cloud-dns",
            "": "cdn-dns-provider-global",
        },
        "cdn-dns-provider-global",
    ),
    DomainKind.CDN: (
        {
            "aws/cloudfront": "aws-cloudfront",
            "aws/globalaccelerator": "aws-global-accelerator",
            "cloudflare/proxy": "cloudflare-proxy",
            "gcp/global load balancing": "gcp-global-load-balancing",
            "": "cdn-dns-provider-global",
        },
        "cdn-dns-provider-global",
    ),
}
"""Base rates by the domain or vendor whose outages they count (``""``: of all others), and the one that says how long
outages of the kind last where the own one does not. Without a row for all others the worst of the vendors is taken."""


def lasting(begins: float, ends: float | None = None, less: float = 0.0) -> tuple[Figure, Figure]:
    """Of outages of the grid that last at least ``begins`` and less than ``ends`` seconds: the rate, and how long they
    last after the first ``less`` seconds."""
    rate, lasts = GRID
    assert rate.value
    assert lasts.value
    every = fitted(lasts.value).values
    some = [value - less for value in every if value >= begins and (ends is None or value < ends)]
    share = max(len(some), 1) / len(every)
    kept = Distribution(tuple(some or (0.0,)))
    span = f"at least {begins / 60:g} min" + ("" if ends is None else f" and less than {ends / 60:g} min")
    how = f"the share of outages of the grid that last {span}"
    often = combine(partial(_product, share), rate.value)
    left = Range(kept.quantile(0.5), kept.quantile(0.95), kept.quantile(0.05))
    return (
        Figure(rate.name, rate.unit, often, Computed(how, (rate, lasts))),
        Figure(lasts.name, lasts.unit, left, Computed(f"{how}, without the first {less / 60:g} min", (lasts,))),
    )


class Rates:
    """Rate a year and duration of the failure of a domain."""

    def __init__(self, base: Table[BaseRate], facts: Table[Fact]) -> None:
        self._base = base
        self._facts = facts

    def base(self, id: str) -> tuple[Figure, Figure]:
        row = self._base[id]
        return row.rate_figure(), row.duration_figure()

    def of(self, domain: Domain) -> tuple[Figure, Figure | None]:
        """Rate a year, and seconds until the domain is back for who only waits (``None``: it does not come back)."""
        rate, lasts = self._usual(domain)
        return domain.rate or rate, domain.lasts or lasts

    def _usual(self, domain: Domain) -> tuple[Figure, Figure | None]:
        """As :meth:`of`, where nothing is stated."""
        match domain.kind:
            case DomainKind.HOST:
                return HOST
            case DomainKind.RACK:
                return RACK
            case DomainKind.ZONE if _on_premises(domain):
                return RACK
            case DomainKind.ROOM:
                return ROOM
            case DomainKind.REGION if _on_premises(domain):
                return BUILDING
            case DomainKind.PROVIDER:
                return PROVIDER, self._base[PLACE].duration_figure()
            case (
                DomainKind.ZONE
                | DomainKind.REGION
                | DomainKind.CONTROL_PLANE
                | DomainKind.GLOBAL_CONTROL_PLANE
                | DomainKind.DNS_PROVIDER
                | DomainKind.CDN
            ):
                return self._counted(domain)
            case DomainKind.GEOGRAPHY:
                share, (region, _) = BETA[Pair.SAME_GEOGRAPHY], self._counted(Domain(DomainKind.REGION, ""))
                rate = computed("geography: rate", Unit.PER_YEAR, "region's rate x beta", _product, region, share)
                return rate, GEOGRAPHY_LASTS
            case DomainKind.ACCOUNT:
                return SUSPENSION
            case DomainKind.KEY:
                return KEY, None
            case DomainKind.CERTIFICATE:
                return certificate(), self._facts["tls.certificate_lifetime"].failover_figure()
            case DomainKind.REGISTRATION:
                return registration(), self._facts["dns.registration"].failover_figure()
            case DomainKind.ISP:
                return ISP, self._facts["onprem.site"].failover_figure()
            case DomainKind.CABLE:
                return CABLE, self._facts["onprem.site"].failover_figure()
            case DomainKind.POWER:
                fact = self._facts["dc.outage_rate"]
                rate = computed(
                    "site outage: rate",
                    Unit.PER_YEAR,
                    "outages a year x serious share",
                    _product,
                    fact.parameter("per_year_if_poisson", Unit.PER_YEAR),
                    fact.parameter("serious_or_severe_share", Unit.SHARE),
                )
                return rate, self._facts["onprem.site"].failover_figure()
            case DomainKind.RELEASE | DomainKind.SYSTEM:
                return RELEASE
            case DomainKind.OPERATOR:
                return self.base("operator-data-destruction")
            case DomainKind.ATTACKER:
                return self.base("ransomware-company")
            case DomainKind.SUPPLIER:
                reason = f"nothing says how reliable {domain.name} is"
                return (
                    unknown(f"{domain.name}: rate", Unit.PER_YEAR, reason),
                    unknown(f"{domain.name}: duration", Unit.SECONDS, reason),
                )

    def _counted(self, domain: Domain) -> tuple[Figure, Figure]:
        """Of what published outages are counted for: the domain itself, its vendor, or any other."""
        kind = DomainKind.REGION if domain.kind is DomainKind.CONTROL_PLANE else domain.kind
        counted, lasts = COUNTED[kind]
        place = domain.name.split("/")
        own = next((id for n in range(len(place), 0, -1) if (id := counted.get("/".join(place[:n])))), counted.get(""))
        duration = self._base[own if own and self._base[own].duration else lasts].duration_figure()
        if own:
            return self._base[own].rate_figure(), duration
        vendors = (self._base[id].rate_figure() for name, id in counted.items() if "/" not in name)
        how = "the highest of the vendors whose outages are counted"
        return computed(f"{kind}: rate", Unit.PER_YEAR, how, max, *vendors), duration


def _on_premises(domain: Domain) -> bool:
    return domain.place is not None and domain.place.on_premises


def _product(*values: float) -> float:
    result = 1.0
    for value in values:
        result *= value
    return result
