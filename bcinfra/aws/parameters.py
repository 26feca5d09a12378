"""What replicas are told when they start: addresses and passwords, kept at the site itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import pulumi
from pulumi_aws.ssm import Parameter
from pydantic import Field, model_validator

from bcinfra.aws import policies
from bcinfra.aws.region import KeyedRegion
from bcinfra.component import Args, Component, Str, refuse


class ParametersArgs(Args):
    """Arguments of :class:`Parameters`."""

    at: KeyedRegion
    """The site, and the key that encrypts passwords there. Its account must be known: ARNs name it."""
    prefix: str = Field(pattern=r"^(/[A-Za-z0-9_.-]+)+$", examples=["/midsize-prod/ireland"])
    """Path under which the parameters stand."""
    plain: Mapping[str, Str] = {}
    """Settings by name, in clear: host names, bucket names."""
    secret: Mapping[str, Str] = {}
    """Passwords by name. They are written, never kept in the state."""
    version: int = Field(default=1, ge=1)
    """Raise it to write the passwords again: a write-only value shows no difference by itself."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        both = sorted(self.plain.keys() & self.secret.keys())
        refuse(
            [f"secret: {name!r} is also in plain; each name is used once" for name in both]
            + ([] if self.at.region.account else ["at.region.account: is needed for the parameters' ARNs"])
        )
        return self


class Parameters(Component):
    """Settings and passwords in Parameter Store, each site with its own, so that starting a replica needs no other.

    An ARN is known before the parameter exists, so a task definition that names it can be read in a preview.
    """

    package = "aws"

    arns: Mapping[str, pulumi.Output[str]]
    """ARN of every parameter by name."""

    def __init__(self, name: str, args: ParametersArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        region = args.at.region
        made: dict[str, dict[str, Any]] = {
            **{key: {"type": "String", "insecure_value": value} for key, value in args.plain.items()},
            **{
                key: {
                    "type": "SecureString",
                    "key_id": args.at.key_arn,
                    "value_wo": pulumi.Output.secret(value),
                    "value_wo_version": args.version,
                }
                for key, value in args.secret.items()
            },
        }
        self.arns = {}
        for key in sorted(made):
            path = f"{args.prefix}/{key}"
            parameter = Parameter(
                f"{name}-{key}",
                name=path,
                **made[key],
                tags=region.tagged(f"{name}-{key}"),
                opts=region.child(self),
            )
            self.arns = {**self.arns, key: policies.after(parameter, region.arn("ssm", f"parameter{path}"))}
        self.register_outputs({"arns": self.arns})
