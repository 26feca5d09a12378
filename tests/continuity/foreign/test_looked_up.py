"""What a program looks up is not called by the answer that is taken for it; a provider without a name is no place."""

from __future__ import annotations

import pulumi
import pulumi_kubernetes as kubernetes
import pytest
from pulumi_aws.autoscaling import Group
from pulumi_aws.ec2 import LaunchTemplate, get_ami

from bcinfra.continuity.judgement.assessment import assess
from bcinfra.continuity.judgement.defaults import with_defaults
from bcinfra.continuity.model.domains import DomainKind
from bcinfra.continuity.readings.read import read
from bcinfra.graph import record
from bcinfra.report.words.scenarios import title
from tests.continuity.foreign.test_truths import assessed
from tests.continuity.readings.programs import IRELAND, Region

WEB = {"name": "web", "image": "web:1"}


def servers(image: str | None) -> None:
    at = Region("eu-west-1", IRELAND)
    found = image or get_ami(most_recent=True, owners=["amazon"], opts=pulumi.InvokeOptions(provider=at.provider)).id
    template = LaunchTemplate("web", image_id=found, instance_type="t3.small", opts=at.opts)
    Group(
        "web",
        min_size=3,
        max_size=3,
        vpc_zone_identifiers=at.subnet_ids,
        launch_template={"id": template.id},
        opts=at.opts,
    )


@pytest.mark.parametrize("image", [None, "ami-0a1b2c3d"])
def test_neither_an_image_that_is_looked_up_nor_its_id_is_a_version(image: str | None) -> None:
    """The same image has another id in each region."""
    found = assess(with_defaults(read(record(lambda: servers(image), assume=True))))
    releases = [r for r in found.scenarios if r.scenario.id.startswith("release:") and "+" not in r.scenario.id]
    assert [title(r.scenario) for r in releases] == [
        "bad release whose version the graph does not tell, on every host at once"
    ]


@pytest.mark.parametrize("named", [False, True])
def test_the_engines_own_provider_is_no_place(*, named: bool) -> None:
    def program() -> None:
        opts = pulumi.ResourceOptions(provider=kubernetes.Provider("paris")) if named else None
        labels = {"app": "web"}
        kubernetes.apps.v1.Deployment(
            "web",
            spec={
                "replicas": 2,
                "selector": {"match_labels": labels},
                "template": {
                    "metadata": {"labels": labels},
                    "spec": {"containers": [{"name": "web", "image": "web:1"}]},
                },
            },
            opts=opts,
        )

    places = {d.name for r in assessed(program).scenarios for d in r.scenario.failed if d.kind is DomainKind.REGION}
    assert places == {"kubernetes/paris" if named else "kubernetes/not named"}
