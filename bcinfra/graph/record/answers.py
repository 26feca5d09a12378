"""What functions of providers answer in a preview that may ask no cloud: plausible, and marked as assumed.

An answer is *computed* where it follows from the arguments alone (a policy document, decoded YAML); all others are
*assumed*, and whatever rests on one is marked (:attr:`bcinfra.graph.core.model.Resource.assumed`). Assumed texts are
made to be recognized: ids end in ``a55e3d``, the account is 123456789012. Attributes that no answer holds stay unknown.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple, TypeAlias

from bcinfra.graph.core.values import Plain, is_list, is_object
from bcinfra.graph.record import manifests

ACCOUNT: Final = "123456789012"
MARK: Final = "a55e3d"
"""Ends the ids that are made up: "assumed", as far as hexadecimal digits can say it."""
ZONES: Final = 3
"""Availability zones of a region. Most have three; a program that asks for more finds them missing in the preview."""


class Context(NamedTuple):
    """What is known where a function is called: the settings of the provider that would answer, as texts."""

    settings: Mapping[str, str]

    @property
    def region(self) -> str:
        return self.settings.get("region") or "us-east-1"

    @property
    def project(self) -> str:
        return self.settings.get("project") or f"project-{MARK}"


Args: TypeAlias = "Mapping[str, Plain]"
Assumption: TypeAlias = "Callable[[Args, Context], dict[str, Plain]]"


def known(token: str) -> Assumption | None:
    """How the function ``token`` answers; ``None`` where there is nothing plausible to say."""
    return _COMPUTED.get(token) or _ASSUMED.get(token)


def is_computed(token: str) -> bool:
    """Whether the answer follows from the arguments alone."""
    return token in _COMPUTED


def texts(answer: Plain) -> Iterator[str]:
    """Every text in ``answer``."""
    if isinstance(answer, str):
        yield answer
    elif is_list(answer):
        for item in answer:
            yield from texts(item)
    elif is_object(answer):
        for item in answer.values():
            yield from texts(item)


# Computed -----------------------------------------------------------------------------------------------------------


def _policy_document(args: Args, _context: Context) -> dict[str, Plain]:
    """The JSON that the AWS provider makes of statements."""
    document = {
        "Version": args.get("version") or "2012-10-17",
        **({"Id": args["policyId"]} if args.get("policyId") else {}),
        "Statement": [_statement(item) for item in args.get("statements") or ()],
    }
    text = json.dumps(document, indent=2)
    return {"id": MARK, "json": text, "minifiedJson": json.dumps(document, separators=(",", ":"))}


def _statement(given: Mapping[str, Plain]) -> dict[str, Plain]:
    made: dict[str, Plain] = {"Sid": given["sid"]} if given.get("sid") else {}
    made["Effect"] = given.get("effect") or "Allow"
    for name in ("Action", "NotAction", "Resource", "NotResource"):
        if values := given.get(f"{name[0].lower()}{name[1:]}s"):
            made[name] = _one_or_all(values)
    for name in ("Principal", "NotPrincipal"):
        if named := given.get(f"{name[0].lower()}{name[1:]}s"):
            every = any(p["type"] == "*" for p in named)
            made[name] = "*" if every else {p["type"]: _one_or_all(p["identifiers"]) for p in named}
    conditions: dict[str, dict[str, Plain]] = {}
    for condition in given.get("conditions") or ():
        conditions.setdefault(condition["test"], {})[condition["variable"]] = _one_or_all(condition["values"])
    return {**made, **({"Condition": conditions} if conditions else {})}


def _one_or_all(values: Plain) -> Plain:
    return values[0] if is_list(values) and len(values) == 1 else values


def _arn(args: Args, _context: Context) -> dict[str, Plain]:
    names = ("partition", "service", "region", "account", "resource")
    parts = dict(zip(names, str(args.get("arn", "")).split(":", 5)[1:], strict=False))
    return {"id": args.get("arn"), "arn": args.get("arn"), **parts}


def _yaml(args: Args, _context: Context) -> dict[str, Plain]:
    return {"result": list(manifests.objects(str(args.get("text") or "")))}


_COMPUTED: Final[dict[str, Assumption]] = {
    "aws:iam/getPolicyDocument:getPolicyDocument": _policy_document,
    "aws:index/getArn:getArn": _arn,
    "kubernetes:yaml:decode": _yaml,
}


# Assumed, on AWS ----------------------------------------------------------------------------------------------------


def _region(args: Args, context: Context) -> str:
    return str(args.get("region") or context.region)


def _zones(args: Args, context: Context) -> dict[str, Plain]:
    region = _region(args, context)
    short = "".join(part[0] if not part.isdigit() else part for part in region.replace("-", " ").split())
    names = [f"{region}{letter}" for letter in "abc"[:ZONES]]
    return {
        "id": region,
        "names": names,
        "zoneIds": [f"{short}-az{number}" for number in range(1, ZONES + 1)],
        "groupNames": [region],
    }


def _zone(args: Args, context: Context) -> dict[str, Plain]:
    name = args.get("name") or f"{_region(args, context)}a"
    return {"id": name, "name": name, "nameSuffix": name[-1:], "region": name[:-1], "state": "available"}


def _id(kind: str, number: int = 0) -> str:
    return f"{kind}-{number:011x}{MARK}"


def _image(args: Args, context: Context) -> dict[str, Plain]:
    asked = {f["name"]: f["values"] for f in args.get("filters") or () if f.get("values")}
    name = (asked.get("name") or ["image"])[0].replace("*", MARK)
    image = _id("ami")
    return {
        "id": image,
        "imageId": image,
        "name": name,
        "architecture": (asked.get("architecture") or ["x86_64"])[0],
        "arn": f"arn:aws:ec2:{_region(args, context)}::image/{image}",
        "rootDeviceName": "/dev/xvda",
        "ownerId": ACCOUNT,
    }


def _identity(_args: Args, _context: Context) -> dict[str, Plain]:
    arn = f"arn:aws:iam::{ACCOUNT}:user/assumed"
    return {"id": ACCOUNT, "accountId": ACCOUNT, "arn": arn, "userId": f"AIDA{MARK.upper()}"}


def _current_region(args: Args, context: Context) -> dict[str, Plain]:
    region = str(args.get("name") or _region(args, context))
    return {"id": region, "name": region, "region": region, "endpoint": f"ec2.{region}.amazonaws.com"}


def _partition(_args: Args, _context: Context) -> dict[str, Plain]:
    return {
        "id": "aws",
        "partition": "aws",
        "dnsSuffix": "amazonaws.com",
        "reverseDnsPrefix": "com.amazonaws",
    }


def _vpc(args: Args, context: Context) -> dict[str, Plain]:
    vpc = str(args.get("id") or _id("vpc"))
    return {
        "id": vpc,
        "arn": f"arn:aws:ec2:{_region(args, context)}:{ACCOUNT}:vpc/{vpc}",
        "cidrBlock": args.get("cidrBlock") or "172.31.0.0/16",
        "default": bool(args.get("default")),
        "mainRouteTableId": _id("rtb"),
        "tags": args.get("tags") or {},
    }


def _subnets(_args: Args, _context: Context) -> dict[str, Plain]:
    return {"id": MARK, "ids": [_id("subnet", number) for number in range(ZONES)]}


def _subnet(args: Args, context: Context) -> dict[str, Plain]:
    subnet = str(args.get("id") or _id("subnet"))
    return {
        "id": subnet,
        "arn": f"arn:aws:ec2:{_region(args, context)}:{ACCOUNT}:subnet/{subnet}",
        "vpcId": args.get("vpcId") or _id("vpc"),
        "cidrBlock": args.get("cidrBlock") or "172.31.0.0/20",
        "availabilityZone": args.get("availabilityZone") or f"{_region(args, context)}a",
        "tags": args.get("tags") or {},
    }


def _group(args: Args, _context: Context) -> dict[str, Plain]:
    group = str(args.get("id") or _id("sg"))
    return {"id": group, "name": args.get("name") or "default", "vpcId": args.get("vpcId") or _id("vpc")}


def _route_table(args: Args, _context: Context) -> dict[str, Plain]:
    table = str(args.get("routeTableId") or _id("rtb"))
    return {"id": table, "routeTableId": table, "vpcId": args.get("vpcId") or _id("vpc")}


def _hosted_zone(args: Args, _context: Context) -> dict[str, Plain]:
    zone, name = str(args.get("zoneId") or f"Z{MARK.upper()}"), args.get("name") or f"{MARK}.example"
    servers = [f"ns-{number}.awsdns-{MARK}.example" for number in range(4)]
    return {"id": zone, "zoneId": zone, "name": name, "arn": f"arn:aws:route53:::hostedzone/{zone}"} | {
        "nameServers": servers
    }


def _certificate(args: Args, context: Context) -> dict[str, Plain]:
    arn = f"arn:aws:acm:{_region(args, context)}:{ACCOUNT}:certificate/{MARK}"
    return {"id": arn, "arn": arn, "domain": args.get("domain"), "status": "ISSUED"}


def _registry(args: Args, context: Context) -> dict[str, Plain]:
    registry = args.get("registryId") or ACCOUNT
    token = base64.b64encode(b"AWS:" + MARK.encode()).decode()
    endpoint = f"https://{registry}.dkr.ecr.{_region(args, context)}.amazonaws.com"
    return {"id": MARK, "authorizationToken": token, "proxyEndpoint": endpoint, "userName": "AWS", "password": MARK}


def _named_role(args: Args, _context: Context) -> dict[str, Plain]:
    name = args.get("name")
    return {"id": name, "name": name, "arn": f"arn:aws:iam::{ACCOUNT}:role/{name}", "uniqueId": f"AROA{MARK.upper()}"}


def _managed_policy(args: Args, _context: Context) -> dict[str, Plain]:
    arn = args.get("arn") or f"arn:aws:iam::aws:policy/{args.get('name')}"
    return {"id": arn, "arn": arn, "name": args.get("name") or str(arn).rsplit("/", 1)[-1]}


def _organization(_args: Args, _context: Context) -> dict[str, Plain]:
    return {"id": f"o-{MARK}", "masterAccountId": ACCOUNT, "roots": [{"id": f"r-{MARK}", "name": "Root"}]}


def _cluster(args: Args, context: Context) -> dict[str, Plain]:
    name, region = args.get("name"), _region(args, context)
    return {
        "id": name,
        "name": name,
        "arn": f"arn:aws:eks:{region}:{ACCOUNT}:cluster/{name}",
        "endpoint": f"https://{MARK}.{region}.eks.amazonaws.com",
        "certificateAuthorities": [{"data": MARK}],
    }


# Assumed, on Google Cloud and Azure ---------------------------------------------------------------------------------


def _gcp_client(_args: Args, context: Context) -> dict[str, Plain]:
    region = context.settings.get("region") or "us-central1"
    zone = context.settings.get("zone") or f"{region}-a"
    return {"id": MARK, "project": context.project, "region": region, "zone": zone, "accessToken": MARK}


def _gcp_zones(args: Args, context: Context) -> dict[str, Plain]:
    region = args.get("region") or context.settings.get("region") or "us-central1"
    return {"id": region, "region": region, "names": [f"{region}-{letter}" for letter in "abc"[:ZONES]]}


def _gcp_image(args: Args, _context: Context) -> dict[str, Plain]:
    name = args.get("name") or f"{args.get('family') or 'image'}-{MARK}"
    link = f"projects/{args.get('project') or 'debian-cloud'}/global/images/{name}"
    return {"id": link, "name": name, "family": args.get("family"), "selfLink": link}


def _gcp_project(args: Args, context: Context) -> dict[str, Plain]:
    project = args.get("projectId") or context.project
    return {"id": f"projects/{project}", "projectId": project, "name": project, "number": ACCOUNT}


def _gke_versions(_args: Args, _context: Context) -> dict[str, Plain]:
    version = f"1.33.0-{MARK}"
    return {
        "id": MARK,
        "latestMasterVersion": version,
        "latestNodeVersion": version,
        "defaultClusterVersion": version,
        "validMasterVersions": [version],
        "validNodeVersions": [version],
    }


def _gcp_network(args: Args, context: Context) -> dict[str, Plain]:
    name = args.get("name") or "default"
    link = f"projects/{context.project}/global/networks/{name}"
    return {"id": link, "name": name, "selfLink": link}


def _azure_client(_args: Args, _context: Context) -> dict[str, Plain]:
    one = f"00000000-0000-0000-0000-000000{MARK}"
    return {"id": MARK, "clientId": one, "objectId": one, "subscriptionId": one, "tenantId": one}


def _digitalocean_versions(_args: Args, _context: Context) -> dict[str, Plain]:
    version = f"1.33.0-{MARK}"
    return {"id": MARK, "latestVersion": version, "validVersions": [version]}


_ASSUMED: Final[dict[str, Assumption]] = {
    "aws:acm/getCertificate:getCertificate": _certificate,
    "aws:ec2/getAmi:getAmi": _image,
    "aws:ec2/getAmiIds:getAmiIds": lambda _args, _context: {"id": MARK, "ids": [_id("ami")]},
    "aws:ec2/getRouteTable:getRouteTable": _route_table,
    "aws:ec2/getSecurityGroup:getSecurityGroup": _group,
    "aws:ec2/getSubnet:getSubnet": _subnet,
    "aws:ec2/getSubnetIds:getSubnetIds": _subnets,
    "aws:ec2/getSubnets:getSubnets": _subnets,
    "aws:ec2/getVpc:getVpc": _vpc,
    "aws:ecr/getAuthorizationToken:getAuthorizationToken": _registry,
    "aws:ecr/getCredentials:getCredentials": _registry,
    "aws:eks/getCluster:getCluster": _cluster,
    "aws:eks/getClusterAuth:getClusterAuth": lambda args, _context: {"name": args.get("name"), "token": MARK},
    "aws:iam/getPolicy:getPolicy": _managed_policy,
    "aws:iam/getRole:getRole": _named_role,
    "aws:index/getAvailabilityZone:getAvailabilityZone": _zone,
    "aws:index/getAvailabilityZones:getAvailabilityZones": _zones,
    "aws:index/getCallerIdentity:getCallerIdentity": _identity,
    "aws:index/getPartition:getPartition": _partition,
    "aws:index/getRegion:getRegion": _current_region,
    "aws:organizations/getOrganization:getOrganization": _organization,
    "aws:route53/getZone:getZone": _hosted_zone,
    "azure-native:authorization:getClientConfig": _azure_client,
    "azure:core/getClientConfig:getClientConfig": _azure_client,
    "digitalocean:index/getKubernetesVersions:getKubernetesVersions": _digitalocean_versions,
    "gcp:compute/getImage:getImage": _gcp_image,
    "gcp:compute/getNetwork:getNetwork": _gcp_network,
    "gcp:compute/getZones:getZones": _gcp_zones,
    "gcp:container/getEngineVersions:getEngineVersions": _gke_versions,
    "gcp:organizations/getClientConfig:getClientConfig": _gcp_client,
    "gcp:organizations/getProject:getProject": _gcp_project,
}


# From a file --------------------------------------------------------------------------------------------------------


def given(cases: Plain) -> Callable[[Args], Any]:
    """An answer as a file states it: a result, or a list of cases ``{args: ..., result: ...}`` of which the first that
    holds the arguments counts; ``None`` where none does."""

    def answer(args: Args) -> Plain:
        if not is_list(cases):
            return cases
        fits = (case for case in cases if all(args.get(key) == value for key, value in case.get("args", {}).items()))
        return next((case["result"] for case in fits), None)

    return answer
