"""What is typed, and what it needs: a call of a cloud's API, its command line, the words that no shell runs."""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from bcinfra.continuity.model.domains import Domain

Value: TypeAlias = "str | int | bool | list[str]"


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsCall:
    """A call of an AWS API, as an automation document makes it; its command line follows from it."""

    service: str
    api: str
    inputs: Mapping[str, Value] = field(default_factory=dict[str, "Value"])
    region: str
    query: str | None = None
    """JMESPath of what is shown; a call with one only looks."""

    @property
    def line(self) -> str:
        words = ["aws", self.service, _kebab(self.api)]
        for name, value in self.inputs.items():
            match value:
                case bool():
                    words.append(f"--{'' if value else 'no-'}{_kebab(name)}")
                case list():
                    words += [f"--{_kebab(name)}", *map(quoted, value)]
                case _:
                    words += [f"--{_kebab(name)}", quoted(value if isinstance(value, str) else str(value))]
        words += ["--region", shlex.quote(self.region)]
        if self.query:
            words += ["--query", quoted(self.query), "--output", "text"]
        return " ".join(words)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpCall:
    """A call of a Google Cloud API, as a workflow makes it."""

    method: str
    url: str
    body: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Something to type, and what it answers."""

    line: str
    answer: str
    """What is seen when it worked."""
    back: str = ""
    """How it is undone."""
    aws: AwsCall | None = None
    http: HttpCall | None = None
    needs: tuple[Domain, ...] = ()
    """Where its endpoint and its credentials are."""
    looks: bool = False
    """Whether it changes nothing."""
    first: str = ""
    """What a person does before it is typed."""


def kept_in(variable: str, line: str, answer: str, needs: tuple[Domain, ...] = (), *, back: str = "") -> Command:
    """A command whose answer is kept in a variable of the shell, for those after it; without a way ``back`` a look."""
    shown = f'{variable}="$({line})"; echo "${variable}"'
    return Command(line=shown, answer=answer, back=back, needs=needs, looks=not back)


def lost_to(command: Command, failed: Iterable[Domain], returned: Collection[Domain] = ()) -> tuple[Domain, ...]:
    """What a command needs of what is lost: its endpoint's region, its account. ``returned``: what is back by then."""
    down = tuple(failed)
    return tuple(d for d in command.needs if d.hit_by(down) and not any(outer in returned for outer in d.chain()))


def _kebab(name: str) -> str:
    """``db-instance-identifier`` of ``DBInstanceIdentifier``, as the AWS command line writes it."""
    return re.sub(r"([a-z0-9])([A-Z])", r"\1-\2", re.sub(r"(.)([A-Z][a-z]+)", r"\1-\2", name)).lower()


class Filled(str):
    """What a shell fills in: the answer of a command, or a variable that a person sets. Nothing of the graph's own text
    is in it but in quotes."""

    __slots__ = ()


def plain(name: str) -> str:
    """The name of a region, project or account; nothing of what cannot be one."""
    return name if re.fullmatch(r"[\w.:-]+", name) else ""


def answer_of(call: AwsCall) -> Filled:
    return Filled(f"$({call.line})")


def quoted(text: str) -> str:
    """A word of a command line: what a resource is called is never run."""
    if isinstance(text, Filled) or ("'" in text and not re.search(r'["$`\\!]', text)):
        return f'"{text}"'
    return shlex.quote(text)
