"""What is asked of Cloudflare by its API, for no command line of its own changes names.

Calls, and the permissions of a token that each needs: https://developers.cloudflare.com/api (read 2026-11).
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Final

from bcinfra.continuity.model.domains import Domain
from bcinfra.report.documents.commands.calls import Command

API: Final = "https://api.cloudflare.com/client/v4"
_CURL: Final = 'curl --fail-with-body --silent --show-error --header "Authorization: Bearer $CLOUDFLARE_API_TOKEN"'


def token(needs: tuple[Domain, ...], *permissions: str) -> Command:
    """The token is typed apart: it stands in no history of commands."""
    return Command(
        line="read -rs CLOUDFLARE_API_TOKEN",
        answer=f"nothing; paste an API token whose permissions are {', '.join(permissions)}",
        needs=needs,
        looks=True,
    )


def asks(path: str, query: Mapping[str, str] | None = None) -> str:
    """What is listed under a path, whose own parts a shell fills in."""
    given = "".join(f" --data-urlencode {shlex.quote(f'{key}={value}')}" for key, value in (query or {}).items())
    return f'{_CURL}{" --get" if given else ""}{given} "{API}/{path}"'


def tells(method: str, path: str, body: str, kind: str = "application/json") -> str:
    """A call that changes something; ``body`` is a word of the shell."""
    return f"{_CURL} --request {method} --header 'Content-Type: {kind}' --data-raw {body} \"{API}/{path}\""


def called(path: str, value: str, name: str = "name", query: Mapping[str, str] | None = None) -> str:
    """The id of the first of those under a path whose ``name`` is ``value``."""
    chosen = shlex.quote(f"first(.result[] | select(.{name} == $called)) | .id")
    return f"{asks(path, query)} | jq --raw-output --arg called {shlex.quote(value)} {chosen}"


def zone(domain: str, what: str = ".id") -> str:
    """What is told of the zone of a domain."""
    return f"{asks('zones', {'name': domain})} | jq --raw-output {shlex.quote(f'.result[0]{what}')}"
