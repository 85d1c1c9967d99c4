"""Whether the samples of a card are a whole suite: every stage, the ladder, nothing unreviewed.

All of it is a warning: what each sample says may be true while the suite is not yet whole.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from leadcard.compiler.pipeline import Checked
from leadcard.compiler.plan import Plan
from leadcard.compiler.yaml_source import Mapping, Node, Scalar, read_yaml
from leadcard.dsl.diagnostics import Diagnostic, Related, warning
from leadcard.dsl.source import Source, Span
from leadcard.runtime.harness.compare import number
from leadcard.runtime.harness.coverage import stage_needs
from leadcard.runtime.harness.runner import FileResult, SampleResult
from leadcard.runtime.harness.sample_lint import buyer_stages_untried
from leadcard.runtime.harness.samples import Sample, SampleFile

MARK: Final = "# unreviewed"
_COMMENT: Final = re.compile(r"(?:^|[ \t])#.*?\bunreviewed\b[^\n]*", re.MULTILINE)


def suite_warnings(checked: Checked, plan: Plan, result: FileResult) -> tuple[Diagnostic, ...]:
    """All that is missing from the samples of a card after their run."""
    return (*_stages(checked, plan, result), *ladder(plan, result), *unreviewed(result.file))


def _stages(checked: Checked, plan: Plan, result: FileResult) -> Iterator[Diagnostic]:
    assert checked.source is not None
    assert checked.bound is not None
    yield from buyer_stages_untried(checked.bound, result.file)
    spans = {stage.line: stage.node.span for stage in checked.bound.stages}
    tried = {one.outcome.values["stage"] for one in result.results if one.outcome is not None}
    for need in stage_needs(checked, plan):
        if need.stage not in tried:
            yield warning(
                "T123",
                need.what,
                source=checked.source,
                span=spans[need.line],
                hint="add one, or see what `leadcard test --suggest` writes",
            )


# --- the ladder -----------------------------------------------------------------------------------


def ladder(plan: Plan, result: FileResult) -> Iterator[Diagnostic]:
    """Samples of a later buyer stage that do not outscore those of an earlier one.

    Samples without a score or a buyer stage, disqualified ones and those marked `off ladder` do not
    stand on it.
    """
    best: tuple[Decimal, Sample] | None = None
    for stage in plan.buyer_stages:
        here = [one for one in map(_rung, result.results) if one and one[1].buyer_stage == stage]
        for score, sample in here:
            if best is not None and score <= best[0]:
                yield _too_low(result.file.source, score, sample, best)
        top = max(here, key=lambda one: one[0], default=None)
        if top is not None and (best is None or top[0] > best[0]):
            best = top


def _rung(one: SampleResult) -> tuple[Decimal, Sample] | None:
    if one.outcome is None or one.sample.off_ladder or one.outcome.values["disqualified"]:
        return None
    score = one.outcome.values["score"]
    return (score, one.sample) if isinstance(score, Decimal) else None


def _too_low(
    source: Source, score: Decimal, sample: Sample, best: tuple[Decimal, Sample]
) -> Diagnostic:
    other = best[1]
    return warning(
        "T122",
        f"`{sample.name}` scores {number(score)}, and `{other.name}` of the earlier buyer stage"
        f" `{other.buyer_stage}` {number(best[0])}",
        source=source,
        span=_written(source, sample.line),
        hint="if that is meant, add `off ladder: true` to the one that is out of the ordinary",
        related=(
            Related(source=source, span=_written(source, other.line), label="the earlier one"),
        ),
    )


def _written(source: Source, line: int) -> Span:
    """A line without its indentation."""
    whole = source.line_span(line)
    text = source.text[whole.start : whole.end]
    return Span(whole.end - len(text.lstrip()), whole.end)


# --- review ---------------------------------------------------------------------------------------


def unreviewed(file: SampleFile) -> Iterator[Diagnostic]:
    """A warning for each sample with an expectation that `--update` proposed and nobody read."""
    starts = [sample.line for sample in file.samples]
    lines = sorted({file.source.position(span.start).line for span in marks(file.source)})
    said: set[int] = set()
    for line in lines:
        at = bisect_right(starts, line) - 1
        if at < 0 or at in said:
            continue
        said.add(at)
        yield warning(
            "T124",
            f"nobody has reviewed what is expected of `{file.samples[at].name}`",
            source=file.source,
            span=_mark_in(file.source, line),
            hint=f"if it is right, take the comment `{MARK}` away",
        )


def _mark_in(source: Source, line: int) -> Span:
    whole = source.line_span(line)
    at = source.text[whole.start : whole.end].rfind("#")
    return Span(whole.start + at, whole.end)


def marks(source: Source) -> tuple[Span, ...]:
    """The comments that say `unreviewed`, and not the same words in a text."""
    node, _ = read_yaml(source)
    texts = [] if node is None else list(_scalars(node))
    return tuple(
        Span(found.start(), found.end())
        for found in _COMMENT.finditer(source.text)
        if not any(t.span.start < found.end() - 1 and found.start() + 1 < t.span.end for t in texts)
    )


def _scalars(node: Node) -> Iterator[Scalar]:
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Scalar):
            yield one
        elif isinstance(one, Mapping):
            waiting += [part for entry in one.entries for part in (entry.key, entry.value)]
        else:
            waiting += one.items
