"""How customers are shown a page instead of the shop, and the shop again."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from typing import Final

from bcinfra.continuity.model.parts import OPEN, QUEUE, Switch
from bcinfra.graph.core.model import Resource
from bcinfra.report.documents.commands import cloudflare
from bcinfra.report.documents.commands.calls import Command
from bcinfra.report.documents.commands.program import Program, text

ADMITTED: Final = 10
"""Percent of those who ask that the queue lets in each minute, to begin with."""


def show(program: Program, switch: Switch, state: str) -> Command | None:
    """The command that shows customers a state of the shop; ``None`` where it is not known."""
    value = program.resource(switch.urn)
    known = _BY_TYPE.get(value.type) if value else None
    if value is None or known is None:
        return None
    line, answer = known
    wanted = f"{QUEUE} {ADMITTED}" if state == QUEUE else state
    back = line(program, switch, value, OPEN)
    return Command(line=line(program, switch, value, wanted), answer=answer, back=back, needs=switch.homes)


def _cloudfront(program: Program, _: Switch, value: Resource, mode: str) -> str:
    """By the store's ARN, once it is deployed: looking it up needs us-east-1, changing it does not."""
    store = program.linked(value, "keyValueStoreArn")
    known = text(store.outputs.get("arn")) if store else text(value.inputs.get("keyValueStoreArn"))
    called = shlex.quote(program.called(store)) if store else ""
    looked_up = f"$(aws cloudfront describe-key-value-store --name {called} --query KeyValueStore.ARN --output text)"
    service = "aws cloudfront-keyvaluestore"
    newest = f'"$({service} describe-key-value-store --kvs-arn "$STORE" --query ETag --output text)"'
    key = shlex.quote(text(value.inputs.get("key")))
    return (
        f"STORE={shlex.quote(known) if known else looked_up} && {service} put-key"
        f' --kvs-arn "$STORE" --key {key} --value {shlex.quote(mode)} --if-match {newest}'
    )


def _cloudflare(program: Program, _: Switch, value: Resource, mode: str) -> str:
    """By the store's id, once it is deployed; looking it up by its title needs the same API."""
    store = program.linked(value, "namespaceId")
    account = text(value.inputs.get("accountId")) or "ACCOUNT"
    stores = f"accounts/{account}/storage/kv/namespaces"
    known = text(store.id) if store else text(value.inputs.get("namespaceId"))
    title = text(store.inputs.get("title")) if store else ""
    looked_up = f"$({cloudflare.called(stores, title, 'title', {'per_page': '1000'})})"
    key = text(value.inputs.get("keyName"))
    shown = cloudflare.tells("PUT", f"{stores}/$STORE/values/{key}", shlex.quote(mode), "text/plain")
    return f"STORE={shlex.quote(known) if known else looked_up} && {shown}"


def _google(program: Program, switch: Switch, _: Resource, mode: str) -> str:
    """Every way in is led to the map of the mode, which lies ready."""
    found: list[str] = []
    for lead in switch.leads:
        proxy, shown = program.resource(lead.urn), program.resource(lead.to[mode])
        if proxy and shown:
            project = text(proxy.inputs.get("project"))
            found.append(
                f"gcloud compute target-https-proxies update {_last(program.called(proxy))} --global"
                f" --url-map={_last(program.called(shown))} --global-url-map"
                + (f" --project={shlex.quote(project)}" if project else "")
            )
    return " && ".join(found)


def _last(name: str) -> str:
    return shlex.quote(name.rsplit("/", 1)[-1])


_BY_TYPE: Final[Mapping[str, tuple[Callable[[Program, Switch, Resource, str], str], str]]] = {
    "aws:cloudfront/keyvaluestoreKey:KeyvaluestoreKey": (_cloudfront, "an ETag; edges show it within a minute"),
    "gcp:compute/targetHttpsProxy:TargetHttpsProxy": (_google, "Updated; the world shows it within minutes"),
    "cloudflare:index/workersKv:WorkersKv": (_cloudflare, '"success":true; edges show it within a minute or more'),
}
"""Type of the value → the line that sets it, and what is answered."""
