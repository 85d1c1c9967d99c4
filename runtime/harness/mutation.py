"""Which mistakes in a card its sample leads would catch, and leads that catch the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from leadcard.compiler.pipeline import Checked
from leadcard.compiler.plan import Plan, Rule
from leadcard.runtime.harness.compare import compared
from leadcard.runtime.harness.lead_pool import at_edges, confirmed, fewest, free_name, lead_pool
from leadcard.runtime.harness.made_leads import Draft
from leadcard.runtime.harness.mutants import Mutant, mutants
from leadcard.runtime.harness.outcome import Outcome
from leadcard.runtime.harness.probe import Answers, Person, Questions
from leadcard.runtime.harness.samples import Sample, SampleFile
from leadcard.runtime.harness.tally import Tally
from leadcard.runtime.harness.write_samples import Proposal

# What is best expected of a lead, the plainest first.
_BEFORE = (
    "score", "stage", "disqualified", "flags", "key_conversions", "must_haves", "grade", "tier",
    "displayed",
)  # fmt: skip
_AFTER = ("raw_score", "route", "respond_within", "notify")


@dataclass(frozen=True, slots=True, kw_only=True)
class Survivor:
    """A mistake that no sample catches, and the number of the proposal that does, if any does."""

    mutant: Mutant
    caught_by: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MutationResult:
    """How many mistakes were tried, those that no sample catches, and leads that would."""

    tried: int
    survivors: tuple[Survivor, ...]
    proposals: tuple[Proposal, ...]

    @property
    def caught(self) -> int:
        """How many mistakes the samples catch."""
        return self.tried - len(self.survivors)

    @property
    def told(self) -> tuple[Survivor, ...]:
        """The survivors that a lead can tell from the card."""
        return tuple(one for one in self.survivors if one.caught_by is not None)


def mutation(checked: Checked, card: Plan, file: SampleFile) -> MutationResult:
    """Make every mistake in the card, and see what the samples say of it."""
    made = [*mutants(card, **_setting_lines(checked))]
    questions = Questions(card)
    original = Tally(card, questions)
    tallies = [Tally(mutant.plan, questions) for mutant in made]
    people = [Person(lead=s.lead, colleagues=s.colleagues) for s in file.samples]
    answers = questions.ask(people, file.as_of)
    before = [original.outcome(one) for one in answers]
    survivors = [
        (mutant, tally)
        for mutant, tally in zip(made, tallies, strict=True)
        if not _is_caught(_Told(mutant, tally, questions), file.samples, answers, before)
    ]
    return _with_proposals(card, file, len(made), survivors)


def _setting_lines(checked: Checked) -> dict[str, int]:
    """The lines of the settings that change points."""
    assert checked.source is not None
    assert checked.bound is not None
    must = checked.bound.must_haves
    nodes = {
        "score_line": checked.bound.score,
        "grade_line": checked.bound.grades,
        "must_line": None if must is None else must.node,
    }
    return {
        name: checked.source.position(node.span.start).line
        for name, node in nodes.items()
        if node is not None
    }


class _Told:
    """A changed card that is added up only for leads that its changed rule treats otherwise."""

    def __init__(self, mutant: Mutant, tally: Tally, questions: Questions) -> None:
        self._tally = tally
        self._old = None if mutant.rule is None else questions.rule(mutant.rule)
        self._new = None if mutant.changed is None else questions.rule(mutant.changed)
        one, two = mutant.rule, mutant.changed
        self._silent = two is None or one is None or _marks(one) == _marks(two)

    def differs(self, answers: Answers, outcome: Outcome | None) -> Outcome | None:
        """What the changed card says of a lead, if that is not `outcome`; else None."""
        if self._old is not None and self._silent:
            now = None if self._new is None else answers.get(self._new)
            if answers.get(self._old) == now:
                return None
        found = self._tally.outcome(answers)
        return None if found == outcome else found


def _marks(rule: Rule) -> tuple[object, ...]:
    return rule.disqualify, rule.flag, rule.key_conversion


def _is_caught(
    told: _Told,
    samples: Sequence[Sample],
    answers: Sequence[Answers | None],
    before: Sequence[Outcome | None],
) -> bool:
    for sample, one, old in zip(samples, answers, before, strict=True):
        new = None if one is None else told.differs(one, old)
        if new is not None and compared(sample.expected, new):
            return True
    return False


# --- leads that catch what survived ---------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Catch:
    """A made lead, the survivors that it catches, and what must be expected for that."""

    draft: Draft
    outcome: Outcome
    caught: dict[int, str]


def _with_proposals(
    card: Plan, file: SampleFile, tried: int, survivors: list[tuple[Mutant, Tally]]
) -> MutationResult:
    if not survivors:
        return MutationResult(tried=tried, survivors=(), proposals=())
    catches = [*_catches(card, file, survivors)]
    picked = fewest([(c.draft, frozenset(c.caught)) for c in catches])
    by_survivor = {n: at for at, (_, new) in enumerate(picked) for n in new}
    chosen = [_only(catches[number], new) for number, new in picked]
    taken: set[str] = {sample.name for sample in file.samples}
    made = (_proposal(card, catch, survivors, taken) for catch in chosen)
    proposals = confirmed(card, file.as_of, made)
    return MutationResult(
        tried=tried,
        survivors=tuple(
            Survivor(mutant=mutant, caught_by=by_survivor.get(n))
            for n, (mutant, _) in enumerate(survivors)
        ),
        proposals=proposals,
    )


def _catches(
    card: Plan, file: SampleFile, survivors: list[tuple[Mutant, Tally]]
) -> Iterator[_Catch]:
    """Made leads with the survivors that each of them catches."""
    questions = Questions(card)
    original = Tally(card, questions)
    changed = [_Told(m, Tally(m.plan, questions), questions) for m, _ in survivors]
    pool = (*lead_pool(card, file.as_of), *at_edges(card, file.as_of))
    answers = questions.ask([draft.person() for draft in pool], file.as_of)
    for draft, one in zip(pool, answers, strict=True):
        outcome = original.outcome(one)
        if outcome is None or one is None:
            continue
        caught = {}
        for n, told in enumerate(changed):
            other = told.differs(one, outcome)
            if other is not None:
                caught[n] = _difference(outcome, other)
        if caught:
            yield _Catch(draft=draft, outcome=outcome, caught=caught)


def _difference(outcome: Outcome, other: Outcome) -> str:
    """The plainest column that differs; `fired` where only the rules that fire do."""
    sections = [c for c in outcome.values if c.startswith("section_")]
    for column in (*_BEFORE, *sections, *_AFTER):
        if outcome.values[column] != other.values[column]:
            return column
    return "fired"


def _only(catch: _Catch, new: frozenset[int]) -> _Catch:
    """The catch with nothing but these survivors, the ones that no lead before it caught."""
    return replace(catch, caught={n: what for n, what in catch.caught.items() if n in new})


def _proposal(
    card: Plan, catch: _Catch, survivors: list[tuple[Mutant, Tally]], taken: set[str]
) -> Proposal:
    found = [survivors[n][0] for n in catch.caught]
    differing = set(catch.caught.values())
    usual = ("score", "stage") if card.stages else ("score",)
    columns = tuple(dict.fromkeys((*usual, *sorted(differing - {"fired"}))))
    fired = {reason.line for reason in catch.outcome.reasons}
    rules = {m.line for n, m in zip(catch.caught, found, strict=True)
             if catch.caught[n] == "fired" and m.rule is not None}  # fmt: skip
    return Proposal(
        name=free_name(f"{found[0].what} (line {found[0].line})".replace("`", ""), taken),
        person=catch.draft.person(),
        outcome=catch.outcome,
        columns=columns,
        fires=tuple(sorted(rules & fired)),
        spares=tuple(sorted(rules - fired)),
    )
