"""Who renews a certificate: the vendor by itself, or somebody who must not forget it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_gcp as gcp
import pytest
from pulumi_aws.acm import Certificate
from pulumi_aws.iam import ServerCertificate
from pulumi_aws.lb import Listener
from pulumi_kubernetes.networking.v1 import Ingress

from bcinfra.continuity.model.rates import certificate
from bcinfra.continuity.recovery.scenarios import Scenario
from tests.continuity.foreign.test_behind import project
from tests.continuity.foreign.test_truths import assessed
from tests.continuity.readings import kubernetes_programs as k8s
from tests.continuity.readings.programs import IRELAND, Region, Tier

BODY, KEY = "-----BEGIN CERTIFICATE-----\n", "-----BEGIN PRIVATE KEY-----\n"


def amazon(made: Callable[[pulumi.ResourceOptions], Any]) -> None:
    at = Region("eu-west-1", IRELAND)
    tier = Tier(at)
    Listener(
        "secure",
        load_balancer_arn=tier.balancer.arn,
        port=8443,
        certificate_arn=made(at.opts).arn,
        default_actions=[{"type": "forward", "target_group_arn": tier.targets.arn}],
        opts=at.opts,
    )


def google(made: Callable[[pulumi.ResourceOptions], Any]) -> None:
    opts = project()
    group = gcp.compute.RegionInstanceGroupManager(
        "web",
        region="europe-west1",
        base_instance_name="web",
        target_size=3,
        versions=[{"instance_template": "web"}],
        opts=opts,
    )
    service = gcp.compute.BackendService(
        "web", load_balancing_scheme="EXTERNAL_MANAGED", backends=[{"group": group.instance_group}], opts=opts
    )
    urls = gcp.compute.URLMap("web", default_service=service.id, opts=opts)
    proxy = gcp.compute.TargetHttpsProxy("web", url_map=urls.id, ssl_certificates=[made(opts).id], opts=opts)
    gcp.compute.GlobalForwardingRule(
        "web", target=proxy.id, port_range="443", load_balancing_scheme="EXTERNAL_MANAGED", opts=opts
    )


def ingress(**notes: str) -> None:
    opts = k8s.gke(zones=("b", "c", "d"))
    k8s.web(opts, k8s.apart())
    path: Any = {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "web", "port": {"number": 80}}}}
    spec: Any = {
        "tls": [{"hosts": ["shop.example"], "secretName": "tls"}],
        "rules": [{"host": "shop.example", "http": {"paths": [path]}}],
    }
    Ingress("web", metadata={"name": "web", "annotations": notes}, spec=spec, opts=opts)


def expires(program: Callable[[], None]) -> Scenario:
    (found,) = (r.scenario for r in assessed(program).scenarios if r.scenario.id.startswith("certificate:"))
    return found


@pytest.mark.parametrize(
    ("program", "renews"),
    [
        (lambda: amazon(lambda o: Certificate("c", domain_name="shop.example", validation_method="DNS", opts=o)), True),
        (lambda: amazon(lambda o: Certificate("c", domain_name="a.example", validation_method="EMAIL", opts=o)), False),
        (lambda: amazon(lambda o: Certificate("c", certificate_body=BODY, private_key=KEY, opts=o)), False),
        (lambda: amazon(lambda o: ServerCertificate("c", certificate_body=BODY, private_key=KEY, opts=o)), False),
        (lambda: google(lambda o: gcp.compute.ManagedSslCertificate("c", managed={"domains": ["a."]}, opts=o)), True),
        (lambda: google(lambda o: gcp.compute.SSLCertificate("c", certificate=BODY, private_key=KEY, opts=o)), False),
        (lambda: ingress(**{"cert-manager.io/cluster-issuer": "letsencrypt"}), True),
        (ingress, None),
    ],
    ids=["by DNS", "by mail", "imported", "uploaded", "Google's", "brought to Google", "cert-manager", "a secret"],
)
def test_a_certificate_expires_as_often_as_who_renews_it_forgets_it(program: Any, renews: bool | None) -> None:
    assert expires(program).rate == certificate(renews=renews)


def test_who_must_renew_it_by_hand_forgets_it_more_often() -> None:
    by_hand, unsaid, by_itself = (certificate(renews=renews).value for renews in (False, None, True))
    assert by_hand and unsaid and by_itself
    assert by_hand.typical > unsaid.typical > by_itself.typical
