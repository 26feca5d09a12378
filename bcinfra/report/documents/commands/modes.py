"""How customers are shown a page instead of the shop, and the shop again."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from typing import Final

from bcinfra.continuity.model.parts import QUEUE, Switch
from bcinfra.graph.core.model import Resource
from bcinfra.report.documents.commands.calls import Command
from bcinfra.report.documents.commands.program import Program, text

OPEN: Final = "open"
ADMITTED: Final = 10
"""Percent of those who ask that the queue lets in each minute, to begin with."""


def show(program: Program, switch: Switch, state: str) -> Command | None:
    """The command that shows customers a state of the shop; ``None`` where it is not known."""
    resource = program.resource(switch.urn)
    made = _BY_TYPE.get(resource.type) if resource else None
    return made(program, resource, switch, state) if made and resource else None


def _cloudfront(program: Program, value: Resource, switch: Switch, state: str) -> Command:
    """By the store's ARN, once it is deployed: looking it up needs us-east-1, changing it does not."""
    store = program.linked(value, "keyValueStoreArn")
    known = text(store.outputs.get("arn")) if store else text(value.inputs.get("keyValueStoreArn"))
    called = shlex.quote(program.called(store)) if store else ""
    looked_up = f"$(aws cloudfront describe-key-value-store --name {called} --query KeyValueStore.ARN --output text)"
    service = "aws cloudfront-keyvaluestore"
    newest = f'"$({service} describe-key-value-store --kvs-arn "$STORE" --query ETag --output text)"'

    def line(mode: str) -> str:
        key, wanted = shlex.quote(text(value.inputs.get("key"))), shlex.quote(mode)
        return (
            f"STORE={shlex.quote(known) if known else looked_up} && {service} put-key"
            f' --kvs-arn "$STORE" --key {key} --value {wanted} --if-match {newest}'
        )

    return Command(
        line=line(f"{QUEUE} {ADMITTED}" if state == QUEUE else state),
        answer="an ETag; edges show it within a minute",
        back=line(OPEN),
        needs=switch.homes,
    )


_BY_TYPE: Final[Mapping[str, Callable[[Program, Resource, Switch, str], Command]]] = {
    "aws:cloudfront/keyvaluestoreKey:KeyvaluestoreKey": _cloudfront,
}
