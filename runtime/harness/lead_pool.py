"""A pool of made leads that shows as much of a card as can be had in a moment.

Leads for each rule, for tiers, must haves and stages, and leads that fire several rules at once:
these reach caps and the edges of stages. The same card gives the same pool.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from leadcard.compiler.plan import MustHavesMet, Plan
from leadcard.dsl.source import Source
from leadcard.runtime.harness.engines import run_python
from leadcard.runtime.harness.made_leads import Draft, LeadMaker, conditions, leaves
from leadcard.runtime.harness.probe import Questions
from leadcard.runtime.harness.sample_lint import edges_of, nearness
from leadcard.runtime.harness.samples import Sample, SampleFile
from leadcard.runtime.harness.tally import Tally
from leadcard.runtime.harness.write_samples import Proposal

_SEED: Final = 11
_MOST_STACKS: Final = 240
_MOST_STEPS: Final = 40
_NEAR: Final = 8  # leads that each step towards an edge begins with


def lead_pool(card: Plan, as_of: datetime) -> tuple[Draft, ...]:
    """Made leads for a card, the simplest first."""
    maker = LeadMaker(card, as_of)
    found: dict[Draft, None] = {Draft(): None}
    for rule in card.rules:
        found |= dict.fromkeys(maker.for_rule(rule))
    for condition in conditions(card):
        found |= dict.fromkeys(maker.drafts((condition,)))
    needed = card.must_haves.requirements if card.must_haves else ()
    if needed:
        found |= dict.fromkeys(_stacks(tuple(maker.drafts(r.when for r in needed)), 40))
    found |= dict.fromkeys(_stacks(firing(card, maker, as_of), _MOST_STACKS))
    return tuple(sorted(found, key=lambda draft: draft.size))


def firing(card: Plan, maker: LeadMaker, as_of: datetime) -> tuple[Draft, ...]:
    """For each rule the simplest leads that fire it (and, beside that, one that does not)."""
    questions = Questions(card)
    tally = Tally(card, questions)
    made = [(rule, draft) for rule in card.rules for draft in maker.for_rule(rule)]
    answers = questions.ask([draft.person() for _, draft in made], as_of)
    found: dict[Draft, None] = {}
    kept: dict[tuple[int, bool, int], int] = {}
    for (rule, draft), one in zip(made, answers, strict=True):
        if one is None:
            continue
        points = next((n for n, fired in tally.fired(one) if fired is rule), None)
        key = (rule.line, points is not None, points or 0)
        kept[key] = kept.get(key, 0) + 1
        if kept[key] <= 2:
            found.setdefault(draft)
    return tuple(found)


def _stacks(drafts: tuple[Draft, ...], most: int) -> Iterator[Draft]:
    """Leads that do what several of the drafts do, from a few of them to nearly all."""
    chance = random.Random(_SEED)
    for n in range(most if drafts else 0):
        stack = Draft()
        wanted = 1 + n * min(len(drafts), _MOST_STEPS) // most
        for draft in chance.sample(drafts, min(len(drafts), 2 * wanted)):
            stack = stack.joined(draft) or stack
        yield stack


def at_edges(card: Plan, as_of: datetime) -> tuple[Draft, ...]:
    """Leads that score just what a stage begins with, and just below."""
    edges = {int(edge * 100) for stage in card.stages for edge in edges_of(stage.when)}
    near = int(nearness(card) * 100)
    sides = [
        side for edge in sorted(edges) for side in ((edge, edge + 99), (edge - near, edge - 1))
    ]
    asked = any(isinstance(test, MustHavesMet) for s in card.stages for test in leaves(s.when))
    return near_scores(card, as_of, sides, must_haves=(True, False) if asked else (None,))


def near_scores(
    card: Plan,
    as_of: datetime,
    targets: Iterable[tuple[int, int]],
    *,
    must_haves: Sequence[bool | None] = (None,),
) -> tuple[Draft, ...]:
    """For each range of scores in 1/100, both ends included, the simplest lead found with it.

    For each of `must_haves` one that meets them, one that does not, or (None) any.
    """
    maker = LeadMaker(card, as_of)
    questions = Questions(card)
    tally = Tally(card, questions)
    steps = firing(card, maker, as_of)
    if True in must_haves and card.must_haves is not None:
        steps += maker.drafts(one.when for one in card.must_haves.requirements)[:_NEAR]
    known: dict[Draft, tuple[int, bool]] = {}

    def scored(drafts: Iterable[Draft]) -> None:
        new = [draft for draft in dict.fromkeys(drafts) if draft not in known]
        asked = questions.ask([draft.person() for draft in new], as_of)
        for draft, one in zip(new, asked, strict=True):
            outcome = tally.outcome(one)
            if outcome is not None and not outcome.values["disqualified"]:
                score = int(outcome.values["score"] * 100)  # type: ignore[operator]
                known[draft] = score, outcome.values["must_haves"] is True

    scored([Draft(), *steps, *_stacks(steps, _MOST_STACKS)])
    found: dict[Draft, None] = {}
    for target, must in ((target, must) for target in targets for must in must_haves):
        for _ in range(4):
            order = sorted(known, key=lambda d: (*_apart(known[d], target, must), d.size))
            if _apart(known[order[0]], target, must) == (0, False):
                found.setdefault(order[0])
                break
            grown = (d.joined(step) for d in order[:_NEAR] for step in steps)
            scored(draft for draft in grown if draft is not None)
    return tuple(found)


def _apart(has: tuple[int, bool], target: tuple[int, int], must: bool | None) -> tuple[int, bool]:
    """How far a score is from a range, and whether the must haves are not as they should be."""
    score, met = has
    return max(target[0] - score, score - target[1], 0), must not in (None, met)


def fewest(leads: Sequence[tuple[Draft, frozenset[int]]]) -> list[tuple[int, frozenset[int]]]:
    """Few of the leads that show together what any of them shows, easily read ones first.

    Each is given by its number, with what it shows and none before it does.
    """
    open_ = frozenset(one for _, shown in leads for one in shown)
    chosen: list[tuple[int, frozenset[int]]] = []
    while open_:
        best = max(
            range(len(leads)),
            key=lambda n: len(open_ & leads[n][1]) / (leads[n][0].size + 6) ** 1.5,
        )
        chosen.append((best, open_ & leads[best][1]))
        open_ -= leads[best][1]
    return chosen


def confirmed(card: Plan, as_of: datetime, made: Iterable[Proposal]) -> tuple[Proposal, ...]:
    """The proposals with what the compiled card says of them, so that each passes when pasted."""
    proposals = tuple(made)
    samples = tuple(
        Sample(
            name=one.name,
            line=1,
            lead=one.person.lead,
            colleagues=one.person.colleagues,
            expected=(),
        )
        for one in proposals
    )
    file = SampleFile(source=Source("proposed", ""), as_of=as_of, samples=samples)
    outcomes = run_python(card, file)
    return tuple(replace(p, outcome=o) for p, o in zip(proposals, outcomes, strict=True))


def free_name(name: str, taken: set[str]) -> str:
    """The name, with a number where another lead has it already; it is taken from now on."""
    made, n = name, 1
    while made in taken:
        n += 1
        made = f"{name} ({n})"
    taken.add(made)
    return made
