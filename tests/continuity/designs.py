"""Hand-made designs, so that each rule of the assessment is tested on a model that a reader can hold in mind."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from typing import Any, TypeVar

from bcinfra.continuity.model import domains as d
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.parts import (
    Balancer,
    Business,
    Capability,
    Entry,
    Link,
    Member,
    Model,
    Part,
    Plan,
    PlanStep,
    Pool,
    Protection,
    Provenance,
    RecoveryPoint,
    Route,
    Routing,
    Store,
    StoreKind,
    Target,
    WayOut,
)
from bcinfra.continuity.model.ranges import Figure, Range, Stated, Unit, assumed

P = TypeVar("P", bound=Part)
DUBLIN, FRANKFURT = "aws/eu-west-1", "aws/eu-central-1"
REGION = {site: d.region("aws", site.split("/")[1]) for site in (DUBLIN, FRANKFURT)}
PLANE = {site: d.control_plane("aws", site.split("/")[1]) for site in (DUBLIN, FRANKFURT)}
ZONES = {
    site: tuple(d.zone("aws", site.split("/")[1], f"{site[-6:]}-az{n}") for n in (1, 2, 3))
    for site in (DUBLIN, FRANKFURT)
}
PROD = d.account("aws", "prod")
VAULT = d.account("aws", "vault")
DNS = Domain(DomainKind.DNS_PROVIDER, "route53")
DNS_PLANE = d.global_control_plane("aws", "route53", "us-east-1")
RELEASES = {site: Domain(DomainKind.RELEASE, f"shop:1.4 in {site}") for site in (DUBLIN, FRANKFURT)}
CERTIFICATES = {site: Domain(DomainKind.CERTIFICATE, f"shop.example.com in {site}") for site in (DUBLIN, FRANKFURT)}
STRICT = Target(
    recovery_time=timedelta(minutes=30),
    data_loss=timedelta(minutes=15),
    availability=99.5,
    provenance=Provenance.STATED,
)


LATER = assumed("later", Unit.SECONDS, Range(3600, 7200), "tests")


def seconds(name: str, typical: float, upper: float | None = None) -> Figure:
    return Figure(name, Unit.SECONDS, Range(typical, typical if upper is None else upper), Stated("tests"))


def way_out(*zones: Domain) -> WayOut:
    """One NAT gateway, in the first of some zones, for all of them."""
    return WayOut(urn="nat", label="NAT gateway", zones=zones[:1], serves=zones)


def _homes(site: str) -> tuple[Domain, ...]:
    return (REGION[site], PROD)


def _pool(site: str, minimum: int, maximum: int) -> Pool:
    return Pool(
        urn=f"web-{site}",
        label=f"web servers in {site}",
        site=site,
        homes=_homes(site),
        needs_to_recover=(PLANE[site],),
        zones=ZONES[site],
        minimum=minimum,
        desired=minimum,
        maximum=maximum,
        replaced=True,
        start=seconds("start", 120, 300),
        release=RELEASES[site],
        rollback=True,
    )


def _balancer(site: str) -> Balancer:
    return Balancer(
        urn=f"lb-{site}",
        label=f"load balancer in {site}",
        site=site,
        homes=_homes(site),
        needs_to_run=(CERTIFICATES[site],),
        needs_to_recover=(PLANE[site],),
        zones=ZONES[site],
        pools=(f"web-{site}",),
        detects=seconds("target health", 20, 30),
        zonal_shift=seconds("zonal autoshift", 200, 400),
    )


def _vault_copy(store: str) -> RecoveryPoint:
    return RecoveryPoint(
        urn=f"{store}-vault",
        label=f"locked copy of {store} in the vault account",
        site=FRANKFURT,
        homes=(REGION[FRANKFURT], VAULT),
        mechanism="hourly backup",
        age=seconds("age", 300, 900),
        retention=timedelta(days=35),
        protections=frozenset({Protection.LOCKED, Protection.OTHER_ACCOUNT, Protection.RETAINED}),
        restore=seconds("restore", 900, 1200),
        tested_by="a test",
    )


def _mysql() -> Store:
    def member(site: str, writer: bool) -> Member:
        return Member(
            urn=f"mysql-{site}",
            label=f"MySQL in {site}",
            site=site,
            homes=_homes(site),
            needs_to_recover=() if writer else (PLANE[site],),
            zones=ZONES[site][:2],
            writer=writer,
            source=None if writer else f"mysql-{DUBLIN}",
            lag=None if writer else seconds("lag", 1, 5),
            local_failover=seconds("Multi-AZ failover", 60, 120),
            promotes=None if writer else seconds("promotion", 120, 300),
            promoted_by=None if writer else "plan",
        )

    pitr = RecoveryPoint(
        urn="mysql-pitr",
        label="point-in-time logs of MySQL",
        site=DUBLIN,
        homes=_homes(DUBLIN),
        mechanism="point-in-time recovery",
        age=seconds("age", 300, 300),
        retention=timedelta(days=35),
        protections=frozenset({Protection.RETAINED}),
        restore=seconds("restore", 900, 1500),
        tested_by="a test",
    )
    return Store(
        name="mysql",
        kind=StoreKind.RELATIONAL,
        members=(member(DUBLIN, True), member(FRANKFURT, False)),
        copies=(pitr, _vault_copy("mysql")),
        holds=("orders", "customers", "products"),
        two_primaries_guarded=True,
    )


def _media() -> Store:
    def member(site: str, writer: bool) -> Member:
        return Member(
            urn=f"media-{site}",
            label=f"media bucket in {site}",
            site=site,
            homes=_homes(site),
            regional=True,
            zones=None,
            writer=writer,
            source=None if writer else f"media-{DUBLIN}",
            lag=None if writer else seconds("replication", 60, 900),
            promotes=seconds("promotion", 0),
        )

    return Store(
        name="media",
        kind=StoreKind.OBJECTS,
        members=(member(DUBLIN, True), member(FRANKFURT, False)),
        copies=(_vault_copy("media"),),
        holds=("content",),
    )


def sturdy() -> Model:
    """A mid-size shop: warm standby in a second region, failed over by alarms there, with isolated copies."""
    entry = Entry(
        urn="dns",
        label="shop.example.com",
        name="shop.example.com",
        homes=(DNS,),
        needs_to_recover=(DNS_PLANE,),
        routing=Routing.FAILOVER,
        routes=(
            Route(
                urn="primary",
                target=f"lb-{DUBLIN}",
                health_check="check",
                detects=seconds("health check", 90, 150),
                switched_by="plan",
            ),
            Route(urn="secondary", target=f"lb-{FRANKFURT}", standby=True),
        ),
        propagates=seconds("TTL", 60, 180),
        editable_after=seconds("accelerated recovery", 3600),
        shielded=True,
    )
    plan = Plan(
        urn="plan",
        label="region switch plan",
        site=FRANKFURT,
        homes=_homes(FRANKFURT),
        towards=FRANKFURT,
        steps=(
            PlanStep(act="promote", target=f"mysql-{FRANKFURT}"),
            PlanStep(act="scale", target=f"web-{FRANKFURT}", stage=1),
        ),
        triggered=True,
        detects=seconds("alarms", 120, 300),
        alarms=("alarm",),
    )
    return Model(
        title="sturdy",
        entries=(entry,),
        balancers=(_balancer(DUBLIN), _balancer(FRANKFURT)),
        pools=(_pool(DUBLIN, 6, 24), _pool(FRANKFURT, 2, 24)),
        stores=(_mysql(), _media()),
        plans=(plan,),
        capabilities=(
            Capability(name="browse", entries=("dns",), stores=("mysql", "media"), writes=False, target=STRICT),
            Capability(name="checkout", entries=("dns",), stores=("mysql",), target=STRICT),
        ),
        business=Business(
            revenue_per_hour=10_000,
            average_order=80,
            peaks={"black friday": ("2026-11-27", "2026-11-30", 3.0)},
            load_tests={"mysql": 3},
        ),
        calls={f"web-{site}": ("mysql", "media") for site in (DUBLIN, FRANKFURT)},
        active_site=DUBLIN,
        strategy="warm-standby",
        places={f"mysql-{DUBLIN}": "__main__.py:41"},
    )


def fragile() -> Model:
    """One region, a database in one zone behind servers in two, backups without guard beside it."""
    base = sturdy()
    zone = ZONES[DUBLIN]
    entry = replace(
        base.entries[0],
        routing=Routing.SIMPLE,
        routes=(Route(urn="only", target=f"lb-{DUBLIN}"),),
        shielded=None,
    )
    writer = replace(base.stores[0].members[0], zones=zone[:1], local_failover=None)
    backup = replace(base.stores[0].copies[0], label="daily backup of MySQL", protections=frozenset(), tested_by=None)
    backup = replace(backup, age=seconds("age", 86_400, 90_000))
    return replace(
        base,
        title="fragile",
        entries=(entry,),
        balancers=(replace(base.balancers[0], zones=zone[:2]),),
        pools=(replace(base.pools[0], zones=zone[:2], minimum=2, desired=2, maximum=2, rollback=False),),
        stores=(
            replace(base.stores[0], members=(writer,), copies=(backup,), two_primaries_guarded=None),
            replace(base.stores[1], members=base.stores[1].members[:1], copies=()),
        ),
        plans=(),
        calls={f"web-{DUBLIN}": ("mysql", "media")},
        strategy=None,
    )


def paper() -> Model:
    """A disaster plan on paper: the standby exists, but people turn it, with tools in the failed place."""
    base = sturdy()
    entry = replace(
        base.entries[0],
        routes=tuple(replace(r, health_check=None, detects=None, switched_by=None) for r in base.entries[0].routes),
        needs_to_recover=(PLANE[DUBLIN],),
        editable_after=None,
    )
    replica = replace(base.stores[0].members[1], promoted_by=None, needs_to_recover=(PLANE[DUBLIN],))
    mysql = replace(base.stores[0], members=(base.stores[0].members[0], replica), copies=())
    return replace(base, title="paper", entries=(entry,), plans=(), stores=(mysql, base.stores[1]))


def one_zone() -> Model:
    """Six servers, all in one zone."""
    base = fragile()
    return replace(
        base,
        title="one zone",
        pools=(replace(base.pools[0], zones=ZONES[DUBLIN][:1], minimum=6, desired=6, maximum=6),),
    )


def static_site() -> Model:
    """A brochure: a CDN in front of a bucket, replicated to a second region."""
    base = sturdy()
    cdn = Domain(DomainKind.CDN, "cloudfront")
    return Model(
        title="static",
        entries=(replace(base.entries[0], routing=Routing.SIMPLE, routes=(Route(urn="r", target="cdn"),)),),
        balancers=(
            Balancer(
                urn="cdn",
                label="CDN",
                homes=(cdn,),
                regional=True,
                zones=None,
                pools=(),
                detects=seconds("origin failover", 5, 30),
            ),
        ),
        stores=(replace(_media(), copies=()),),
        capabilities=(Capability(name="browse", entries=("dns",), stores=("media",), writes=False, target=STRICT),),
        calls={"cdn": ("media",)},
        active_site=DUBLIN,
    )


def unclear() -> Model:
    """A design whose graph does not tell where things are."""
    base = fragile()
    writer = replace(base.stores[0].members[0], zones=None)
    return replace(
        base,
        title="unclear",
        pools=(replace(base.pools[0], zones=None, desired=None, minimum=None, maximum=None),),
        stores=(replace(base.stores[0], members=(writer,)), base.stores[1]),
    )


def active_active() -> Model:
    """Two regions that both serve; the database is written in one."""
    base = sturdy()
    routes = tuple(
        replace(r, standby=False, detects=seconds("health check", 90, 150), health_check="check")
        for r in base.entries[0].routes
    )
    return replace(
        base,
        title="active-active",
        strategy="active-active",
        entries=(replace(base.entries[0], routing=Routing.LATENCY, routes=routes),),
        pools=tuple(replace(p, minimum=4, desired=4) for p in base.pools),
    )


DESIGNS: dict[str, Callable[[], Model]] = {
    "sturdy": sturdy,
    "fragile": fragile,
    "paper": paper,
    "one zone": one_zone,
    "static": static_site,
    "unclear": unclear,
    "active-active": active_active,
}


def twice(model: Model) -> Model:
    """Two shops of one design in the same regions and accounts; names, releases and certificates are their own."""
    own = {store.name for store in model.stores} | {c.name for c in model.capabilities}
    own |= {d.name for where in (RELEASES, CERTIFICATES) for d in where.values()}
    parts = (*model.entries, *model.balancers, *model.pools, *model.plans)
    stored = (part for store in model.stores for part in (*store.members, *store.copies))
    own |= {part.urn for part in (*parts, *stored)}

    def other(value: Any) -> Any:
        if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **{f.name: other(getattr(value, f.name)) for f in fields(value) if f.init})
        if isinstance(value, dict):
            return {other(key): other(entry) for key, entry in value.items()}
        if isinstance(value, tuple):
            return tuple(map(other, value))
        return f"other {value}" if isinstance(value, str) and value in own else value

    two = other(model)
    return replace(
        model,
        entries=model.entries + two.entries,
        balancers=model.balancers + two.balancers,
        pools=model.pools + two.pools,
        stores=model.stores + two.stores,
        plans=model.plans + two.plans,
        capabilities=model.capabilities + two.capabilities,
        calls={**model.calls, **two.calls},
    )


def with_part(model: Model, urn: str, **changes: Any) -> Model:
    """The model with fields of one part changed."""

    def change(parts: tuple[P, ...]) -> tuple[P, ...]:
        return tuple(replace(part, **changes) if part.urn == urn else part for part in parts)

    stores = tuple(replace(s, members=change(s.members), copies=change(s.copies)) for s in model.stores)
    return replace(
        model,
        entries=change(model.entries),
        balancers=change(model.balancers),
        pools=change(model.pools),
        plans=change(model.plans),
        stores=stores,
    )


def with_store(model: Model, name: str, **changes: Any) -> Model:
    """The model with fields of one store changed."""
    return replace(model, stores=tuple(replace(s, **changes) if s.name == name else s for s in model.stores))


def drawn(seed: int) -> Model:
    """A design in which every rule may or may not bite."""
    rng = random.Random(seed)
    model = rng.choice((sturdy, fragile, paper, active_active))()

    def likely(chance: float = 0.5) -> bool:
        return rng.random() < chance

    def some(zones: Sequence[Domain]) -> tuple[Domain, ...]:
        return tuple(rng.sample(zones, rng.randint(1, len(zones))))

    def link(needs: tuple[Domain, ...] = ()) -> Link:
        lines = tuple(Domain(DomainKind.ISP, f"line {n}") for n in range(rng.randint(1, 2)))
        return Link(label="way", lines=lines, needs=needs, reroutes=LATER if likely() else None)

    for balancer in model.balancers:
        zones = None if likely(0.05) else some(ZONES[str(balancer.site)])
        detects = None if likely(0.3) else balancer.detects
        entrance = link() if likely(0.2) else None
        missing = ("gone",) if likely(0.05) else ()
        beyond = ("elsewhere.example",) if likely(0.05) else ()
        changes = {"zones": zones, "detects": detects, "entrance": entrance, "missing": missing, "beyond": beyond}
        model = with_part(model, balancer.urn, **changes)
        if likely(0.05):
            model = with_part(model, balancer.urn, pools=(*balancer.pools, "not in the graph"))
    for pool in model.pools:
        running = rng.choice((0, 1, 2, 4, 6, None))
        zones = some(ZONES[str(pool.site)])
        pool = replace(
            pool,
            zones=None if likely(0.05) else zones,
            regional=likely(0.1),
            minimum=running,
            desired=running,
            maximum=running if running is None or likely() else running + rng.randint(1, 6),
            replaced=likely(),
            rollback=likely(),
            egress=(way_out(*zones),) if likely(0.3) else (),
        )
        too = replace(pool, urn=f"{pool.urn} too", zones=some(ZONES[str(pool.site)]), replaced=likely())
        pools = (pool, too) if likely(0.4) else (pool,)
        model = replace(
            model,
            pools=(*(p for p in model.pools if p.urn != pool.urn), *pools),
            balancers=tuple(
                replace(b, pools=(*b.pools, *(p.urn for p in pools[1:]))) if pool.urn in b.pools else b
                for b in model.balancers
            ),
        )
    feeds = tuple(Domain(DomainKind.POWER, f"feed {n}") for n in range(2))
    rack = Domain(DomainKind.RACK, "rack", spares=feeds)
    for member in (m for store in model.stores for m in store.members):
        model = with_part(
            model,
            member.urn,
            zones=None if likely(0.05) else (some(ZONES[str(member.site)]) if likely(0.95) else ()),
            regional=member.regional and likely(),
            homes=(*member.homes, rack) if likely(0.2) else member.homes,
            synchronous=rng.choice((None, 1, 2)),
            local_failover=LATER if likely() else None,
            promotes=member.promotes if likely(0.7) else None,
            serves_reads=likely(0.7),
            missing=("gone",) if likely(0.03) else (),
            links={site: link((REGION[site],)) for site in (DUBLIN, FRANKFURT) if site != member.site or likely(0.1)}
            if likely(0.3)
            else {},
        )
    for store in model.stores:
        model = with_store(model, store.name, majority=likely(0.2))
    entry = model.entries[0]
    model = with_part(model, entry.urn, editable_after=LATER if likely() else None)
    suppliers = ("payments",) if likely(0.3) else ()
    said = Provenance.INFERRED if likely(0.3) else Provenance.STATED
    capabilities = (replace(c, suppliers=suppliers, provenance=said) for c in model.capabilities)
    return replace(model, capabilities=tuple(capabilities))
