"""What the readings take to be so where the graph does not tell."""

from __future__ import annotations

from enum import StrEnum

from bcinfra.continuity.model.statements import Statement


class Assumes(StrEnum):
    """Kinds of assumption. The subject is the resource that it is about, unless said otherwise."""

    # Zones
    STANDS_IN = "stands in"
    """A cluster, by its name: the program alone names its zones, the object."""
    IN_SOME_ZONES = "in some zones"
    """It is in as many zones as the amount; the object is those that it may be in, and those that are taken."""
    OVER_SOME_ZONES = "over some zones"
    """It is spread over zones of a cluster, the object; their number is taken to be the amount."""
    MAYBE_ONE_ZONE = "maybe one zone"
    OVER_SOME_MACHINES = "over some machines"
    """It is spread over machines of a cluster, the object; their number is taken to be the amount at least."""
    # Places
    ONE_ACCOUNT = "one account"
    """Of AWS, where providers name none."""
    ONE_PROJECT = "one project"
    """Of Google Cloud, where providers name none."""
    ON_EVERY_HOST = "on every host"
    SHARES_NOTHING = "shares nothing"
    """A site of which nothing is known; the object is the site with which it shares nothing."""
    ANY_LINE = "any line"
    """From a site, the subject, to one on premises, the object."""
    # What something is for
    BILLED_AS = "billed as"
    """A group of servers whose image does not tell its platform; the object is that which room is kept for."""
    OWN_WAYS_OUT = "own ways out"
    """Containers or machines in a network that exists already, whose ways out are not told."""

    # What exists already, and is only read
    NETWORK_LETS = "network lets"
    """A network: its routes, ways out and firewall rules."""
    KEY_OPENS = "key opens"
    """A key: who may use it."""
    NOBODY_RENEWS = "nobody renews"
    """A certificate: who renews it and issues it again."""
    OTHERS_NAMES = "others' names"
    """A zone: what it holds that is not in the program."""
    TELLS_SOMEBODY = "tells somebody"
    """A topic or channel: who is told."""

    KEEPS_IMAGES = "keeps images"
    """A repository of images: who fills it, who scans, whether tags move."""

    BUILT_AGAIN = "built again"
    """A repository of images that no other account has copies of."""
    PUBLISHED = "published"
    """A bucket, filled from elsewhere."""
    PUBLISHED_UNSEEN = "published, unseen"
    """The same where nothing in the program puts anything into it."""
    SHOWS_WAYS = "shows ways"
    """A page for customers while the shop is down, whose text is not seen."""
    REPLICATED = "replicated"
    """A number by the replica of its contact centre, which no program can make."""
    USED_BY_ALL = "used by all"
    """A store of which nothing tells what uses it."""
    BY_READER_ENDPOINT = "by reader endpoint"
    """A secondary cluster that passes writes on, which its clients know by a host that is not known yet."""
    HELPS = "helps"
    """A store that is there for others: logs, credentials, certificates, names. It has no capability of its own."""
    OF_SHAPE = "of its published shape"
    """A component of a plugin: what it makes, which is not seen."""
    IN_CHART = "in a chart"
    """A chart whose content is not seen; the object is what it deploys, by its name. That is not judged."""
    DOES_NOTHING = "does nothing"
    """A command, or code of the program's own that runs while it is deployed."""
    NO_PLAN = "no plan"
    """A workflow whose source is not known yet."""
    BESIDE = "beside"
    """What a front fetches for some of its paths, or where another place fails, from the object: places that are not in
    the program."""
    COPIES_NO_IMAGE = "copies no image"
    """A repository of images that asks others, the object, for what it has not copied: what that is, nothing tells."""
    DELEGATED_SIGNED = "delegated as signed"
    """A signed zone: what its parent says of the key is not in the program."""
    NOT_EVERYWHERE = "not everywhere"
    """An answer that is given where no other is healthy, by one of a domain's DNS providers, the object, alone."""
    # What is not read
    LEFT_OUT = "left out"
    """A field of the specification by its path; the object is its value, which is wrong."""
    ANSWERED = "answered"
    """A provider's function by its token; the object is the names of what rests on its answer."""
    NOT_SEEN = "not seen"
    """What a place in the program would declare."""


class Assumption(Statement[Assumes]):
    """Something that the graph does not tell and a reading took to be so."""

    __slots__ = ()
