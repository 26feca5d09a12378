"""A shop's page without a project: every command takes it, and points back to its lines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from bcinfra.commands import subject
from bcinfra.commands.options import Options
from bcinfra.exits import Exit
from bcinfra.graph import Graph
from tests.commands.conftest import Run

PAGE = """\
name: corner
domain: corner.example
accounts: {main: "111122223333", vault: "444455556666"}
sites:
  ireland: {region: eu-west-1, role: primary}
  frankfurt: {region: eu-central-1, role: standby}
  virginia: {region: us-east-1, role: backup, account: vault}
strategy: warm-standby
objectives: {recovery_time: 15m, data_loss: 15m, availability: 99.9}
web: {image: "{registry}/web:1.0.0", cpu: 0.5, memory: 1, replicas: 2, peak: 12}
mysql: {cpu: 2, memory: 16, storage: 100}
redis: {memory: 6}
media: {size: 50}
data:
  products: critical
  content: important
  customers: critical
  orders: critical
  carts: important
  module-configuration: critical
  payment-gateway-configuration: critical
  secrets: critical
  certificates: critical
  dns-zone: critical
  infrastructure-state: {criticality: important, home: "external:pulumi-cloud"}
"""
OURS = """\
from bcinfra.spec import AwsSite, Media, MySql, Objectives, Redis, Shop, Strategy, Tier

DATA = {
    "orders": "critical",
    **{name: "critical" for name in ("products", "customers", "module-configuration", "secrets", "certificates")},
    "payment-gateway-configuration": "critical",
    "dns-zone": "critical",
    "content": "important",
    "carts": "important",
    "infrastructure-state": {"criticality": "important", "home": "external:pulumi-cloud"},
}


def shop(environment):
    return Shop(
        name="corner",
        environment=environment,
        domain="test.corner.example",
        accounts={"main": "111122223333", "vault": "444455556666"},
        sites={
            name: AwsSite(region=region, role=role)
            for name, region, role in (("ireland", "eu-west-1", "primary"), ("frankfurt", "eu-central-1", "standby"))
        } | {"virginia": AwsSite(region="us-east-1", role="backup", account="vault")},
        strategy=Strategy.WARM_STANDBY,
        objectives=Objectives(recovery_time="15m", data_loss="15m", availability=99.9),
        web=Tier(image="{registry}/web:1.0.0", cpu=0.5, memory=1, replicas=2, peak=12),
        mysql=MySql(cpu=2, memory=8, storage=50),
        redis=Redis(memory=6), media=Media(size=50),
        data=DATA,
    )


STAGING = shop("live").revised(
    environment="test",
    mysql=MySql(cpu=2, memory=16, storage=100),
)
"""


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The page alone in a folder, and the working directory there."""
    (tmp_path / "shop.yaml").write_text(PAGE)
    monkeypatch.chdir(tmp_path)
    return "shop.yaml"


@pytest.fixture(scope="module", autouse=True)
def _recorded_once() -> Iterator[None]:
    """What is assessed, explained and drilled is one page. What is previewed or compared is recorded each time."""
    record, known = subject.record_page, dict[tuple[str, ...], Graph]()

    def recorded(given: str, options: Options) -> Graph:
        key = (given, Path(given).read_text(), repr(options))
        known[key] = known[key] if key in known else record(given, options)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subject, "record_page", recorded)
        yield


def line(text: str) -> int:
    return PAGE[: PAGE.index(text)].count("\n") + 1


def places(run: Run, page: str, *options: str) -> dict[str, str]:
    """The position of each row of a preview."""
    code, said, _ = run("preview", page, "--json", *options)
    assert code == 0
    rows = json.loads(said)["deployment"]["resources"]
    return {row["urn"].rpartition("::")[2]: row["sourcePosition"] for row in rows if "sourcePosition" in row}


def test_a_preview_says_what_is_assumed_and_leaves_nothing_behind(bcinfra: Run, page: str) -> None:
    code, said, told = bcinfra("preview", page)
    assert code == 0
    assert said.startswith("prod of project corner: ")
    assert "FargateTier web" in said
    said = "shop.yaml has no project, so its configuration is assumed: "
    assert told == f"{said}mysqlPassword, mysqlArchivePassword, redisPassword\n"
    assert [path.name for path in Path().iterdir()] == [page]


def test_rows_point_to_the_line_that_asks_for_them(bcinfra: Run, page: str) -> None:
    found = places(bcinfra, page)
    for name, text in {
        "corner-prod": "name:",
        "corner-prod-ireland": "  ireland:",
        "corner-prod-ireland-data-key": "  ireland:",
        "corner-prod-ireland-web-service": "web:",
        "corner-prod-mysql-frankfurt": "mysql:",
        "corner-prod-redis-frankfurt-promotion": "redis:",
        "corner-prod-media-isolated": "media:",
        "corner-prod-payment-gateway-configuration-secret": "  payment-gateway-configuration:",
        "corner-prod-dns-zone": "domain:",
    }.items():
        assert found[name] == f"project:///shop.yaml#{line(text)}", name
    assert not [place for place in found.values() if "shop.yaml" not in place]


def test_findings_point_to_the_page(bcinfra: Run, page: str) -> None:
    code, said, _ = bcinfra("assess", page, "--format", "sarif", "--today", "2026-11-28")
    assert code == 0
    (run,) = json.loads(said)["runs"]
    at = [result["locations"][0]["physicalLocation"] for result in run["results"]]
    assert {place["artifactLocation"]["uri"] for place in at} == {"shop.yaml"}
    at_lines: dict[str, set[int]] = {}
    for result, place in zip(run["results"], at, strict=True):
        at_lines.setdefault(result["ruleId"], set()).add(place["region"]["startLine"])
    assert line("mysql:") in at_lines["BC0012"]
    assert at_lines["BC0026"] == {line("objectives:")}  # no resource is available or not
    assert line("accounts:") in at_lines["BC0001"]
    assert at_lines["BC0021"] == {line("  infrastructure-state:")}
    code, said, _ = bcinfra("assess", page, "--today", "2026-11-28")
    assert f"shop.yaml:{line('redis:')}" in said
    assert "bcinfra assess shop.yaml --full" in said


def test_explain_and_drill_take_it_too(bcinfra: Run, page: str) -> None:
    code, said, _ = bcinfra("explain", "region:aws/eu-west-1", "--stack", page)
    assert code == 0
    assert said.startswith("region aws/eu-west-1 lost")
    code, said, _ = bcinfra("drill", page, "--scenario", "region:aws/eu-west-1", "--runs", "20")
    assert code == 0
    assert "corner/prod" in said


def test_a_project_points_to_the_page_that_its_program_deploys(bcinfra: Run, page: str) -> None:
    """Be it YAML beside the program or elsewhere, or keywords of Python."""
    Path("Pulumi.yaml").write_text("name: corner\nruntime: python\nmain: program/\n")
    Path("program").mkdir()
    Path(page).rename("elsewhere.yaml")
    Path("program/__main__.py").write_text(
        "import pulumi_aws, ours\nfrom bcinfra.assembly import deploy\nfrom bcinfra.spec import load_shop\n"
        "deploy(load_shop('../elsewhere.yaml'))\npulumi_aws.Provider('own', region='eu-west-3')\ndeploy(ours.STAGING)\n"
    )
    Path("program/ours.py").write_text(OURS)
    names = ("mysql", "mysqlArchive", "redis")
    keys = (f"{whose}{name}Password={'x' * 20}" for whose in ("", "corner-test:") for name in names)
    found = places(bcinfra, ".", *(word for key in keys for word in ("-c", key)))
    assert found["corner-prod-mysql-frankfurt"] == f"project:///elsewhere.yaml#{line('mysql:')}"
    assert found["own"] == "project:///program/__main__.py#5"
    for name, text in {
        "corner-test": "STAGING =",
        "corner-test-ireland": "name: AwsSite(",
        "corner-test-ireland-web-service": "web=",
        "corner-test-mysql-frankfurt": "mysql=MySql(cpu=2, memory=16",
        "corner-test-payment-gateway-configuration-secret": '"payment',
        "corner-test-dns-zone": "domain=",
    }.items():
        at = OURS[: OURS.index(text)].count("\n") + 1
        assert found[name] == f"project:///program/ours.py#{at}", name


def test_mistakes_are_told_as_validate_tells_them(bcinfra: Run, page: str) -> None:
    Path(page).write_text(PAGE.replace("eu-west-1", "eu-wset-1").replace("  orders: critical\n", ""))
    _, _, told = bcinfra("validate", page)
    for command in ("preview", "assess", "drill"):
        assert bcinfra(command, page) == (Exit.USAGE, "", told)
    assert "did you mean 'eu-west-1'?" in told
    assert "2 mistakes in the spec" in told


def test_settings_that_two_clouds_ask_for_are_assumed_too(bcinfra: Run, page: str) -> None:
    stated = yaml.safe_load(PAGE)
    stated["accounts"]["google"] = {"project": "corner-standby", "number": "123456789012"}
    del stated["sites"]["frankfurt"]
    stated["sites"]["holland"] = {
        "kind": "gcp", "region": "europe-west4", "role": "standby", "account": "google",
    }  # fmt: skip
    Path(page).write_text(yaml.safe_dump(stated))
    code, _, told = bcinfra("preview", page, "-c", "replicationDump=gs://corner-seed/shop.sql.gz")
    assert code == 0
    assumed = told.rpartition(": ")[2].strip().split(", ")
    assert {"replicationPassword", "replicationCa", "transferSubject"} <= set(assumed)
    assert "replicationDump" not in assumed


def test_nothing_is_assumed_where_that_is_not_wanted(bcinfra: Run, page: str) -> None:
    code, _, told = bcinfra("preview", page, "--no-assume")
    assert code == Exit.PROGRAM
    assert told.startswith("error: shop.yaml:1: the stack's configuration is not complete")
    assert "pulumi config set --secret corner:mysqlPassword" in told


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("pods.yaml", "apiVersion: v1\nkind: Pod\n", "is no shop: it has none of domain, accounts, sites"),
        ("pods.yml", "- apiVersion: v1\n", "does not hold a mapping"),
        ("Pulumi.prod.yaml", "config: {}\n", "is Pulumi's own; give the project's folder"),
        ("broken.yaml", "name: [\n", "is not YAML"),
    ],
)
def test_another_file_of_yaml_is_told_from_a_shop(
    bcinfra: Run, tmp_path: Path, name: str, text: str, message: str
) -> None:
    file = tmp_path / name
    file.write_text(text)
    for command in ("preview", "assess"):
        code, said, told = bcinfra(command, file)
        assert (code, said) == (Exit.USAGE, "")
        assert message in told
        assert str(file) in told


def test_two_pages_are_compared(bcinfra: Run, page: str) -> None:
    Path("proposal.yaml").write_text(PAGE.replace("cpu: 0.5, memory: 1,", "cpu: 0.5, memory: 2,"))
    code, said, _ = bcinfra("diff", page, "proposal.yaml", "--json", "--exit-code")
    assert code == Exit.CHANGES
    (found,) = json.loads(said)["stacks"]
    names = {change["name"] for change in found["changes"]}
    assert names >= {"corner-prod-ireland-web-task"}
    assert {name for name in names if "-web" not in name} == {"corner-prod"}, "what both pages say alike is equal"
