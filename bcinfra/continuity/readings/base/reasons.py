"""Why resources hold business data or none: each reason once, for rows and for what their inputs say."""

from __future__ import annotations

from typing import Final

from bcinfra.continuity.model.stateless import Condition, Holds, Reason, ReasonKind

NETWORK: Final = Reason(ReasonKind.NETWORK, Holds.NOTHING)
FRONT: Final = Reason(ReasonKind.FRONT, Holds.NOTHING)
FILTER: Final = Reason(ReasonKind.FILTER, Holds.NOTHING)
NAMES: Final = Reason(ReasonKind.NAMES, Holds.NOTHING)
PERMISSIONS: Final = Reason(ReasonKind.PERMISSIONS, Holds.NOTHING)
KEYS: Final = Reason(ReasonKind.KEYS, Holds.NOTHING)
CERTIFICATES: Final = Reason(ReasonKind.CERTIFICATES, Holds.NOTHING)
COMPUTE: Final = Reason(ReasonKind.COMPUTE, Holds.NOTHING)
PROGRAM: Final = Reason(ReasonKind.PROGRAM, Holds.NOTHING)
SETTINGS: Final = Reason(ReasonKind.SETTINGS, Holds.NOTHING)
WATCH: Final = Reason(ReasonKind.WATCH, Holds.NOTHING)
VALUES: Final = Reason(ReasonKind.VALUES, Holds.NOTHING)
STATE: Final = Reason(ReasonKind.STATE, Holds.NOTHING)
PUBLISHED: Final = Reason(ReasonKind.PUBLISHED, Holds.NOTHING)
DELIVERED: Final = Reason(ReasonKind.DELIVERED, Holds.NOTHING)
LOG: Final = Reason(ReasonKind.LOG, Holds.NOTHING, Condition.PRINTED)
LOG_FOR_EVER: Final = Reason(ReasonKind.LOG_FOR_EVER, Holds.UNPROVEN)
LOG_LINES: Final = Reason(ReasonKind.LOG_LINES, Holds.NOTHING)
DELIVERED_FOR_EVER: Final = Reason(ReasonKind.DELIVERED_FOR_EVER, Holds.UNPROVEN)
BODIES: Final = Reason(ReasonKind.BODIES, Holds.DATA)
CACHES_OF_API: Final = Reason(ReasonKind.CACHES_OF_API, Holds.UNPROVEN)
CACHES_OF_CDN: Final = Reason(ReasonKind.CACHES_OF_CDN, Holds.UNPROVEN)
CACHES_OF_BACKEND: Final = Reason(ReasonKind.CACHES_OF_BACKEND, Holds.UNPROVEN)
LASTING_DISK: Final = Reason(ReasonKind.LASTING_DISK, Holds.UNPROVEN)
QUEUE: Final = Reason(ReasonKind.QUEUE, Holds.DATA)
VOLUME: Final = Reason(ReasonKind.VOLUME, Holds.DATA)
STORE: Final = Reason(ReasonKind.STORE, Holds.DATA)
BUCKET: Final = Reason(ReasonKind.BUCKET, Holds.DATA)
VAULT: Final = Reason(ReasonKind.VAULT, Holds.UNPROVEN)
EXECUTIONS: Final = Reason(ReasonKind.EXECUTIONS, Holds.UNPROVEN)
AUDIT: Final = Reason(ReasonKind.AUDIT, Holds.NOTHING)
BACK_OFFICE: Final = Reason(ReasonKind.BACK_OFFICE, Holds.BACK_OFFICE)
HIDDEN: Final = Reason(ReasonKind.HIDDEN, Holds.UNPROVEN)
UNSEEN: Final = Reason(ReasonKind.UNSEEN, Holds.UNPROVEN)
NOT_UNDERSTOOD: Final = Reason(ReasonKind.NOT_UNDERSTOOD, Holds.UNPROVEN)
NO_REASON: Final = Reason(ReasonKind.NO_REASON, Holds.UNPROVEN)
