"""Who renews a certificate: the vendor by itself, or somebody who must not forget it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pulumi
import pulumi_gcp as gcp
import pytest
from pulumi_aws import Provider
from pulumi_aws.acm import Certificate, get_certificate_output
from pulumi_aws.apigateway import (
    BasePathMapping,
    DomainName as RestName,
    Integration as RestIntegration,
    RestApi,
)
from pulumi_aws.apigatewayv2 import Api, ApiMapping, DomainName as ApiName
from pulumi_aws.cloudfront import Distribution
from pulumi_aws.ec2 import Instance
from pulumi_aws.elb import LoadBalancer as Classic
from pulumi_aws.iam import ServerCertificate
from pulumi_aws.lambda_ import Function
from pulumi_aws.lb import Listener
from pulumi_aws.route53 import Record, Zone
from pulumi_aws.s3 import Bucket
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.core.v1 import Secret, Service
from pulumi_kubernetes.networking.v1 import Ingress

from bcinfra.continuity.judgement.assessment import Assessment, assess
from bcinfra.continuity.judgement.defaults import with_defaults
from bcinfra.continuity.model.parts import StoreKind
from bcinfra.continuity.model.ranges import pessimistic
from bcinfra.continuity.model.rates import certificate
from bcinfra.continuity.recovery.outcomes import Kind
from bcinfra.continuity.recovery.scenarios import Scenario
from bcinfra.continuity.recovery.steps import Act
from bcinfra.report.words.statements import say
from tests.continuity.foreign.test_behind import project
from tests.continuity.foreign.test_truths import assessed, outcome
from tests.continuity.readings import kubernetes_programs as k8s
from tests.continuity.readings.programs import IRELAND, Region, Tier, model

ARN = "arn:aws:acm:eu-west-1:111122223333:certificate/0f7e"
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


def ingress(
    beside: Callable[[pulumi.ResourceOptions], Any] | None = None,
    *,
    tls: bool = True,
    notes: Mapping[str, str] | None = None,
) -> None:
    opts = k8s.gke(zones=("b", "c", "d"))
    k8s.web(opts, k8s.apart())
    path: Any = {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "web", "port": {"number": 80}}}}
    spec: Any = {
        "tls": [{"hosts": ["shop.example"], "secretName": "tls"}] if tls else [],
        "rules": [{"host": "shop.example", "http": {"paths": [path]}}],
    }
    Ingress("web", metadata={"name": "web", "annotations": notes or {}}, spec=spec, opts=opts)
    if beside:
        beside(opts)


def gateway() -> None:
    opts = k8s.gke(zones=("b", "c", "d"))
    k8s.web(opts, k8s.apart())
    listener = {"name": "https", "protocol": "HTTPS", "port": 443, "tls": {"certificateRefs": [{"name": "tls"}]}}
    made(opts, "Gateway", "gateway.networking.k8s.io/v1", gatewayClassName="gke-l7-rilb", listeners=[listener])
    rules = [{"backendRefs": [{"name": "web", "port": 80}]}]
    made(opts, "HTTPRoute", "gateway.networking.k8s.io/v1", parentRefs=[{"name": "gateway"}], rules=rules)


def made(opts: pulumi.ResourceOptions, kind: str, version: str, **spec: Any) -> None:
    name = kind.lower()
    CustomResource(name, api_version=version, kind=kind, metadata={"name": name}, spec=spec, opts=opts)


def service(**notes: str) -> None:
    opts = k8s.gke(zones=("b", "c", "d"))
    k8s.web(opts, k8s.apart())
    spec: Any = {"type": "LoadBalancer", "selector": {"app": "web"}, "ports": [{"port": 443}]}
    Service("secure", metadata={"name": "secure", "annotations": notes}, spec=spec, opts=opts)


def api(*, rest: bool) -> None:
    """A name of an API gateway, of either kind."""
    at = Region("eu-west-1", IRELAND)
    proof = Certificate("c", domain_name="shop.example", validation_method="EMAIL", opts=at.opts)
    function = Function("f", role="r", runtime="python3.13", handler="h.h", code=pulumi.AssetArchive({}), opts=at.opts)
    name = "api.shop.example"
    if rest:
        first = RestApi("a", opts=at.opts)
        RestIntegration(
            "i",
            rest_api=first.id,
            resource_id=first.root_resource_id,
            http_method="ANY",
            type="AWS_PROXY",
            integration_http_method="POST",
            uri=function.invoke_arn,
            opts=at.opts,
        )
        own = RestName("d", domain_name=name, regional_certificate_arn=proof.arn, opts=at.opts)
        BasePathMapping("m", rest_api=first.id, domain_name=own.domain_name, stage_name="live", opts=at.opts)
        alias = {"name": own.regional_domain_name, "zone_id": own.regional_zone_id}
    else:
        second = Api("a", protocol_type="HTTP", target=function.arn, opts=at.opts)
        shown: Any = {"certificate_arn": proof.arn, "endpoint_type": "REGIONAL", "security_policy": "TLS_1_2"}
        by = ApiName("d", domain_name=name, domain_name_configuration=shown, opts=at.opts)
        ApiMapping("m", api_id=second.id, domain_name=by.id, stage="$default", opts=at.opts)
        where = by.domain_name_configuration
        alias = {"name": where.target_domain_name, "zone_id": where.hosted_zone_id}
    zone = Zone("zone", name="shop.example", opts=at.opts)
    aliases: Any = [{**alias, "evaluate_target_health": True}]
    Record("api", zone_id=zone.zone_id, name=name, type="A", aliases=aliases, opts=at.opts)


def classic(arn: str | None) -> None:
    at = Region("eu-west-1", IRELAND)
    server = Instance("web", ami="ami-1", instance_type="m7g.large", subnet_id=at.subnet_ids[0], opts=at.opts)
    listener = {"instance_port": 80, "instance_protocol": "http", "lb_port": 443, "lb_protocol": "https"}
    listeners: Any = [{**listener, "ssl_certificate_id": arn}]
    Classic(
        "web",
        subnets=at.subnet_ids,
        instances=[server.id],
        listeners=listeners,
        opts=at.opts,
    )


def distribution(shown: Any) -> None:
    at = Region("eu-west-1", IRELAND)
    bucket = Bucket("site", opts=at.opts)
    behaviour: Any = {"target_origin_id": "site", "viewer_protocol_policy": "https-only"}
    Distribution(
        "shop",
        enabled=True,
        origins=[{"origin_id": "site", "domain_name": bucket.bucket_regional_domain_name}],
        default_cache_behavior=behaviour | {"allowed_methods": ["GET"], "cached_methods": ["GET"]},
        restrictions={"geo_restriction": {"restriction_type": "none"}},
        viewer_certificate=shown,
        opts=at.opts,
    )


def held(opts: pulumi.ResourceOptions) -> None:
    pem = {"tls.crt": BODY, "tls.key": KEY}
    Secret("tls", metadata={"name": "tls"}, type="kubernetes.io/tls", string_data=pem, opts=opts)


def brought(_: pulumi.ResourceOptions) -> None:
    gcp.compute.SSLCertificate("c", name="mine", certificate=BODY, private_key=KEY, project="acme-prod")


def found(opts: pulumi.ResourceOptions) -> Any:
    return get_certificate_output(domain="shop.example", opts=pulumi.InvokeOptions(provider=opts.provider))


class Elsewhere:
    """What the program does not make, by its name."""

    def __init__(self, name: str) -> None:
        self.id = self.arn = name


def expires(found: Assessment) -> Scenario:
    (scenario,) = (r.scenario for r in found.scenarios if r.scenario.id.startswith("certificate:"))
    return scenario


@pytest.mark.parametrize(
    ("program", "renews"),
    [
        (lambda: amazon(lambda o: Certificate("c", domain_name="shop.example", validation_method="DNS", opts=o)), True),
        (lambda: amazon(lambda o: Certificate("c", domain_name="a.example", validation_method="EMAIL", opts=o)), False),
        (lambda: amazon(lambda o: Certificate("c", certificate_body=BODY, private_key=KEY, opts=o)), False),
        (lambda: amazon(lambda o: ServerCertificate("c", certificate_body=BODY, private_key=KEY, opts=o)), False),
        (lambda: google(lambda o: gcp.compute.ManagedSslCertificate("c", managed={"domains": ["a."]}, opts=o)), True),
        (lambda: google(lambda o: gcp.compute.SSLCertificate("c", certificate=BODY, private_key=KEY, opts=o)), False),
        (lambda: ingress(notes={"cert-manager.io/cluster-issuer": "letsencrypt"}), True),
        (ingress, None),
        (lambda: ingress(held), False),
        (lambda: ingress(lambda o: made(o, "Certificate", "cert-manager.io/v1", secretName="tls")), True),
        (lambda: ingress(tls=False, notes={"networking.gke.io/managed-certificates": "shop"}), True),
        (lambda: ingress(brought, tls=False, notes={"ingress.gcp.kubernetes.io/pre-shared-cert": "mine"}), False),
        (lambda: ingress(tls=False, notes={"alb.ingress.kubernetes.io/certificate-arn": ARN}), None),
        (lambda: service(**{"service.beta.kubernetes.io/aws-load-balancer-ssl-cert": ARN}), None),
        (gateway, None),
        (lambda: amazon(lambda _: Elsewhere(ARN)), None),
        (lambda: amazon(found), None),
        (lambda: classic(ARN), None),
        (lambda: distribution({"acm_certificate_arn": ARN, "ssl_support_method": "sni-only"}), None),
        (lambda: google(lambda _: Elsewhere("projects/shop/global/sslCertificates/mine")), None),
        (lambda: api(rest=False), False),
        (lambda: api(rest=True), False),
    ],
    ids=[
        *("by DNS", "by mail", "imported", "uploaded", "Google's", "brought to Google", "cert-manager", "a secret"),
        *("a secret of the program", "a Certificate", "GKE's", "named to GKE", "named to an ALB", "named to an NLB"),
        *("a gateway", "an ARN", "looked up", "classic", "of a CDN", "a link", "an HTTP API", "a REST API"),
    ],
)
def test_a_certificate_expires_as_often_as_who_renews_it_forgets_it(program: Any, renews: bool | None) -> None:
    found = assessed(program)
    (expired,) = (r.scenario.id for r in found.scenarios if r.scenario.id.startswith("certificate:"))
    assert expires(found).rate == certificate(renews=renews)
    assert outcome(found, expired).kind is Kind.PERSON, "who asks is refused until a person renews it"


@pytest.mark.parametrize(
    "program",
    [lambda: classic(None), lambda: distribution({"cloudfront_default_certificate": True}), lambda: ingress(tls=False)],
    ids=["classic", "of a CDN", "an ingress"],
)
def test_what_presents_none_of_its_own_has_none_that_expires(program: Any) -> None:
    assert not [r for r in assessed(program).scenarios if r.scenario.id.startswith("certificate:")]


def test_a_certificate_that_somebody_put_into_a_cluster_can_be_deleted() -> None:
    by_hand = outcome(assessed(lambda: ingress(held)), "deletion:certificates shop.example")
    assert by_hand.kind is Kind.PERSON
    asked = assessed(lambda: ingress(notes={"cert-manager.io/cluster-issuer": "letsencrypt"}))
    assert outcome(asked, "deletion:certificates shop.example").kind is Kind.UNAFFECTED, "the next one comes by itself"


MINUTES, BY_HAND = 2 * 3600 + 1800, 8 * 3600
"""At worst: ACM's two hours and a run of the program; the estimate of an outage by an expired one."""


def proven(
    *,
    method: str = "DNS",
    names: tuple[str, ...] = ("*.shop.example",),
    record: bool = True,
    private: bool = False,
    zone_of: str = "111122223333",
) -> None:
    """A certificate, and the record that proves its name, in a zone of an account."""

    def made(opts: pulumi.ResourceOptions) -> Certificate:
        certificate = Certificate(
            "c",
            domain_name="shop.example",
            subject_alternative_names=[*names],
            validation_method=method,
            opts=opts,
        )
        owner = Provider("zone", region="us-east-1", allowed_account_ids=[zone_of])
        there = pulumi.ResourceOptions(provider=owner)
        inside: Any = {"vpcs": [{"vpc_id": "vpc-1"}]} if private else {}
        zone = Zone("zone", name="shop.example", opts=there, **inside)
        if record:
            proof = certificate.domain_validation_options[0]
            Record(
                "proof",
                zone_id=zone.zone_id,
                name=proof.resource_record_name,
                type=proof.resource_record_type,
                records=[proof.resource_record_value],
                ttl=300,
                opts=there,
            )
        return certificate

    amazon(made)


def authorized(*, record: bool = True) -> None:
    def made(opts: pulumi.ResourceOptions) -> Any:
        proof = gcp.certificatemanager.DnsAuthorization("proof", domain="shop.example", opts=opts)
        zone = gcp.dns.ManagedZone("zone", dns_name="shop.example.", opts=opts)
        answer = proof.dns_resource_records[0]
        if record:
            gcp.dns.RecordSet(
                "proof",
                managed_zone=zone.name,
                name=answer.name.apply(str),
                type="CNAME",
                ttl=300,
                rrdatas=[answer.data.apply(str)],
                opts=opts,
            )
        managed: Any = {"domains": ["shop.example", "*.shop.example"], "dns_authorizations": [proof.id]}
        return gcp.certificatemanager.Certificate("c", managed=managed, opts=opts)

    google(made)


def issued_again(program: Callable[[], object], scenario: str) -> float | None:
    """How long it takes at worst to have the certificate again, which all that is sold needs; ``None``: nobody asks
    for another."""
    found = with_defaults(model(program))
    held = tuple(store.name for store in found.stores if store.kind is StoreKind.CERTIFICATES)
    needing = tuple(replace(one, stores=(*one.stores, *held)) for one in found.capabilities)
    (result,) = (r for r in assess(replace(found, capabilities=needing)).scenarios if r.scenario.id == scenario)
    steps = (step for one in result.outcomes if one.way for step in one.way.steps)
    restored = (step.duration for step in steps if step.deed.kind is Act.RESTORE and "issued again" in say(step.deed))
    return max(map(pessimistic, filter(None, restored)), default=None)


@pytest.mark.parametrize(
    ("program", "takes"),
    [
        (proven, MINUTES),
        (lambda: proven(zone_of="444455556666"), MINUTES),
        (lambda: proven(method="EMAIL"), None),
        (lambda: proven(record=False), BY_HAND),
        (lambda: proven(private=True), BY_HAND),
        (lambda: proven(names=("api.shop.example",)), BY_HAND),
    ],
    ids=["proved", "in another account", "by mail", "no record", "in a private zone", "one record for two names"],
)
def test_what_dns_proves_is_issued_again_within_minutes(program: Any, takes: float | None) -> None:
    assert issued_again(program, "deletion:certificates shop.example") == takes


def test_google_takes_its_own_proof_as_well() -> None:
    assert issued_again(authorized, "deletion:certificates c") == 3600 + 1800
    assert issued_again(lambda: authorized(record=False), "deletion:certificates c") == BY_HAND


@pytest.mark.parametrize("id", ["purge", "ransomware", "takeover:aws/111122223333"])
def test_a_proof_that_goes_with_the_certificate_helps_nobody(id: str) -> None:
    assert issued_again(proven, id) in (None, BY_HAND)


def test_who_must_renew_it_by_hand_forgets_it_more_often() -> None:
    by_hand, unsaid, by_itself = (certificate(renews=renews).value for renews in (False, None, True))
    assert by_hand and unsaid and by_itself
    assert by_hand.typical > unsaid.typical > by_itself.typical
