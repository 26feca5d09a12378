"""Types of providers that are no place: images, commands, code of the program's own, what is inside of databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from bcinfra.continuity.model.assumptions import Assumes, Assumption
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.reading import Found, Reading, plumbing, setting, subject
from bcinfra.continuity.readings.base.traits import having, loses
from bcinfra.continuity.readings.base.view import View
from bcinfra.graph.core.model import Resource


def unseen(_view: View, resource: Resource) -> Iterator[Found]:
    """What runs while the stack is deployed, and may do anything."""
    yield Assumption(Assumes.DOES_NOTHING, subject(resource))


_WHY: Final = "that what it does while the stack is deployed is not seen"
_UNSEEN: Final = {
    "command:local:Command": "command",
    "command:remote:Command": "command on a server",
    "command:remote:CopyFile": "file on a server",
    "command:remote:CopyToRemote": "file on a server",
    "pulumi-python:dynamic:Resource": "code of the program's own",
    "pulumi-nodejs:dynamic:Resource": "code of the program's own",
}
READINGS: Final[dict[str, Reading]] = {
    **{token: replace(setting(what, _WHY, reasons.UNSEEN), parts=unseen) for token, what in _UNSEEN.items()},
    **plumbing(
        "Every build makes an image again; where it is kept shows in what runs it.",
        {
            reasons.PROGRAM: {
                "docker:index/image:Image": "image",
                "docker:index/remoteImage:RemoteImage": "image",
                "docker:index/registryImage:RegistryImage": "image",
                "docker:index/tag:Tag": "image",
                "docker:image:Image": "image",
                "docker-build:index:Image": "image",
                "docker-build:index:Index": "image",
            },
        },
    ),
    **{
        f"{server}:index/database:Database": setting(
            "database", "what a server holds", having(reasons.VOLUME, replacement=loses("database", "name"))
        )
        for server in ("mysql", "postgresql")
    },
    **plumbing(
        "The program makes it again in whatever server it is.",
        {
            reasons.PERMISSIONS: {
                "mysql:index/user:User": "user of a database",
                "mysql:index/userPassword:UserPassword": "password of a user",
                "mysql:index/grant:Grant": "permission in a database",
                "mysql:index/role:Role": "role in a database",
                "postgresql:index/role:Role": "role in a database",
                "postgresql:index/grant:Grant": "permission in a database",
                "postgresql:index/grantRole:GrantRole": "permission in a database",
                "postgresql:index/defaultPrivileges:DefaultPrivileges": "permission in a database",
            },
            reasons.SETTINGS: {
                "mysql:index/globalVariable:GlobalVariable": "setting of a database",
                "postgresql:index/schema:Schema": "part of a database",
                "postgresql:index/extension:Extension": "setting of a database",
            },
        },
    ),
}
