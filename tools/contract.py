"""The page of what is agreed with an image: ``docs/contract.md``, made of the contract's own data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from bcinfra.assembly.image_contract import ImageContract, image_contracts
from bcinfra.commands.contract import KINDS
from bcinfra.spec.page import Page

TIER: Final[Mapping[str, Any]] = {"image": "{registry}/app:1.4.2", "cpu": 1, "memory": 2, "replicas": 2, "peak": 4}
EVERYTHING: Final[Mapping[str, Any]] = {
    "name": "acme",
    "domain": "shop.example",
    "accounts": {"main": "111122223333", "google": {"project": "acme-prod", "number": "123456789012"}},
    "sites": {
        "ireland": {"region": "eu-west-1", "role": "primary"},
        "belgium": {"kind": "gcp", "region": "europe-west1", "role": "standby", "account": "google"},
        "holland": {
            "kind": "kubernetes",
            "place": {"kind": "gcp", "region": "europe-west4", "account": "google"},
            "role": "standby",
            "cluster": "holland-1",
            "zones": ["europe-west4-a"],
            "addresses": ["192.0.2.10"],
        },
    },
    "strategy": "warm-standby",
    "objectives": {"recovery_time": "1h", "data_loss": "15m", "availability": 99.9},
    "web": TIER,
    "app": {**TIER, "secrets": ["PAYMENT_KEY"]},
    "mysql": {"cpu": 2, "memory": 8, "storage": 100},
    "redis": {"memory": 2},
    "media": {"size": 10},
    "files": {"size": 10},
    "data": {"payment-gateway-configuration": "critical"},
}
"""A page with every part at every kind of site, which no shop has."""
INTRODUCTION: Final = """# The contract with the image

What an image must do to run as a tier of a shop, and what it is told. For the tiers of a shop of your own, with its
own variables, directories and sites: `bcinfra explain contract --stack STACK`, or `--stack shop.yaml`; `--json` for
programs.

[examples/image](../examples/image) is the smallest image that fulfils it. Its contract test tries any image, before a
cloud does:

```console
$ bcinfra explain contract --stack shop.yaml --json -o contract.json
$ python examples/image/contract_test.py contract.json --tier web --image registry.example/web:1.4.2
```

Without Docker, `-- COMMAND...` in place of `--image` tries a plain process: all but user, file system and capabilities.

## What a tier may state

| on the page | what it does |
| --- | --- |
| `architecture: x86_64`, `arm64` | what the image is built for; left out, each site takes what is usual there |
| `user: 33` | the number of the user that it runs as; never root |
| `writable: [/var/www/uploads]` | directories, beside `/tmp`, that may be written |
| `command: [php, worker.php]` | what it is started with, in place of the image's own command (`CMD`) |
| `port: 8080`, `ports: {metrics: 9100}` | where it listens for requests; further ports for the shop's own network |
| `health_path: /healthz` | answers 200 while it can serve |
| `live_path: /livez` | answers 200 while a restart would not help |
| `environment: {SHOP_MODE: live}` | variables in plain text |
| `secrets: {PAYMENT_KEY: paymentKey}` | secret variables by their key in the configuration, or `[PAYMENT_KEY]` |

Everywhere: an HTTP server that listens on every address, logs to standard output, keeps nothing that must last in its
own file system, runs several at once, and answers its health paths within 3 seconds. What ends in `latest` is refused:
name a release or a digest.
"""


def page() -> str:
    """The page."""
    app = image_contracts(Page(**EVERYTHING))["app"]
    return INTRODUCTION + "\n".join(line for kind, agreed in app.items() for line in _ground(kind, agreed)) + "\n"


def _ground(kind: str, agreed: ImageContract) -> Iterator[str]:
    writable = f": `{'`, `'.join(agreed.writable)}`" if agreed.writable else ""
    yield from ("", f"## At {KINDS[kind]}", "", "| | |", "| --- | --- |")
    yield f"| architecture | {agreed.architecture} |"
    yield f"| user | {agreed.user} |"
    yield f"| file system | {agreed.file_system}{writable} |"
    for path, what in agreed.shared.items():
        yield f"| `{path}` | {what} |"
    yield f"| health | {agreed.health} |"
    yield f"| stop | {agreed.signals} after {agreed.stop_seconds} s |"
    yield f"| TLS | {agreed.tls} |"
    yield f"| secrets | {agreed.secrets} |"
    for name, service in agreed.services.items():
        called = {"mysql": "MySQL", "redis": "Redis"}.get(name, name)
        yield f"| {called} | {service.how}; login: {service.login}; TLS: {service.tls} |"
    yield from ("", "| variable | example | what it is |", "| --- | --- | --- |")
    for variable in agreed.variables:
        yield f"| `{variable.name}` | `{variable.example}` | {variable.meaning}{', secret' * variable.secret} |"
