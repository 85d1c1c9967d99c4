"""Proposed expectations, written into a sample file for somebody to review.

Only the values that are not as expected are replaced, in the text itself: comments, order, quotes
and layout stay. Each line that changed ends in `# unreviewed`. The new text is read again before it
is given away; whatever would not read as it was meant is not written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from leadcard.compiler.pipeline import Checked
from leadcard.compiler.plan import Plan
from leadcard.compiler.text import name_form
from leadcard.compiler.yaml_source import Entry, Mapping, Node, read_yaml
from leadcard.compiler.yaml_source import Sequence as NodeList
from leadcard.dsl.diagnostics import Diagnostic
from leadcard.dsl.source import Source, Span
from leadcard.runtime.harness.compare import compared
from leadcard.runtime.harness.engines import run_python
from leadcard.runtime.harness.outcome import Outcome
from leadcard.runtime.harness.probe import Person
from leadcard.runtime.harness.read_samples import read_samples
from leadcard.runtime.harness.runner import is_named
from leadcard.runtime.harness.samples import Amount, Exactly, Expected, Firing, Sample, SampleFile
from leadcard.runtime.harness.suite import MARK, marks
from leadcard.runtime.harness.write_samples import Proposal, SampleWriter


@dataclass(frozen=True, slots=True, kw_only=True)
class Updated:
    """The new text of a sample file (None where nothing changes), and how many leads changed."""

    text: str | None
    leads: int
    problems: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edit:
    """A place of the text and what shall stand there; `whole` where it is a line of its own."""

    span: Span
    text: str


def updated(source: Source, checked: Checked, plan: Plan, part: str | None = None) -> Updated:
    """Expectations as the card has them now, for all leads that are not as expected.

    With `part`, of those that have it in their name or buyer stage.
    """
    file, problems = read_samples(source, checked, plan, unfinished=True)
    node, _ = read_yaml(source)
    if file is None or not isinstance(node, Mapping):
        return Updated(text=None, leads=0, problems=problems)
    nodes = _lead_nodes(node)
    writer = SampleWriter(plan, checked.vocabulary, file.as_of)
    edits: list[_Edit] = []
    leads = 0
    for sample, where, outcome in zip(file.samples, nodes, run_python(plan, file), strict=True):
        if not is_named(sample, part):
            continue
        new = [*_edits(source, plan, writer, sample, where, outcome)]
        leads += bool(new)
        edits += new
    if not edits:
        return Updated(text=None, leads=0)
    text = _edited(source, edits)
    if not _is_right(Source(source.path, text), checked, plan, file, part):
        return Updated(text=None, leads=0, problems=(_refused(source, edits[0]),))
    return Updated(text=text, leads=leads)


def _refused(source: Source, edit: _Edit) -> Diagnostic:
    return Diagnostic(
        code="T127",
        message="the layout of this file leaves no room for new expectations",
        source=source,
        span=source.line_span(source.position(edit.span.start).line),
        hint="write `expect` on lines of its own, and run the command again",
    )


def _lead_nodes(node: Mapping) -> tuple[Mapping, ...]:
    listed = next(e.value for e in node.entries if name_form(e.key.text) == "leads")
    assert isinstance(listed, NodeList)
    return tuple(item for item in listed.items if isinstance(item, Mapping))


def _edits(
    source: Source,
    plan: Plan,
    writer: SampleWriter,
    sample: Sample,
    node: Mapping,
    outcome: Outcome | None,
) -> Iterator[_Edit]:
    if not sample.expected:
        yield _whole(source, writer, plan, sample, node, outcome)
        return
    wrong = [one for one in sample.expected if compared((one,), outcome)]
    if wrong and outcome is None:
        entry = _entry(node, "expect")
        assert entry is not None
        yield _Edit(span=_trimmed(source, entry.value.span), text="{score: none}")
        return
    for one in wrong:
        assert outcome is not None
        yield from _replaced(source, plan, writer, one, node, outcome)


def _whole(
    source: Source,
    writer: SampleWriter,
    plan: Plan,
    sample: Sample,
    node: Mapping,
    outcome: Outcome | None,
) -> _Edit:
    """An expectation for a lead that has none."""
    person = Person(lead=sample.lead, colleagues=sample.colleagues)
    columns = ("score", "stage") if plan.stages else ("score",)
    made = Proposal(name=sample.name, person=person, outcome=outcome, columns=columns)
    text = writer.expected(made)
    entry = _entry(node, "expect")
    if entry is not None:
        start = entry.key.span.end
        colon = source.text.index(":", start) + 1
        end = max(_trimmed(source, entry.value.span).end, colon)
        return _Edit(span=Span(colon, end), text=f" {text}")
    if source.text[node.span.start] == "{":
        last = _trimmed(source, node.entries[-1].value.span)
        return _Edit(span=Span(last.end, last.end), text=f", expect: {text}")
    end = max(_last_end(source, node), node.entries[-1].key.span.end)
    key = node.entries[0].key.span.start
    indent = " " * (key - source.line_span(source.position(key).line).start)
    line = source.line_span(source.position(end).line)
    return _Edit(span=Span(line.end, line.end), text=f"\n{indent}expect: {text}")


def _last_end(source: Source, node: Node) -> int:
    """Where the last text of a node ends; blocks of YAML end only where the next begins."""
    return _trimmed(source, node.span).end


def _trimmed(source: Source, span: Span) -> Span:
    """The span without the blanks and comments that follow its last line."""
    lines = source.text[span.start : span.end].split("\n")
    while len(lines) > 1 and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
        lines.pop()
    text = "\n".join(lines)
    return Span(span.start, span.start + len(text.rstrip()))


def _entry(node: Node, name: str) -> Entry | None:
    if not isinstance(node, Mapping):
        return None
    return next((e for e in node.entries if name_form(e.key.text) == name), None)


def _replaced(
    source: Source,
    plan: Plan,
    writer: SampleWriter,
    one: Expected,
    node: Mapping,
    outcome: Outcome,
) -> Iterator[_Edit]:
    """The value of one key of `expect` as the card has it now."""
    expect = _entry(node, "expect")
    assert expect is not None
    value = _value_node(expect.value, one)
    if value is None:
        return
    if isinstance(one, Firing):
        names = [*_rules_now(plan, one, outcome)]
        text = f"[{', '.join(writer.rule_name(line) for line in names)}]"
        if not names and not one.fires:
            return
    else:
        text = writer.value_text(one.column, outcome.values[one.column])
    yield _Edit(span=_trimmed(source, value.span), text=text)


def _value_node(expect: Node, one: Expected) -> Node | None:
    """The node that holds the value of an expectation."""
    found = _entry(expect, one.key)
    if found is not None:
        return found.value
    if isinstance(one, Amount | Exactly) and one.key.startswith("section "):
        sections = _entry(expect, "sections")
        name = name_form(one.key.removeprefix("section "))
        inner = None if sections is None else _entry(sections.value, name)
        return None if inner is None else inner.value
    return None


def _rules_now(plan: Plan, one: Firing, outcome: Outcome) -> Iterator[int]:
    """The rules that were named and hold still; all that hold where none is left."""
    fired = {reason.line for reason in outcome.reasons}
    kept = [rule.line for rule in one.rules if (rule.line in fired) is one.fires]
    if kept:
        yield from kept
        return
    yield from (rule.line for rule in plan.rules if (rule.line in fired) is one.fires)


# --- the text -------------------------------------------------------------------------------------


def _edited(source: Source, edits: Sequence[_Edit]) -> str:
    """The text with all edits, each line that one of them ends in marked once."""
    text = source.text
    seen = {source.position(span.start).line for span in marks(source)}
    pieces: list[tuple[int, int, str]] = [(e.span.start, e.span.end, e.text) for e in edits]
    for line in sorted({source.position(edit.span.end).line for edit in edits} - seen):
        end = source.line_span(line).end
        pieces.append((end, end, f"  {MARK}"))
    # At one place the edit comes before its mark: the mark was added last.
    for start, end, new in sorted(pieces, key=lambda piece: piece[:2])[::-1]:
        text = text[:start] + new + text[end:]
    return text


_KEPT: Final = ("name", "lead", "colleagues", "buyer_stage", "off_ladder")


def _is_right(
    source: Source, checked: Checked, plan: Plan, before: SampleFile, part: str | None
) -> bool:
    """Whether the new text holds the same leads, each of those that `part` names as expected."""
    file, _ = read_samples(source, checked, plan, unfinished=part is not None)
    if file is None or len(file.samples) != len(before.samples):
        return False
    same = all(
        getattr(old, kept) == getattr(new, kept)
        for old, new in zip(before.samples, file.samples, strict=True)
        for kept in _KEPT
    )
    outcomes = run_python(plan, file)
    return same and all(
        sample.expected and not compared(sample.expected, outcome)
        for sample, outcome in zip(file.samples, outcomes, strict=True)
        if is_named(sample, part)
    )
