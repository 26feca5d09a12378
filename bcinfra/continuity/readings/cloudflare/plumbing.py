"""Cloudflare's types that say something of a zone, or from which nothing follows that the parts do not already show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.reading import plumbing


def _tokens(whats: Mapping[str, str]) -> dict[str, str]:
    """Type tokens from class names: ``ZoneSetting`` is ``cloudflare:index/zoneSetting:ZoneSetting``."""
    return {f"cloudflare:index/{name[0].lower()}{name[1:]}:{name}": what for name, what in whats.items()}


READINGS: Final = {
    **plumbing(
        "It is a setting of the proxy, which runs on with what it knows.",
        {
            reasons.FILTER: _tokens(
                {
                    "AuthenticatedOriginPulls": "certificate that origins may ask for",
                    "AuthenticatedOriginPullsCertificate": "certificate that origins may ask for",
                    "AuthenticatedOriginPullsHostnameCertificate": "certificate that origins may ask for",
                    "AuthenticatedOriginPullsSettings": "certificate that origins may ask for",
                    "BotManagement": "rules against machines",
                    "FirewallRule": "firewall rule",
                    "LeakedCredentialCheck": "check of passwords",
                    "RateLimit": "limit of rates",
                    "ZoneLockdown": "firewall rule",
                }
            ),
            reasons.SETTINGS: _tokens(
                {
                    "Argo": "routing between edges and origins",
                    "ArgoSmartRouting": "routing between edges and origins",
                    "ArgoTieredCaching": "cache before origins",
                    "ManagedTransforms": "headers that are added",
                    "PageRule": "rule of a path",
                    "TieredCache": "cache before origins",
                    "UrlNormalizationSettings": "how addresses are read",
                    "ZoneDnsSettings": "setting of a zone",
                    "ZoneSetting": "setting of a zone",
                    "ZoneSettingsOverride": "settings of a zone",
                    "ZoneSubscription": "plan of a zone",
                }
            ),
            reasons.WATCH: _tokens(
                {
                    "Healthcheck": "check of an origin",
                    "NotificationPolicy": "who is told",
                    "NotificationPolicyWebhooks": "who is told",
                }
            ),
            reasons.LOG_LINES: _tokens(
                {"LogpushJob": "delivery of logs", "LogpushOwnershipChallenge": "proof of a log's receiver"}
            ),
            reasons.NAMES: _tokens(
                {
                    "DnsZoneTransfersAcl": "who may copy a zone",
                    "DnsZoneTransfersIncoming": "copying of a zone",
                    "DnsZoneTransfersOutgoing": "copying of a zone",
                    "DnsZoneTransfersPeer": "whom a zone is copied with",
                    "DnsZoneTransfersTsig": "key of a copied zone",
                    "ZoneDnssec": "signature of a zone",
                }
            ),
            reasons.CERTIFICATES: _tokens(
                {
                    "CertificatePack": "certificate at the edge",
                    "OriginCaCertificate": "certificate that an origin shows Cloudflare",
                    "TotalTls": "certificates at the edge",
                    "UniversalSslSetting": "certificates at the edge",
                }
            ),
        },
    ),
}
