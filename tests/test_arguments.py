"""What a program is told that calls a component wrongly, or lacks its SDK: in the component's words, all at once."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_aws
import pytest

from bcinfra import aws, exits, extras, gcp, kubernetes
from bcinfra.component import RefusedError
from bcinfra.spec.base import refusal


def said(make: Callable[[], Any]) -> list[str]:
    with pytest.raises(RefusedError) as caught:
        make()
    assert isinstance(caught.value, pulumi.RunError), "Pulumi would show a traceback"
    return [one.text for one in caught.value.problems]


def mysql() -> aws.MySqlArgs:
    wrong: Any = {"multiaz": True, "zone_ids": ()}
    return aws.MySqlArgs(
        sites={"dublin": aws.MySqlSite(region=aws.Region(name="dublin", provider=5), key_arn="x", **wrong)},  # pyright: ignore
        primary="dubln",
        version="8.4",
        instance_class="r7g.large",
        storage=5,
        storage_limt=100,  # pyright: ignore
        database="shop",
        username="admin",
        password=17,  # pyright: ignore
        backup_days=60,
    )


def test_all_that_is_wrong_is_told_at_once_with_its_line_what_is_allowed_and_the_fix() -> None:
    with pytest.raises(RefusedError) as caught:
        mysql()
    text = str(caught.value)
    assert [one.text for one in caught.value.problems] == [
        "aws.MySql.sites.dublin.region.name = 'dublin': is not of the form that is asked",
        "aws.MySql.sites.dublin.region.provider = 5: must be Provider(...)",
        "aws.MySql.sites.dublin.vpc_id: is required",
        "aws.MySql.sites.dublin.subnet_ids: is required",
        "aws.MySql.sites.dublin.multiaz: MySqlSite has no such field",
        "aws.MySql.sites.dublin.zone_ids: MySqlSite has no such field",
        "aws.MySql.instance_class = 'r7g.large': is not of the form that is asked",
        "aws.MySql.storage = 5: must be at least 20",
        "aws.MySql.password: must be text or the output of another resource",
        "aws.MySql.backup_days = 60: must be at most 35",
        "aws.MySql.storage_limt: MySqlArgs has no such field",
    ]
    first = mysql.__code__.co_firstlineno
    for problem, lines in zip(caught.value.problems, (2, 2, 2, 2, 2, 2, 5, 6, 10, 11, 7), strict=True):
        assert problem.place is not None
        assert problem.place.file == __file__
        assert problem.place.line in (first + lines, first + lines + 1), problem.text
    for advice in (
        "such as db.r7g.large",
        "did you mean 'storage_limit'?",
        "state it: the network that holds the subne",
    ):
        assert advice in text
    assert text.endswith("11 mistakes in the arguments of aws.MySql")
    assert "17" not in text


def test_what_a_check_says_of_the_sound_arguments_comes_along() -> None:
    first, second = refusal(aws.BackupRule(continuous=True, retention_days=90, start_window_minutes=30))
    assert first.text == "start_window_minutes = 30: must be at least 60"
    assert second.text == "retention_days: a continuous backup is kept 35 days at most, 90 asked"


@pytest.mark.parametrize(
    ("call", "lines"),
    [
        (lambda: aws.MySql("orders"), ["aws.MySql.args: is required"]),  # pyright: ignore
        (lambda: aws.MySql("orders", {"storage": 5}), ["aws.MySql.args = {...}: must be MySqlArgs(...)"]),  # pyright: ignore
        (
            lambda: kubernetes.Redis("carts", replicas=5),  # pyright: ignore
            [
                "kubernetes.Redis.args: is required",
                "kubernetes.Redis.replicas: is no argument of its own: it goes into RedisArgs",
            ],
        ),
        (
            lambda: gcp.Redis(5, aws.RedisArgs, {"parent": None}),  # pyright: ignore
            [
                "gcp.Redis.name = 5: must be text",
                "gcp.Redis.args = <ModelMetaclass>: must be RedisArgs(...)",
                "gcp.Redis.opts = {...}: must be pulumi.ResourceOptions(...)",
            ],
        ),
    ],
)
def test_a_component_that_is_called_wrongly_says_how(call: Callable[[], object], lines: list[str]) -> None:
    assert said(call) == lines


def test_a_part_waits_for_what_it_is_a_part_of() -> None:
    part = aws.Region(name="dublin", provider=pulumi_aws.Provider)  # pyright: ignore
    assert len(refusal(part)) == 2
    with pytest.raises(exits.UserError, match="is not of the form"):
        _ = part.name


def test_an_sdk_that_is_missing_is_told_as_the_extra_that_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def find_spec(name: str) -> object:
        return None if name in ("pulumi_gcp", "pulumi_aws") else sys

    monkeypatch.setattr(extras, "find_spec", find_spec)
    with pytest.raises(ImportError) as caught:
        extras.need("kubernetes", "gcp", "aws", what="shop-prod")
    assert str(caught.value) == "shop-prod needs bcinfra's extras gcp and aws: pip install 'bcinfra[gcp,aws]'"
    monkeypatch.delitem(sys.modules, "bcinfra.gcp")
    with pytest.raises(exits.UserError, match=r"bcinfra.gcp needs bcinfra's extra gcp: pip install 'bcinfra\[gcp\]'"):
        __import__("bcinfra.gcp")
