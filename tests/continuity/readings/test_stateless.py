"""The stateless profile: what proves it, what breaks it, and what nobody can tell."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pulumi_aws.apigateway import MethodSettings
from pulumi_aws.backup import Vault
from pulumi_aws.cloudfront import CachePolicy, Distribution
from pulumi_aws.cloudwatch import LogGroup
from pulumi_aws.dynamodb import Table
from pulumi_aws.ec2 import LaunchTemplate
from pulumi_aws.efs import FileSystem
from pulumi_aws.elasticache import ReplicationGroup
from pulumi_aws.rds import Instance
from pulumi_aws.s3 import Bucket, BucketLifecycleConfiguration, BucketVersioning, BucketWebsiteConfiguration
from pulumi_aws.secretsmanager import Secret
from pulumi_aws.sfn import StateMachine
from pulumi_aws.sqs import Queue
from pulumi_gcp import storage
from pulumi_gcp.compute import BackendBucket

from bcinfra.continuity.judgement.assessment import Assessment, assess
from bcinfra.continuity.model.objectives import Judgement
from bcinfra.continuity.model.stateless import Condition, Holds, Proof
from bcinfra.continuity.readings.read import read
from bcinfra.graph import Graph
from bcinfra.graph.record.recorder import record
from bcinfra.report.assess.markdown import to_markdown
from bcinfra.report.assess.page import Severity, page, severity, stopped
from bcinfra.report.assess.writing import to_document
from bcinfra.report.explain import explain
from bcinfra.report.words.statements import say
from tests.continuity.readings.programs import IRELAND, Region, Tier
from tests.report.conftest import text

Declares = Callable[[Region], object]


class Mystery(pulumi.CustomResource):
    """A type that no reading knows."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions) -> None:
        super().__init__("acme:index:Thing", name, {}, opts)


def recorded(*declares: Declares, **spec: Any) -> Graph:
    """A front that passes requests on, and whatever else is declared."""

    def program() -> None:
        at = Region("eu-west-1", IRELAND)
        Tier(at)
        LogGroup("web", name="/shop/web", retention_in_days=30, opts=at.opts)
        Secret("back-office", opts=at.opts)
        for declare in declares:
            declare(at)
        pulumi.ComponentResource("bcinfra:assembly:Shop", "shop", {"spec": {"stateless": True, **spec}})

    return record(program)


def proof(*declares: Declares) -> Proof:
    found = read(recorded(*declares)).stateless
    assert found
    return found


def named(found: Proof) -> dict[str, str]:
    return {row.urn.split("::")[-1]: row.reason.holds.value for row in found.breaks}


def test_a_front_that_keeps_nothing_is_proven_and_every_resource_has_its_reason() -> None:
    graph = recorded()
    found = read(graph).stateless
    assert found
    assert found.judgement is Judgement.MET
    assert found.breaks == ()
    assert {row.urn for row in found.rows} == {row.urn for row in graph if row.custom and not row.is_provider}
    assert found.conditions == (Condition.PRINTED,)
    assert sum(found.counts.values()) == len(found.rows) == sum(len(rows) for rows in found.groups)
    assert len({say(rows[0].says) for rows in found.groups}) == len(found.groups)


@pytest.mark.parametrize("claimed", [False, None])
def test_who_does_not_state_it_is_not_asked(claimed: bool | None) -> None:
    graph = recorded(lambda at: Queue("orders", opts=at.opts), stateless=claimed)
    model = read(graph)
    assert model.stateless is None
    found = assess(model)
    assert not [f for f in found.findings if f.code == "BC0040"]
    assert page(found, model, ("s",)).stateless == ""
    assert to_document(found, model)["stateless"] is None


STORES: dict[str, Declares] = {
    "bucket": lambda at: Bucket("kept", opts=at.opts),
    "table": lambda at: Table("kept", hash_key="id", attributes=[{"name": "id", "type": "S"}], opts=at.opts),
    "database": lambda at: Instance("kept", engine="mysql", instance_class="db.t4g.small", opts=at.opts),
    "cache": lambda at: ReplicationGroup("kept", description="carts", node_type="cache.t4g.small", opts=at.opts),
    "files": lambda at: FileSystem("kept", opts=at.opts),
    "queue": lambda at: Queue("kept", opts=at.opts),
}


@pytest.mark.parametrize("what", STORES)
def test_any_store_breaks_it(what: str) -> None:
    found = proof(STORES[what])
    assert found.judgement is Judgement.MISSED
    assert named(found) == {"kept": "holds business data"}


def test_a_type_that_is_not_understood_is_not_proven() -> None:
    found = proof(lambda _: Mystery("kept", pulumi.ResourceOptions()))
    assert found.judgement is Judgement.UNKNOWN
    assert named(found) == {"kept": "not proven"}
    assert say(found.breaks[0].says) == "Nothing is known of the type acme:index:Thing."


def settings(**more: Any) -> Declares:
    """Settings of an API's stage, such as what its log holds."""
    return lambda at: MethodSettings(
        "kept", rest_api="api", stage_name="live", method_path="*/*", settings={"logging_level": "INFO", **more},
        opts=at.opts,
    )  # fmt: skip


def test_request_bodies_in_a_log_are_business_data() -> None:
    assert proof(settings()).judgement is Judgement.MET
    found = proof(settings(data_trace_enabled=True))
    assert found.judgement is Judgement.MISSED
    assert say(found.breaks[0].says) == "It writes bodies of requests and answers to a log."


def test_an_api_that_caches_answers_is_not_proven() -> None:
    assert named(proof(settings(caching_enabled=True))) == {"kept": "not proven"}


def test_a_log_that_is_kept_for_ever_is_not_proven() -> None:
    found = proof(lambda at: LogGroup("kept", opts=at.opts))
    assert found.judgement is Judgement.UNKNOWN
    assert "kept for ever" in say(found.breaks[0].says)


@pytest.mark.parametrize(
    ("days", "versions", "ended", "judgement"),
    [
        (30, False, {}, Judgement.MET),
        (None, False, {}, Judgement.UNKNOWN),
        (30, True, {}, Judgement.UNKNOWN),  # what has expired stays as an old version
        (30, True, {"noncurrent_days": 7}, Judgement.MET),
        (30, True, {"noncurrent_days": 7, "newer_noncurrent_versions": 1}, Judgement.UNKNOWN),
        (None, True, {"noncurrent_days": 7}, Judgement.UNKNOWN),
    ],
)
def test_a_bucket_of_access_logs_must_expire(
    days: int | None, versions: bool, ended: dict[str, int], judgement: Judgement
) -> None:
    def logs(at: Region) -> None:
        from pulumi_aws.lb import LoadBalancer

        bucket = Bucket("kept", opts=at.opts)
        access: Any = {"bucket": bucket.bucket, "enabled": True}
        LoadBalancer("logged", subnets=at.subnet_ids, access_logs=access, opts=at.opts)
        if versions:
            BucketVersioning("kept", bucket=bucket.id, versioning_configuration={"status": "Enabled"}, opts=at.opts)
        rule: Any = {"id": "all", "status": "Enabled"}
        if days:
            rule["expiration"] = {"days": days}
        if ended:
            rule["noncurrent_version_expiration"] = ended
        if days or ended:
            BucketLifecycleConfiguration("kept", bucket=bucket.id, rules=[rule], opts=at.opts)

    assert proof(logs).judgement is judgement


def test_a_bucket_that_shows_what_the_program_publishes_holds_none() -> None:
    def site(at: Region) -> None:
        bucket = Bucket("page", opts=at.opts)
        BucketWebsiteConfiguration("page", bucket=bucket.id, index_document={"suffix": "index.html"}, opts=at.opts)

    assert proof(site).judgement is Judgement.MET


@pytest.mark.parametrize("filled", [True, False])
def test_a_page_at_google_shows_what_the_program_put_there(filled: bool) -> None:
    def shown(at: Region) -> None:
        bucket = storage.Bucket("page", location="europe-west4")
        BackendBucket("page", bucket_name=bucket.name)
        if filled:
            storage.BucketObject("page", bucket=bucket.name, name="index.html", content="<p>call us</p>")

    assert named(proof(shown)) == ({} if filled else {"page": "holds business data"})


def cdn(policy: Callable[[Region], Any]) -> Declares:
    def declare(at: Region) -> None:
        ttl = policy(at)
        https: Any = {
            "http_port": 80,
            "https_port": 443,
            "origin_protocol_policy": "https-only",
            "origin_ssl_protocols": ["TLSv1.2"],
        }
        Distribution(
            "front",
            enabled=True,
            origins=[{"origin_id": "web", "domain_name": "web.example", "custom_origin_config": https}],
            default_cache_behavior={
                "target_origin_id": "web",
                "allowed_methods": ["GET"],
                "cached_methods": ["GET"],
                "viewer_protocol_policy": "https-only",
                **ttl,
            },
            restrictions={"geo_restriction": {"restriction_type": "none"}},
            viewer_certificate={"cloudfront_default_certificate": True},
            opts=at.opts,
        )

    return declare


@pytest.mark.parametrize(
    ("policy", "judgement"),
    [
        (lambda _: {"max_ttl": 0}, Judgement.MET),
        (lambda _: {"cache_policy_id": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"}, Judgement.MET),
        (lambda at: {"cache_policy_id": own(at, 0)}, Judgement.MET),
        (lambda at: {"cache_policy_id": own(at, 60)}, Judgement.UNKNOWN),
        (lambda _: {"cache_policy_id": "658327ea-f89d-4fab-a63d-7e88639e58f6"}, Judgement.UNKNOWN),
        (lambda _: {}, Judgement.UNKNOWN),
    ],
    ids=["no TTL", "CachingDisabled", "own, 0 s", "own, 60 s", "CachingOptimized", "not stated"],
)
def test_a_cdn_must_keep_no_answer(policy: Callable[[Region], Any], judgement: Judgement) -> None:
    assert proof(cdn(policy)).judgement is judgement


def own(at: Region, seconds: int) -> pulumi.Output[str]:
    keyed: Any = {
        "cookies_config": {"cookie_behavior": "none"},
        "headers_config": {"header_behavior": "none"},
        "query_strings_config": {"query_string_behavior": "none"},
    }
    made = CachePolicy(
        "own", max_ttl=seconds, min_ttl=0, parameters_in_cache_key_and_forwarded_to_origin=keyed, opts=at.opts
    )
    return made.id


@pytest.mark.parametrize(
    "declare",
    [
        lambda at: Vault("kept", opts=at.opts),
        lambda at: StateMachine("kept", definition="{}", role_arn="arn:aws:iam::111122223333:role/r", opts=at.opts),
        lambda at: LaunchTemplate(
            "kept",
            block_device_mappings=[{"device_name": "/dev/sdb", "ebs": {"delete_on_termination": "false"}}],
            opts=at.opts,
        ),
    ],
    ids=["vault", "executions", "disk"],
)
def test_what_may_keep_data_is_not_proven(declare: Declares) -> None:
    assert named(proof(declare)) == {"kept": "not proven"}


def test_what_stands_on_premises_is_the_back_office() -> None:
    def office(at: Region) -> None:
        pulumi.ComponentResource("bcinfra:onprem:System", "erp", {"site": "ghent"})

    found = proof(office)
    assert found.judgement is Judgement.MET
    assert found.counts[Holds.BACK_OFFICE] == 1


# What is said of it


def judged(*declares: Declares) -> tuple[Any, Assessment]:
    model = read(recorded(*declares))
    return model, assess(model)


def test_the_line_of_the_report_says_how_many_or_what_breaks_it() -> None:
    model, found = judged()
    said = page(found, model, ("s",)).stateless
    assert found.stateless
    assert said.startswith(f"Holds no business data: proven over {len(found.stateless.rows)} resources, given that ")
    assert said in " ".join(text(page(found, model, ("s",)), 400).split("\n"))
    model, found = judged(STORES["queue"])
    said = page(found, model, ("s",)).stateless
    assert said == "Holds no business data: not proven: kept holds business data [BC0040]."
    assert "not proven: kept holds business data" in to_markdown(page(found, model, ("s",)))


def test_a_store_is_an_error_what_is_not_proven_a_warning_and_gates_stop_at_both() -> None:
    for declare, level, gate in (
        (STORES["table"], Severity.ERROR, Judgement.MISSED),
        (settings(caching_enabled=True), Severity.WARNING, Judgement.UNKNOWN),
    ):
        _, found = judged(declare)
        (one,) = [f for f in found.findings if f.code == "BC0040"]
        assert severity(found)(one) is level
        assert [line for line in stopped(found, [gate]) if "::kept: " in line]
    _, found = judged()
    assert not [line for line in stopped(found, [Judgement.MISSED]) if "business data" in line]


def test_explain_prints_the_whole_proof() -> None:
    model, found = judged(STORES["cache"])
    document = json.loads(json.dumps(to_document(found, model)))
    lines = [line.text for line in explain("stateless", document)]
    assert lines[0].endswith(
        f"no, it holds some, over {len(found.stateless.rows if found.stateless else ())} resources"
    )
    assert "aws:elasticache/replicationGroup:ReplicationGroup kept" in lines
    assert sum(line.count(" ") == 1 and line.startswith("aws:") for line in lines) == sum(
        document["stateless"]["counts"].values()
    )
    assert lines[0] in [line.text for line in explain("BC0040", document)]
    assert "1  holds business data: It keeps cache kept, or a copy of it." in lines
    assert explain("stateless")[0].text.startswith("stateless: A profile")
