"""The way in: host names and paths to services, over TLS."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final, Self

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.networking.v1 import Ingress as KubernetesIngress
from pulumi_kubernetes.networking.v1.outputs import IngressStatus
from pydantic import Field, model_validator

from bcinfra.component import Args, Component, Str, refuse
from bcinfra.kubernetes.cluster import Cluster, Label, after, api
from bcinfra.kubernetes.names import physical

Host = Annotated[str, Field(pattern=r"^(\*\.)?([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z]([-a-z0-9]*[a-z0-9])?$")]
"""A host name, or ``*.`` and a domain."""


REDIRECTING: Final = ("traefik", "nginx", "haproxy")
"""Controllers by their class that are told how names are led on: Traefik by a middleware, the others by annotations
(https://doc.traefik.io/traefik/middlewares/http/redirectregex/,
https://github.com/kubernetes/ingress-nginx/blob/main/docs/user-guide/nginx-configuration/annotations.md,
https://github.com/haproxytech/kubernetes-ingress/blob/master/documentation/annotations.md; read 2026-11)."""


class Route(Args):
    """A service that answers for a path."""

    service: Str
    """Its name, such as ``Workload(...).service``."""
    port: int = Field(ge=1, le=65535)
    """Its port."""


class IngressArgs(Args):
    """Arguments of :class:`Ingress`."""

    cluster: Cluster
    """Where it is."""
    namespace: Str
    """Its namespace, which is also that of the services."""
    controller: str = Field(examples=["traefik", "alb", "gce"])
    """The ingress class: which controller makes it work. Run the controller itself over all zones."""
    controller_zones: tuple[Label, ...] = ()
    """The zones that its replicas surely stand in, which nothing here decides: for who judges what a zone takes along.
    Unknown if not given."""
    shielded: bool | None = None
    """Whether something before the controller, which nothing here declares, absorbs floods of requests and limits each
    client: for who judges floods. A cloud's balancer that passes packets on does not. Unknown if not given."""
    hosts: Mapping[Host, Mapping[Annotated[str, Field(pattern=r"^/")], Route]] = Field(min_length=1)
    """Which service answers, by host name and path prefix."""
    redirects: Mapping[Host, Host] = {}
    """Host names whose customers are led to one of ``hosts``, to the same path, with that one. By what the controllers
    of :data:`REDIRECTING` have of their own: the standard has no redirects."""
    tls_secret: Str | None = None
    """The Kubernetes secret of the certificate for all hosts. Controllers that take certificates from their cloud are
    told by ``annotations`` instead."""
    issuer: str | None = None
    """A cluster issuer of cert-manager that fills ``tls_secret`` and renews it."""
    annotations: Mapping[str, Str] = {}
    """The controller's own settings, such as ``alb.ingress.kubernetes.io/certificate-arn``."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> Iterable[str]:
        for zone in sorted(set(self.controller_zones) - set(self.cluster.zones)):
            yield f"controller_zones: {zone!r} is no zone of the cluster; there are {', '.join(self.cluster.zones)}"
        if self.issuer and self.tls_secret is None:
            yield f"issuer: {self.issuer!r} needs tls_secret, the secret that it fills"
        if self.tls_secret is None and not any("cert" in key for key in self.annotations):
            yield "tls_secret: without one, and without a certificate in annotations, customers' data travels in clear"
        for host, paths in self.hosts.items():
            if "/" not in paths:
                yield f"hosts.{host}: no service answers for '/'"
        if self.redirects and self.controller not in REDIRECTING:
            yield f"redirects: {self.controller!r} is not known to lead names on; {', '.join(REDIRECTING)} are"
        for name, to in self.redirects.items():
            if to not in self.hosts or name in self.hosts:
                yield f"redirects.{name}: {to!r} must be one of hosts, and {name!r} none"


class Ingress(Component):
    """Host names that lead to services. Put the addresses of several clusters behind health-checked DNS: one is one
    site."""

    package = "kubernetes"

    address: pulumi.Output[str]
    """Host name or address of the load balancer, once it is there; empty before."""

    def __init__(self, name: str, args: IngressArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        told: dict[str, Any] = {"controllerZones": list(args.controller_zones)} if args.controller_zones else {}
        if args.shielded is not None:
            told["shielded"] = args.shielded
        super().__init__(name, opts, {**args.cluster.where, **told})
        issuer = {"cert-manager.io/cluster-issuer": args.issuer} if args.issuer else {}
        metadata = {
            "name": physical("object", name),
            "namespace": args.namespace,
            "labels": args.cluster.labelled(name, "ingress"),
            "annotations": {**issuer, **args.annotations},
        }
        ingress = KubernetesIngress(name, metadata=api(metadata), spec=api(_spec(args)), opts=args.cluster.child(self))
        for to in sorted(set(args.redirects.values())):
            self._lead(name, args, to)
        self.address = ingress.status.apply(_address)
        self.register_outputs({"address": self.address})

    def _lead(self, name: str, args: IngressArgs, to: str) -> None:
        """Lead names on to ``to``, with the certificate of all."""
        what = f"{name}-to-{to.replace('.', '-')}"
        called = physical("object", what)
        metadata = {"namespace": args.namespace, "labels": args.cluster.labelled(what, "ingress")}
        by_controller: dict[str, dict[str, Str]] = {
            "nginx": {"nginx.ingress.kubernetes.io/permanent-redirect": f"https://{to}$request_uri"},
            "haproxy": {"haproxy.org/request-redirect": to, "haproxy.org/request-redirect-code": "301"},
        }
        annotations = by_controller.get(args.controller, {})
        if args.controller == "traefik":
            middleware = CustomResource(
                f"{what}-middleware",
                api_version="traefik.io/v1alpha1",
                kind="Middleware",
                metadata=api({"name": called, **metadata}),
                spec={
                    "redirectRegex": {
                        "regex": "^https?://[^/]+/?(.*)",
                        "replacement": f"https://{to}/${{1}}",
                        "permanent": True,
                    }
                },
                opts=args.cluster.child(self),
            )
            known = pulumi.Output.concat(args.namespace, "-", after(middleware, called), "@kubernetescrd")
            annotations = {"traefik.ingress.kubernetes.io/router.middlewares": known}
        led = {host: args.hosts[to] for host, there in args.redirects.items() if there == to}
        KubernetesIngress(
            what,
            metadata=api({"name": called, **metadata, "annotations": annotations}),
            spec=api(_spec(args, led)),
            opts=args.cluster.child(self),
        )


def _spec(args: IngressArgs, hosts: Mapping[str, Mapping[str, Route]] | None = None) -> dict[str, Any]:
    answered = args.hosts if hosts is None else hosts
    # One certificate is for all names, those that are led on too; it is asked for with the first.
    named = sorted({*args.hosts, *args.redirects} if hosts is None else hosts)
    return {
        "ingressClassName": args.controller,
        "tls": [{"hosts": named, "secretName": args.tls_secret}] if args.tls_secret is not None else [],
        "rules": [
            {"host": host, "http": {"paths": [_path(path, paths[path]) for path in sorted(paths)]}}
            for host, paths in sorted(answered.items())
        ],
    }


def _path(path: str, to: Route) -> dict[str, Any]:
    backend = {"service": {"name": to.service, "port": {"number": to.port}}}
    return {"path": path, "pathType": "Prefix", "backend": backend}


def _address(status: IngressStatus | None) -> str:
    """What the first of the load balancer's entries is called."""
    balancer = status.load_balancer if status else None
    entries = balancer.ingress if balancer else None
    return next((entry.hostname or entry.ip or "" for entry in entries or ()), "")
