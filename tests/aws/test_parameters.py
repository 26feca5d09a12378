"""Settings in Parameter Store: each site's own, passwords never shown."""

from __future__ import annotations

import pulumi
import pytest

from bcinfra.aws.parameters import Parameters, ParametersArgs
from bcinfra.aws.region import KeyedRegion
from bcinfra.graph.core.model import Graph
from tests.aws.conftest import counts, declare, is_secret, key_arn, one, region

PARAMETER = "aws:ssm/parameter:Parameter"


@pytest.fixture(scope="module")
def graph() -> Graph:
    def program() -> None:
        made = Parameters(
            "shop",
            ParametersArgs(
                at=KeyedRegion(region=region(), key_arn=key_arn("eu-west-1")),
                prefix="/shop/prod",
                plain={"MYSQL_HOST": "orders.internal"},
                secret={"MYSQL_PASSWORD": pulumi.Output.secret("correct horse")},
            ),
        )
        pulumi.export("arns", made.arns)

    return declare(program)


def test_every_setting_is_a_parameter(graph: Graph) -> None:
    assert counts(graph) == {"bcinfra:aws:Parameters": 1, PARAMETER: 2}


def test_a_password_is_written_and_never_shown(graph: Graph) -> None:
    password = one(graph, PARAMETER, "shop-MYSQL_PASSWORD").inputs
    assert (password["type"], password["keyId"]) == ("SecureString", key_arn("eu-west-1"))
    assert is_secret(password["valueWo"])
    assert "value" not in password
    assert one(graph, PARAMETER, "shop-MYSQL_HOST").inputs["insecureValue"] == "orders.internal"


def test_an_arn_is_known_before_the_parameter_exists(graph: Graph) -> None:
    arn = "arn:aws:ssm:eu-west-1:111111111111:parameter/shop/prod/"
    assert graph.outputs["arns"] == {name: f"{arn}{name}" for name in ("MYSQL_HOST", "MYSQL_PASSWORD")}
