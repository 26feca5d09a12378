"""``bcinfra init``: a shop of one's own to begin with, in a folder from which its first verdict is one command away."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias

import typer

from bcinfra.commands.output import note
from bcinfra.exits import Exit, UserError

if TYPE_CHECKING:
    from bcinfra.commands.starter import Start
    from bcinfra.places.place import Cloud

Wrong: TypeAlias = "Callable[[str], str | None]"
"""What is wrong with a value, if anything."""

EXAMPLES = """\b
Examples:
  bcinfra init corner
  bcinfra init corner --ground gcp --domain corner.example --strategy pilot-light
  bcinfra init --no-input --name corner --region us-west-2 --standby us-east-2
"""
KEPT: Final = ".gitignore"
"""The one file that may be there before: what git leaves out is not the shop's."""


def init(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Where to write it; made where it is not there.")
    ] = Path(),
    ground: Annotated[
        str | None,
        typer.Option(help="What it stands on: aws, gcp, kubernetes (clusters at Google Cloud), on-premises."),
    ] = None,
    name: Annotated[str | None, typer.Option(help="The shop's name. Default: the folder's.")] = None,
    domain: Annotated[str | None, typer.Option(help="The domain that customers visit.")] = None,
    region: Annotated[str | None, typer.Option(help="The vendor's region that it sells from.")] = None,
    standby: Annotated[
        str | None, typer.Option(help="The region that takes over. Default: one near, in the same part of the world.")
    ] = None,
    backup: Annotated[
        str | None, typer.Option(help="The region that keeps copies alone. Default: on another continent.")
    ] = None,
    strategy: Annotated[
        str | None,
        typer.Option(help="How it survives: backup-and-restore, pilot-light, warm-standby, active-active (on aws)."),
    ] = None,
    no_input: Annotated[bool, typer.Option("--no-input", help="Ask nothing; take defaults, and say which.")] = False,
) -> None:
    """Write a shop of your own: its page, the program that deploys it, and Pulumi's settings.

    On a terminal it asks for what no option says. No file that is there is overwritten. In the folder `bcinfra assess`
    and `bcinfra preview` work at once.
    """
    given = {"ground": ground, "name": name, "domain": domain, "region": region, "standby": standby}
    given |= {"backup": backup, "strategy": strategy}
    asks = not no_input and sys.stdin.isatty() and sys.stderr.isatty()
    _refuse_taken(folder)
    start = _decided(given, _folder_name(folder), asks=asks)
    files, secrets = _files(start)
    kept = _write(files, folder)
    written = ", ".join(name for name in files if name not in kept)
    typer.echo(f"{folder}: wrote {written}" + (f"; left your {KEPT} as it is" if kept else "") + "\n")
    typer.echo(_next(folder, secrets))


# -- what is decided --------------------------------------------------------------------------------------------------


def _folder_name(folder: Path) -> str:
    """The folder's name where a shop can be called so."""
    name = folder.resolve().name.lower().replace("_", "-")
    return "shop" if wrong_name(name) else name


def _decided(given: Mapping[str, str | None], usual_name: str, *, asks: bool) -> Start:
    """What the options say, what is asked, and the defaults of the rest, each of which follows from those before it.

    Raises :class:`~bcinfra.exits.UserError` with all options that are wrong.
    """
    from bcinfra.commands.starter import Ground, Start
    from bcinfra.places import regions
    from bcinfra.spec.values import Strategy

    problems: list[str] = []
    defaults: list[str] = []

    def decide(option: str, usual: str, wrong: Wrong, question: str) -> str:
        value = given[option]
        if value is not None:
            if problem := wrong(value):
                problems.append(f"--{option} {value!r} {problem}")
                return usual
            return value
        if asks and not problems:
            return _ask(question, usual, wrong)
        defaults.append(f"--{option} {usual}")
        return usual

    grounds = tuple(ground.value for ground in Ground)
    ground = Ground(decide("ground", Ground.AWS.value, _one_of(grounds), f"Ground ({', '.join(grounds)})"))
    name = decide("name", usual_name, wrong_name, "Name of the shop")
    domain = decide("domain", f"{name}.example", _wrong_domain, "Domain that customers visit")
    strategies = tuple(strategy.value for strategy in ground.strategies)
    question = f"Strategy ({', '.join(strategies)})"
    strategy = Strategy(decide("strategy", Strategy.WARM_STANDBY.value, _one_of(strategies), question))
    known = _region_of(ground.cloud)
    region = regions.home(ground.cloud)
    why = "where the building is taken to be when names are answered"
    if ground is not Ground.ON_PREMISES:
        region = decide("region", region, known, "Region that it sells from")
        why = "the region that it sells from"
    elif given["region"] is not None:
        problems.append("--region: a building has none; --standby is the region of the cluster that takes over")
    near = regions.neighbour(ground.cloud, region)
    used = [region]
    if strategy is not Strategy.BACKUP_AND_RESTORE:
        apart = f"is {why}; {near} is near"
        used.append(
            decide("standby", near, lambda one: apart if one == region else known(one), "Region that takes over")
        )
    elif given["standby"] is not None:
        problems.append(f"--standby: nothing stands by with {strategy}")
    backup = decide("backup", regions.overseas(ground.cloud, *used), known, "Region that keeps copies alone")
    if problems:
        raise UserError("\n".join(problems), Exit.USAGE)
    if defaults:
        note(f"by default: {' '.join(defaults)}")
    return Start(
        ground=ground,
        name=name,
        domain=domain,
        strategy=strategy,
        region=region,
        standby=used[-1],
        backup=backup,
    )


def _ask(question: str, usual: str, wrong: Wrong) -> str:
    """The answer, asked again while it is wrong."""

    def checked(answer: str) -> str:
        if problem := wrong(answer):
            raise typer.BadParameter(f"{answer!r} {problem}")
        return answer

    return typer.prompt(question, default=usual, value_proc=checked, err=True)


def _one_of(allowed: tuple[str, ...]) -> Wrong:
    def wrong(value: str) -> str | None:
        return None if value in allowed else _hinted("is none of them", value, allowed)

    return wrong


def _region_of(cloud: Cloud) -> Wrong:
    from bcinfra.places import regions

    def wrong(value: str) -> str | None:
        if value in regions.names(cloud):
            return None
        near = regions.suggestion(cloud, value)
        vendor = "AWS" if cloud == "aws" else "Google Cloud"
        return f"is no region of {vendor}" + (f"; did you mean {near!r}?" if near else "")

    return wrong


def wrong_name(value: str) -> str | None:
    """What is wrong with a shop's name, if anything."""
    from bcinfra.commands.starter import STACK
    from bcinfra.spec.rules.sites import MAX_PREFIX
    from bcinfra.spec.values import Name

    longest = MAX_PREFIX - len(f"-{STACK}")
    return _wrong(Name, value) or (f"is longer than {longest} characters" if len(value) > longest else None)


def _wrong_domain(value: str) -> str | None:
    from bcinfra.spec.values import Hostname

    return _wrong(Hostname, value)


def _wrong(kind: Any, value: str) -> str | None:
    """What a field of ``kind`` says against ``value``."""
    from pydantic import TypeAdapter, ValidationError

    try:
        TypeAdapter[str](kind).validate_python(value)
    except ValidationError as error:
        row = error.errors(include_url=False)[0]
        return "; ".join([row["msg"], *row.get("ctx", {}).get("allowed", ())])
    return None


def _hinted(message: str, value: str, allowed: tuple[str, ...]) -> str:
    from bcinfra.spec.problems import did_you_mean

    return f"{message}: {', '.join(allowed)}" + (f"; {hint}" if (hint := did_you_mean(value, allowed)) else "")


# -- what is written --------------------------------------------------------------------------------------------------


def _files(start: Start) -> tuple[dict[str, str], dict[str, str]]:
    """The files by name, and the secrets that the stack must be given."""
    from bcinfra.assembly.secrets import secrets
    from bcinfra.commands import starter
    from bcinfra.spec import load_shop

    text = starter.page(start)
    with TemporaryDirectory(prefix="bcinfra-") as drafts:
        draft = Path(drafts, starter.PAGE)
        draft.write_text(text, encoding="utf-8")
        shop = load_shop(draft)
    needed = secrets(shop)
    return {starter.PAGE: text, **starter.project(shop, start.ground, needed)}, needed


def _refuse_taken(folder: Path) -> list[str]:
    """What is there and is kept. Raises :class:`~bcinfra.exits.UserError` with all files that would be overwritten."""
    from bcinfra.commands.starter import FILES

    there = [name for name in (*FILES, "Pulumi.yml") if os.path.lexists(folder / name)]
    if taken := [name for name in there if name != KEPT]:
        message = f"{folder}: nothing is written, since there is {', '.join(taken)}"
        raise UserError(f"{message}\n    move it away, or give another folder", Exit.ERROR)
    return there


def _write(files: Mapping[str, str], folder: Path) -> frozenset[str]:
    """Write all of ``files`` or nothing, and none that is there. Says which of those was kept.

    Raises :class:`~bcinfra.exits.UserError`.
    """
    there = [name for name in (*files, "Pulumi.yml") if os.path.lexists(folder / name)]
    if taken := [name for name in there if name != KEPT]:
        hint = "move them away, or give another folder"
        raise UserError(
            f"{folder}: nothing is written, for there is {', '.join(taken)} already\n    {hint}", Exit.ERROR
        )
    absent = [path for path in (folder, *folder.parents) if not path.exists()]
    done: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".bcinfra-", dir=folder) as drafts:
            new = [name for name in files if name not in there]
            for name in new:
                Path(drafts, name).write_text(files[name], encoding="utf-8")
            for name in new:
                done.append(Path(drafts, name).rename(folder / name))  # noqa: PERF401  undone as far as it came
    except OSError as error:
        for path in done:
            path.unlink()
        for path in absent:
            if path.is_dir():
                path.rmdir()
        raise UserError(f"{folder}: {error.strerror}", Exit.ERROR) from error
    return frozenset(there)


def _next(folder: Path, secrets: Mapping[str, str]) -> str:
    """The commands that come next, to be pasted."""
    from bcinfra.commands.starter import STACK

    first = [] if folder.resolve() == Path.cwd() else [f"cd {shlex.quote(str(folder))}"]
    now = [*first, "bcinfra assess   # what it survives", "bcinfra preview  # what it declares"]
    width = max(map(len, secrets), default=0)
    later = ["pulumi install", f"pulumi stack init {STACK}"]
    later += [f"pulumi config set --secret {name:{width}}  # {what}" for name, what in secrets.items()]
    return "\n".join(
        ["Now:", *(f"  {line}" for line in now), "Before `pulumi up` put your own into shop.yaml, then:"]
        + [f"  {line}" for line in later]
    )
