"""With which command a step of a recovery is done: by its act and the type of the resource that it is done to.

Every command names the shop's own resource and goes to the endpoint of the place where that is; none opens a console.
What the cloud names by itself (ids of keys, of file systems) is looked up by a command that goes to the same endpoint.
Sources: the vendors' references of their command lines (awscli.amazonaws.com/v2/documentation/api/latest,
cloud.google.com/sdk/gcloud/reference, kubernetes.io/docs/reference/kubectl, www.pulumi.com/docs/iac/cli), 2026-11.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final

from bcinfra.continuity.judgement.runbooks import Runbook
from bcinfra.continuity.model import domains
from bcinfra.continuity.model.domains import Domain
from bcinfra.continuity.model.statements import Subject
from bcinfra.continuity.recovery.steps import Act, Step
from bcinfra.report.documents.commands import premises
from bcinfra.report.documents.commands.at import At, Maker, nothing
from bcinfra.report.documents.commands.calls import Command, lost_to
from bcinfra.report.documents.commands.compute import GROW, ROLL_BACK, replaced, rolled_back
from bcinfra.report.documents.commands.data import PROMOTE
from bcinfra.report.documents.commands.names import change, delegate
from bcinfra.report.documents.commands.program import Program
from bcinfra.report.documents.commands.proofs import keep_key, renew
from bcinfra.report.documents.commands.restore import rebuild, rebuild_outside, recreate, restore, started, used
from bcinfra.report.documents.commands.switch import START_PLAN, leave_zone, waited_for


def commands_of(
    program: Program, step: Step, page: Runbook, site: str | None, returned: Collection[Domain] = ()
) -> tuple[Command, ...]:
    """The commands of a step; none where it is done without one. Those that need what is lost are left out.
    ``site``: where service is given from afterwards; ``returned``: what is back when the step is done."""
    subject = step.deed.subject
    at = At(program, step, page, site, frozenset(returned), subject if isinstance(subject, Subject) else None)
    made = [_reached(one) for one in _BY_ACT.get(step.deed.kind, nothing)(at)]
    return tuple(one for one in made if not lost_to(one, page.scenario.failed, returned))


def _reached(command: Command) -> Command:
    """With the region whose endpoint a call goes to."""
    if command.aws is None:
        return command
    return replace(command, needs=(*command.needs, domains.region("aws", command.aws.region)))


_BY_ACT: Final[Mapping[Act, Maker]] = {
    Act.PROMOTE: PROMOTE,
    Act.GROW: GROW,
    Act.LAUNCH: GROW,
    Act.START_PLAN: START_PLAN,
    Act.CHANGE_NAME: change,
    Act.DELEGATE: delegate,
    Act.SHIFT_BY_HAND: leave_zone,
    Act.KEEP_KEY: keep_key,
    Act.RENEW: renew,
    Act.ROLL_BACK: ROLL_BACK,
    Act.ROLL_BACK_BY_HAND: rolled_back,
    Act.REBUILD: rebuild,
    Act.REBUILD_OUTSIDE: rebuild_outside,
    Act.RECREATE: recreate,
    Act.RESTORE: restore,
    Act.USE: used,
    Act.NEW_SERVER: replaced,
    Act.START_EMPTY: started,
    Act.START_AGAIN: premises.started,
    Act.WAIT_FOR: waited_for,
}
