"""Sample leads for what the samples of a card leave unshown; each is scored before it is told."""

from __future__ import annotations

from collections.abc import Sequence

from leadcard.compiler.plan import Plan
from leadcard.runtime.harness.coverage import Kind, Need, Shown
from leadcard.runtime.harness.lead_pool import confirmed, fewest, free_name, lead_pool, near_scores
from leadcard.runtime.harness.made_leads import Draft
from leadcard.runtime.harness.outcome import Outcome
from leadcard.runtime.harness.probe import Person
from leadcard.runtime.harness.samples import SampleFile
from leadcard.runtime.harness.write_samples import Proposal

_NAMES = {
    Kind.FIRES: "fires line {line}",
    Kind.SPARES: "does not fire line {line}",
    Kind.STAGE_EDGE: "at the edge of a stage (line {line})",
    Kind.WINDOW_EDGE: "at the edge of a window (line {line})",
    Kind.STAGE: "in the stage {stage}",
}
_OF_RULES = (Kind.FIRES, Kind.SPARES, Kind.WINDOW_EDGE)


def suggested(
    card: Plan, file: SampleFile, gaps: Sequence[Need]
) -> tuple[tuple[Proposal, ...], tuple[Need, ...]]:
    """Leads that show the gaps, and the gaps for which none was found."""
    if not gaps:
        return (), ()
    pool = [*lead_pool(card, file.as_of), *_at_edges(card, file, gaps)]
    shown = Shown(card, gaps)
    told = [*shown.by([draft.person() for draft in pool], file)]
    picked = fewest([(d, met) for d, (_, met) in zip(pool, told, strict=True)])
    taken = {sample.name for sample in file.samples}
    made = (
        _proposal(card, pool[n], told[n][0], [gaps[one] for one in sorted(new)], taken)
        for n, new in picked
    )
    proposals = confirmed(card, file.as_of, made)
    found = frozenset(one for _, new in picked for one in new)
    return proposals, tuple(gap for n, gap in enumerate(gaps) if n not in found)


def _at_edges(card: Plan, file: SampleFile, gaps: Sequence[Need]) -> tuple[Draft, ...]:
    wanted = [gap.scores for gap in gaps if gap.scores is not None]
    return near_scores(card, file.as_of, wanted) if wanted else ()


def _proposal(
    card: Plan, draft: Draft, outcome: Outcome | None, met: Sequence[Need], taken: set[str]
) -> Proposal:
    first = met[0]
    # The score may be the same on both sides of a window's edge; whether the rule fires is not.
    asked = {need.line for need in met if need.kind in _OF_RULES}
    rules = {rule.line for rule in card.rules} & asked
    fired = {reason.line for reason in outcome.reasons} if outcome is not None else set()
    name = _NAMES[first.kind].format(line=first.line, stage=first.stage)
    return Proposal(
        name=free_name(name, taken),
        person=draft.person(),
        outcome=outcome,
        columns=("score", "stage") if card.stages else ("score",),
        fires=tuple(sorted(rules & fired)),
        spares=tuple(sorted(rules - fired)),
    )


def unshown(card: Plan, file: SampleFile, asked: Sequence[Need]) -> tuple[Need, ...]:
    """Those of some needs that no sample of the file meets."""
    people = [Person(lead=s.lead, colleagues=s.colleagues) for s in file.samples]
    met = frozenset(n for _, shown in Shown(card, asked).by(people, file) for n in shown)
    return tuple(need for n, need in enumerate(asked) if n not in met)
