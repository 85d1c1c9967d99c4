"""How coverage, mistakes caught and generated leads are told: to people, and to programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from leadcard.compiler.pipeline import Checked
from leadcard.runtime.harness.coverage import Coverage, Need
from leadcard.runtime.harness.mutation import MutationResult
from leadcard.runtime.harness.random_run import RandomResult
from leadcard.runtime.harness.write_samples import Proposal, SampleWriter
from leadcard.runtime.paint import Paint

# --- text -----------------------------------------------------------------------------------------


def coverage_text(card: str, checked: Checked, found: Coverage, *, color: bool) -> str:
    """The share of a card that its samples show, and what they do not, line by line."""
    paint = Paint(color)
    shown = f"{found.total - len(found.gaps)} of {found.total}"
    head = f"{paint.strong(card)}: {found.percent} % of the card is shown ({shown})"
    gaps = [(gap.line, gap.what) for gap in found.gaps]
    return "\n".join([head, *_by_line(checked, gaps, paint)])


def mutation_text(
    card: str, checked: Checked, found: MutationResult, writer: SampleWriter, *, color: bool
) -> str:
    """The mistakes that no sample catches, line by line, and leads that do."""
    paint = Paint(color)
    told = found.told
    silent = len(found.survivors) - len(told)
    head = f"{paint.strong(card)}: {found.caught} of {found.tried} mistakes are caught"
    if silent:
        head += f"; {silent} that no lead was found to show"
    missed = [(one.mutant.line, one.mutant.what) for one in told]
    blocks = ["\n".join([head, *_by_line(checked, missed, paint)])]
    if found.proposals:
        blocks.append(paste_text(found.proposals, writer, "these leads catch the others"))
    return "\n\n".join(blocks)


def random_text(card: str, found: RandomResult, writer: SampleWriter, *, color: bool) -> str:
    """What was checked on generated leads, and the smallest leads that fail."""
    paint = Paint(color)
    leads = f"{found.leads:,} generated lead{'s' if found.leads != 1 else ''}"
    lines = [f"{paint.strong(card)}: {leads}, seed {found.seed}"]
    failed = {one.invariant for one in found.failures}
    for name in found.checked:
        mark = paint.bad("FAIL") if name in failed else paint.good("ok  ")
        lines.append(f"  {mark} {name}")
    lines += [f"  {paint.faint(f'--   {name}: {why}')}" for name, why in found.left_out]
    blocks = ["\n".join(lines)]
    for failure in found.failures:
        title = f"{failure.invariant}: {failure.wrong}"
        blocks.append(paste_text((failure.proposal,), writer, title))
    return "\n\n".join(blocks)


def paste_text(proposals: Sequence[Proposal], writer: SampleWriter, title: str) -> str:
    """Sample leads under a comment, as they stand in a file."""
    leads = "".join(writer.sample(one) for one in proposals)
    return f"{writer.indent}# {title}\n{leads}".rstrip("\n")


def _by_line(checked: Checked, found: Iterable[tuple[int, str]], paint: Paint) -> Iterator[str]:
    """What is to be said of each line of the card, below the line itself."""
    assert checked.source is not None
    in_order = sorted(found, key=lambda one: one[0])
    width = len(str(in_order[-1][0])) if in_order else 1
    for line, said in groupby(in_order, key=lambda one: one[0]):
        span = checked.source.line_span(line)
        text = checked.source.text[span.start : span.end].strip()
        yield f"  line {line:>{width}}  {paint.strong(text)}"
        yield from (f"{'':>{width + 9}}{what}" for _, what in said)


# --- JSON -----------------------------------------------------------------------------------------


def coverage_json(card: str, found: Coverage) -> Mapping[str, object]:
    """Coverage for programs."""
    return {
        "card": card,
        "percent": found.percent,
        "shown": found.total - len(found.gaps),
        "total": found.total,
        "gaps": [_need_json(gap) for gap in found.gaps],
    }


def _need_json(need: Need) -> Mapping[str, object]:
    return {"line": need.line, "kind": need.kind.value, "what": need.what}


def mutation_json(card: str, found: MutationResult, writer: SampleWriter) -> Mapping[str, object]:
    """Mistakes for programs; `caught_by` counts the leads from 0."""
    return {
        "card": card,
        "tried": found.tried,
        "caught": found.caught,
        "survivors": [
            {"line": one.mutant.line, "what": one.mutant.what, "caught_by": one.caught_by}
            for one in found.survivors
        ],
        "leads": [writer.sample(one) for one in found.proposals],
    }


def random_json(card: str, found: RandomResult, writer: SampleWriter) -> Mapping[str, object]:
    """Generated leads for programs."""
    return {
        "card": card,
        "leads": found.leads,
        "seed": found.seed,
        "checked": list(found.checked),
        "left_out": dict(found.left_out),
        "failures": [
            {"invariant": one.invariant, "wrong": one.wrong, "lead": writer.sample(one.proposal)}
            for one in found.failures
        ],
    }
