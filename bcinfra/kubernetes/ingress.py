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
from bcinfra.kubernetes import alerts
from bcinfra.kubernetes.cluster import Cluster, Label, after, api
from bcinfra.kubernetes.names import physical
from bcinfra.planning.burning import BURNING, burning
from bcinfra.seconds import DAY

Host = Annotated[str, Field(pattern=r"^(\*\.)?([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z]([-a-z0-9]*[a-z0-9])?$")]
"""A host name, or ``*.`` and a domain."""


REDIRECTING: Final = ("traefik", "nginx", "haproxy")
"""Controllers by their class that are told how names are led on: Traefik by a middleware, the others by annotations
(https://doc.traefik.io/traefik/middlewares/http/redirectregex/,
https://github.com/kubernetes/ingress-nginx/blob/main/docs/user-guide/nginx-configuration/annotations.md,
https://github.com/haproxytech/kubernetes-ingress/blob/master/documentation/annotations.md; read 2026-11)."""


ANSWERS: Final[Mapping[str, tuple[str, str, str]]] = {
    "traefik": ("traefik_service_requests_total", 'service=~"%s-%s-.*@kubernetes"', 'code=~"5.."'),
    "nginx": ("nginx_ingress_controller_requests", 'exported_namespace="%s",exported_service="%s"', 'status=~"5.."'),
    "haproxy": ("haproxy_backend_http_responses_total", 'proxy=~"%s_svc_%s_.*"', 'code="5xx"'),
}
"""How controllers count answers: the counter, whose (a namespace and a service), which of them are errors
(https://doc.traefik.io/traefik/observe/metrics/,
https://github.com/kubernetes/ingress-nginx/blob/main/docs/user-guide/monitoring.md,
https://github.com/haproxytech/kubernetes-ingress/blob/master/documentation/README.md; read 2026-11)."""
EXPIRY: Final = 14
"""Days before the end of a certificate when people are told: Let's Encrypt's are renewed 30 days before."""
_SLOW: Final = 2.0
"""Seconds that an answer may take on average. An assumption until the shop says what its customers bear."""


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
    availability: float | None = Field(default=None, gt=0, lt=100)
    """Percent of requests that must not fail, by which people are told how fast the rest is used up, where the cluster
    has the Prometheus operator and the controller is one of :data:`ANSWERS`. ``None``: errors are not told."""
    prober: str | None = Field(default=None, pattern=r"^[^/\s]+:\d+$", examples=["blackbox-exporter.monitoring:9115"])
    """A blackbox exporter in the cluster, by host and port, which asks each of ``hosts`` by its public name, so that
    one that does not answer and a certificate that ends are told. Its module ``http_2xx`` is used."""
    health_path: str = Field(default="/", pattern=r"^/")
    """What it asks for."""
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
        self._watch(name, args)
        self.address = ingress.status.apply(_address)
        self.register_outputs({"address": self.address})

    def _watch(self, name: str, args: IngressArgs) -> None:
        """Errors that use up what the shop may fail, names that do not answer, a certificate that ends."""
        rows: dict[str, tuple[Str, str]] = {}
        answers = ANSWERS.get(args.controller)
        if answers and args.availability is not None:
            service = next(iter(args.hosts.values()))["/"].service
            rows |= _burning(answers, args.namespace, service, 1 - args.availability / 100)
        if args.prober:
            job = physical("object", name)
            asked = f'{{job="{job}-names"}}'
            end = f"probe_ssl_earliest_cert_expiry{asked} - time() < {EXPIRY * DAY}"
            rows |= {
                "NameDoesNotAnswer": (f"probe_success{asked} < 1", "a name of the shop does not answer"),
                "AnswersSlowly": (f"avg_over_time(probe_duration_seconds{asked}[15m]) > {_SLOW}", "answers take long"),
                "CertificateEnds": (end, f"a certificate ends in {EXPIRY} days"),
                "NamesUnseen": alerts.unseen(f"probe_success{asked}"),
            }
            alerts.probed(
                self,
                name,
                args.cluster,
                args.namespace,
                prober=args.prober,
                job=f"{job}-names",
                targets=[f"https://{host}{args.health_path}" for host in sorted(args.hosts)],
            )
        if args.issuer and args.tls_secret is not None:
            # cert-manager calls a certificate as the secret that it fills (its documentation, annotated Ingress).
            ends = pulumi.Output.concat(
                'certmanager_certificate_expiration_timestamp_seconds{name="', args.tls_secret, '"}'
            )
            rows |= {
                "CertificateNotRenewed": (
                    pulumi.Output.concat(ends, f" - time() < {EXPIRY * DAY}"),
                    f"a certificate ends in {EXPIRY} days and was not renewed",
                ),
                "CertificateUnseen": (
                    pulumi.Output.concat("absent(", ends, ")"),
                    "nobody looks after the certificate: cert-manager tells nothing of it",
                ),
            }
        if rows:
            alerts.rules(self, f"{name}-alerts", args.cluster, args.namespace, rows)

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


def _burning(
    answers: tuple[str, str, str], namespace: Str, service: Str, may_fail: float
) -> dict[str, tuple[Str, str]]:
    """Alerts that errors use up ``may_fail``, a share of all answers, too fast; and that none are counted."""
    counter, whose, wrong = answers
    before, between, behind = whose.split("%s")
    of = pulumi.Output.concat(before, namespace, between, service, behind)

    def queries(of: str) -> list[str]:
        return burning(
            may_fail,
            lambda over: f"sum(rate({counter}{{{of},{wrong}}}[{over}])) / sum(rate({counter}{{{of}}}[{over}]))",
        )

    rows: dict[str, tuple[Str, str]] = {
        f"Errors{pace}": (
            of.apply(lambda of, rank=rank: queries(of)[rank]),
            f"errors use up what may fail {BURNING[rank][0]:g} times too fast",
        )
        for rank, pace in enumerate(("Fast", "Slowly"))
    }
    rows["AnswersUnseen"] = (
        pulumi.Output.concat(f"absent({counter}{{", of, "})"),
        "the controller counts no answers, so that no errors are told",
    )
    return rows
