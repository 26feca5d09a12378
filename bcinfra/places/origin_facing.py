"""Where content delivery networks ask origins from: lists of addresses, and of CloudFront their ids."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

ORIGIN_FACING: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ap-northeast-1": "pl-58a04531",
        "ap-northeast-2": "pl-22a6434b",
        "ap-south-1": "pl-9aa247f3",
        "ap-southeast-1": "pl-31a34658",
        "ap-southeast-2": "pl-b8a742d1",
        "ca-central-1": "pl-38a64351",
        "eu-central-1": "pl-a3a144ca",
        "eu-north-1": "pl-fab65393",
        "eu-west-1": "pl-4fa04526",
        "eu-west-2": "pl-93a247fa",
        "eu-west-3": "pl-75b1541c",
        "sa-east-1": "pl-5da64334",
        "us-east-1": "pl-3b927c52",
        "us-east-2": "pl-b6a144df",
        "us-west-1": "pl-4ea04527",
        "us-west-2": "pl-82a045eb",
    }
)
"""Region → id of ``com.amazonaws.global.cloudfront.origin-facing``, which ``aws ec2 describe-managed-prefix-lists``
tells (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/LocationsOfEdgeServers.html; ids as published
in AWS samples, read 2026-11)."""

CLOUDFLARE: Final = (
    "103.21.244.0/22",
    "103.22.200.0/22",
    "103.31.4.0/22",
    "104.16.0.0/13",
    "104.24.0.0/14",
    "108.162.192.0/18",
    "131.0.72.0/22",
    "141.101.64.0/18",
    "162.158.0.0/15",
    "172.64.0.0/13",
    "173.245.48.0/20",
    "188.114.96.0/20",
    "190.93.240.0/20",
    "197.234.240.0/22",
    "198.41.128.0/17",
)
"""The IPv4 addresses of Cloudflare's proxy (https://www.cloudflare.com/ips-v4; read 2026-11; it says when they change,
which was last in 2021)."""
