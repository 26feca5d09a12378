"""Google Cloud types from which nothing follows that the parts do not already show, each group with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.reading import plumbing


def _tokens(module: str, whats: Mapping[str, str]) -> dict[str, str]:
    """Type tokens from class names: ``Network`` of ``compute`` is ``gcp:compute/network:Network``."""
    return {f"gcp:{module}/{name[0].lower()}{name[1:]}:{name}": what for name, what in whats.items()}


def _permissions(module: str, names: str, what: str) -> dict[str, str]:
    suffixes = ("IamMember", "IamBinding", "IamPolicy", "IAMMember", "IAMBinding", "IAMPolicy")
    return _tokens(
        module, {f"{name}{suffix}": f"permission on {what}" for name in names.split() for suffix in suffixes}
    )


READINGS: Final = {
    **plumbing(
        "The network is worldwide, its parts in a region run while that region's zones do.",
        {
            reasons.NETWORK: {
                **_tokens(
                    "compute",
                    {
                        "Network": "network",
                        "Subnetwork": "part of a network",
                        "Route": "route",
                        "Router": "router of a region",
                        "RouterNat": "way out, spread over the zones of its region",
                        "RouterInterface": "router of a region",
                        "RouterPeer": "router of a region",
                        "NetworkPeering": "peering",
                        "NetworkPeeringRoutesConfig": "peering",
                        "VPNGateway": "tunnel to another network",
                        "ServiceAttachment": "way into a service",
                        "SharedVPCHostProject": "shared network",
                        "SharedVPCServiceProject": "shared network",
                    },
                ),
                **_tokens("compute", {"NetworkAttachment": "way into a network"}),
                **_tokens("datastream", {"PrivateConnection": "way of a stream into a network"}),
                **_tokens("servicenetworking", {"Connection": "way to Google's services"}),
                **_tokens(
                    "networkconnectivity",
                    {"ServiceConnectionPolicy": "way to Google's services", "Hub": "hub of networks", "Spoke": "hub"},
                ),
                **_tokens("vpcaccess", {"Connector": "way of Cloud Run into a network"}),
                **_tokens("redis", {"ClusterUserCreatedConnections": "way to a cache"}),
                **_tokens("memorystore", {"InstanceDesiredUserCreatedEndpoints": "way to a cache"}),
            },
            reasons.FILTER: {
                **_tokens(
                    "compute",
                    {
                        "FirewallPolicy": "packet filter",
                        "FirewallPolicyRule": "packet filter",
                        "FirewallPolicyAssociation": "packet filter",
                        "NetworkFirewallPolicy": "packet filter",
                        "NetworkFirewallPolicyRule": "packet filter",
                        "NetworkFirewallPolicyAssociation": "packet filter",
                        "RegionNetworkFirewallPolicy": "packet filter",
                        "RegionNetworkFirewallPolicyRule": "packet filter",
                        "RegionNetworkFirewallPolicyAssociation": "packet filter",
                    },
                ),
            },
            reasons.NAMES: {
                **_tokens("dns", {"Policy": "setting of name servers", "ResponsePolicy": "setting of name servers"}),
            },
        },
    ),
    **plumbing(
        "Permissions are answered in every region; changing them needs a control plane, which no recovery here does.",
        {
            reasons.PERMISSIONS: {
                **_tokens(
                    "projects",
                    {
                        "IAMMember": "permission",
                        "IAMBinding": "permission",
                        "IAMPolicy": "permission",
                        "IAMCustomRole": "role",
                        "IAMAuditConfig": "audit log",
                        "ServiceIdentity": "account of a service",
                        "DefaultServiceAccounts": "accounts of services",
                        "OrganizationPolicy": "rule for a project",
                    },
                ),
                **_tokens("organizations", {"IAMMember": "permission", "IAMCustomRole": "role", "Policy": "rule"}),
                **_tokens("orgpolicy", {"Policy": "rule for a project"}),
                **_tokens(
                    "serviceaccount",
                    {
                        "Key": "key of an account",
                        "IAMMember": "permission on an account",
                        "IAMBinding": "permission on an account",
                        "IAMPolicy": "permission on an account",
                    },
                ),
                **_permissions("storage", "ManagedFolder", "a folder"),
                **_tokens(
                    "storage",
                    {
                        **dict.fromkeys(("BucketACL", "BucketAccessControl"), "permission on a bucket"),
                        "BucketIAMPolicy": "permission on a bucket",
                        **dict.fromkeys(("DefaultObjectACL", "DefaultObjectAccessControl"), "permission on new files"),
                        **dict.fromkeys(("ObjectACL", "ObjectAccessControl"), "permission on a file"),
                    },
                ),
                **_permissions("secretmanager", "RegionalSecret", "a secret"),
                **_tokens("secretmanager", {"SecretIamPolicy": "permission on a secret"}),
                **_permissions("kms", "KeyRing", "keys"),
                **_tokens("kms", {"CryptoKeyIAMPolicy": "permission on a key"}),
                **_permissions("cloudrunv2", "Service Job", "a service"),
                "gcp:cloudrun/iamMember:IamMember": "permission on a service",
                "gcp:cloudrun/iamBinding:IamBinding": "permission on a service",
                "gcp:cloudrun/iamPolicy:IamPolicy": "permission on a service",
                **_permissions("cloudfunctions", "Function", "a function"),
                **_permissions("cloudfunctionsv2", "Function", "a function"),
                **_permissions("artifactregistry", "Repository", "images"),
                **_permissions("compute", "Instance Subnetwork Disk Image BackendService", "compute"),
                **_permissions("pubsub", "Topic Subscription", "messages"),
                **_permissions("iap", "WebBackendService Web", "a backend service"),
                **_tokens("iam", {"WorkloadIdentityPool": "identity", "WorkloadIdentityPoolProvider": "identity"}),
                **_tokens("redis", {"ClusterAclPolicy": "permission on a cache"}),
                **_tokens("memorystore", {"AclPolicy": "permission on a cache"}),
            },
        },
    ),
    **plumbing(
        "Watching and routine work stop with their region; serving does not.",
        {
            reasons.WATCH: {
                **_tokens(
                    "monitoring",
                    {
                        "Dashboard": "dashboard",
                        "Slo": "objective",
                        "CustomService": "objective",
                        "GenericService": "objective",
                        "MetricDescriptor": "metric",
                        "Group": "group",
                        "MonitoredProject": "watched project",
                    },
                ),
                **_tokens("billing", {"Budget": "budget"}),
            },
            reasons.LOG_LINES: {
                **_tokens(
                    "logging",
                    {
                        "Metric": "metric from logs",
                        "ProjectSink": "log",
                        "ProjectBucketConfig": "log",
                        "ProjectExclusion": "log",
                        "LogView": "log",
                    },
                ),
            },
            reasons.QUEUE: {
                **_tokens("pubsub", {"Subscription": "messages"}),
            },
            reasons.SETTINGS: {
                **_tokens("storage", {"Notification": "event of a bucket"}),
            },
        },
    ),
    **plumbing(
        "It groups or tunes what is read where that is.",
        {
            reasons.SETTINGS: {
                **_tokens("projects", {"Service": "service that a project uses"}),
                **_tokens("storage", {"Folder": "folder", "ManagedFolder": "folder"}),
                **_tokens("sql", {"ProvisionScript": "set-up of a database"}),
                **_tokens(
                    "compute",
                    {
                        "SSLPolicy": "setting of TLS",
                        "RegionSslPolicy": "setting of TLS",
                        "ProjectMetadata": "setting of instances",
                        "ProjectMetadataItem": "setting of instances",
                    },
                ),
                **_tokens("gkehub", {"Membership": "group of clusters", "Feature": "group of clusters"}),
                **_tokens("backupdisasterrecovery", {"ServiceConfig": "setting of backups"}),
                **_tokens("serviceusage", {"ConsumerQuotaOverride": "quota"}),
                **_tokens("cloudquota", {"SQuotaPreference": "quota", "SQuotaAdjusterSettings": "quota"}),
            },
            reasons.PERMISSIONS: {
                **_tokens("organizations", {"Project": "project", "Folder": "folder of projects"}),
            },
            reasons.PROGRAM: {
                **_tokens("compute", {"Image": "disk image"}),
            },
            reasons.KEYS: {
                **_tokens("kms", {"CryptoKeyVersion": "version of a key", "AutokeyConfig": "setting of keys"}),
                **_tokens("storage", {"HmacKey": "access key"}),
                **_tokens("sql", {"SslCert": "certificate of a client"}),
            },
            reasons.COMPUTE: {
                **_tokens("compute", {"InstanceGroupNamedPort": "port of a group"}),
            },
            reasons.FRONT: {
                **_tokens(
                    "compute",
                    {
                        "BackendServiceSignedUrlKey": "setting of the CDN",
                        "BackendBucketSignedUrlKey": "setting of the CDN",
                    },
                ),
            },
            reasons.FILTER: {
                **_tokens("compute", {"NetworkEdgeSecurityService": "shield at the edge"}),
            },
        },
    ),
}
