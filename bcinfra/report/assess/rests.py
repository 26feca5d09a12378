"""What verdicts rest on that nobody stated, in words."""

from __future__ import annotations

from bcinfra.continuity.judgement.assessment import Assessment, CapabilityResult
from bcinfra.continuity.model.assumptions import Assumes
from bcinfra.continuity.model.domains import UNNAMED, DomainKind
from bcinfra.continuity.model.parts import Model, Provenance
from bcinfra.continuity.model.statements import Subject
from bcinfra.report.words.quantities import count, duration


def rests_on(a: Assessment, model: Model) -> list[str]:
    """What the verdicts rest on that neither the program nor a fact says."""
    found: list[str] = []
    default = sorted({_objectives(c) for c in a.capabilities if c.target.provenance is Provenance.DEFAULT})
    found += [f"default objectives ({'; '.join(default)}), as none are stated"] if default else []
    for said in model.assumptions:
        if said.kind is Assumes.ANSWERED and a.capabilities:
            names = said.object if isinstance(said.object, tuple) else ()
            more = f" and {len(names) - 3} more" if len(names) > 3 else ""
            listed = ", ".join(map(str, names[:3]))
            found.append(f"the assumed answer of {function(str(said.subject))} (for {listed}{more})")
    shaped = [
        said.subject.name
        for said in model.assumptions
        if said.kind is Assumes.OF_SHAPE and isinstance(said.subject, Subject)
    ]
    found += [f"the published shape of {', '.join(shaped)}, whose content is not seen"] if shaped else []
    shown = [
        said.subject.name
        for said in model.assumptions
        if said.kind is Assumes.PUBLISHED_UNSEEN and isinstance(said.subject, Subject) and a.capabilities
    ]
    found += [f"the contents of bucket {', '.join(shown)}, taken to be published again from elsewhere"] if shown else []
    unnamed = [str(d) for d in a.domains if d.kind is DomainKind.REGION and d.short == UNNAMED]
    found += [f"{' and '.join(unnamed)}, as nothing states which region it is"] if unnamed else []
    for said in model.assumptions:
        if said.kind is Assumes.IN_CHART and isinstance(said.subject, Subject):
            found.append(f"{said.object} in {said.subject.name}, which is not seen and not judged")
    if model.opaque:
        what = count(len(model.opaque), "remote component or chart", "remote components or charts")
        found.append(f"{what} whose content is not visible")
    return found


def function(token: str) -> str:
    """A provider's function as programs call it."""
    return token.rpartition(":")[2]


def _objectives(one: CapabilityResult) -> str:
    target = one.target
    said = [f"recovery {duration(target.recovery_time.total_seconds())}"] if target.recovery_time is not None else []
    said += [f"data loss {duration(target.data_loss.total_seconds())}"] if target.data_loss is not None else []
    said += [f"availability {target.availability:g} %"] if target.availability is not None else []
    return ", ".join(said)
