"""What is secret though it stands in the clear, as in the export of a program in YAML or in a script's text.

Known are the properties that the schemas of SDKs mark (``secret_properties.txt``, by type), names that everybody gives
to secrets, and what a secret looks like inside a text: a private key, an address with a password, an assignment. In a
text only the secret itself is replaced, so that what it is about can still be read.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from bcinfra.graph.core.model import Resource, Secret, Value


class _Rule(NamedTuple):
    """How names are taken: whether the program chose them freely, and which texts are the names of resources."""

    free: bool
    names: Collection[str]


_KEY: Final = os.urandom(16)
"""Of this process alone: a mark tells whether two secrets are the same one, and nothing else, and to nobody else."""
_MARK: Final = re.compile(r"⟦[0-9a-f]{12}⟧")
_SHOWN: Final = "[secret]"
_PROVIDERS: Final = {
    "random:index/randomBytes:RandomBytes": ("base64", "hex"),
    "random:index/randomPassword:RandomPassword": ("bcryptHash", "result"),
    "tls:index/privateKey:PrivateKey": ("privateKeyOpenssh", "privateKeyPem", "privateKeyPemPkcs8"),
    "command:local:Command": ("stdin",),
    "command:remote:Command": ("stdin",),
}
"""Secret by the schemas of small providers whose SDKs are not among ours (Pulumi registry: random 4, tls 5, command 1).
"""
_SCHEMAS: Final = frozenset({"aws", "bcinfra", "cloudflare", "gcp", "kubernetes"})
"""Packages whose properties the schema vouches for: there ``secret`` or ``token`` names a thing, as in
``creationToken``, unless it stands in a map that the program fills freely."""
_NAMED: Final = ("name", "secretId")
_FREE: Final = frozenset({"data", "environmentVariables", "stringData", "values", "variables"})
_ALWAYS: Final = re.compile(
    r"(?:^|_)(?:passwords?|passwd|passphrase|pwd|(?:client|shared)_secret|auth_token|pre_?shared_key|"
    r"private_key(?:_pem(?:_pkcs8)?|_openssh|_data)?|secret(?:_access)?_key|client_key_data|docker_?config_?json)(?:_\d+)?$"
)
_OFTEN: Final = re.compile(
    r"(?:^|_)(?:secret(?:_(?:string|data|value|binary))?|token|credentials?|jwt|bearer|auth|kube_?config|"
    r"(?:api|access|account|auth|client|encryption|license|master|session|shared|signing|storage)_?key)(?:_\d+)?$"
)
_NO_SECRET_KEY: Final = re.compile(
    r"(?:PUBLIC|SORT|PARTITION|PRIMARY|FOREIGN|HASH|RANGE|CACHE|KMS|ROUTING|OBJECT|BUCKET|TAG|LABEL|INDEX|GROUP|TOPOLOGY)_KEY$"
)
_REFERENCE: Final = re.compile(
    r"(?:arn:|urn:|projects/|alias/|\$|\{\{|%|<|/|ssm:|resolve:|vault:|file:|op://|https?://[^@]*$)"
    r"|(?:true|false|null|none|required|optional|enabled|disabled|\d{1,4}|⟦[0-9a-f]{12}⟧|\[secret\])$",
    re.IGNORECASE,
)
"""What says where a secret is, or how it is used, and is none."""

_WORD: Final = (
    r"[\w.-]*(?:password|passwd|passphrase|pwd|secret|token|credentials?|"
    r"(?:api|access|account|private|secret)[_.-]?key)"
)
_VALUE: Final = r""""(?:[^"\\]|\\.)+"|'[^']+'|[^\s"',;&|)}\]]+"""
TEXTS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"-----BEGIN [A-Z ]*PRIVATE KEY[A-Z ]*-----(?P<secret>[\s\S]+?)(?=-----END|\Z)",
        r"://[^\s/:@\"']*:(?P<secret>[^\s/@\"']+)@",
        r"(?P<secret>\b(?:gh[opsu]_|github_pat_|glpat-|xox[abprs]-|[rs]k_live_|whsec_|npm_|hvs\.|dop_v1_|SG\.|AIza)[\w.-]{8,})",
        r"(?P<secret>\beyJ[\w-]+\.eyJ[\w-]+\.[\w-]*)",
        r"hooks\.slack\.com/services/(?P<secret>[\w/]+)",
        r"(?i:\b(?:bearer|basic))[ \t]+(?P<secret>[\w.~+/=-]{8,})",
        r"\$(?:1|2[aby]|5|6|y)\$(?P<secret>[\w./$]{8,})",
        rf"(?i:{_WORD})[\"']?[ \t]*(?:=>?|:[ \t]|:(?=[\"']))[ \t]*(?P<secret>{_VALUE})",
        rf"\b[A-Z][A-Z0-9_]*_KEY[\"']?[ \t]*(?:=|:[ \t])[ \t]*(?P<secret>{_VALUE})",
        r"(?i:--?[\w-]*(?:password|passwd|token|secret|api-key))[ \t]+(?P<secret>(?!-)[^\s\"']+|\"[^\"]+\"|'[^']+')",
        r"(?i:\b(?:requirepass|masterauth|identified by))[ \t]+(?P<secret>\"[^\"]+\"|'[^']+'|\S+)",
        r"\b(?:echo|printf)[ \t]+(?:-\w+[ \t]+)*(?P<secret>[^|\n$]+?)[ \t]*\|[^|\n]*(?:passwd|password-stdin|sudo -S)",
        r"\bcurl\b[^\n]*[ \t](?:-u|--user)[ \t]+[\"']?[^\s:\"']+:(?P<secret>[^\s\"']+)",
        r"(?i:aws)[\s\S]{0,80}?(?:AKIA|ASIA)[A-Z0-9]{16}[\s\S]{0,80}?(?P<secret>(?<![\w/+])[\w/+]{40}(?![\w/+=]))",
    )
)
_HINT: Final = re.compile(
    r"pass|secret|token|key|pwd|cred|://[^\s/]*@|bearer|basic|masterauth|identified|slack|\$\w{1,2}\$|sudo|-u |--user|"
    r"eyj|gh[opsu]_|github_pat_|glpat-|xox|k_live_|whsec_|npm_|hvs\.|dop_v1_|sg\.|aiza|akia|asia"
)
"""What every text has, in small letters, that one of the patterns can match: most texts have none of it."""
_BASE64: Final = re.compile(r"[A-Za-z0-9+/\s]{16,}={0,2}\s*")


def masked(rows: Mapping[str, Resource]) -> dict[str, Resource]:
    """``rows`` without the secrets that stand in them in the clear; a row without any is the same object."""
    names = frozenset(name for row in rows.values() for name in _names(row))
    return {urn: _masked(row, names) for urn, row in rows.items()}


def _names(row: Resource) -> Iterator[str]:
    """What other rows call it: ``ORDERS_SECRET`` may hold the name of a secret."""
    yield row.name
    metadata = row.inputs.get("metadata")
    for inputs in (row.inputs, metadata if isinstance(metadata, dict) else {}):
        yield from (name for key in _NAMED if isinstance(name := inputs.get(key), str))


def _masked(row: Resource, names: Collection[str]) -> Resource:
    rule = _Rule(row.package not in _SCHEMAS, names)
    marked = {*_marked().get(row.type, ()), *row.options.additional_secret_outputs}
    inputs, outputs = (_properties(values, marked, rule) for values in (row.inputs, row.outputs))
    return row if inputs is row.inputs and outputs is row.outputs else replace(row, inputs=inputs, outputs=outputs)


def shown(text: str) -> str:
    """A text as it is shown: without the marks by which secrets in it are told apart."""
    return _MARK.sub(_SHOWN, text) if "⟦" in text else text


@cache
def _marked() -> Mapping[str, Collection[str]]:
    """The properties that schemas mark, by type."""
    lines = files("bcinfra.graph.core").joinpath("secret_properties.txt").read_text(encoding="utf-8").splitlines()
    return {token: names for token, *names in map(str.split, lines)} | _PROVIDERS


def _mark(text: str) -> str:
    return hashlib.blake2b(text.encode(errors="surrogatepass"), key=_KEY, digest_size=6).hexdigest()


def _properties(values: Mapping[str, Value], marked: Collection[str], rule: _Rule) -> Mapping[str, Value]:
    changed = {
        name: now
        for name, value in values.items()
        if (now := _sealed(value) if name in marked else _value(value, name, rule)) is not value
    }
    return {**values, **changed} if changed else values


def _sealed(value: Value) -> Value:
    """``value`` with each text and number in it secret."""
    match value:
        case dict():
            return {key: _sealed(item) for key, item in value.items()}
        case list():
            return [_sealed(item) for item in value]
        case bool() | None | "":
            return value
        case str() | int() | float():
            return Secret(mark=_mark(str(value)))
        case _:
            return value


def _value(value: Value, name: str, rule: _Rule) -> Value:
    """``value`` of a property ``name``; the same object where nothing in it is secret."""
    if isinstance(value, str):
        return _text(value, name, rule)
    if isinstance(value, list):
        items = [_value(item, name, rule) for item in value]
        return items if any(now is not item for now, item in zip(items, value, strict=True)) else value
    if not isinstance(value, dict):
        return value
    inner = rule._replace(free=rule.free or name in _FREE)
    marked = ("data", "stringData") if value.get("kind") == "Secret" else ()
    found = _properties(value, marked, inner)
    # The item of a list of variables: {name: DB_PASSWORD, value: ...}.
    variable, stated = value.get("name", value.get("key")), value.get("value")
    if isinstance(variable, str) and isinstance(stated, str):
        now = _text(stated, variable, rule._replace(free=True))
        found = {**found, "value": now} if now is not stated else found
    return value if found is value else dict(found)


def _text(text: str, name: str, rule: _Rule) -> Value:
    if text and text not in rule.names and _is_secret(name, rule.free) and not _REFERENCE.match(text):
        return Secret(mark=_mark(text))
    return _cleaned(text, rule)


@cache
def _is_secret(name: str, free: bool) -> bool:
    words = "_".join(re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)).lower()
    if _ALWAYS.search(words):
        return True
    is_variable = name.isupper()
    if is_variable and name.endswith("_KEY"):
        return not _NO_SECRET_KEY.search(name)
    return bool((free or is_variable) and _OFTEN.search(words))


def _cleaned(text: str, rule: _Rule) -> str | Secret:
    """``text`` with the secrets in it replaced; secret as a whole where it is code for a text that holds some."""
    if len(text) >= 16 and _BASE64.fullmatch(text) and (decoded := _decoded(text)) is not None:
        return Secret(mark=_mark(text)) if _cleaned(decoded, rule) != decoded else text
    if not _HINT.search(text.lower()):
        return text
    if text[0] in "{[" and (parsed := _parsed(text)) is not None:
        found = _value(parsed, "", rule._replace(free=True))
        return text if found is parsed else json.dumps(_marked_texts(found), ensure_ascii=False)
    for pattern in TEXTS:
        text = pattern.sub(_replaced, text)
    return text


def _replaced(found: re.Match[str]) -> str:
    secret = found["secret"]
    quote = secret[0] if secret[0] in "\"'" and secret[-1] == secret[0] and len(secret) > 1 else ""
    bare = secret[len(quote) : len(secret) - len(quote)]
    if not bare.strip() or _REFERENCE.match(bare):
        return found[0]
    start, end = (at - found.start() for at in found.span("secret"))
    return f"{found[0][:start]}{quote}⟦{_mark(bare)}⟧{quote}{found[0][end:]}"


def _marked_texts(value: Value) -> Value:
    match value:
        case dict():
            return {key: _marked_texts(item) for key, item in value.items()}
        case list():
            return [_marked_texts(item) for item in value]
        case Secret():
            return f"⟦{value.mark}⟧"
        case _:
            return value


def _parsed(text: str) -> Value | None:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _decoded(text: str) -> str | None:
    try:
        return base64.b64decode(text, validate=False).decode("utf-8")
    except ValueError:
        return None
