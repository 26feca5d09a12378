"""What stacks cost, computed by hand: the samples line by line, and each way in which a price misleads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings, strategies

from bcinfra.continuity.model.costs import Cost, Priced, Purpose, Usage, Why
from bcinfra.continuity.model.parts import Model
from bcinfra.continuity.model.prices import Discount, OwnPrices, prices
from bcinfra.continuity.model.ranges import Range
from bcinfra.continuity.model.usage import usage_of
from bcinfra.continuity.readings.base.metering import Meter
from bcinfra.continuity.readings.base.view import View
from bcinfra.continuity.readings.costing import cost_of
from bcinfra.continuity.readings.kubernetes.costs import asked
from bcinfra.continuity.readings.read import read
from bcinfra.continuity.readings.table import TRAITS, VENDORS
from bcinfra.graph.core.model import Graph, Resource, Urn
from tests.assembly.conftest import sample

H = 730
"""Hours of a month."""
DAYS = H / 24


# -- small stacks -----------------------------------------------------------------------------------------------------


def stack(*rows: tuple[str, str, Mapping[str, Any]], region: str = "eu-west-1") -> Graph:
    """A stack of resources: type, name, inputs. What a property is made of is named ``->name``."""
    names = {name: token for token, name, _ in rows}

    def urn(token: str, name: str) -> str:
        return str(Urn("prod", "shop", token, name))

    clouds = {token.split(":")[0] for token, _, _ in rows}
    providers = {cloud: urn(f"pulumi:providers:{cloud}", cloud) for cloud in clouds}
    found = {
        address: Resource(urn=address, id=cloud, inputs={"region": region}) for cloud, address in providers.items()
    }
    for token, name, inputs in rows:
        refs = {key: value[2:] for key, value in inputs.items() if isinstance(value, str) and value.startswith("->")}
        found[urn(token, name)] = Resource(
            urn=urn(token, name),
            provider=providers[token.split(":")[0]],
            inputs={key: value for key, value in inputs.items() if key not in refs},
            property_dependencies={key: (urn(names[other], other),) for key, other in refs.items()},
        )
    return Graph(project="shop", stack="prod", resources=dict(sorted(found.items())))


def lines(cost: Cost, name: str = "") -> dict[str, float]:
    """Typical quantities by price, of all lines or of those of a resource."""
    found: dict[str, float] = {}
    for one in cost.lines:
        if name in ("", one.name) and one.line.quantity:
            found[one.line.price] = found.get(one.line.price, 0.0) + one.line.quantity.typical
    return found


def money(cost: Cost, name: str = "") -> float:
    return sum(one.usd.typical for one in cost.lines if name in ("", one.name))


def used(model: Model, **more: float) -> Usage:
    return usage_of(model.business, more)


# -- the samples ------------------------------------------------------------------------------------------------------

# By site and price: how many, and what one costs. Only what comes to a dollar or more; each figure is worked out from
# the page (two sites of three zones, two tiers, ...), not taken from a run.
VISITS = 4_000 / 80 * 50 * H
"""A month's, of EUR 4,000 an hour in orders of EUR 80, of which each takes 50 visits."""
MIDSIZE = {
    ("aws/eu-west-1", "aws.alb.hour"): (2 * H, 0.0252),
    # The public one by what it sends, a GB each; the inner one by a MB a visit, which exceeds its requests.
    ("aws/eu-west-1", "aws.alb.lcu"): (VISITS * 2.5e-3 + VISITS * 1e-3, 0.008),
    # Whole once, and a hundredth of it for each of 35 days; from both sites into each vault.
    ("aws/eu-west-1", "aws.backup.efs.warm.gb"): (2 * 60 * (1 + 0.01 * 35), 0.055),
    ("aws/eu-west-1", "aws.backup.rds.gb"): (2 * 250 * (1 + 0.01 * 35), 0.095),
    # Flow logs beside what the tiers write.
    ("aws/eu-west-1", "aws.cloudwatch.logs.vended.gb"): (5, 0.57),
    ("aws/eu-west-1", "aws.efs.elastic.read.gb"): (2 * 0.6 * DAYS, 0.033),
    ("aws/eu-west-1", "aws.efs.standard.gb"): (60 * 0.3, 0.33),
    ("aws/eu-west-1", "aws.efs.standard_ia.gb"): (60 * 0.7, 0.0275),
    # 2.5 MB and 40 requests of a visit; what CloudFront fetches of a load balancer is free.
    ("everywhere", "aws.cloudfront.egress.eu_us.first10TB"): (VISITS * 2.5e-3, 0.085),
    ("everywhere", "aws.cloudfront.https.eu"): (VISITS * 40 / 1e4, 0.012),
    # Two shards of 6.38 GiB, half full, six snapshots beyond the free one.
    ("aws/eu-west-1", "aws.elasticache.backup.gb"): (2 * 6.38 * 0.5 * 6, 0.0935),
    ("aws/eu-west-1", "aws.elasticache.redis.cache.m7g.large"): (2 * 2 * H, 0.174),
    ("aws/eu-west-1", "aws.elasticache.global_datastore.transfer.gb"): (2 * 6.38 * 0.5 * 2 * DAYS, 0.02),
    ("aws/eu-west-1", "aws.kms.key"): (4, 1.0),
    ("aws/eu-west-1", "aws.nat.gb"): (VISITS * 1e-4, 0.048),
    ("aws/eu-west-1", "aws.nat.hour"): (3 * H, 0.048),
    # Three NAT gateways and three zones of the public balancer.
    ("aws/eu-west-1", "aws.public_ipv4.hour"): (6 * H, 0.005),
    ("aws/eu-west-1", "aws.rds.mysql.multi_az.db.r7g.xlarge"): (H, 1.071),
    ("aws/eu-west-1", "aws.rds.read_replica.transfer.cross_region.gb"): (2.5 * DAYS, 0.02),
    ("aws/eu-west-1", "aws.rds.storage.gp3.multi_az"): (500, 0.254),
    ("aws/eu-west-1", "aws.s3.get"): (VISITS * 40 * 0.2 / 1000, 0.0004),
    ("aws/eu-west-1", "aws.s3.put"): (2.4 * DAYS * 4, 0.005),
    ("aws/eu-west-1", "aws.s3.replication.rtc.gb"): (2 * 2.4 * DAYS, 0.015),
    # Pictures and their versions; logs of 30 kB a visit, a tenth when compressed, of 90 days and a week.
    ("aws/eu-west-1", "aws.s3.standard.gb"): (800 + 2.4 * 90 + VISITS * 30e-6 * 0.1 * (90 + 7) / DAYS, 0.023),
    # Two thirds of answers cross a zone, paid on both sides.
    ("aws/eu-west-1", "aws.transfer.inter_az"): (VISITS * 1e-3 * 2 / 3 * 2, 0.01),
    # Seven interface endpoints in three zones each; the one of S3 is free.
    ("aws/eu-west-1", "aws.vpc_endpoint.interface.hour"): (7 * 3 * H, 0.011),
    ("aws/us-east-1", "aws.wafv2.requests.million"): (VISITS * 40 / 1e6, 0.6),
    ("aws/us-east-1", "aws.wafv2.web_acl"): (1, 5.0),
    ("aws/eu-central-1", "aws.alb.hour"): (2 * H, 0.027),
    ("aws/eu-central-1", "aws.arc.region_switch.plan"): (1, 70.0),
    ("aws/eu-central-1", "aws.backup.rds.gb"): (2 * 250 * (1 + 0.01 * 35), 0.103),
    ("aws/eu-central-1", "aws.elasticache.redis.cache.m7g.large"): (2 * 2 * H, 0.188),
    ("aws/eu-central-1", "aws.nat.hour"): (3 * H, 0.052),
    ("aws/eu-central-1", "aws.rds.mysql.multi_az.db.r7g.xlarge"): (H, 1.165),
    ("aws/eu-central-1", "aws.rds.storage.gp3.multi_az"): (500, 0.274),
    ("aws/eu-central-1", "aws.vpc_endpoint.interface.hour"): (7 * 3 * H, 0.012),
    ("aws/us-east-1", "aws.backup.rds.gb"): (2 * 250 * (1 + 0.01 * 35), 0.095),
    ("aws/us-east-1", "aws.s3.standard.gb"): (800 + 2.4 * 30 + 250, 0.023),  # the log, of a size that nobody states
    ("everywhere", "aws.route53.healthcheck.aws"): (9, 0.5),
}
B2B_SITE = {
    "aws.alb.hour": (H, {"aws/eu-west-1": 0.0252, "aws/eu-west-3": 0.02646}),
    "aws.kms.key": (4, {"aws/eu-west-1": 1.0, "aws/eu-west-3": 1.0}),
    "aws.nat.hour": (3 * H, {"aws/eu-west-1": 0.048, "aws/eu-west-3": 0.05}),
    "aws.public_ipv4.hour": (6 * H, {"aws/eu-west-1": 0.005, "aws/eu-west-3": 0.005}),
    "aws.vpc_endpoint.interface.hour": (7 * 3 * H, {"aws/eu-west-1": 0.011, "aws/eu-west-3": 0.011}),
    # Two lines to the customer's own site, of two tunnels each.
    "aws.vpn.connection.hour": (2 * H, {"aws/eu-west-1": 0.05, "aws/eu-west-3": 0.05}),
    "aws.wafv2.web_acl": (1, {"aws/eu-west-1": 5.0, "aws/eu-west-3": 5.0}),
}
SMALL = {
    ("gcp/europe-west1", "gcp.cloudsql.enterprise.vcpu.regional"): (2 * H, 0.0826),
    ("gcp/europe-west1", "gcp.cloudsql.enterprise.memory_gb.regional"): (8, 10.22),
    ("gcp/europe-west1", "gcp.cloudsql.ssd.regional"): (50, 0.34),
    # Half of the disk whole, a hundredth of that for 35 daily backups and seven days of logs.
    ("gcp/europe-west1", "gcp.cloudsql.backup"): (25 * (1 + 0.01 * 42), 0.08),
    ("gcp/europe-west1", "gcp.datastream.cdc.first2500.gb"): (25 * 0.01 * DAYS * 3, 2.0),
    ("gcp/europe-west1", "gcp.gcs.standard.gb"): (40 + 0.12 * 90, 0.044),
    ("gcp/europe-west1", "gcp.memorystore.cluster.standard_small"): (2 * H, 0.1425),
    ("gcp/europe-west1", "gcp.memorystore.cluster.aof.gb"): (2 * 6.5 * H, 0.000548),
    ("gcp/us-east1", "gcp.cloudsql.enterprise.vcpu.regional"): (2 * H, 0.0826),
    ("gcp/us-east1", "gcp.memorystore.cluster.standard_small"): (2 * H, 0.1425),
    # Two instances of each tier of one vCPU, all the time, and six on ten days of the year; nobody asks them.
    ("gcp/us-east1", "gcp.run.instance.vcpu_second"): (2 * (2 * H + 4 * 20) * 3600, 0.000018),
    ("gcp/us-east1", "gcp.run.instance.gib_second"): ((1 + 2) * (2 * H + 4 * 20) * 3600, 0.000002),
    # Eight rules: five together, three each.
    ("everywhere", "gcp.lb.rule.first5.hour"): (H, 0.025),
    ("everywhere", "gcp.lb.rule.additional.hour"): (3 * H, 0.01),
    ("everywhere", "gcp.armor.policy"): (1, 5.0),
    # Requests for 90 days in the project of the copies, and a tenth of a GB of changes of either project for 400.
    ("gcp/us-central1", "gcp.logging.kept.gb"): (
        250 * H * 30e-6 * (90 / DAYS - 1) + 2 * 0.1 * (400 / DAYS - 1),
        0.01,
    ),
    # A CDN is in front: what it sends is its own, not Belgium's.
    ("everywhere", "gcp.cdn.cache_egress.eu_na.gb"): (300 / 60 * 50 * H * 2.5e-3, 0.08),
}


LARGE = {
    # Three servers in each of two regions, and a hundredth of half the disk a day to keep for 34 days beyond the first.
    ("aws/eu-west-1", "aws.aurora-mysql.standard.db.r7g.4xlarge"): (3 * H, 2.432),
    ("aws/eu-central-1", "aws.aurora-mysql.standard.db.r7g.4xlarge"): (3 * H, 2.6658),
    ("aws/eu-west-1", "aws.aurora.storage.gb"): (1000, 0.11),
    ("aws/eu-west-1", "aws.aurora.backup.gb"): (10 * 34, 0.0231),
    # What is written in Ireland, in millions of 16 kB, once more for Frankfurt.
    ("aws/eu-central-1", "aws.aurora.global.replicated_write_io.million"): (10 * DAYS * 1e9 / 16e3 / 1e6, 0.22),
    ("aws/eu-west-1", "aws.elasticache.redis.cache.r7g.xlarge"): (4 * 2 * H, 0.487),
    ("aws/eu-west-1", "aws.nat.hour"): (3 * H, 0.048),
    # Both sites share the tiers of AWS: half of 10 and of 40 TB each.
    ("aws/eu-west-1", "aws.egress.internet.next40TB"): (20_000, 0.085),
    ("everywhere", "aws.globalaccelerator.hour"): (H, 0.025),
    ("everywhere", "aws.globalaccelerator.dt_premium.eu_eu"): (60_000 / 95 * 50 * H * 2.5e-3, 0.015),
    # Two zones of one name, at two vendors, share what is asked.
    ("everywhere", "aws.route53.query.standard"): (60_000 / 95 * 50 * H / 1e6 / 2, 0.4),
    ("everywhere", "gcp.dns.query.routing_policy.million"): (60_000 / 95 * 50 * H / 1e6 / 2, 0.7),
    # The standby at Google: twenty vCPU for 128 GiB, two tiers of nine instances.
    ("gcp/europe-west4", "gcp.cloudsql.enterprise.vcpu.regional"): (20 * H, 0.09086),
    ("gcp/europe-west4", "gcp.cloudsql.enterprise.memory_gb.regional"): (128, 11.242),
    ("gcp/europe-west4", "gcp.cloudsql.ssd.regional"): (2000, 0.374),
    ("gcp/europe-west4", "gcp.memorystore.cluster.highmem_xlarge"): (4 * 2 * H, 0.94391),
    # Seven times as many on eleven days of the year.
    ("gcp/europe-west4", "gcp.run.instance.vcpu_second"): ((1 + 2) * (9 * H + 54 * 22) * 3600, 0.000018),
    ("gcp/europe-west4", "gcp.vpn.tunnel.hour"): (8 * H, 0.05),
}
HYBRID = {
    # 5.39 and 2.70 vCPU of the tiers, which a schedule keeps at 18 and not 5 on eleven days of the year, 12.95 of the
    # database, 3.3 of the cache and what tells of it: 24.34, of which a node leaves 3.5.
    ("onprem/ghent", "node.month"): (7, 150),
    # 3.27 and 1.64 vCPU of the tiers (12 and not 3 on those days): 21.16, and 67.6 GiB, of which a node leaves 14.
    ("gcp/europe-west4", "node.month"): (7, 150),
    # Both ways into Ghent and that into Holland are asked from outside: over HTTPS, for a text, every ten seconds.
    ("everywhere", "aws.route53.healthcheck.non_aws"): (3, 0.75),
    ("everywhere", "aws.route53.healthcheck.option.non_aws"): (3 * 3, 2.0),
    ("everywhere", "aws.route53.healthcheck.aws"): (4, 0.5),
    ("everywhere", "aws.route53.zone"): (1, 0.5),
    ("everywhere", "gcp.dns.zone"): (1, 0.2),
    ("everywhere", "gcp.dns.healthcheck.external_fast"): (1, 2.0),
}


def by_site(cost: Cost) -> dict[tuple[str, str], tuple[float, float]]:
    """Quantity and dollars by site and price, typical."""
    found: dict[tuple[str, str], tuple[float, float]] = {}
    for one in cost.lines:
        quantity, usd = found.get((one.site, one.line.price), (0.0, 0.0))
        assert one.line.quantity
        found[one.site, one.line.price] = quantity + one.line.quantity.typical, usd + one.usd.typical
    return found


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("midsize-prod", MIDSIZE),
        ("b2b-prod", {(at, id): (n, each[at]) for id, (n, each) in B2B_SITE.items() for at in each}),
        ("small-prod", SMALL),
        ("large-prod", LARGE),
        ("hybrid-prod", HYBRID),
    ],
)
def test_a_sample_costs_what_one_works_out_by_hand(
    name: str, expected: Mapping[tuple[str, str], tuple[float, float]]
) -> None:
    found = by_site(cost_of(sample(name)))
    for at, (quantity, each) in expected.items():
        assert found[at] == (pytest.approx(quantity, rel=1e-3), pytest.approx(quantity * each, rel=1e-3)), at


@pytest.mark.parametrize("name", ["php-aws", "php-gcp", "php-kubernetes"])
def test_a_shop_that_tells_little_costs_something_all_the_same(name: str) -> None:
    assert cost_of(sample(name)).lines


@pytest.mark.parametrize("name", ["midsize-prod", "b2b-prod", "small-prod"])
def test_every_type_and_price_of_a_sample_is_known(name: str) -> None:
    gaps = [gap for gap in cost_of(sample(name)).gaps if gap.why in (Why.TYPE, Why.PRICE, Why.AMOUNT)]
    assert gaps == []


@pytest.mark.parametrize("name", ["midsize-prod", "small-prod", "b2b-prod"])
def test_parts_add_up_to_the_whole(name: str) -> None:
    cost = cost_of(sample(name))
    for parts in (cost.by_site, cost.by_tier, cost.by_purpose):
        assert sum(one.typical for one in parts.values()) == pytest.approx(cost.total.typical)
    assert cost.total.lower < cost.total.typical < cost.total.worst
    assert [one.usd.typical for one in cost.lines] == sorted((one.usd.typical for one in cost.lines), reverse=True)
    assert cost.rate.currency == "EUR" and not cost.rate.stated
    assert cost.oldest and cost.oldest.date < "2025"
    assert {gap.why for gap in cost.gaps} >= {Why.PEOPLE}


def test_a_warm_standby_is_paid_as_one() -> None:
    cost = cost_of(sample("midsize-prod"))
    purposes = {(one.name, one.purpose) for one in cost.lines}
    assert ("midsize-prod-mysql-ireland", Purpose.SERVING) in purposes
    assert ("midsize-prod-mysql-frankfurt", Purpose.STANDBY) in purposes
    assert all(one.purpose is Purpose.COPIES for one in cost.lines if one.line.price.startswith("aws.backup."))
    assert set(cost.by_purpose) == {"serving", "standby", "copies", "edge", "watching"}
    assert cost.over_budget is False


def test_people_cost_what_the_page_states() -> None:
    graph = sample("midsize-prod")
    model = read(graph)
    cost = cost_of(graph, model, used(model, staff_hours_per_month=20, people_on_call=1))
    people = {one.line.price: one.usd.typical for one in cost.lines if one.purpose is Purpose.PEOPLE}
    assert people == {"staff.engineer.hour.internal": 20 * 75.0, "staff.oncall.week": pytest.approx(52 / 12 * 400)}
    assert Why.PEOPLE not in {gap.why for gap in cost.gaps}


def test_calls_cost_by_orders_and_a_number_by_the_day() -> None:
    number = ("aws:connect/phoneNumber:PhoneNumber", {"countryCode": "DE", "type": "DID"})
    talked = H * 10 * 0.5
    for names in (("help",), ("help", "more")):
        graph = stack(*((number[0], name, number[1]) for name in names), region="eu-central-1")
        model = read(graph)
        cost = cost_of(graph, model, used(model, orders_per_hour=10, growth=0, call_minutes_per_order=0.5))
        assert lines(cost) == {
            "aws.connect.did.day": pytest.approx(DAYS * len(names)),
            "aws.connect.voice.minute": talked,
            "aws.connect.inbound.minute": talked,
        }
        assert {one.purpose for one in cost.lines} == {Purpose.PEOPLE}


# -- how prices mislead -----------------------------------------------------------------------------------------------

DB = {"engine": "mysql", "engineVersion": "8.4", "instanceClass": "db.m6g.large", "allocatedStorage": 100}


@pytest.mark.parametrize("kind", ["aws", "gcp"])
def test_a_database_in_two_zones_costs_twice(kind: str) -> None:
    def cost(spread: bool) -> Cost:
        if kind == "aws":
            inputs = {**DB, "multiAz": spread, "storageType": "gp3"}
            return cost_of(stack(("aws:rds/instance:Instance", "db", inputs)))
        tier = {"tier": "db-custom-2-8192", "diskSize": 100, "availabilityType": "REGIONAL" if spread else "ZONAL"}
        inputs = {"databaseVersion": "MYSQL_8_4", "region": "europe-west1", "settings": tier}
        return cost_of(stack(("gcp:sql/databaseInstance:DatabaseInstance", "db", inputs), region="europe-west1"))

    alone, spread = cost(False), cost(True)
    assert money(alone) > 50
    assert money(spread) == pytest.approx(2 * money(alone), rel=0.02)
    assert not {gap.why for gap in spread.gaps} - {Why.PEOPLE}


def test_a_disk_in_two_zones_costs_twice() -> None:
    inputs = {"type": "pd-ssd", "size": 100}
    zonal = ("gcp:compute/disk:Disk", "zonal", {**inputs, "zone": "europe-west1-b"})
    regional = ("gcp:compute/regionDisk:RegionDisk", "regional", {**inputs, "region": "europe-west1"})
    cost = cost_of(stack(zonal, regional))
    assert (money(cost, "zonal"), money(cost, "regional")) == (pytest.approx(17.0), pytest.approx(34.0))


@pytest.mark.parametrize(("rules", "hourly"), [(1, 0.025), (5, 0.025), (6, 0.035), (8, 0.055)])
def test_the_first_five_rules_cost_one_price_together(rules: int, hourly: float) -> None:
    token = "gcp:compute/globalForwardingRule:GlobalForwardingRule"
    cost = cost_of(stack(*((token, f"rule-{n}", {"portRange": "80"}) for n in range(rules))))
    assert money(cost) == pytest.approx(hourly * H)


@pytest.mark.parametrize(
    ("name", "sender", "terabytes", "expected"),
    [
        # Two sites at AWS, which send themselves; the page that customers see while the shop is down is no way in.
        ("large-prod", "aws.egress.internet.", 0.05, {}),
        ("large-prod", "aws.egress.internet.", 5, {"first10TB": 4_900}),
        ("large-prod", "aws.egress.internet.", 60, {"first10TB": 10_000, "next40TB": 40_000, "next100TB": 9_900}),
        # CloudFront is in front, and the way around it stands by.
        ("b2b-prod", "aws.cloudfront.egress.", 5, {"eu_us.first10TB": 5_000}),
        ("b2b-prod", "aws.cloudfront.egress.", 60, {"eu_us.first10TB": 10_000, "eu_us.next40TB": 50_000}),
    ],
)
def test_what_goes_out_is_cheaper_the_more_it_is(
    name: str, sender: str, terabytes: float, expected: Mapping[str, float]
) -> None:
    graph = sample(name)
    model = read(graph)
    usage = used(model, visits_per_hour=1000, kb_per_visit=terabytes * 1e9 / (1000 * H), growth=0)
    cost = cost_of(graph, model, usage)
    sent = tuple(one for one in cost.lines if one.name.endswith(" to customers"))
    out = {id: n for id, n in lines(replace(cost, lines=sent)).items() if n}
    assert out == {f"{sender}{tier}": pytest.approx(n) for tier, n in expected.items()}


def test_an_interface_endpoint_is_paid_in_each_zone() -> None:
    token = "aws:ec2/vpcEndpoint:VpcEndpoint"
    inside = {"vpcEndpointType": "Interface", "serviceName": "kms", "subnetIds": ["a", "b", "c"]}
    cost = cost_of(stack((token, "kms", inside), (token, "s3", {"serviceName": "s3"})))
    assert lines(cost, "kms")["aws.vpc_endpoint.interface.hour"] == 3 * H
    assert lines(cost, "s3") == {}


def test_what_is_pushed_is_paid_for_on_its_way_to_each_other_region() -> None:
    to = [{"region": region} for region in ("eu-central-1", "us-east-1", "eu-west-1")]
    rules = {"replicationConfiguration": {"rules": [{"destinations": to}]}}
    graph = stack(("aws:ecr/replicationConfiguration:ReplicationConfiguration", "images", rules))
    assert lines(cost_of(graph)) == {"aws.transfer.inter_region": 2 * 2}


def test_a_secret_and_a_key_are_paid_in_each_region() -> None:
    secret = {"replicas": [{"region": "eu-central-1"}, {"region": "us-east-1"}]}
    cost = cost_of(
        stack(
            ("aws:secretsmanager/secret:Secret", "token", secret),
            ("aws:kms/key:Key", "key", {"multiRegion": True}),
            ("aws:kms/replicaKey:ReplicaKey", "copy", {"region": "eu-central-1"}),
        )
    )
    assert lines(cost)["aws.secretsmanager.secret"] == 3
    assert lines(cost)["aws.kms.key"] == 2
    assert {one.site for one in cost.lines if one.line.price == "aws.secretsmanager.secret"} == {
        "aws/eu-west-1",
        "aws/eu-central-1",
        "aws/us-east-1",
    }


def test_a_public_balancer_pays_an_address_in_each_zone() -> None:
    token = "aws:lb/loadBalancer:LoadBalancer"
    cost = cost_of(
        stack(
            (token, "public", {"subnets": ["a", "b", "c"], "internal": False}),
            (token, "inner", {"subnets": ["a", "b", "c"], "internal": True}),
        )
    )
    assert lines(cost, "public")["aws.public_ipv4.hour"] == 3 * H
    assert "aws.public_ipv4.hour" not in lines(cost, "inner")


def test_an_old_version_is_paid_for_its_support() -> None:
    old = {**DB, "engineVersion": "5.7.44", "instanceClass": "db.m6g.2xlarge", "multiAz": True}
    cost = cost_of(stack(("aws:rds/instance:Instance", "old", old), ("aws:rds/instance:Instance", "new", DB)))
    assert lines(cost, "old")["aws.rds.extended_support.year1_2.vcpu_hour"] == 8 * 2 * H
    assert "aws.rds.extended_support.year1_2.vcpu_hour" not in lines(cost, "new")


def fleet(**more: Any) -> Graph:
    group = {"minSize": 2, "maxSize": 10, "desiredCapacity": 2, "launchTemplate": {"id": "lt"}, **more}
    return stack(
        ("aws:ec2/launchTemplate:LaunchTemplate", "template", {"instanceType": "m6i.large"}),
        ("aws:autoscaling/group:Group", "web", {**group, "launchTemplate": "->template"}),
    )


@pytest.mark.parametrize(("share", "running"), [(0.0, 2.0), (0.5, 6.0), (1.0, 10.0)])
def test_an_autoscaler_runs_at_its_maximum_for_a_part_of_the_month(share: float, running: float) -> None:
    graph = fleet()
    model = read(graph)
    cost = cost_of(graph, model, used(model, share_of_peak=share))
    assert lines(cost)["aws.ec2.m6i.large"] == pytest.approx(running * H)


def test_a_peak_of_some_days_is_paid_for_these() -> None:
    graph = sample("midsize-prod")
    model = read(graph)
    web = next(one for one in model.pools if one.urn.endswith("ireland-web-service"))
    for schedule, mean, fullest in (
        ((), 6.0, 6.0),
        # Five days of a year at 36, the rest at 6; within the fullest thirty days five of them.
        (((11, 26, 36), (12, 1, 6)), 6 + 30 * 5 / 365, 6 + 30 * 5 / 30),
        # Half of a month: the sixteen days that are left of June.
        (((6, 15, 36), (7, 1, 6)), 6 + 30 * 16 / 365, 6 + 30 * 16 / 30),
    ):
        changed = replace(web, schedule=schedule, maximum=36)
        pools = tuple(changed if one is web else one for one in model.pools)
        at = replace(model, pools=pools)
        cost = cost_of(graph, at, used(at, share_of_peak=0))
        tasks = next(one for one in cost.lines if one.urn == web.urn and one.line.price == "aws.fargate.arm.vcpu_hour")
        assert tasks.line.quantity
        assert tasks.line.quantity.typical == pytest.approx(mean * 0.5 * H)
        assert tasks.line.quantity.worst == pytest.approx(fullest * 0.5 * H)


def test_what_changes_is_what_replication_and_backups_cost() -> None:
    graph = sample("midsize-prod")
    model = read(graph)
    data = ("products", "customers", "orders", "module-configuration")
    changes = {f"data.{name}.changed_per_day": 5.0 for name in data}
    cost = cost_of(graph, model, used(model, growth=0, **changes))
    sent = [one for one in cost.lines if one.line.price == "aws.rds.read_replica.transfer.cross_region.gb"]
    assert [one.line.quantity for one in sent] == [Range(20 * DAYS, 20 * DAYS, 20 * DAYS)]


# -- what is not known ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("disk", "paid"),
    [
        ({"storageType": "io1", "iops": 1000}, 2 * 1000 * 0.10),
        ({"storageType": "gp3", "iops": 13_000, "allocatedStorage": 500}, 2 * 1000 * 0.02),
        ({"storageType": "gp3", "iops": 12_000, "allocatedStorage": 500}, 0),
    ],
)
def test_operations_of_a_disk_are_paid_beyond_what_it_has(disk: dict[str, Any], paid: float) -> None:
    cost = cost_of(stack(("aws:rds/instance:Instance", "db", {**DB, "multiAz": True, **disk}), region="us-east-1"))
    assert sum(one.usd.typical for one in cost.lines if ".iops." in one.line.price) == pytest.approx(paid)


def test_operations_of_a_volume_are_paid_or_named() -> None:
    """The example of Infracost, which says USD 743 a month of it; what its function does is not stated."""
    disks = [{"deviceName": "data", "volumeType": "io1", "volumeSize": 1000, "iops": 800}]
    root = {"volumeType": "gp2", "volumeSize": 50}
    inputs = {"instanceType": "m5.4xlarge", "rootBlockDevice": root, "ebsBlockDevices": disks}
    cost = cost_of(stack(("aws:ec2/instance:Instance", "web", inputs), region="us-east-1"))
    assert cost.usd.typical == pytest.approx(742.64, abs=0.01)
    unknown = {**inputs, "ebsBlockDevices": [{**disks[0], "iops": None}]}
    gaps = cost_of(stack(("aws:ec2/instance:Instance", "web", unknown), region="us-east-1")).gaps
    assert (Why.AMOUNT, "aws.ebs.io1.iops") in {(gap.why, gap.what) for gap in gaps}


def test_what_has_no_price_or_amount_is_named_and_never_zero() -> None:
    cost = cost_of(
        stack(
            ("aws:s3/bucket:Bucket", "uploads", {}),
            ("aws:opensearch/domain:Domain", "search", {}),
            ("aws:ec2/instance:Instance", "gpu", {"instanceType": "p4d.24xlarge"}),
            ("aws:iam/role:Role", "role", {}),
        )
    )
    told = {(gap.why, gap.what): gap.names for gap in cost.gaps}
    assert told[Why.AMOUNT, "aws.s3.standard.gb"] == ("uploads",)
    assert told[Why.TYPE, "aws:opensearch/domain:Domain"] == ("search",)
    assert told[Why.PRICE, "aws.ec2.p4d.24xlarge"] == ("gpu",)
    assert "aws.s3.standard.gb" not in lines(cost)
    assert cost.free == 1


def test_a_bucket_costs_what_is_stated_to_be_in_it() -> None:
    graph = stack(("aws:s3/bucket:Bucket", "uploads", {}))
    model = read(graph)
    (store,) = model.stores
    cost = cost_of(graph, model, used(model, growth=0, **{f"data.{store.name}.size": 1000.0}))
    assert lines(cost)["aws.s3.standard.gb"] == 1000


def test_a_size_that_nothing_tells_is_named() -> None:
    cost = cost_of(stack(("aws:rds/instance:Instance", "db", {"engine": "mysql", "allocatedStorage": 20})))
    assert (Why.AMOUNT, "aws.rds.mysql.single_az", ("db",)) in {gap[:3] for gap in cost.gaps}
    assert lines(cost) == {"aws.rds.storage.gp2.single_az": 20}


def test_a_budget_that_the_program_declares_is_one() -> None:
    budget = {"budgetType": "COST", "timeUnit": "MONTHLY", "limitAmount": "100", "limitUnit": "USD"}
    nat: tuple[str, str, dict[str, Any]] = ("aws:ec2/natGateway:NatGateway", "nat", {})
    declared = ("aws:budgets/budget:Budget", "all", budget)
    part = ("aws:budgets/budget:Budget", "part", {**budget, "costFilters": [{"name": "Service", "values": ["x"]}]})
    yearly = ("aws:budgets/budget:Budget", "yearly", {**budget, "timeUnit": "ANNUALLY"})
    assert cost_of(stack(nat, declared, part, yearly)).budget == 100
    assert cost_of(stack(nat, part, yearly)).over_budget is None


def test_pods_are_paid_with_the_servers_that_are_declared() -> None:
    pods = ("kubernetes:apps/v1:Deployment", "web", {"spec": {"replicas": 2}})
    pool = ("aws:eks/nodeGroup:NodeGroup", "nodes", {"scalingConfig": {"minSize": 2, "maxSize": 2, "desiredSize": 2}})
    assert {gap.why for gap in cost_of(stack(pods)).gaps} >= {Why.NODES}
    with_nodes = cost_of(stack(pods, pool))
    assert Why.NODES not in {gap.why for gap in with_nodes.gaps}
    assert lines(with_nodes)["aws.ec2.t3.medium"] == 2 * H


def test_nodes_that_exist_cost_what_the_page_says() -> None:
    graph = sample("hybrid-prod")
    model = read(graph)
    stated = replace(model, business=replace(model.business, node_per_month=90.0))
    before, after = cost_of(graph, model), cost_of(graph, stated)
    assert {gap.why for gap in after.gaps} >= {Why.OWN}
    nodes = [one for one in after.lines if one.line.price == "node.month"]
    assert [after.shown(one.usd).typical for one in nodes] == [pytest.approx(7 * 90), pytest.approx(7 * 90)]
    assert {one.price.source for one in nodes} == {"business.node_per_month"}
    assert before.total.typical - after.total.typical == pytest.approx(14 * (150 * before.rate.value - 90))


@pytest.mark.parametrize(
    ("spec", "needs"),
    [
        ({"replicas": 3, "template": {"spec": {"containers": [{"resources": {"requests": {"cpu": "250m"}}}]}}}, 0.75),
        ({"pxc": {"size": 3, "resources": {"requests": {"cpu": 2}}}, "proxy": {"resources": {}}}, 6),
        ({"replicas": 3, "template": {"spec": {"containers": [{"resources": {"limits": {"cpu": 9}}}]}}}, 0),
    ],
)
def test_what_pods_ask_for_is_counted_as_often_as_they_run(spec: dict[str, Any], needs: float) -> None:
    graph = stack(("kubernetes:apps/v1:StatefulSet", "one", {"spec": spec}))
    model = read(graph)
    meter = Meter(View(graph, TRAITS, VENDORS), replace(model, pools=()), used(model), frozenset(), frozenset())
    (row,) = graph.of_type("kubernetes:apps/v1:StatefulSet")
    assert asked(meter, row).vcpu == needs


def test_a_worker_pool_is_paid_all_the_time() -> None:
    spec = {"containers": [{"resources": {"limits": {"cpu": "2", "memory": "1Gi"}}}]}
    inputs = {"location": "europe-west1", "template": spec}
    pool = ("gcp:cloudrunv2/workerPool:WorkerPool", "mail", {**inputs, "scaling": {"manualInstanceCount": 3}})
    cost = cost_of(stack(pool, region="europe-west1"))
    assert lines(cost) == {
        "gcp.run.instance.vcpu_second": 3 * 2 * H * 3600, "gcp.run.instance.gib_second": 3 * H * 3600,
    }  # fmt: skip


RUN = ("gcp:cloudrunv2/service:Service", "web", {
    "location": "europe-west1",
    "template": {"scaling": {"minInstanceCount": 2}, "containers": [{"resources": {"limits": {"cpu": "1"}}}]},
})  # fmt: skip


@pytest.mark.parametrize("key", ["share_busy", "share_of_disk", "outbound_kb_per_visit"])
def test_what_is_assumed_of_use_is_replaced_by_what_is_stated(key: str) -> None:
    graph = stack(RUN, region="europe-west1") if key == "share_busy" else sample("small-prod")
    model = read(graph)
    usual = usage_of(model.business).figures[key].value
    assert usual
    costs = [cost_of(graph, model, used(model, **{key: usual.typical * n})).total.typical for n in (0.5, 1, 2)]
    assert costs == sorted(costs) and costs[0] < costs[-1]


# -- prices -----------------------------------------------------------------------------------------------------------


@given(dear=strategies.floats(1, 3), ids=strategies.sampled_from(["aws.*", "aws.rds.*", "aws.nat.hour", "*"]))
@settings(max_examples=20)
def test_a_higher_price_never_makes_a_line_cheaper(dear: float, ids: str) -> None:
    graph = fleet()
    before = cost_of(graph)
    factor = Discount(ids=ids, factor=Range.exactly(dear), why="dearer", date="")
    after = cost_of(graph, table=prices().with_own(OwnPrices(discounts=(factor,))))
    cheap, costly = {_key(one): one for one in before.lines}, {_key(one): one for one in after.lines}
    assert set(cheap) == set(costly)
    for key, one in cheap.items():
        assert costly[key].usd.typical >= one.usd.typical - 1e-9
        assert costly[key].usd.worst >= one.usd.worst - 1e-9
    assert after.total.typical >= before.total.typical - 1e-9


def _key(one: Priced) -> tuple[str, str, str]:
    return one.urn, one.line.price, one.line.of


def test_the_same_stack_costs_the_same_again() -> None:
    graph = sample("small-prod")
    assert cost_of(graph) == cost_of(graph)
