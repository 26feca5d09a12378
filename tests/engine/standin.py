"""Stand-ins for cloud providers: the engine talks to them as to the real ones, and no cloud is touched.

:func:`serve` serves one provider a package, tells its caller the value for ``PULUMI_DEBUG_PROVIDERS``
(``aws:PORT,gcp:PORT``) and ends when the caller has nothing more to say. It runs in a process of its own because the
program under test keeps the interpreter of the test's process busy.

A stand-in accepts what the SDK sends and answers as the real provider would: it echoes inputs, computes what programs
read (identifiers, ARNs, endpoints) from the URN, leaves all of that unknown in a preview, replaces where a changed
input forces it, and refuses to delete what is guarded against deletion.

Its folder is how a test and the stand-ins meet (see :class:`Cloud`): every call that changes something is noted there,
and a test may put changes there that "someone made outside Pulumi" for the next refresh to find.
"""

# ruff: noqa: N802, ARG002  names and arguments of methods are the protocol's

from __future__ import annotations

import hashlib
import json
import socket
from collections.abc import Callable, Mapping
from concurrent import futures
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

import grpc
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2 as pb, provider_pb2_grpc

ACCOUNT: Final = "111122223333"  # the account number of AWS's own examples
SECRET_SIGNATURE: Final = ("4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270")
UNKNOWN: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
MESSAGE_LIMIT: Final = ("grpc.max_receive_message_length", 400 << 20)  # bytes; what Pulumi's own servers allow


class Made(NamedTuple):
    """A resource that is being made: what computed properties may depend on."""

    type: str
    name: str
    id: str
    region: str
    inputs: Mapping[str, Any]


@dataclass(frozen=True)
class Package:
    """What makes one cloud's stand-in different from another's."""

    computed: Callable[[Made], Mapping[str, Any]]
    """What the provider computes for a resource. What the program stated wins."""
    forces_replacement: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Inputs that cannot be changed in place, by type; those under ``*`` hold for every type."""
    guards: frozenset[str] = frozenset()
    """Inputs that, when true, make the service refuse a deletion."""
    inside: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """What is computed inside of inputs that the program states in part."""
    begins: Mapping[str, str] = field(default_factory=dict)
    """How ids begin, by type, where somebody else must know them."""


class Cloud:
    """The folder in which a test and the stand-ins meet."""

    def __init__(self, folder: Path) -> None:
        self._calls = folder / "calls.jsonl"
        self._drift = folder / "drift.json"

    def note(self, call: str, urn: str) -> None:
        with self._calls.open("a") as file:
            file.write(json.dumps([call, urn]) + "\n")

    def take_calls(self) -> list[tuple[str, str]]:
        """Every ``(Create | Update | Delete, URN)`` since the last time, in order."""
        if not self._calls.exists():
            return []
        lines = self._calls.read_text().splitlines()
        self._calls.unlink()
        return [(call, urn) for call, urn in map(json.loads, lines)]

    def drift(self, changes: Mapping[str, Mapping[str, Any]]) -> None:
        """Change properties by URN as if by hand; the next refresh finds it."""
        self._drift.write_text(json.dumps(self.drifted() | changes))

    def drifted(self) -> dict[str, Mapping[str, Any]]:
        return json.loads(self._drift.read_text()) if self._drift.exists() else {}


class StandIn(provider_pb2_grpc.ResourceProviderServicer):
    """One package's provider. Any number of provider resources share it; a connection tells them apart."""

    def __init__(self, package: Package, cloud: Cloud) -> None:
        self._package = package
        self._cloud = cloud
        self._regions: dict[str, str] = {}

    def Handshake(self, request, context):
        return pb.ProviderHandshakeResponse(accept_secrets=True, accept_resources=True, accept_outputs=True)

    def GetPluginInfo(self, request, context):
        return plugin_pb2.PluginInfo(version="99.0.0")

    def GetSchema(self, request, context):
        return pb.GetSchemaResponse(schema="{}")

    def Attach(self, request, context):
        return empty_pb2.Empty()

    def Cancel(self, request, context):
        return empty_pb2.Empty()

    def CheckConfig(self, request, context):
        return pb.CheckResponse(inputs=request.news)

    def DiffConfig(self, request, context):
        return diff(request, frozenset())

    def Configure(self, request, context):
        self._regions[context.peer()] = plain(request.args).get("region", "no-region")
        return pb.ConfigureResponse(acceptSecrets=True, supportsPreview=True, acceptResources=True, acceptOutputs=True)

    def Check(self, request, context):
        return pb.CheckResponse(inputs=request.news)

    def Diff(self, request, context):
        forcing = self._package.forces_replacement
        return diff(request, forcing.get("*", frozenset()) | forcing.get(request.type, frozenset()))

    def Create(self, request, context):
        if request.preview:  # what is not among the inputs stays unknown
            inner = {key: dict.fromkeys(names, UNKNOWN) for key, names in self._package.inside.items()}
            fill(request.properties, {key: value for key, value in inner.items() if key in request.properties})
            return pb.CreateResponse(properties=request.properties)
        self._cloud.note("Create", request.urn)
        made = Made(
            type=request.type,
            name=request.name,
            id=self._package.begins.get(request.type, "") + hashlib.sha256(request.urn.encode()).hexdigest()[:17],
            region=self._regions[context.peer()],
            inputs=plain(request.properties),
        )
        fill(request.properties, self._package.computed(made))
        return pb.CreateResponse(id=made.id, properties=request.properties)

    def Read(self, request, context):
        outputs, inputs = request.properties, request.inputs
        for key, value in self._cloud.drifted().get(request.urn, {}).items():
            outputs[key] = value
            if key in inputs:
                inputs[key] = value
        return pb.ReadResponse(id=request.id, properties=outputs, inputs=inputs)

    def Update(self, request, context):
        if not request.preview:
            self._cloud.note("Update", request.urn)
        computed = {key: request.olds[key] for key in request.olds if key not in request.old_inputs}
        fill(request.news, computed)
        for key in self._package.inside.keys() & set(request.news) & set(request.olds):
            fill(request.news, {key: {n: request.olds[key][n] for n in self._package.inside[key]}})
        return pb.UpdateResponse(properties=request.news)

    def Delete(self, request, context):
        held = plain(request.properties)
        if guards := sorted(key for key in self._package.guards if held.get(key) is True):
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, f"{request.name}: {guards[0]} is on")
        self._cloud.note("Delete", request.urn)
        return empty_pb2.Empty()

    def Invoke(self, request, context):
        """Every function answers with its arguments, which is enough to see that both sides pass them on."""
        return pb.InvokeResponse(**{"return": request.args})


def plain(struct: struct_pb2.Struct) -> dict[str, Any]:
    """A property map as Python values, secrets opened."""

    def opened(value: Any) -> Any:
        if isinstance(value, dict):
            if value.get(SECRET_SIGNATURE[0]) == SECRET_SIGNATURE[1]:
                return opened(value.get("value"))
            return {key: opened(item) for key, item in value.items()}
        return [opened(item) for item in value] if isinstance(value, list) else value

    return opened(json_format.MessageToDict(struct))


def fill(properties: struct_pb2.Struct, computed: Mapping[str, Any]) -> None:
    """Add to a property map what the provider computes; what the program stated stays."""
    for key, value in computed.items():
        if key not in properties:
            properties[key] = value
        elif isinstance(value, Mapping) and isinstance(properties[key], struct_pb2.Struct):
            fill(properties[key], value)


def diff(request, forcing: frozenset[str]) -> pb.DiffResponse:
    """Compare inputs property by property; those in ``forcing`` replace the resource."""
    old, new = plain(request.old_inputs), plain(request.news)
    changed = sorted(key for key in {*old, *new} if old.get(key) != new.get(key) and not key.startswith("__"))
    replaces = [key for key in changed if key in forcing]
    kinds = {True: pb.PropertyDiff.UPDATE_REPLACE, False: pb.PropertyDiff.UPDATE}
    return pb.DiffResponse(
        changes=pb.DiffResponse.DIFF_SOME if changed else pb.DiffResponse.DIFF_NONE,
        diffs=changed,
        replaces=replaces,
        hasDetailedDiff=True,
        detailedDiff={key: pb.PropertyDiff(kind=kinds[key in forcing], inputDiff=True) for key in changed},
    )


# What programs read of AWS resources, beside `arn` and `name`; {id}, {name}, {region}, {account}, {inputs[...]} are
# filled in.
AWS_COMPUTED: Final[Mapping[str, Mapping[str, Any]]] = {
    "aws:cloudfront/distribution:Distribution": {
        "domainName": "{id}.cloudfront.net",
        "hostedZoneId": "Z2FDTNDATAQYW2",
    },
    "aws:cloudfront/function:Function": {"etag": "E{id}"},
    "aws:cloudfront/keyValueStore:KeyValueStore": {
        "arn": "arn:aws:cloudfront::{account}:key-value-store/{id}",
        "etag": "E{id}",
    },
    "aws:cloudfront/originAccessControl:OriginAccessControl": {"etag": "E{id}"},
    "aws:connect/contactFlow:ContactFlow": {"contactFlowId": "{id}"},
    "aws:connect/hoursOfOperation:HoursOfOperation": {"hoursOfOperationId": "{id}"},
    "aws:connect/queue:Queue": {"queueId": "{id}"},
    "aws:dms/endpoint:Endpoint": {"endpointArn": "arn:aws:dms:{region}:{account}:endpoint:{id}"},
    "aws:dms/replicationInstance:ReplicationInstance": {
        "replicationInstanceArn": "arn:aws:dms:{region}:{account}:rep:{id}"
    },
    "aws:ec2/eip:Eip": {"publicIp": "203.0.113.10", "allocationId": "eipalloc-{id}"},
    "aws:ec2/launchTemplate:LaunchTemplate": {"latestVersion": 1, "defaultVersion": 1},
    "aws:ec2/vpc:Vpc": {"defaultSecurityGroupId": "sg-{id}", "mainRouteTableId": "rtb-{id}"},
    "aws:ec2/vpnConnection:VpnConnection": {
        "tunnel1Address": "203.0.113.11",
        "tunnel1CgwInsideAddress": "169.254.10.2",
        "tunnel1VgwInsideAddress": "169.254.10.1",
        "tunnel2Address": "203.0.113.12",
        "tunnel2CgwInsideAddress": "169.254.11.2",
        "tunnel2VgwInsideAddress": "169.254.11.1",
    },
    "aws:ecs/taskDefinition:TaskDefinition": {
        "arnWithoutRevision": "arn:aws:ecs:{region}:{account}:task-definition/{name}"
    },
    "aws:efs/fileSystem:FileSystem": {"dnsName": "{id}.efs.{region}.amazonaws.com"},
    "aws:elasticache/globalReplicationGroup:GlobalReplicationGroup": {
        "arn": "arn:aws:elasticache::{account}:globalreplicationgroup:ldgnf-{id}",
        "globalReplicationGroupId": "ldgnf-{id}",
    },
    "aws:elasticache/replicationGroup:ReplicationGroup": {
        "configurationEndpointAddress": "clustercfg.{id}.{region}.cache.amazonaws.com",
        "primaryEndpointAddress": "master.{id}.{region}.cache.amazonaws.com",
        "readerEndpointAddress": "replica.{id}.{region}.cache.amazonaws.com",
    },
    "aws:globalaccelerator/accelerator:Accelerator": {
        "dnsName": "{id}.awsglobalaccelerator.com",
        "hostedZoneId": "Z2BJ6XQ5FK7U4H",
        "ipSets": [{"ipFamily": "IPv4", "ipAddresses": ["203.0.113.13", "203.0.113.14"]}],
    },
    "aws:iam/role:Role": {"uniqueId": "AROA{id}"},
    "aws:kms/key:Key": {"keyId": "{id}"},
    "aws:kms/replicaKey:ReplicaKey": {"keyId": "{id}"},
    "aws:route53/keySigningKey:KeySigningKey": {"dsRecord": "12345 13 2 0123456789ABCDEF"},
    "aws:lb/loadBalancer:LoadBalancer": {
        "arnSuffix": "app/{name}/{id}",
        "dnsName": "{name}-{id}.{region}.elb.amazonaws.com",
        "zoneId": "Z-ELB-{region}",
    },
    "aws:lb/targetGroup:TargetGroup": {"arnSuffix": "targetgroup/{name}/{id}"},
    "aws:opensearch/domain:Domain": {"endpoint": "vpc-{name}-{id}.{region}.es.amazonaws.com"},
    "aws:rds/cluster:Cluster": {
        "clusterResourceId": "cluster-{id}",
        "endpoint": "{id}.cluster.{region}.rds.amazonaws.com",
        "hostedZoneId": "Z-RDS-{region}",
        "port": 3306,
        "readerEndpoint": "{id}.cluster-ro.{region}.rds.amazonaws.com",
    },
    "aws:rds/globalCluster:GlobalCluster": {"endpoint": "{id}.global.rds.amazonaws.com"},
    "aws:rds/instance:Instance": {
        "address": "{id}.{region}.rds.amazonaws.com",
        "endpoint": "{id}.{region}.rds.amazonaws.com:3306",
        "hostedZoneId": "Z-RDS-{region}",
        "identifier": "{name}-{id}",
        "port": 3306,
        "resourceId": "db-{id}",
    },
    "aws:rds/proxy:Proxy": {"endpoint": "{id}.proxy.{region}.rds.amazonaws.com"},
    "aws:route53/record:Record": {"fqdn": "{inputs[name]}"},
    "aws:ecr/repository:Repository": {
        "registryId": "{account}",
        "repositoryUrl": "{account}.dkr.ecr.{region}.amazonaws.com/{name}",
    },
    "aws:route53/zone:Zone": {"zoneId": "Z{id}", "nameServers": ["ns-1.example.net", "ns-2.example.org"]},
    "aws:s3/bucket:Bucket": {
        "bucket": "{name}-{id}",
        "bucketDomainName": "{name}-{id}.s3.amazonaws.com",
        "bucketRegionalDomainName": "{name}-{id}.s3.{region}.amazonaws.com",
        "hostedZoneId": "Z-S3-{region}",
    },
    "aws:secretsmanager/secretVersion:SecretVersion": {"versionId": "{id}"},
    "aws:sesv2/emailIdentity:EmailIdentity": {"dkimSigningAttributes": {"tokens": ["{id}a", "{id}b", "{id}c"]}},
    "aws:sqs/queue:Queue": {"url": "https://sqs.{region}.amazonaws.com/{account}/{name}"},
}

# Inputs that AWS cannot change in place: "Forces new resource" in the provider's documentation.
AWS_FORCES_REPLACEMENT: Final = {
    "*": frozenset({"region", "namePrefix"}),
    "aws:ec2/securityGroup:SecurityGroup": frozenset({"name", "description", "vpcId"}),
    "aws:ecr/repository:Repository": frozenset({"encryptionConfigurations", "name"}),
    "aws:ec2/subnet:Subnet": frozenset({"vpcId", "cidrBlock", "availabilityZone", "availabilityZoneId"}),
    "aws:ec2/vpc:Vpc": frozenset({"cidrBlock"}),
    "aws:ecs/taskDefinition:TaskDefinition": frozenset(
        {"containerDefinitions", "cpu", "executionRoleArn", "family", "memory", "networkMode", "taskRoleArn"}
    ),
    "aws:efs/fileSystem:FileSystem": frozenset({"creationToken", "encrypted", "kmsKeyId", "availabilityZoneName"}),
    "aws:elasticache/replicationGroup:ReplicationGroup": frozenset(
        {"replicationGroupId", "subnetGroupName", "atRestEncryptionEnabled", "kmsKeyId", "globalReplicationGroupId"}
    ),
    "aws:kms/key:Key": frozenset({"multiRegion", "keyUsage", "customerMasterKeySpec"}),
    "aws:lb/loadBalancer:LoadBalancer": frozenset({"name", "internal", "loadBalancerType"}),
    "aws:lb/targetGroup:TargetGroup": frozenset({"name", "port", "protocol", "vpcId", "targetType"}),
    "aws:rds/cluster:Cluster": frozenset(
        {"clusterIdentifier", "databaseName", "engine", "kmsKeyId", "masterUsername", "storageEncrypted"}
    ),
    "aws:rds/instance:Instance": frozenset(
        {"availabilityZone", "dbName", "engine", "kmsKeyId", "snapshotIdentifier", "storageEncrypted", "username"}
    ),
    "aws:route53/record:Record": frozenset({"name", "setIdentifier", "type", "zoneId"}),
    "aws:route53/zone:Zone": frozenset({"name", "delegationSetId"}),
    "aws:s3/bucket:Bucket": frozenset({"bucket", "objectLockEnabled"}),
}


def filled(template: Any, made: Made) -> Any:
    if isinstance(template, Mapping):
        return {key: filled(item, made) for key, item in template.items()}
    if isinstance(template, list):
        return [filled(item, made) for item in template]
    return template.format(**made._asdict(), account=ACCOUNT) if isinstance(template, str) else template


def aws(made: Made) -> dict[str, Any]:
    """What every AWS resource has, and what its type has besides."""
    _, module, kind = made.type.split(":")
    region = made.inputs.get("region", made.region)
    made = made._replace(region=region)
    return {
        "arn": f"arn:aws:{module.split('/')[0]}:{region}:{ACCOUNT}:{kind}/{made.id}",
        "name": f"{made.name}-{made.id[:7]}",
        "region": region,
        **certificate_records(made),
        **zone_of_subnet(made),
        **{key: filled(value, made) for key, value in AWS_COMPUTED.get(made.type, {}).items()},
    }


def zone_of_subnet(made: Made) -> dict[str, Any]:
    """The zone that a subnet names by its id, or the first, where it leaves the choice to AWS."""
    if made.type != "aws:ec2/subnet:Subnet":
        return {}
    zone = made.inputs.get("availabilityZoneId")
    return {"availabilityZone": f"{made.region}-{zone}" if zone else f"{made.region}a"}


def certificate_records(made: Made) -> dict[str, Any]:
    """The DNS records that prove a certificate's domains, one a domain."""
    if made.type != "aws:acm/certificate:Certificate":
        return {}
    domains = [made.inputs["domainName"], *made.inputs.get("subjectAlternativeNames", ())]
    options = [
        {
            "domainName": domain,
            "resourceRecordName": f"_{made.id}.{domain}.",
            "resourceRecordType": "CNAME",
            "resourceRecordValue": f"_{made.id}.acm-validations.aws.",
        }
        for domain in domains
    ]
    return {"domainValidationOptions": options}


# What programs read of Google Cloud resources, filled in as AWS's.
GCP_COMPUTED: Final[Mapping[str, Mapping[str, Any]]] = {
    "gcp:certificatemanager/dnsAuthorization:DnsAuthorization": {
        "dnsResourceRecords": [{"name": "_acme.example.", "type": "CNAME", "data": "proof.authorize.example."}]
    },
    "gcp:cloudrunv2/service:Service": {"uri": "https://{name}.{region}.run.example"},
    "gcp:compute/address:Address": {"address": "10.0.0.5"},
    "gcp:compute/haVpnGateway:HaVpnGateway": {
        "vpnInterfaces": [{"id": 0, "ipAddress": "203.0.113.21"}, {"id": 1, "ipAddress": "203.0.113.22"}]
    },
    "gcp:dns/managedZone:ManagedZone": {"nameServers": ["ns-1.example.net.", "ns-2.example.org."]},
    "gcp:logging/projectSink:ProjectSink": {
        "writerIdentity": "serviceAccount:service-{id}@gcp-sa-logging.iam.gserviceaccount.com"
    },
    "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig": {"uptimeCheckId": "{id}"},
    "gcp:redis/cluster:Cluster": {"discoveryEndpoints": [{"address": "10.0.192.2", "port": 6379}]},
    "gcp:storage/hmacKey:HmacKey": {"accessId": "GOOG1E{id}", "secret": "secret-of-{id}"},
    "gcp:servicenetworking/connection:Connection": {"peering": "servicenetworking-googleapis-com"},
    "gcp:sql/databaseInstance:DatabaseInstance": {
        "privateIpAddress": "10.0.128.3",
        "replicationCluster": {},
        "serverCaCerts": [{"cert": "the authority of {name}"}],
    },
}

# Inputs that Google Cloud cannot change in place: "Changing this forces a new resource" in its documentation.
GCP_FORCES_REPLACEMENT: Final = {
    "*": frozenset({"project", "region", "location", "name"}),
    "gcp:redis/cluster:Cluster": frozenset({"kmsKey", "authorizationMode", "transitEncryptionMode"}),
    "gcp:sql/database:Database": frozenset({"instance", "charset"}),
    "gcp:sql/databaseInstance:DatabaseInstance": frozenset(
        {"databaseVersion", "encryptionKeyName", "masterInstanceName", "replicaConfiguration"}
    ),
    "gcp:sql/user:User": frozenset({"instance", "host"}),
}


def gcp(made: Made) -> dict[str, Any]:
    """What every Google Cloud resource has, and what its type has besides. No two have one public address."""
    address = f"198.18.{int(made.id[:2], 16)}.{int(made.id[2:4], 16)}"  # of the block for tests (RFC 2544)
    return {
        "name": f"{made.name}-{made.id[:7]}",
        "selfLink": f"https://www.googleapis.com/{made.type}/{made.id}",
        **({"address": address} if made.type == "gcp:compute/globalAddress:GlobalAddress" else {}),
        **{key: filled(value, made) for key, value in GCP_COMPUTED.get(made.type, {}).items()},
    }


# Inputs that Kubernetes cannot change in place: immutable fields of its API.
KUBERNETES_FORCES_REPLACEMENT: Final = {
    "*": frozenset({"apiVersion", "kind"}),
    "kubernetes:core/v1:Secret": frozenset({"stringData", "data"}),  # of those that say they are immutable
    "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding": frozenset({"roleRef"}),
}


def kubernetes(made: Made) -> dict[str, Any]:
    """What every Kubernetes object has: a name, where the program gives none."""
    return {} if ":helm.sh/" in made.type else {"metadata": {"name": f"{made.name}-{made.id[:8]}"}}


# Inputs that Cloudflare cannot change in place: a zone's account and name, what a rule set is for.
CLOUDFLARE_FORCES_REPLACEMENT: Final = {
    "*": frozenset({"accountId", "zoneId"}),
    "cloudflare:index/ruleset:Ruleset": frozenset({"kind", "phase"}),
    "cloudflare:index/zone:Zone": frozenset({"account", "name"}),
}


def cloudflare(made: Made) -> dict[str, Any]:
    """What programs read of Cloudflare's resources."""
    servers = ["ada.ns.cloudflare.example", "bob.ns.cloudflare.example"]
    if made.type == "cloudflare:index/zone:Zone":
        return {"nameServers": servers, "verificationKey": f"key-of-{made.name}"}
    if made.type == "cloudflare:index/certificatePack:CertificatePack":
        hosts = made.inputs.get("hosts") or []
        asked = ({"cname": f"_acme-challenge.{host}", "cnameTarget": f"{host}.dcv.example"} for host in hosts)
        return {"dcvDelegationRecords": [*asked]}
    return {}


PACKAGES: Final = {
    "aws": Package(
        aws,
        AWS_FORCES_REPLACEMENT,
        guards=frozenset({"deletionProtection", "enableDeletionProtection"}),
        inside={"dkimSigningAttributes": frozenset({"tokens"})},
        begins={"aws:ec2/vpc:Vpc": "vpc-", "aws:ec2/subnet:Subnet": "subnet-"},
    ),
    "cloudflare": Package(cloudflare, CLOUDFLARE_FORCES_REPLACEMENT),
    "gcp": Package(gcp, GCP_FORCES_REPLACEMENT, guards=frozenset({"deletionProtection", "deletionProtectionEnabled"})),
    "kubernetes": Package(kubernetes, KUBERNETES_FORCES_REPLACEMENT, inside={"metadata": frozenset({"name"})}),
    "pulumi-python": Package(lambda made: {"code": made.id}),  # dynamic providers
}


def serve(folder: Path, caller: socket.socket) -> None:
    cloud = Cloud(folder)
    servers: list[grpc.Server] = []
    addresses: list[str] = []
    for name, package in PACKAGES.items():
        server = grpc.server(futures.ThreadPoolExecutor(16), options=[MESSAGE_LIMIT])
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(StandIn(package, cloud), server)
        addresses.append(f"{name}:{server.add_insecure_port('127.0.0.1:0')}")
        server.start()
        servers.append(server)
    caller.sendall(f"{','.join(addresses)}\n".encode())
    caller.recv(1)
