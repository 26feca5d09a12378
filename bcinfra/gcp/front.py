"""The front of a worldwide load balancer: addresses that stay, a certificate, and HTTP that is sent to HTTPS."""

from __future__ import annotations

from typing import Any, Final

import pulumi
from pulumi_gcp.compute import (
    GlobalAddress,
    GlobalForwardingRule,
    SSLPolicy,
    TargetHttpProxy,
    TargetHttpsProxy,
    URLMap,
)

from bcinfra.component import Str
from bcinfra.gcp.names import physical
from bcinfra.gcp.region import Project

SCHEME: Final = "EXTERNAL_MANAGED"
"""The global external Application Load Balancer: the one that ejects sites which answer with errors."""
HTTPS: Final = 443
HTTP: Final = 80
TO_NAME: Final[Any] = {"redirect_response_code": "MOVED_PERMANENTLY_DEFAULT", "strip_query": False}
"""What leads a name on, with the scheme that was asked for: maps of HTTPS proxies may not set it (Compute Engine API,
urlMaps, ``httpsRedirect``; read 2026-11)."""
TO_HTTPS: Final[Any] = {**TO_NAME, "https_redirect": True}


def opened(
    parent: pulumi.Resource, name: str, project: Project, urls: URLMap, certificate_map: Str, *, switched: bool = False
) -> dict[str, pulumi.Output[str]]:
    """Open what ``urls`` leads to, until people lead customers to another map where it is ``switched``; the addresses,
    ``A`` (IPv4) and ``AAAA`` (IPv6)."""
    secure = _secure(parent, name, project, urls, certificate_map, switched=switched)
    redirect = URLMap(
        f"{name}-redirect", project=project.project, default_url_redirect=TO_HTTPS, opts=project.child(parent)
    )
    plain = TargetHttpProxy(f"{name}-http", project=project.project, url_map=redirect.id, opts=project.child(parent))
    addresses: dict[str, pulumi.Output[str]] = {}
    for kind, version in (("A", "IPV4"), ("AAAA", "IPV6")):
        address = GlobalAddress(
            f"{name}-{kind.lower()}",
            project=project.project,
            ip_version=version,
            labels=project.labelled(f"{name}-{kind.lower()}"),
            opts=project.child(parent, protect=project.protected),  # DNS and partners know it
        )
        addresses[kind] = address.address
        _listen(parent, f"{name}-https-{kind.lower()}", project, HTTPS, address, secure.id)
        _listen(parent, f"{name}-http-{kind.lower()}", project, HTTP, address, plain.id)
    return addresses


def _secure(
    parent: pulumi.Resource, name: str, project: Project, urls: URLMap, certificate_map: Str, *, switched: bool
) -> TargetHttpsProxy:
    policy = SSLPolicy(
        f"{name}-tls",
        project=project.project,
        profile="MODERN",
        min_tls_version="TLS_1_2",
        opts=project.child(parent),
    )
    return TargetHttpsProxy(
        f"{name}-https",
        name=physical("compute", f"{name}-https") if switched else None,  # known before the day
        project=project.project,
        url_map=urls.id,
        certificate_map=certificate_map,
        ssl_policy=policy.id,
        quic_override="ENABLE",
        opts=project.child(parent, ignore_changes=["url_map"] if switched else None),
    )


def _listen(
    parent: pulumi.Resource, name: str, project: Project, port: int, address: GlobalAddress, target: Str
) -> None:
    GlobalForwardingRule(
        name,
        project=project.project,
        load_balancing_scheme=SCHEME,
        network_tier="PREMIUM",
        ip_protocol="TCP",
        ip_address=address.address,
        port_range=str(port),
        target=target,
        labels=project.labelled(name),
        opts=project.child(parent),
    )
