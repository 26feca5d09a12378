"""Steps of a recovery in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bcinfra.continuity.recovery.steps import Act

ACTS: Final[Mapping[Act, str]] = {
    Act.NOTICE: "people notice",
    Act.ANSWER: "on-call answers",
    Act.DECIDE: "failover is decided",
    Act.VERIFY: "verify",
    Act.START_PLAN: "alarms start {subject}",
    Act.SWITCH: "{subject} sends clients elsewhere",
    Act.CHANGE_NAME: "a person changes {subject}",
    Act.EDITABLE: "records of {subject} can be changed again",
    Act.FOLLOW: "clients follow {subject}",
    Act.WITHDRAW: "health check of {subject} withdraws {object}",
    Act.WITHDRAW_SITE: "the balancer withdraws {subject}",
    Act.WITHDRAW_REPLICAS: "{subject} withdraws dead replicas",
    Act.LEAVE_ZONE: "{subject} leaves the zone",
    Act.SHIFT_ZONE: "zonal autoshift leaves {subject}",
    Act.SHIFT_BY_ALARMS: "alarms take traffic of {subject} out of {object}",
    Act.SHIFT_BY_HAND: "a person takes {subject:and} out of service",
    Act.REROUTE: "{subject} leave {object}",
    Act.SEE_LOAD: "scaling of {subject} sees the load",
    Act.LAUNCH: "launch replicas of {subject}",
    Act.GROW: "grow {subject}",
    Act.PROMOTE: "promote {subject}",
    Act.KEEP_KEY: "a person cancels the deletion of {subject:and}",
    Act.NEW_SERVER: "give {subject} a server in another zone",
    Act.RESTART_ELSEWHERE: "{subject} starts again on another server",
    Act.LOCAL_FAILOVER: "{subject} fails over inside its region",
    Act.SEE_FAULT: "the deployment of {subject} is seen to fail",
    Act.ROLL_BACK: "roll back {subject}",
    Act.ROLL_BACK_BY_HAND: "roll back by hand",
    Act.ABSORB: "the flood is absorbed",
    Act.OUTLAST: "until it is over",
    Act.WAIT: "until it is back",
    Act.WAIT_FOR: "until {subject} is back",
    Act.NOTHING: "nothing brings it back",
    Act.UPGRADE: "{subject} is upgraded",
    Act.LEAVE_MAINTENANCE: "{subject} leaves maintenance",
    Act.REBUILD: "build everything anew",
    Act.REBUILD_OUTSIDE: "build everything outside {subject}",
    Act.RECREATE: "recreate servers in {subject}",
    Act.DELEGATE: "delegate {subject} anew",
    Act.RENEW: "a person renews {subject}",
    Act.GIVE_BACK: "the vendor gives {subject} back",
    Act.RESTORE: "restore {subject} from {object}",
    Act.USE: "put {subject} to use",
    Act.START_EMPTY: "start {subject} empty",
    Act.START_AGAIN: "start {subject} again",
}
