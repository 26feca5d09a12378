"""Reasons in words: why something is down, impaired, unknown or lost, and what a verdict rests on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bcinfra.continuity.recovery.reasons import Because

REASONS: Final[Mapping[Because, str]] = {
    Because.LOST_WITH: "{subject}: lost with {object}",
    Because.NOT_WITHOUT: "{subject}: does not run without {object}",
    Because.REFERS_TO_NOTHING: "{subject}: needs {object}, which is not there",
    Because.ZONES_UNKNOWN: "{subject}: which zones it is in is not known",
    Because.SHIELD_UNKNOWN: "whether {subject} is shielded from floods is not known",
    Because.UNSHIELDED: "nothing absorbs floods in front of {subject}",
    Because.STANDBY_UNSHIELDED: "nothing absorbs floods in front of the standby of {subject}",
    Because.FLOODED: "{subject} is flooded",
    Because.LOST_WITH_ONLY_ZONE: "{subject}: lost with {object}, the only zone it is in",
    Because.LOSES: "{subject}: loses {object}",
    Because.FAILS_ITSELF: "{subject}: answers nothing, whatever is behind it",
    Because.LOSES_A_SERVER: "{subject}: loses a server",
    Because.LOSES_A_SERVER_WITH: "{subject}: loses a server, which may hold {amount:g} replicas: no rule keeps them on"
    " different ones",
    Because.LOSES_ITS_SERVER: "{subject}: loses its server",
    Because.NO_WAY: "{subject} find no way without {object}",
    Because.NOT_REROUTED: "{subject} are not taken to another line without {object}",
    Because.LOSES_LINE: "{subject} lose {object}",
    Because.FEED_STOPPED: "{subject} may have stopped coming some time before, with {object}",
    Because.NOT_SHIFTED: "{subject}: nothing takes requests away from {object}, which is impaired",
    Because.PARTLY_IMPAIRED: "{subject}: part of it is in {object}, which is impaired",
    Because.REPLICAS_UNKNOWN: "{subject}: how many replicas run is not known",
    Because.NEED_UNKNOWN: "{subject}: how much it must carry is not known",
    Because.MUST_GROW: "{subject}: must grow",
    Because.NOT_WITHDRAWN: "{subject}: nothing withdraws or replaces dead replicas",
    Because.CARRIES: "{subject}: what is left carries {amount:.0%} of the load",
    Because.NO_WAY_OUT: "{subject}: reaches the outside through {object} alone",
    Because.CALLS_UNTOLD: "{subject}: leaves for the outside by {object[0]} in {object[1]} alone; what it calls there"
    " is not stated (`capabilities.<name>.needs.external`)",
    Because.UNTRUSTED: "{subject}: cannot be trusted",
    Because.RUNS: "{subject}: runs {object}",
    Because.SPOILED: "{subject}: holds deleted or bad data, like every replica",
    Because.NOTHING_RUNS: "{subject}: nothing of it runs",
    Because.LOST_WITH_ONLY_COPY: "{subject}: lost with {object}, which holds its only copy",
    Because.LOST_WITH_ONLY_SERVER: "{subject}: lost with {object}, which every server of it is in; the data is kept",
    Because.MAYBE_LOST_WITH_COPIES: "{subject}: lost with {object[0]}, which with {amount:g} {object[1]}s may hold"
    " every copy",
    Because.NO_STANDBY_IN_ZONE: "{subject}: loses {object} and no copy in another zone takes over",
    Because.NO_STANDBY: "{subject}: loses its server, and no other copy takes over",
    Because.DIES_WITH_PROCESS: "{subject}: lost with its process, for no volume keeps it",
    Because.MAY_SHARE_SERVER: "{subject}: loses a server, which may hold too many of its copies: no rule keeps them on"
    " different ones",
    Because.DELETED: "{subject} is deleted",
    Because.HOME_UNKNOWN: "where {subject} is kept is not known",
    Because.NO_MAJORITY: "{subject} has no majority of its {amount:g} members left",
    Because.WRITER_GONE: "the writer of {subject} is gone: read-only",
    Because.NO_WRITER: "{subject} has no writer in {object}",
    Because.NOT_IN_SITE: "{subject} is not in {object}",
    Because.SPLIT: "two members of {subject} take writes, and their histories part",
    Because.SPLIT_UNKNOWN: "whether two members of {subject} can take writes at once is not known",
    Because.LEADS_NOWHERE_KNOWN: "where {subject} leads is not known",
    Because.CALLED_UNKNOWN: "{subject} is called, but nothing says what it is",
    Because.BEHIND_UNKNOWN: "{subject}: nothing says what answers behind it",
    Because.BEYOND: "{subject}: sends requests to {object}, which nothing in the program answers; what decides is"
    " to declare what does, or to state whose it is (`capabilities.<name>.needs.external`)",
    Because.NO_NAME: "no name that leads to it is known",
    Because.SUPPLIER_GONE: "{subject} is gone, and nothing takes its place",
    Because.READ_ONLY: "read-only",
    Because.SHARE_LEFT: "{amount:.0%} of the load",
    Because.NOT_READ: "{subject} starts by itself and may bring it back; what it does is code that is not read:"
    " rehearse it, or declare it as a plan",
    Because.NO_WAY_BACK: "no way back",
    Because.NOT_TOLD: "{object}",
    Because.COPY_LOST: "lost with {object}",
    Because.COPY_OUT_OF_REACH: "out of reach without {object}",
    Because.COPY_EXPOSED: "can be destroyed by {object}",
    Because.COPY_SPOILED: "has the bad writes too and keeps no earlier version",
    Because.COPY_TOO_YOUNG: "keeps versions for {amount:days} days, less than it may take to notice the corruption",
    Because.NOTHING_BACK: "nothing brings it back",
    Because.SHARE_CARRIED: "{amount:.0%} of the load is carried",
    Because.NO_COPY: "no copy of {subject} survives",
    Because.NO_STORE_KNOWN: "no store known",
    Because.GOES_ON_FROM: "{subject} goes on from {object}",
    Because.SCENARIOS_UNKNOWN: "{amount:g} scenarios cannot be told: {object}",
    Because.UNNOTICED: "clients notice nothing",
    Because.UNDECIDED: "cannot be decided: {object:also}",
    Because.OPEN_ENDED: "cannot be played: how long it takes is not known of {object}",
    Because.NOTHING_TO_TRY: "nothing brings it back, and nothing can be tried",
}
