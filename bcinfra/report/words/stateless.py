"""Why resources hold business data or none, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bcinfra.continuity.model.stateless import Condition, ReasonKind

STATELESS: Final[Mapping[ReasonKind, str]] = {
    ReasonKind.NETWORK: "It forwards packets and keeps none.",
    ReasonKind.FRONT: "It passes requests on to what serves them and keeps no body.",
    ReasonKind.FILTER: "It admits or refuses requests by rules and keeps none.",
    ReasonKind.NAMES: "It says where names lead to.",
    ReasonKind.PERMISSIONS: "It says who may do what.",
    ReasonKind.KEYS: "It holds keys, credentials or settings, which are no business data.",
    ReasonKind.CERTIFICATES: "It proves who answers under a name.",
    ReasonKind.COMPUTE: "It runs the program from its image; what is in memory or on its own disk ends with it.",
    ReasonKind.PROGRAM: "It holds the program, not what the program works on.",
    ReasonKind.SETTINGS: "It sets up another resource and keeps nothing itself.",
    ReasonKind.WATCH: "It measures the system and tells people; it sees no content of requests.",
    ReasonKind.VALUES: "It makes a name, a credential or a pause while the program runs.",
    ReasonKind.STATE: "It keeps what the program declared: the infrastructure's state.",
    ReasonKind.PUBLISHED: "It shows files that the program itself publishes; no server writes to it.",
    ReasonKind.DELIVERED: "Services write into it who asked for what, never a body; each is deleted after"
    " {amount:in days}.",
    ReasonKind.LOG: "Lines of it are deleted after {amount:in days}.",
    ReasonKind.LOG_FOR_EVER: "What is printed is not in the graph, and lines of it are kept for ever.",
    ReasonKind.LOG_LINES: "It passes on, selects or counts lines of a log and keeps none.",
    ReasonKind.DELIVERED_FOR_EVER: "Services write into it who asked for what, and it is kept for ever.",
    ReasonKind.BODIES: "It writes bodies of requests and answers to a log.",
    ReasonKind.CACHES_OF_API: "It keeps answers of an API, and nothing shows that they hold no business data.",
    ReasonKind.CACHES_OF_CDN: "It keeps answers to {subject}, and nothing shows that they hold no business data.",
    ReasonKind.CACHES_OF_BACKEND: "It keeps answers of a backend, and nothing shows that they hold no business data.",
    ReasonKind.LASTING_DISK: "It writes to a disk that outlives it.",
    ReasonKind.QUEUE: "It keeps messages until they are fetched or too old.",
    ReasonKind.VOLUME: "It keeps what programs write to it.",
    ReasonKind.STORE: "It keeps {subject}, or a copy of it.",
    ReasonKind.BUCKET: "It keeps bucket {subject}, or a copy of it.",
    ReasonKind.VAULT: "It keeps copies of whatever is backed up.",
    ReasonKind.EXECUTIONS: "It keeps what its executions were given and gave, for months.",
    ReasonKind.AUDIT: "It records who changed the infrastructure, not what customers do.",
    ReasonKind.BACK_OFFICE: "It stands on premises, where the back office keeps its data.",
    ReasonKind.HIDDEN: "What it creates cannot be seen.",
    ReasonKind.UNSEEN: "What {subject} would declare from values that only a provider knows is not seen.",
    ReasonKind.NOT_UNDERSTOOD: "Nothing is known of the type {subject}.",
    ReasonKind.NO_REASON: "No reason is known why the type {subject} holds none.",
}
CONDITIONS: Final[Mapping[Condition, str]] = {
    Condition.PRINTED: "what programs print to their logs holds no business data",
}
