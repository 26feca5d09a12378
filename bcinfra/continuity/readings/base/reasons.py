"""Why resources hold business data or none: each reason once, for rows and for what their inputs say."""

from __future__ import annotations

from typing import Final

from bcinfra.continuity.model.stateless import Holds, Reason

NETWORK: Final = Reason(Holds.NOTHING, "It forwards packets and keeps none.")
FRONT: Final = Reason(Holds.NOTHING, "It passes requests on to what serves them and keeps no body.")
FILTER: Final = Reason(Holds.NOTHING, "It admits or refuses requests by rules and keeps none.")
NAMES: Final = Reason(Holds.NOTHING, "It says where names lead to.")
PERMISSIONS: Final = Reason(Holds.NOTHING, "It says who may do what.")
KEYS: Final = Reason(Holds.NOTHING, "It holds keys, credentials or settings, which are no business data.")
CERTIFICATES: Final = Reason(Holds.NOTHING, "It proves who answers under a name.")
COMPUTE: Final = Reason(
    Holds.NOTHING, "It runs the program from its image; what is in memory or on its own disk ends with it."
)
PROGRAM: Final = Reason(Holds.NOTHING, "It holds the program, not what the program works on.")
SETTINGS: Final = Reason(Holds.NOTHING, "It sets up another resource and keeps nothing itself.")
WATCH: Final = Reason(Holds.NOTHING, "It measures the system and tells people; it sees no content of requests.")
VALUES: Final = Reason(Holds.NOTHING, "It makes a name, a credential or a pause while the program runs.")
STATE: Final = Reason(Holds.NOTHING, "It keeps what the program declared: the infrastructure's state.")
PUBLISHED: Final = Reason(Holds.NOTHING, "It shows files that the program itself publishes; no server writes to it.")
DELIVERED: Final = Reason(
    Holds.NOTHING, "Services write into it who asked for what, never a body; each is deleted after {}."
)
LOG: Final = Reason(
    Holds.NOTHING,
    "Lines of it are deleted after {}.",
    "what programs print to their logs holds no business data",
)
LOG_FOR_EVER: Final = Reason(Holds.UNPROVEN, "What is printed is not in the graph, and lines of it are kept for ever.")
LOG_LINES: Final = Reason(Holds.NOTHING, "It passes on, selects or counts lines of a log and keeps none.")
DELIVERED_FOR_EVER: Final = Reason(
    Holds.UNPROVEN, "Services write into it who asked for what, and it is kept for ever."
)
BODIES: Final = Reason(Holds.DATA, "It writes bodies of requests and answers to a log.")
CACHES: Final = Reason(Holds.UNPROVEN, "It keeps {}, and nothing shows that they hold no business data.")
LASTING_DISK: Final = Reason(Holds.UNPROVEN, "It writes to a disk that outlives it.")
QUEUE: Final = Reason(Holds.DATA, "It keeps messages until they are fetched or too old.")
VOLUME: Final = Reason(Holds.DATA, "It keeps what programs write to it.")
STORE: Final = Reason(Holds.DATA, "It keeps {}, or a copy of it.")
VAULT: Final = Reason(Holds.UNPROVEN, "It keeps copies of whatever is backed up.")
EXECUTIONS: Final = Reason(Holds.UNPROVEN, "It keeps what its executions were given and gave, for months.")
AUDIT: Final = Reason(Holds.NOTHING, "It records who changed the infrastructure, not what customers do.")
BACK_OFFICE: Final = Reason(Holds.BACK_OFFICE, "It stands on premises, where the back office keeps its data.")
HIDDEN: Final = Reason(Holds.UNPROVEN, "What it creates cannot be seen.")
UNSEEN: Final = Reason(Holds.UNPROVEN, "What {} would declare from values that only a provider knows is not seen.")
NOT_UNDERSTOOD: Final = Reason(Holds.UNPROVEN, "Nothing is known of the type {}.")
NO_REASON: Final = Reason(Holds.UNPROVEN, "No reason is known why the type {} holds none.")
