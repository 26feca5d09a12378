"""Container images: where they are pulled from when a replica starts, and the version that they stand for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from bcinfra.continuity.model import domains
from bcinfra.continuity.model.domains import Domain, DomainKind

_ECR: Final = re.compile(r"(\d{12})\.dkr[.-]ecr\.([a-z0-9-]+)\.")
_ARTIFACT_REGISTRY: Final = re.compile(r"([a-z]+-[a-z]+\d+)-docker\.pkg\.dev/")


def registries(images: Iterable[str]) -> tuple[Domain, ...]:
    """Where images are pulled from when a replica starts."""
    return tuple(dict.fromkeys(_registry(image) for image in images))


def _registry(image: str) -> Domain:
    if match := _ECR.match(image):
        return domains.region("aws", match[2])
    if match := _ARTIFACT_REGISTRY.match(image):
        return domains.region("gcp", match[1])
    host = image.split("/", 1)[0]
    if host.endswith(("docker.pkg.dev", "gcr.io")):
        return domains.provider("gcp")  # kept in a multi-region
    return Domain(DomainKind.SUPPLIER, f"image registry {host if '.' in host and '/' in image else 'docker.io'}")


def release(images: Iterable[str]) -> Domain | None:
    """The software version that images stand for, whichever registry each is pulled from."""
    names = sorted({image.rsplit("/", 1)[-1] for image in images})
    return Domain(DomainKind.RELEASE, " + ".join(names)) if names else None
