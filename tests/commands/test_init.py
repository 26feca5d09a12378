"""``bcinfra init``: from an empty folder to a first verdict on one's own shop, with no file written by hand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml

from bcinfra.commands.starter import FILES, Ground, Start, page
from bcinfra.exits import Exit
from bcinfra.places import regions
from bcinfra.spec import Shop, load_shop
from bcinfra.spec.values import Strategy
from tests.commands.conftest import Run

WORKS = [(ground, strategy) for ground in Ground for strategy in ground.strategies]


@pytest.fixture(autouse=True)
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def made(run: Run, *options: str) -> Shop:
    code, _, told = run("init", "corner", "--no-input", *options)
    assert code == 0, told
    return load_shop("corner/shop.yaml")


PREVIEWED = {
    Ground.AWS: Strategy.ACTIVE_ACTIVE,
    Ground.GCP: Strategy.WARM_STANDBY,
    Ground.KUBERNETES: Strategy.PILOT_LIGHT,
    Ground.ON_PREMISES: Strategy.BACKUP_AND_RESTORE,
}


@pytest.mark.parametrize(("ground", "strategy"), WORKS)
def test_every_ground_and_strategy_makes_a_shop(
    bcinfra: Run, ground: Ground, strategy: Strategy, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = made(bcinfra, "--ground", ground, "--strategy", strategy)
    assert shop.strategy == strategy
    if strategy is not PREVIEWED[ground]:
        return  # its page is valid, and the assembly's own tests deploy it
    monkeypatch.chdir("corner")
    code, said, told = bcinfra("preview")
    assert code == 0, told
    assert said.startswith("prod of project corner: ")
    assert "stack prod assumes secrets that are not set yet: corner:" in told
    assert "corner:mysqlPassword" in told


@pytest.mark.parametrize("ground", Ground)
def test_three_commands_to_a_first_verdict(bcinfra: Run, ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    code, said, _ = bcinfra("init", "corner", "--ground", ground)
    assert code == 0
    assert {path.name for path in Path("corner").iterdir()} == set(FILES)
    now = said.partition("Now:\n")[2].splitlines()
    assert [line.split("#")[0].strip() for line in now[:3]] == ["cd corner", "bcinfra assess", "bcinfra preview"]
    monkeypatch.chdir("corner")
    code, said, told = bcinfra("assess", "--today", "2026-11-28")
    assert code == 0, told
    assert said.startswith("corner/prod keeps its word in ")
    assert "checkout" in said
    if ground is Ground.AWS:
        alone = bcinfra("assess", "shop.yaml", "--today", "2026-11-28")[1]
        assert alone.splitlines()[:-1] == said.splitlines()[:-1], "the page alone is the same stack"


@pytest.mark.parametrize("ground", [Ground.AWS, Ground.GCP, Ground.KUBERNETES])
def test_every_region_makes_a_page_that_is_valid(ground: Ground) -> None:
    cloud = ground.cloud
    for region in regions.names(cloud):
        standby = regions.neighbour(cloud, region)
        start = Start(
            ground=ground,
            name="corner",
            domain="corner.example",
            strategy=Strategy.WARM_STANDBY,
            region=region,
            standby=standby,
            backup=regions.overseas(cloud, region, standby),
        )
        Path("shop.yaml").write_text(page(start))
        shop = load_shop("shop.yaml")
        assert [site.region for site in shop.serving_sites.values()] == [region, standby]  # type: ignore[union-attr]


def test_media_is_left_out_where_no_bucket_can_be(bcinfra: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = made(bcinfra, "--ground", "gcp", "--region", "europe-west2")
    assert (shop.media, shop.data["content"].home) == (None, "mysql")
    assert "Cloud Storage keeps no bucket in europe-west2" in Path("corner/shop.yaml").read_text()
    monkeypatch.chdir("corner")
    assert bcinfra("preview")[0] == 0


def test_options_are_what_the_page_says(bcinfra: Run) -> None:
    shop = made(
        bcinfra,
        *("--name", "shoes", "--domain", "shoes.example.org", "--region", "us-west-1"),
        *("--standby", "us-east-2", "--backup", "ca-central-1", "--strategy", "active-active"),
    )
    assert (shop.prefix, shop.domain) == ("shoes-prod", "shoes.example.org")
    assert [(name, site.region, site.role) for name, site in shop.sites.items()] == [  # type: ignore[union-attr]
        ("california", "us-west-1", "primary"),
        ("ohio", "us-east-2", "active"),
        ("montreal", "ca-central-1", "backup"),
    ]
    assert shop.sites["california"].zones == 2  # type: ignore[union-attr]
    assert yaml.safe_load(Path("corner/Pulumi.yaml").read_text())["name"] == "shoes"
    assert shop.mysql and shop.mysql.engine == "aurora"


def test_defaults_are_said(bcinfra: Run) -> None:
    _, _, told = bcinfra("init", "corner", "--ground", "gcp", "--strategy", "backup-and-restore")
    assert told == ("by default: --name corner --domain corner.example --region europe-west1 --backup us-central1\n")


def test_no_secret_is_written_and_each_is_asked_for(bcinfra: Run) -> None:
    _, said, _ = bcinfra("init", "corner", "--ground", "kubernetes", "--no-input")
    declared = yaml.safe_load(Path("corner/Pulumi.yaml").read_text())["config"]
    secrets = {name for name, row in declared.items() if isinstance(row, dict)}
    assert {"mysqlPassword", "redisPassword", "mysqlRootPassword"} <= secrets
    assert all(row == {**row, "type": "string", "secret": True} for name, row in declared.items() if name in secrets)
    asked = [line.split()[4] for line in said.splitlines() if line.startswith("  pulumi config set --secret ")]
    assert set(asked) == secrets
    assert yaml.safe_load(Path("corner/Pulumi.prod.yaml").read_text()) == {"config": {}}


def test_what_is_there_is_never_overwritten(bcinfra: Run) -> None:
    Path("corner").mkdir()
    for name in ("shop.yaml", "requirements.txt", ".gitignore"):
        Path("corner", name).write_text("mine\n")
    code, said, told = bcinfra("init", "corner")
    assert (code, said) == (Exit.ERROR, "")
    assert "nothing is written, since there is shop.yaml, requirements.txt\n" in told
    assert sorted(path.name for path in Path("corner").iterdir()) == [".gitignore", "requirements.txt", "shop.yaml"]
    Path("corner/shop.yaml").unlink()
    Path("corner/requirements.txt").unlink()
    code, said, _ = bcinfra("init", "corner")
    assert code == 0
    assert "left your .gitignore as it is" in said
    assert Path("corner/.gitignore").read_text() == "mine\n"


def test_half_a_shop_is_not_left(bcinfra: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    rename = Path.rename

    def full(self: Path, target: Path) -> Path:
        if target.name == "Pulumi.yaml":
            raise OSError(28, os.strerror(28))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", full)
    code, said, told = bcinfra("init", "a/b")
    assert (code, said) == (Exit.ERROR, "")
    assert told.endswith("error: a/b: No space left on device\n")
    assert not list(Path().iterdir())


def test_every_option_that_is_wrong_is_named_at_once(bcinfra: Run) -> None:
    code, _, told = bcinfra(
        *("init", "corner", "--ground", "gpc", "--name", "Shoes_", "--domain", "shoes"),
        *("--strategy", "warm-stanby", "--region", "eu-wset-1"),
    )
    assert code == Exit.USAGE
    for text in (
        "--ground 'gpc' is none of them: aws, gcp, kubernetes, on-premises; did you mean 'gcp'?",
        "--name 'Shoes_' is not a name",
        "--domain 'shoes' is not a domain name",
        "did you mean 'warm-standby'?",
        "--region 'eu-wset-1' is no region of AWS; did you mean 'eu-west-1'?",
    ):
        assert text in told
    assert not Path("corner").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--standby", "eu-west-1"], "is the region that it sells from; eu-central-1 is near"),
        (["--strategy", "backup-and-restore", "--standby", "eu-west-2"], "nothing stands by with backup-and-restore"),
        (["--ground", "on-premises", "--region", "europe-west1"], "a building has none"),
        (
            ["--ground", "on-premises", "--standby", "europe-west1"],
            "is where the building is taken to be when names are answered; europe-west4 is near",
        ),
        (["--ground", "gcp", "--strategy", "active-active"], "is none of them: backup-and-restore, pilot-light"),
        (["--name", "a-name-that-is-far-too-long"], "is longer than 19 characters"),
    ],
)
def test_what_does_not_fit_together_is_refused(bcinfra: Run, options: list[str], message: str) -> None:
    code, _, told = bcinfra("init", "corner", *options)
    assert code == Exit.USAGE
    assert message in told


def test_a_terminal_is_asked_for_what_no_option_says(bcinfra: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["aws", "", "shoes.example", "pilot", "pilot-light", "us-wset-2", "us-west-2", "", ""])
    asked: list[str] = []

    def answer(prompt: str = "") -> str:
        asked.append(prompt)
        return next(answers)

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setattr("typer._click.termui.visible_prompt_func", answer)
    code, _, told = bcinfra("init", "shoes")
    assert code == 0, told
    shop = load_shop("shoes/shop.yaml")
    assert (shop.name, shop.strategy, shop.domain) == ("shoes", "pilot-light", "shoes.example")
    assert [site.region for site in shop.sites.values()] == ["us-west-2", "us-east-1", "eu-west-1"]  # type: ignore[union-attr]
    assert "did you mean 'us-west-2'?" in told
    assert "by default" not in told
