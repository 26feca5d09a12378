"""Answers that the user gives: a file that says what functions of providers answer and what other stacks export.

::

    calls:
      aws:ec2/getAmi:getAmi: {id: ami-0123}          # or a list of {args: {...}, result: {...}}
    stacks:
      acme/network/prod: {vpcId: vpc-1}               # its outputs
      acme/dns/prod: dns.json                         # `pulumi stack export`, or `pulumi stack output --json`
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import yaml

from bcinfra.graph.core.model import Place, Secret, Value
from bcinfra.graph.core.problem import LoadError, Problem
from bcinfra.graph.core.values import SECRET_PLACEHOLDER, Plain, as_object, decode_map, is_list, is_object
from bcinfra.graph.files.load import load
from bcinfra.yamls import parsed


class Given(NamedTuple):
    """What a file answers: functions by token (see :func:`bcinfra.graph.record.answers.given`), stacks by full name."""

    calls: Mapping[str, Plain]
    stacks: Mapping[str, Mapping[str, Value]]


def read_given(file: Path) -> Given:
    """What ``file``, YAML or JSON, answers; raises :class:`LoadError` with all that is wrong with it."""
    data = _data(file)
    problems = list(_problems(data))
    stacks: dict[str, Mapping[str, Value]] = {}
    for name, outputs in as_object(as_object(data).get("stacks")).items():
        if isinstance(outputs, str):
            try:
                stacks[name] = _exported(file.parent / outputs)
            except LoadError as error:
                problems += [str(problem) for problem in error.problems]
        else:
            stacks[name] = _outputs(as_object(outputs))
    if problems:
        raise LoadError(Problem(problem, place=Place(str(file), 1)) for problem in problems)
    return Given(as_object(data.get("calls")), stacks)


def _data(file: Path) -> Plain:
    try:
        return parsed(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise LoadError([Problem(f"cannot be read: {error.strerror}", place=Place(str(file), 1))]) from None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError):
        raise LoadError([Problem("is neither YAML nor JSON", place=Place(str(file), 1))]) from None


def _problems(data: Plain) -> Iterator[str]:
    if not is_object(data):
        yield "must be an object with `calls` and `stacks`"
        return
    for key in data.keys() - {"calls", "stacks"}:
        yield f"has no place for {key!r}: it takes `calls` and `stacks`"
    for key in data.keys() & {"calls", "stacks"}:
        if not is_object(data[key]):
            yield f"`{key}` must be an object"
    for token, cases in as_object(data.get("calls")).items():
        listed = is_list(cases) and all(is_object(c) and is_object(c.get("result")) for c in cases)
        if not is_object(cases) and not listed:
            yield f"calls[{token}] must be a result, or a list of {{args, result}}"
    for name, outputs in as_object(data.get("stacks")).items():
        if not isinstance(outputs, str) and not is_object(outputs):
            yield f"stacks[{name}] must be its outputs, or the name of a file"


def _exported(file: Path) -> Mapping[str, Value]:
    """The outputs in an export, or in the output of ``pulumi stack output --json``."""
    data = _data(file)
    if is_object(data) and "deployment" in data:
        return load(file).outputs
    if not is_object(data):
        raise LoadError([Problem("holds no outputs", place=Place(str(file), 1))])
    return _outputs(data)


def _outputs(data: Mapping[str, Plain]) -> Mapping[str, Value]:
    plain = decode_map(json.loads(json.dumps(data, default=str)))
    return {key: Secret() if value == SECRET_PLACEHOLDER else value for key, value in plain.items()}
