"""The files that a shop of one's own starts with: its page, the program that deploys it, and Pulumi's settings."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bcinfra.places import regions
from bcinfra.spec.data import STANDARD_DATA
from bcinfra.spec.values import Strategy

if TYPE_CHECKING:
    from bcinfra.places.place import Cloud
    from bcinfra.spec import Shop

PAGE: Final = "shop.yaml"
MAIN: Final = "__main__.py"
STACK: Final = "prod"
"""The environment that the page is of, after which its stack is called."""
FILES: Final = (PAGE, MAIN, "Pulumi.yaml", f"Pulumi.{STACK}.yaml", "requirements.txt", ".gitignore")
"""All that is written."""
_OBJECTIVES: Final[Mapping[Strategy, tuple[str, str, float]]] = {
    Strategy.BACKUP_AND_RESTORE: ("1d", "1h", 99.5),
    Strategy.PILOT_LIGHT: ("2h", "15m", 99.9),
    Strategy.WARM_STANDBY: ("1h", "15m", 99.9),
    Strategy.ACTIVE_ACTIVE: ("15m", "5m", 99.95),
}
"""What each strategy is chosen for: recovery time, data loss, availability in per cent. To be replaced by one's own."""
_CRITICALITY: Final = {"content": "important", "carts": "minor"}
"""What is not critical."""


class Ground(StrEnum):
    """What a shop stands on."""

    AWS = "aws"
    GCP = "gcp"
    KUBERNETES = "kubernetes"
    """Clusters of one's own in regions of Google Cloud."""
    ON_PREMISES = "on-premises"
    """A cluster in one's own building; a cluster in a region of Google Cloud stands by."""

    @property
    def cloud(self) -> Cloud:
        """Whose regions it has."""
        return "aws" if self is Ground.AWS else "gcp"

    @property
    def strategies(self) -> tuple[Strategy, ...]:
        """What can be assembled there."""
        return tuple(Strategy) if self is Ground.AWS else tuple(s for s in Strategy if s is not Strategy.ACTIVE_ACTIVE)

    @property
    def extra(self) -> str:
        """What of bcinfra it needs beside the core."""
        extra = {Ground.KUBERNETES: "gcp,kubernetes", Ground.ON_PREMISES: "gcp,kubernetes"}
        return extra.get(self, self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What is decided before the first verdict."""

    name: str
    ground: Ground
    domain: str
    strategy: Strategy
    region: str
    """The primary's; a building has none."""
    standby: str
    backup: str

    @property
    def takes_over(self) -> bool:
        """Whether a second site can serve."""
        return self.strategy is not Strategy.BACKUP_AND_RESTORE


def program(page: str) -> str:
    """The program that deploys the page at the path ``page``."""
    return (
        "from bcinfra.assembly import deploy\n"
        "from bcinfra.spec import load_shop\n\n"
        f"deploy(load_shop({json.dumps(page, ensure_ascii=False)}))\n"
    )


def project(shop: Shop, ground: Ground, secrets: Mapping[str, str]) -> dict[str, str]:
    """The files around a page: Pulumi's settings, the program, what it needs, what is not kept in git."""
    declared = "".join(
        f"  {name}:\n    type: string\n    secret: true\n    description: {json.dumps(what)}\n"
        for name, what in secrets.items()
    )
    return {
        MAIN: program(PAGE),
        "Pulumi.yaml": (
            f"name: {shop.name}\n"
            f"description: The shop at {shop.domain}\n"
            "runtime:\n  name: python\n  options: {toolchain: pip, virtualenv: venv}\n"
            "config:\n"
            "  # A resource that forgot its provider must fail, not land in whatever region the shell points at.\n"
            '  pulumi:disable-default-providers: ["*"]\n'
            "  # Needed before `pulumi up`. Each stack has its own: pulumi config set --secret NAME\n"
            f"{declared}"
        ),
        f"Pulumi.{STACK}.yaml": (
            f"# The stack {STACK}. `pulumi config set --secret` writes secrets here, encrypted.\nconfig: {{}}\n"
        ),
        "requirements.txt": f"bcinfra[{ground.extra}]\n",
        ".gitignore": "__pycache__/\nvenv/\n",
    }


# -- the page ---------------------------------------------------------------------------------------------------------


def page(start: Start) -> str:
    """A page that is valid, with what its owner must replace said in it."""
    return "\n".join(_lines(start)) + "\n"


def _lines(start: Start) -> Iterator[str]:
    time, loss, availability = _OBJECTIVES[start.strategy]
    yield "# What the shop is and must survive. `bcinfra assess` tells whether it does, `bcinfra validate` mistakes."
    yield f"name: {start.name}"
    yield f"environment: {STACK}"
    yield f"domain: {start.domain}"
    yield ""
    yield "# PLACEHOLDERS: put your own in before `pulumi up`. Copies are in an account of their own, so that whoever"
    yield "# takes the shop's over cannot delete them."
    yield "accounts:"
    yield from _accounts(start)
    yield ""
    yield "# Where it runs. A standby takes over; a backup site keeps copies alone, best on another continent."
    yield "sites:"
    yield from _sites(start)
    yield ""
    yield "# How it survives the loss of a site; what costs more is faster:"
    yield f"# {', '.join(start.ground.strategies)}"
    yield f"strategy: {start.strategy}"
    yield ""
    yield "# How long customers may go without, how much of the newest data may be lost, how many per cent of a month"
    yield "# it must sell. These are examples: what does an hour cost you?"
    yield "objectives:"
    yield f"  recovery_time: {time}"
    yield f"  data_loss: {loss}"
    yield f"  availability: {availability}"
    yield "  # Where other figures hold, of: server, zone, region, change, people, supplier, attack, together."
    yield "  kinds:"
    rare = "7d" if start.strategy is Strategy.BACKUP_AND_RESTORE else "1d"
    for kind in ("people", "supplier", "attack", "together"):
        yield f"    {kind}: {{recovery_time: {rare}, data_loss: {'1d' if kind == 'attack' else '1h'}}}"
    yield "# business: {revenue_per_hour: 1000, average_order: 60, currency: EUR}  # then losses are told in money"
    yield ""
    yield "# The servers: vCPU and GiB of one, how many on a normal day and on the busiest. {registry} becomes the"
    yield "# site's own, so that a standby starts without the site that it replaces. A second tier behind it is `app`."
    yield 'web: {image: "{registry}/web:1.0.0", cpu: 0.5, memory: 1, replicas: 2, peak: 6}'
    yield ""
    yield "# The stores, in GiB. Leave out what you do not have, and what it keeps."
    yield from _stores(start)
    yield ""
    yield "# How much each kind of data matters: critical (without it nothing sells), important (for a while), minor."
    yield "data:"
    yield from _data(start)


def _accounts(start: Start) -> Iterator[str]:
    if start.ground is Ground.AWS:
        yield '  main: "111111111111"'
        yield '  vault: "222222222222"'
    else:
        yield f'  main: {{project: {start.name}-main, number: "111111111111"}}'
        yield f'  vault: {{project: {start.name}-vault, number: "222222222222"}}'
    if start.ground is Ground.ON_PREMISES:
        yield "dns: {gcp: main}  # who answers for the domain"


def _sites(start: Start) -> Iterator[str]:
    used: list[str] = []

    def named(region: str) -> str:
        used.append(regions.site_name(region, used))
        return used[-1]

    second = "active" if start.strategy is Strategy.ACTIVE_ACTIVE else "standby"
    places = [(start.region, "primary"), *([(start.standby, second)] if start.takes_over else [])]
    for number, (region, role) in enumerate(places, start=1):
        if start.ground in (Ground.AWS, Ground.GCP):
            zones = "" if len(regions.zones(region)) >= 3 else f", zones: {len(regions.zones(region))}"
            kind = "" if start.ground is Ground.AWS else "kind: gcp, "
            yield f"  {named(region)}: {{{kind}region: {region}, role: {role}{zones}}}"
        elif start.ground is Ground.ON_PREMISES and role == "primary":
            used.append("building")
            yield from _building(start)
        else:
            yield from _cluster(start, named(region), region, role, number)
    kind = "" if start.ground is Ground.AWS else "kind: gcp, "
    yield f"  {named(start.backup)}: {{{kind}region: {start.backup}, role: backup, account: vault}}"


def _cluster(start: Start, site: str, region: str, role: str, number: int) -> Iterator[str]:
    zones = ", ".join(regions.zones(region)[:3])
    yield f"  {site}:  # a cluster that is there: its addresses, ranges and names are PLACEHOLDERS too"
    yield "    kind: kubernetes"
    yield f"    place: {{kind: gcp, region: {region}}}"
    yield f"    role: {role}"
    yield f"    cluster: {start.name}-{number}"
    yield f"    zones: [{zones}]"
    yield f"    ingress_zones: [{zones}]"
    yield f"    addresses: [203.0.113.{number}0]"
    yield from _members(start, site)
    yield f"    ranges: [10.{number}0.0.0/16]"
    yield "    kubectl_image: alpine/k8s:1.36.1"


def _building(start: Start) -> Iterator[str]:
    yield "  building:  # your own: what is stated wrong here is judged wrong"
    yield "    kind: kubernetes"
    yield "    place:"
    yield "      kind: on-premises"
    yield "      geography: {country: BE, place: Ghent, latitude: 51.05, longitude: 3.73}"
    yield "      isps:  # two lines in one duct are cut by one excavator"
    yield "        fibre: {carrier: northnet, entry: north-duct, address: 203.0.113.1, bandwidth: 1000}"
    yield "        cable: {carrier: southnet, entry: south-duct, address: 198.51.100.1, bandwidth: 500}"
    yield "      power:  # minutes on batteries, hours on a generator"
    yield "        a: {grid: substation-west, battery: 15, generator: 24}"
    yield "        b: {grid: substation-east, battery: 15}"
    yield "      racks:"
    for rack in (1, 2, 3):
        yield f"        rack-{rack}: {{feeds: [a, b], hosts: [rack-{rack}-node-1, rack-{rack}-node-2]}}"
    yield "    role: primary"
    yield f"    cluster: {start.name}-1"
    yield "    zones: [rack-1, rack-2, rack-3]"
    yield "    ingress_zones: [rack-1, rack-2, rack-3]"
    yield "    addresses: [203.0.113.10, 198.51.100.10]  # one of each line"
    yield from _members(start, "building")
    yield "    ranges: [10.10.0.0/16]"
    yield f"    registry: registry.{start.domain}"
    yield "    kubectl_image: alpine/k8s:1.36.1"


def _members(start: Start, site: str) -> Iterator[str]:
    names = ", ".join(f"mysql-{member}.{site}.{start.domain}" for member in range(3))
    yield f"    members: [{names}]"


def _stores(start: Start) -> Iterator[str]:
    engine = ', engine: aurora, version: "8.0"' if start.strategy is Strategy.ACTIVE_ACTIVE else ""
    yield f"mysql: {{cpu: 2, memory: 8, storage: 50{engine}}}"
    version = ', version: "7.0"' if _on_clusters(start) else ""
    yield f"redis: {{memory: 1{version}}}  # sessions and carts"
    if _has_media(start):
        yield "media: {size: 20}  # pictures, uploads"
    elif start.ground is Ground.GCP:
        yield f"# No media: Cloud Storage keeps no bucket in {start.region} and another region."


def _data(start: Start) -> Iterator[str]:
    for name in (*STANDARD_DATA, "carts"):
        if name == "infrastructure-state":
            yield '  infrastructure-state: {criticality: important, home: "external:pulumi-cloud"}  # or `state:`'
        elif name == "content" and not _has_media(start):
            yield "  content: {criticality: important, home: mysql}"
        else:
            yield f"  {name}: {_CRITICALITY.get(name, 'critical')}"


def _has_media(start: Start) -> bool:
    return start.ground is Ground.AWS or (start.ground is Ground.GCP and regions.is_paired(start.region))


def _on_clusters(start: Start) -> bool:
    return start.ground in (Ground.KUBERNETES, Ground.ON_PREMISES)
