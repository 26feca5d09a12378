"""Who may talk to whom, as network policies have it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Self

from pydantic import Field, model_validator

from bcinfra.component import Args, refuse

PRIVATE: Final = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16")
"""Ranges that are not the internet (RFC 1918, RFC 6598), and that of the clouds' metadata services (RFC 3927)."""
DNS: Final = 53
HTTPS: Final = 443


class Peer(Args):
    """Pods, or addresses, that may be talked to or may talk."""

    namespace: str | None = None
    """Their namespace; the same one if not given."""
    pods: Mapping[str, str] = {}
    """Labels that they carry; all pods of the namespace if none."""
    cidrs: tuple[str, ...] = ()
    """IPv4 ranges instead of pods, such as a database on premises behind a VPN."""
    ports: tuple[int, ...] = Field(default=(), max_length=20)
    """The TCP ports that are talked to. Of a client these are the workload's own."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(
            ["cidrs: addresses have neither a namespace nor labels"]
            if self.cidrs and (self.namespace or self.pods)
            else []
        )
        return self

    @property
    def rule(self) -> list[dict[str, Any]]:
        """The peer in a rule."""
        if self.cidrs:
            return [{"ipBlock": {"cidr": cidr}} for cidr in self.cidrs]
        pods: dict[str, Any] = {"podSelector": {"matchLabels": dict(self.pods)}}
        if self.namespace:
            pods["namespaceSelector"] = {"matchLabels": {"kubernetes.io/metadata.name": self.namespace}}
        return [pods]


def ports(numbers: Iterable[int], *protocols: str) -> list[dict[str, Any]]:
    """TCP ports, or ports of other ``protocols``."""
    return [{"protocol": protocol, "port": number} for number in numbers for protocol in protocols or ("TCP",)]


def names() -> dict[str, Any]:
    """Lets a pod look up names, wherever the cluster's name server runs."""
    return {"ports": ports([DNS], "UDP", "TCP")}


def scraped(*numbers: int) -> dict[str, Any]:
    """Lets Prometheus in, from whichever namespace it runs in, and with it all pods: figures are no secret."""
    return {"from": [{"namespaceSelector": dict[str, str]()}], "ports": ports(numbers)}


def internet(*numbers: int) -> dict[str, Any]:
    """Lets a pod reach the internet at ``numbers``, and nothing private by way of it."""
    return {"to": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": list(PRIVATE)}}], "ports": ports(numbers)}


def among_themselves(
    pods: Mapping[str, str],
    own: Iterable[int],
    others: Iterable[Mapping[str, Any]],
    port: int,
    clients: Mapping[str, Peer],
) -> dict[str, Any]:
    """The policy of ``pods`` that keep data together: they look up names and talk to one another at ``own`` ports;
    ``clients`` reach them at ``port``, ``others`` as their rules say."""
    themselves, everyone = Peer(pods=pods).rule, ports(own)
    return {
        "podSelector": {"matchLabels": dict(pods)},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [
            {"from": themselves, "ports": everyone},
            *others,
            *({"from": peer.rule, "ports": ports([port])} for _, peer in sorted(clients.items())),
        ],
        "egress": [names(), {"to": themselves, "ports": everyone}],
    }
