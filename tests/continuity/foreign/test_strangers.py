"""What another vendor runs, of which nothing is read: who is told of it does not survive for sure, and it is named."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from pulumi_aws.secretsmanager import Secret, SecretVersion
from pulumi_gcp.cloudrunv2 import Service
from pulumi_kubernetes.apps.v1 import Deployment
from pulumi_kubernetes.core.v1 import Secret as KubernetesSecret

from bcinfra.continuity.judgement.assessment import Assessment
from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.recovery.outcomes import Kind
from bcinfra.report.words.statements import say
from tests.continuity.foreign.test_behind import project
from tests.continuity.foreign.test_truths import assessed, judgement
from tests.continuity.readings import kubernetes_programs as k8s
from tests.continuity.readings.programs import IRELAND, Region, Tier


class Stranger(pulumi.CustomResource):
    address: pulumi.Output[str]

    def __init__(self, token: str) -> None:
        super().__init__(token, "orders", {"plan": "m10", "address": None})


def amazon(address: pulumi.Input[str]) -> None:
    Tier(Region("eu-west-1", IRELAND), environment={"DB": address})


def by_secret(address: pulumi.Input[str]) -> None:
    at = Region("eu-west-1", IRELAND)
    secret = Secret("db", opts=at.opts)
    SecretVersion("db", secret_id=secret.id, secret_string=address, opts=at.opts)
    Tier(at, environment={"DB": secret.arn})


def google(address: pulumi.Input[str]) -> None:
    template: Any = {"containers": [{"image": "shop/web:1", "envs": [{"name": "DB", "value": address}]}]}
    Service("web", location="europe-west1", template=template, opts=project())


def pods(address: pulumi.Input[str]) -> None:
    opts = k8s.gke(zones=("b", "c", "d"))
    secret = KubernetesSecret("db", metadata={"name": "db"}, string_data={"url": address}, opts=opts)
    reference: Any = {"secretKeyRef": {"name": secret.metadata["name"], "key": "url"}}
    container = {"name": "web", "image": "shop/web:1", "env": [{"name": "DB", "valueFrom": reference}]}
    labels = {"app": "web"}
    spec: Any = {
        "replicas": 3,
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": {"containers": [container], **k8s.apart()}},
    }
    Deployment("web", metadata={"name": "web"}, spec=spec, opts=opts)


def worst_of_zones(found: Assessment) -> set[Kind]:
    lost = [r for r in found.scenarios if r.scenario.id.startswith("zone:") and "+" not in r.scenario.id]
    return {one.kind for result in lost for one in result.outcomes if "keep" not in one.capability}


@pytest.mark.parametrize("program", [amazon, by_secret, pods])
def test_who_is_told_of_what_nobody_read_does_not_survive_a_zone_for_sure(program: Any) -> None:
    strange = assessed(lambda: program(Stranger("mongodbatlas:index/cluster:Cluster").address))
    told = assessed(lambda: program("db.example"))
    assert worst_of_zones(strange) == {Kind.UNDECIDED}
    assert Kind.UNDECIDED not in worst_of_zones(told)
    assert any("mongodbatlas Cluster orders" in say(one.says) for one in strange.findings if one.code == "BC0018")


def test_what_is_lost_of_it_with_the_region_is_not_known() -> None:
    found = assessed(lambda: google(Stranger("azure-native:sql:Server").address))
    (lost,) = (r.outcomes[0] for r in found.scenarios if r.scenario.id == "region:gcp/europe-west1")
    assert lost.kind is Kind.LOST
    assert judgement(lost, Objective.DATA_LOSS) is Judgement.UNKNOWN


def test_a_vendor_that_runs_a_part_may_be_gone() -> None:
    found = assessed(lambda: amazon(Stranger("azure-native:sql:Server").address))
    (gone,) = (r.outcomes[0] for r in found.scenarios if r.scenario.id == "supplier:azure-native")
    assert gone.kind is not Kind.UNAFFECTED
    assert not any(r.scenario.id == "supplier:aws" for r in found.scenarios)
