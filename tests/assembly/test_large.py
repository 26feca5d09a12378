"""A shop over two vendors: what takes over at one needs nothing of the other."""

from __future__ import annotations

from functools import cache

import pulumi
import pytest

from bcinfra import spec
from bcinfra.assembly import Overrides, deploy
from bcinfra.assembly.resources import Deployed
from bcinfra.aws import AuroraMySql, AuroraMySqlArgs
from bcinfra.graph import Graph, Resource
from bcinfra.spec import GcpSite
from tests.assembly.conftest import large, midsize, recorded, without_files
from tests.assembly.test_shop import inputs_changed

FEEDS = {
    "gcp:sql/sourceRepresentationInstance:SourceRepresentationInstance": "the database that is followed",
    "gcp:compute/externalVpnGateway:ExternalVpnGateway": "the way to it",
    "gcp:compute/vPNTunnel:VPNTunnel": "the way to it",
    "gcp:compute/routerInterface:RouterInterface": "the way to it",
    "gcp:compute/routerPeer:RouterPeer": "the way to it",
    "gcp:storage/transferJob:TransferJob": "files that are copied",
    "gcp:dns/recordSet:RecordSet": "answers that lead to the other vendor too",
}
"""What may know of AWS at Google Cloud: it brings data while both are well, and is not asked when AWS is gone."""


@cache
def shop() -> Graph:
    return recorded(large.PROD)


def of(vendor: str) -> list[Resource]:
    return [row for row in shop() if row.custom and row.package == vendor and not row.is_provider]


def referred(row: Resource) -> set[str]:
    return {urn for urns in row.property_dependencies.values() for urn in urns} | set(row.dependencies)


def test_what_stands_by_refers_to_nothing_of_the_first_vendor() -> None:
    theirs = {row.urn for row in of("aws")}
    assert theirs
    found = {row.type for row in of("gcp") if referred(row) & theirs}
    assert "gcp:sql/sourceRepresentationInstance:SourceRepresentationInstance" in found
    assert found <= FEEDS.keys()


def test_what_stands_by_is_told_no_name_of_the_first_vendor() -> None:
    for row in of("gcp"):
        text = repr(row.inputs)
        assert row.type in FEEDS or "amazonaws" not in text, row.urn
        provider = shop().provider_of(row)
        assert provider and provider.type == "pulumi:providers:gcp"


def test_the_state_is_with_neither_vendor() -> None:
    assert large.PROD.state and large.PROD.state.url.startswith("azblob://")


def test_both_zones_hold_the_servers_of_both_and_the_same_answers() -> None:
    servers = [row for row in shop() if row.type in ("bcinfra:aws:NameServers", "bcinfra:gcp:NameServers")]
    assert len(servers) == 2
    proofs = [row.name for row in shop() if row.type in ("bcinfra:aws:ProofRecord", "bcinfra:gcp:ProofRecord")]
    assert sorted(proofs) == [  # each vendor's in the other's zone; in both those of the page and of the proxy
        "large-prod-cloudflare-certificate-1-proof",
        "large-prod-cloudflare-certificate-2-proof",
        "large-prod-cloudflare-owner-proof",
        "large-prod-gcp-aws-proof",
        "large-prod-gcp-cloudflare-certificate-1-proof",
        "large-prod-gcp-cloudflare-certificate-2-proof",
        "large-prod-gcp-cloudflare-owner-proof",
        "large-prod-gcp-page-proof",
        "large-prod-gcp-proof",
        "large-prod-page-proof",
    ]


def test_the_replica_waits_for_the_tunnels_and_is_let_in_wherever_the_writer_is() -> None:
    (source,) = shop().of_type("gcp:sql/sourceRepresentationInstance:SourceRepresentationInstance")
    assert {shop()[urn].type for urn in referred(source)} >= {
        "aws:rds/globalCluster:GlobalCluster",
        "gcp:compute/vPNTunnel:VPNTunnel",
    }
    rules = [row for row in of("aws") if row.name.endswith("-from-netherlands")]
    assert {row.inputs["fromPort"] for row in rules} == {3306}
    assert len(rules) == 2


@pytest.mark.parametrize("compute", ["containers"])
def test_a_standby_moves_to_another_vendor_by_an_edit_of_its_site(compute: str) -> None:
    prod = midsize.PROD.revised(**without_files(midsize.PROD), edge="off", dnssec=False)
    moved = prod.revised(
        accounts={**prod.accounts, "google": spec.GcpProject(project="midsize-prod-standby", number="123456789012")},
        sites={**prod.sites, "frankfurt": GcpSite(region="europe-west3", role="standby", account="google")},
    )
    assert (moved.web, moved.app, moved.mysql, moved.redis) == (prod.web, prod.app, prod.mysql, prod.redis)
    before, after = recorded(prod), recorded(moved)
    tiers = {row.name for row in after if row.type == "bcinfra:gcp:CloudRunTier"}
    assert tiers == {"midsize-prod-frankfurt-web", "midsize-prod-frankfurt-app"}
    (standby,) = after.of_type("gcp:sql/databaseInstance:DatabaseInstance")
    assert standby.inputs["region"] == "europe-west3"
    ireland = {row.urn for row in before if "ireland-web" in row.name}
    assert ireland <= after.resources.keys(), "what serves is not made anew"


TULIP = large.PROD.revised(
    name="tulip",
    strategy="warm-standby",
    sites={name: large.PROD.sites[name] for name in ("ireland", "netherlands", "virginia")},
    mysql=spec.MySql(cpu=2, memory=16, storage=100),
)
"""One site at AWS, one at Google Cloud."""


@pytest.mark.parametrize("stated", [large.PROD, TULIP], ids=["aurora", "mysql"])
def test_naming_the_site_at_another_vendor_changes_nothing_but_where_users_are_kept(stated: spec.Shop) -> None:
    before, after = recorded(stated), recorded(stated.revised(active_site="netherlands"))
    assert after.resources.keys() == before.resources.keys()
    keeps = f"{stated.prefix}-ireland-archive-user-schedule"  # it works where the shop writes
    assert inputs_changed(before, after) == {keeps: {"state"}}
    (job,) = (row for row in after.of_type("aws:scheduler/schedule:Schedule") if row.name == keeps)
    assert job.inputs["state"] == "DISABLED"
    assert {urn: row.options for urn, row in after.resources.items()} == {
        urn: row.options for urn, row in before.resources.items()
    }


def test_the_database_that_was_promoted_at_another_vendor_is_backed_up_once_told_so() -> None:
    left = TULIP.revised(active_site="netherlands")
    before, after = recorded(left), recorded(left, roleSettings="2")
    assert inputs_changed(before, after) == {"tulip-prod-mysql-standby": {"settings"}}
    (database,) = after.of_type("gcp:sql/databaseInstance:DatabaseInstance")
    assert database.inputs["settings"]["backupConfiguration"]["enabled"]  # type: ignore[index,call-overload]


def test_a_site_beside_the_writers_is_told_the_endpoint_that_forwards_writes() -> None:
    """Its cluster's own endpoint answers only where the writer is."""
    made: list[AuroraMySql] = []
    given: list[Deployed] = []

    class Watched(AuroraMySql):
        def __init__(self, name: str, args: AuroraMySqlArgs, opts: pulumi.ResourceOptions | None = None) -> None:
            super().__init__(name, args, opts)
            made.append(self)

    recorded(large.PROD, lambda shop: given.append(deploy(shop, Overrides(components={AuroraMySql: Watched}))))
    ((database,), (deployed,)) = made, given
    told = {name: site.endpoints["mysql"] for name, site in deployed.aws.items()}
    assert told["ireland"] is database.endpoints["ireland"]
    assert told["frankfurt"] is database.reader_endpoints["frankfurt"]


def test_what_is_copied_whole_is_copied_daily_and_not_by_the_hour() -> None:
    plans = shop().of_type("aws:backup/plan:Plan")
    assert plans
    for plan in plans:
        rules = {rule["ruleName"]: rule for rule in plan.inputs["rules"]}  # type: ignore[union-attr,index,call-overload]
        assert rules.keys() == {"frequent", "copied"}
        assert not rules["frequent"]["copyActions"]  # type: ignore[index,call-overload]
        assert rules["copied"]["copyActions"]  # type: ignore[index,call-overload]
        assert rules["copied"]["schedule"] == "cron(0 1 * * ? *)"  # type: ignore[index,call-overload]
