"""What is known of a resource type whatever a graph says: all but how its parts are read.

Every list of names is written as one text with blanks between them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from bcinfra.continuity.model.stateless import Reason
from bcinfra.continuity.readings.base import reasons
from bcinfra.graph.diff.replacement import Replacement

ALWAYS: Final = ("arn", "name", "selfLink")
"""Properties that name a resource of any type that has them, beside its id."""


class Without(NamedTuple):
    """A type has none of something, and why."""

    because: str


class Backup(NamedTuple):
    """How what a type holds is copied, and how it comes back."""

    how: str
    """What makes the copies, in a few words."""
    restore: str = ""
    """The fact that says how long a restore takes; empty where the reading assumes a time and says so."""
    kind: str = ""
    """What AWS Backup's restore tests call the type (``ProtectedResourceType``)."""
    arn: str = ""
    """How AWS Backup's selections name the type in an ARN: the service, and its type where it has several."""
    under: str = ""
    """Where AWS Backup does not encrypt what it backs up itself: the property with the key that backups stay under, the
    one that says whether they are encrypted, and the key that AWS manages for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What is known of a type. ``None``: nobody has said; a part of the model must say."""

    holds: Reason | None = None
    """What it holds of the business, or why nothing."""
    identities: tuple[str, ...] | Without | None = None
    """Properties whose text names the resource that has them, beside its id; of a list any name in it does."""
    guarded_by: tuple[str, ...] = ()
    """Properties that hold the security groups which let requests in."""
    started_with: tuple[str, ...] = ()
    """Properties that what it runs is started with, so that it knows what they name."""
    role: str = ""
    """The property with the role that what it runs acts in."""
    backup: Backup | Without | None = None
    replacement: Replacement | None = None
    addresses: int = 1
    """How many addresses that the world knows one has."""
    facts: tuple[str, ...] = ()
    """Ids of the facts that its reading rests on."""

    @property
    def names(self) -> tuple[str, ...]:
        """The properties that name a resource: what is stated, or what names any."""
        return self.identities if isinstance(self.identities, tuple) and type(self.identities) is tuple else ALWAYS

    def also(
        self,
        *,
        holds: Reason | None = None,
        identities: str | Without | None = None,
        guarded_by: str = "",
        started_with: str = "",
        role: str = "",
        backup: Backup | Without | None = None,
        replacement: Replacement | None = None,
        addresses: int = 0,
        facts: str = "",
    ) -> Traits:
        """These, and what is stated beside them. ``identities`` are those beside :data:`ALWAYS`."""
        named = (*ALWAYS, *identities.split()) if isinstance(identities, str) else identities
        return replace(
            self,
            holds=holds or self.holds,
            identities=self.identities if named is None else named,
            guarded_by=(*self.guarded_by, *guarded_by.split()),
            started_with=(*self.started_with, *started_with.split()),
            role=role or self.role,
            backup=backup or self.backup,
            replacement=replacement or self.replacement,
            addresses=addresses or self.addresses,
            facts=(*self.facts, *facts.split()),
        )


def having(
    holds: Reason | None = None,
    *,
    identities: str | Without | None = None,
    guarded_by: str = "",
    started_with: str = "",
    role: str = "",
    backup: Backup | Without | None = None,
    replacement: Replacement | None = None,
    facts: str = "",
) -> Traits:
    """What is known of a type, as :meth:`Traits.also` takes it. What is not said to hold anything is a setting."""
    return Traits(holds=holds or reasons.SETTINGS).also(
        identities=identities,
        guarded_by=guarded_by,
        started_with=started_with,
        role=role,
        backup=backup,
        replacement=replacement,
        facts=facts,
    )


def loses(
    what: str,
    replaced_by: str = "",
    *,
    kept_without: str = "",
    switched_by: str = "",
    restarted_by: str = "",
    at_once: str = "",
    guarded_while: str = "",
    bare_while: str = "",
    guarded_longer: str = "",
) -> Replacement:
    """A replacement that takes data with it. Inputs in ``kept_without`` replace too, but by another value alone."""
    return Replacement(
        loses=what,
        replaced_by=frozenset((*replaced_by.split(), *kept_without.split())),
        kept_without=frozenset(kept_without.split()),
        switched_by=switched_by,
        restarted_by=frozenset(restarted_by.split()),
        at_once=at_once,
        guarded_while=frozenset(guarded_while.split()),
        bare_while=frozenset(bare_while.split()),
        guarded_longer=frozenset(guarded_longer.split()),
    )


def harmless(why: str, *, restarted_by: str = "", at_once: str = "", guarded_while: str = "") -> Replacement:
    """A replacement that takes no data with it."""
    return Replacement(
        harmless=why,
        restarted_by=frozenset(restarted_by.split()),
        at_once=at_once,
        guarded_while=frozenset(guarded_while.split()),
    )


def guards(*, guarded_while: str = "", guarded_longer: str = "") -> Replacement:
    """A resource that does nothing but guard another."""
    return Replacement(
        guarded_while=frozenset(guarded_while.split()), guarded_longer=frozenset(guarded_longer.split()), guards=True
    )


MESSAGES: Final = Without("messages are not copied; who sent them sends them again")
INDEXED: Final = Without("it is built again from the stores that it indexes")
_DECLARED: Final = Without("the program declares it, and makes it again")
FRONT: Final = having(
    reasons.FRONT,
    backup=_DECLARED,
    replacement=harmless("it keeps nothing; requests wait until the new one answers"),
)
"""What passes requests on."""
RUNS: Final = having(
    reasons.COMPUTE,
    backup=_DECLARED,
    replacement=harmless("it starts from its image again; what must last is in stores"),
)
"""What runs a program."""
ANSWERS: Final = having(
    reasons.NAMES,
    backup=_DECLARED,
    replacement=harmless("resolvers keep the old answer for its time to live"),
    facts="dns.ttl_overstay",
)
"""A DNS record."""
PROOF: Final = having(
    reasons.CERTIFICATES,
    identities="",
    backup=Without("its authority issues it again, for who can prove the domain"),
    replacement=harmless("a new certificate is as good"),
)
"""What proves who answers under a name."""
PROCEDURE: Final = having(
    reasons.SETTINGS,
    identities="",
    backup=_DECLARED,
    replacement=harmless("it says what to do and keeps nothing that is needed again"),
)
"""What carries out a recovery."""
