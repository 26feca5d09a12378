"""``bcinfra assess --all``: several stacks of a project, judged each by its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from bcinfra.exits import Exit
from tests.commands.conftest import Run
from tests.commands.test_assess import accepted

PROGRAM = """\
import pulumi
import pulumi_aws as aws

zones = pulumi.Config().require_int("zones")
on = pulumi.ResourceOptions(provider=aws.Provider("ireland", region="eu-west-1"))
zone = aws.route53.Zone("zone", name="shop.example", opts=on)
subnets = [
    aws.ec2.Subnet(az, vpc_id="vpc-1", availability_zone_id=az, cidr_block=f"10.0.{i}.0/24", opts=on).id
    for i, az in enumerate(("euw1-az1", "euw1-az2")[:zones])
]
front = aws.lb.LoadBalancer("front", subnets=subnets, opts=on)
alias = {"name": front.dns_name, "zone_id": front.zone_id, "evaluate_target_health": True}
aws.route53.Record("name", zone_id=zone.zone_id, name="shop.example", type="A", aliases=[alias], opts=on)
group = aws.lb.TargetGroup("servers", port=80, protocol="HTTP", vpc_id="vpc-1", health_check={"path": "/"}, opts=on)
forward = {"type": "forward", "target_group_arn": group.arn}
aws.lb.Listener("listener", load_balancer_arn=front.arn, port=80, default_actions=[forward], opts=on)
template = aws.ec2.LaunchTemplate("server", image_id="ami-1", instance_type="t3.small", opts=on)
aws.autoscaling.Group(
    "servers",
    min_size=2,
    max_size=4,
    vpc_zone_identifiers=subnets,
    target_group_arns=[group.arn],
    launch_template={"id": template.id, "version": "1"},
    opts=on,
)
"""


def write(folder: Path) -> Path:
    """A project of two customers, one of them with two stacks; a third customer's stack lacks its configuration."""
    (folder / "Pulumi.yaml").write_text("{name: shops, runtime: python}\n")
    (folder / "__main__.py").write_text(PROGRAM)
    for stack, config in {
        "alpine-prod": "{shops:zones: 1}",
        "corner-prod": "{shops:zones: 2}",
        "corner-staging": "{shops:zones: 2}",
        "broken-prod": "{}",
    }.items():
        (folder / f"Pulumi.{stack}.yaml").write_text(f"config: {config}\n")
    return folder


@pytest.fixture
def shops(tmp_path: Path) -> Path:
    return write(tmp_path)


@pytest.fixture
def sound(shops: Path) -> Path:
    """The project without the stack that fails."""
    (shops / "Pulumi.broken-prod.yaml").unlink()
    return shops


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project without the stack that fails, for tests that change nothing of it."""
    folder = write(tmp_path_factory.mktemp("kept"))
    (folder / "Pulumi.broken-prod.yaml").unlink()
    return folder


SAID: dict[str, str] = {}


@pytest.fixture
def said(bcinfra: Run, kept: Path) -> Callable[[str], str]:
    """What is said of the project's stacks in a format, found once."""

    def call(format: str) -> str:
        if format not in SAID:
            code, SAID[format], _ = bcinfra("assess", kept, "--all", "--format", format)
            assert code == Exit.DONE
        return SAID[format]

    return call


def test_one_that_fails_is_named_and_the_others_are_shown(bcinfra: Run, shops: Path) -> None:
    code, said, errors = bcinfra("assess", shops, "--all")
    assert code == Exit.PROGRAM
    assert said.startswith("3 stacks of shops: 3 of them miss an objective, 1 more could not be read.\n")
    assert "broken-prod: not assessed. __main__.py:4: shops:zones has no value (number)" in said
    assert "error: 1 of 4 stacks failed\nbroken-prod: __main__.py:4: shops:zones has no value (number)\n" in errors
    assert "give them in the stack's file, or here: --config zones='NUMBER'" in errors
    for step in ("[1/4] alpine-prod: assessed, 10 rows", "] broken-prod: failed", "] corner-staging: assessed"):
        assert step in errors


def test_each_line_says_what_the_stack_alone_says(said: Callable[[str], str], kept: Path) -> None:
    text = said("text")
    found = json.loads(said("json"))
    rows = {line.split()[1]: line for line in text.splitlines() if line.startswith("x ")}
    assert [one["title"] for one in found] == [f"shops/{stack}" for stack in rows]
    for one in found:
        stack = one["title"].removeprefix("shops/")
        missed = sum(s["judgement"] == "MISSED" for s in one["scenarios"])
        assert f" {missed} of {len(one['scenarios'])} " in rows[stack]
        assert " unknown " in rows[stack], "no revenue is stated, so the loss is not known"
        assert f" USD {one['cost']['typical']:,.0f} " in rows[stack]
        assert f"more: bcinfra assess {stack} --project {kept}" in " ".join(text.split())


def test_json_is_an_array_of_what_one_stack_gives(bcinfra: Run, said: Callable[[str], str], kept: Path) -> None:
    made = json.loads(said("json"))
    schema = json.loads((Path(__file__).parents[2] / "schemas/assessment.schema.json").read_text())
    for one in made:
        jsonschema.Draft202012Validator(schema).validate(one)
    _, alone, _ = bcinfra("assess", "corner-prod", "--project", kept, "--format", "json")
    assert json.loads(alone) in made


def test_markdown_folds_each_stack_and_is_one_comment(bcinfra: Run, shops: Path) -> None:
    code, made, _ = bcinfra("assess", shops, "--all", "--format", "markdown")
    assert code == Exit.PROGRAM
    assert made.startswith("<!-- bcinfra:assess project=shops v=1 -->")
    assert made.count("<!--") == 1
    assert made.count("<details><summary>corner-staging</summary>") == 1
    assert "> broken-prod: not assessed." in made


def test_sarif_holds_a_run_a_stack(said: Callable[[str], str]) -> None:
    runs = json.loads(said("sarif"))["runs"]
    assert len({run["automationDetails"]["id"] for run in runs}) == len(runs) == 3


def test_full_shows_every_stack_in_full(bcinfra: Run, kept: Path) -> None:
    _, said, _ = bcinfra("assess", kept, "--all", "--full")
    _, alone, _ = bcinfra("assess", "corner-prod", "--project", kept, "--full")
    assert alone in said


def test_a_gate_stops_where_it_stops_one_stack_and_names_it(bcinfra: Run, kept: Path) -> None:
    code, _, errors = bcinfra("assess", kept, "--all", "--fail-on", "missed")
    assert code == Exit.GATE
    for stack in ("alpine-prod", "corner-prod", "corner-staging"):
        assert f"stopped by --fail-on missed of {stack}:\n" in errors


def test_accepted_risks_are_each_customers_own(bcinfra: Run, sound: Path) -> None:
    (sound / "corner").mkdir()
    accepted(sound / "corner/accepted.yaml", "2027-06-30")
    given = ("--baseline", sound / "{customer}/accepted.yaml", "--today", "2027-01-01", "--fail-on", "missed")
    code, said, errors = bcinfra("assess", sound, "--all", *given)
    assert code == Exit.GATE
    assert "1 of them miss an objective" in said.splitlines()[0]
    assert f"alpine-prod: there is no {sound}/alpine/accepted.yaml" in errors
    assert "of alpine-prod:" in errors
    assert "of corner-" not in errors
    assert bcinfra("assess", "corner-prod", "--project", sound, *given)[0] == Exit.DONE


def test_one_customers_acceptance_cannot_cover_another(bcinfra: Run, sound: Path, tmp_path: Path) -> None:
    risks = accepted(tmp_path / "risks.yaml", "2027-06-30")
    code, said, errors = bcinfra("assess", sound, "--all", "--baseline", risks)
    assert (code, said) == (Exit.USAGE, "")
    assert "accepts risks of alpine, corner at once" in errors
    (sound / "Pulumi.alpine-prod.yaml").unlink()
    code, said, _ = bcinfra("assess", sound, "--all", "--baseline", risks, "--today", "2027-01-01")
    assert code == Exit.DONE
    assert "0 of them miss an objective" in said.splitlines()[0]


def test_a_pattern_that_finds_nothing_is_a_mistake(bcinfra: Run, sound: Path) -> None:
    code, _, errors = bcinfra("assess", sound, "--all", "--baseline", sound / "{customer}.yaml")
    assert code == Exit.USAGE
    assert f"there is none of {sound}/alpine.yaml, {sound}/corner.yaml" in errors


def test_a_regression_is_held_against_the_same_stack(
    bcinfra: Run, said: Callable[[str], str], sound: Path, tmp_path: Path
) -> None:
    before = tmp_path / "before.json"
    before.write_text(said("json"))
    gate = ("--all", "--baseline", before, "--fail-on", "regression")
    (sound / "Pulumi.corner-prod.yaml").write_text("config: {shops:zones: 1}\n")
    (sound / "Pulumi.new-prod.yaml").write_text("config: {shops:zones: 2}\n")
    code, text, errors = bcinfra("assess", sound, *gate)
    assert code == Exit.GATE
    assert "stopped by --fail-on regression of corner-prod:\n" in errors
    assert "regression of corner-staging" not in errors
    assert f"new-prod: no earlier assessment in {before}" in errors
    assert "corner-prod: WORSE: " in text


def test_a_filter_leaves_out_what_it_finds_nothing_of(bcinfra: Run, kept: Path) -> None:
    code, said, _ = bcinfra("assess", kept, "--all", "--domain", "region aws/eu-west-1")
    assert code == Exit.DONE
    assert said.startswith("3 stacks of shops")
    code, said, errors = bcinfra("assess", kept, "--all", "--domain", "zone-x")
    assert (code, said) == (Exit.USAGE, "")
    assert "corner-staging: --domain 'zone-x': no scenario is about it" in errors


@pytest.mark.parametrize("arguments", [("corner-prod", "--all"), ("--all", "--stack", "corner-prod")])
def test_all_and_one_exclude_each_other(bcinfra: Run, sound: Path, arguments: tuple[str, ...]) -> None:
    code, _, errors = bcinfra("assess", *arguments, "--project", sound)
    assert code == Exit.USAGE
    assert "corner-prod: give a stack, or --all with the folder of a project" in errors


def test_a_project_without_stack_files_is_said(bcinfra: Run, sound: Path) -> None:
    for file in sound.glob("Pulumi.*.yaml"):
        file.unlink()
    code, _, errors = bcinfra("assess", sound, "--all")
    assert code == Exit.NOT_FOUND
    assert "has no stack files" in errors
