"""How keys are kept from deletion, and certificates and registrations are renewed."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.graph.core.model import Resource
from bcinfra.report.documents.commands.at import At, Made
from bcinfra.report.documents.commands.calls import AwsCall, Command, Filled, answer_of, kept_in
from bcinfra.report.documents.commands.program import rows, text


def keep_key(at: At) -> Made:
    keys = [d for d in at.page.scenario.failed if d.kind is DomainKind.KEY]
    for key in keys:
        found = next((r for r in at.program.graph if r.name == key.short and "kms" in r.type), None)
        region = key.name.split("/")[1] if key.name.count("/") > 1 else ""
        if found is None or not region:
            continue
        if found.type == "aws:kms/key:Key":
            yield from _keep_aws_key(at, found, region)
        else:
            yield from _keep_google_key(at, found, region)


def _keep_aws_key(at: At, found: Resource, region: str) -> Made:
    alias = next((a for a in at.program.graph.of_type("aws:kms/alias:Alias") if found.urn in a.dependencies), None)
    named: object = alias.inputs.get("name") if alias else None
    query = f"Aliases[?AliasName=='{named}'].TargetKeyId|[0]"
    look = AwsCall(service="kms", api="ListAliases", region=region, query=query)
    id = answer_of(look) if isinstance(named, str) else str(found.id or found.name)
    for api, answer in (("CancelKeyDeletion", "KeyId"), ("EnableKey", "no output: the key is Enabled")):
        call = AwsCall(service="kms", api=api, inputs={"KeyId": id}, region=region)
        yield Command(line=call.line, answer=answer, back="none is wanted", aws=call)


def _keep_google_key(at: At, found: Resource, region: str) -> Made:
    ring = at.program.linked(found, "keyRing")
    of = f"--key {shlex.quote(at.program.called(found))} --location {region}"
    of += f" --keyring {shlex.quote(at.program.called(ring) if ring else found.name)}"
    project = found.inputs.get("project") or (ring.inputs.get("project") if ring else None)
    of += f" --project {shlex.quote(project)}" if isinstance(project, str) else ""
    off = "state!=ENABLED AND state!=DESTROYED"
    newest = f"gcloud kms keys versions list {of} --filter '{off}' --sort-by ~createTime --limit 1"
    said = "number of the version that is disabled, or is to be destroyed"
    yield kept_in("VERSION", f"{newest} --format 'value(name.basename())'", said)
    for word, answer in (("restore", "state: DISABLED"), ("enable", "state: ENABLED")):
        line = f'gcloud kms keys versions {word} "$VERSION" {of}'
        yield Command(line=line, answer=answer, back="none is wanted")


# -- certificates and registrations -----------------------------------------------------------------------------------


def renew(at: At) -> Made:
    for domain in at.page.scenario.failed:
        if domain.kind is DomainKind.REGISTRATION:
            yield from _renew_registration(domain.name.partition(" ")[0])
        elif domain.kind is DomainKind.CERTIFICATE:
            yield from _renew_certificate(at, domain)


def _renew_registration(name: str) -> Made:
    yield Command(
        line=f"whois {shlex.quote(name)} | grep -i -E 'registrar|expir|status'",
        answer="the registrar, where it is paid for; the day on which it ends, a new one afterwards. Status clientHold"
        " or serverHold: the registrar says why",
        looks=True,
    )


def _renew_certificate(at: At, domain: Domain) -> Made:
    """The proof is looked at and given again; the certificate is then made anew."""
    name = domain.name.partition(" ")[0]
    for row in at.program.graph:
        if row.type in _CERTIFICATES and name in json.dumps(dict(row.inputs), default=str):
            part = at.on(row.urn)
            if domain.name in (name, *_called(part, name)):
                yield from _CERTIFICATES[row.type](part, name)


def _called(part: At, name: str) -> tuple[str, ...]:
    """What the failure domain of a certificate is called, by where it is."""
    row = part.resource
    if row is not None and row.type.startswith("gcp:"):
        return (f"{name} (Google Cloud)",)
    if row is not None and row.type.startswith("kubernetes:"):
        return (f"{name} ({part.context})",)
    return (f"{name} ({part.region})",)


def _renew_acm(at: At, name: str) -> Made:
    listed = f"CertificateSummaryList[?DomainName=='{name}'].CertificateArn|[0]"
    look = AwsCall(service="acm", api="ListCertificates", region=at.region, query=listed)
    yield kept_in("CERTIFICATE", look.line, "its ARN", at.needs)
    shown = "Certificate.[Status,NotAfter,RenewalSummary.RenewalStatus,DomainValidationOptions[].ResourceRecord]"
    yield at.aws(
        "acm",
        "DescribeCertificate",
        "status, end, and the CNAME that proves the domain: ask dig for it; where it is missing, that is why",
        query=shown,
        CertificateArn=Filled("$CERTIFICATE"),
    )
    yield from _anew(at)


def _renew_google(at: At, name: str) -> Made:
    if at.resource and at.resource.type.startswith("gcp:compute"):
        look = f"compute ssl-certificates describe {shlex.quote(at.name)} --global"
        fields = "managed.status,managed.domainStatus,expireTime"
    else:
        location = at.text("location", "global")
        look = f"certificate-manager certificates describe {shlex.quote(at.name)} --location {shlex.quote(location)}"
        fields = "managed.state,managed.authorizationAttemptInfo,expireTime"
    shown = at.gcloud(
        f"{look} --format 'yaml({fields})'",
        "ACTIVE, and a time to come: it is well, and the fault is elsewhere; FAILED: why, mostly the DNS record that"
        f" proves {name}, or CAA",
    )
    yield replace(shown, looks=True)
    yield from _anew(at)


def _renew_ingress(at: At, name: str) -> Made:
    """The issuer makes a new one where its secret is gone.

    https://cert-manager.io/docs/usage/certificate/ (read 2026-11).
    """
    yield at.kubectl("get certificates,certificaterequests,orders,challenges", "READY False, and why", looks=True)
    for row in rows(at.stated("spec").get("tls")):
        if secret := text(row.get("secretName")):
            yield at.kubectl(
                f"delete secret {shlex.quote(secret)}",
                f"deleted; within minutes get certificates shows one of {name} as READY True",
                "none is needed: the one that was deleted had run out",
            )


def _anew(at: At) -> Made:
    if at.resource:
        yield at.pulumi(
            f"up --replace {shlex.quote(at.resource.urn)} --target-dependents",
            "a certificate is made, proved and put to use before the old one goes",
            "none is wanted",
        )


_CERTIFICATES: Final[Mapping[str, Callable[[At, str], Made]]] = {
    "aws:acm/certificate:Certificate": _renew_acm,
    "gcp:certificatemanager/certificate:Certificate": _renew_google,
    "gcp:compute/managedSslCertificate:ManagedSslCertificate": _renew_google,
    "gcp:compute/sSLCertificate:SSLCertificate": _renew_google,
    "kubernetes:networking.k8s.io/v1:Ingress": _renew_ingress,
}
