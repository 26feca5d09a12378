"""A TLS certificate for a worldwide load balancer, proved by DNS."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
from pulumi_gcp.certificatemanager import (
    Certificate as ManagedCertificate,
    CertificateManagedArgsDict,
    CertificateMap,
    CertificateMapEntry,
    DnsAuthorization,
)
from pulumi_gcp.dns import RecordSet

from bcinfra.component import Args, Component, Str
from bcinfra.gcp.names import physical
from bcinfra.gcp.region import Project
from bcinfra.gcp.zone import HostName


class CertificateArgs(Args):
    """Arguments of :class:`Certificate`."""

    project: Project
    """The project of the load balancer, and of the zone."""
    zone_name: Str | None = None
    """The Cloud DNS zone of the domain: ``PublicZone(...).zone_name``. Without one :attr:`Certificate.proof` goes to
    whoever answers for the domain."""
    zone_project: Project | None = None
    """The project of the zone, where it is another."""
    domain: HostName
    """The domain. The certificate holds for it and for every name directly below it."""
    existing: str | None = None
    """A certificate that exists and holds for the domain and every name directly below it, by its id
    (``projects/acme-prod/locations/global/certificates/shop``); default one is issued."""
    renews: bool | None = None
    """Whether an existing one renews itself, as one that Google manages does; default unknown."""
    shared: bool = False
    """Whether another vendor proves the domain too: the record here then has a name that is the project's alone."""
    further: Mapping[HostName, Str | None] = {}
    """Further domains, each with the Cloud DNS zone in ``zone_project`` that proves it; each has a certificate of its
    own in the map. Without a zone :attr:`Certificate.proofs` goes to whoever answers for it, under a name that is this
    project's alone: another project may prove the same domain."""


class Certificate(Component):
    """A certificate for ``domain`` and ``*.domain`` that renews itself.

    It is proved by a DNS record, so it is issued before the domain leads here: a standby has one from the first day.
    Renewal needs the record to stay.
    """

    package = "gcp"

    map_id: pulumi.Output[str]
    """The certificate map, for ``LoadBalancerArgs.certificate_map``."""
    proof: Mapping[str, pulumi.Output[str]]
    """The record that proves the domain: ``name``, ``kind`` and ``value``; empty where the certificate exists. A domain
    that another DNS provider answers for too needs it there as well: ``aws.ProofRecordArgs(..., **proof)``."""
    proofs: Mapping[str, Mapping[str, pulumi.Output[str]]]
    """Those of further domains that have no zone here, by domain."""

    def __init__(self, name: str, args: CertificateArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._name, self._args, project = name, args, args.project
        if args.existing:
            managed: CertificateManagedArgsDict | None = {"domains": [args.domain]} if args.renews else None
            found = ManagedCertificate.get(
                f"{name}-certificate", args.existing, managed=managed, opts=project.child(self)
            )
            # An id that is read is unknown in previews.
            ident, self.proof = found.urn.apply(lambda _, ident=args.existing: ident), {}
        else:
            ident, self.proof = self._certificate(name, args.domain, args.zone_name, shared=args.shared)
        issued, self.proofs = {name: (args.domain, ident)}, {}
        for domain, zone in args.further.items():
            label = f"{name}-{domain.replace('.', '-')}"
            certificate, proof = self._certificate(label, domain, zone, shared=zone is None)
            issued[label] = (domain, certificate)
            if zone is None:
                self.proofs = {**self.proofs, domain: proof}
        shown = CertificateMap(
            f"{name}-map",
            name=physical("compute", name),
            project=project.project,
            labels=project.labelled(name),
            opts=project.child(self),
        )
        entries = [
            CertificateMapEntry(
                f"{label}-{what}",
                name=physical("compute", f"{label}-{what}"),
                project=project.project,
                map=shown.name,
                hostname=host,
                certificates=[one],
                labels=project.labelled(f"{label}-{what}"),
                opts=project.child(self),
            )
            for label, (domain, one) in issued.items()
            for what, host in (("domain", domain), ("below", f"*.{domain}"))
        ]
        self.map_id = pulumi.Output.all(shown.id, *(entry.urn for entry in entries)).apply(
            lambda found: f"//certificatemanager.googleapis.com/{found[0]}"
        )
        self.register_outputs({"mapId": self.map_id, "proof": self.proof, "proofs": self.proofs})

    def _certificate(
        self, name: str, domain: str, zone_name: Str | None, *, shared: bool = False
    ) -> tuple[pulumi.Output[str], dict[str, pulumi.Output[str]]]:
        """The certificate of one domain, and the record that proves it, which stands in its zone."""
        args, project = self._args, self._args.project
        proof = DnsAuthorization(
            f"{name}-proof",
            name=physical("compute", f"{name}-proof"),
            project=project.project,
            domain=domain,
            type="PER_PROJECT_RECORD" if shared else None,
            labels=project.labelled(f"{name}-proof"),
            opts=project.child(self),
        )
        answer = proof.dns_resource_records[0]
        record = {
            "name": answer.name.apply(str),
            "kind": answer.type.apply(str),
            "value": answer.data.apply(str),
        }
        if zone_name is not None:
            owner = args.zone_project or project
            RecordSet(
                f"{name}-proof",
                project=owner.project,
                managed_zone=zone_name,
                name=record["name"],
                type=record["kind"],
                ttl=300,
                rrdatas=[record["value"]],
                opts=owner.child(self),
            )
        certificate = ManagedCertificate(
            f"{name}-certificate",
            name=physical("compute", name),
            project=project.project,
            managed={"domains": [domain, f"*.{domain}"], "dns_authorizations": [proof.id]},
            labels=project.labelled(name),
            opts=project.child(self),
        )
        return certificate.id, record
