"""What must hold of every text, however broken: one function for each kind of file or phrase.

Each raises `Broken`, or whatever the code under test raised.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache, partial
from pathlib import Path

from leadcard.compiler.pipeline import Checked, check_source
from leadcard.compiler.plain import plain_card
from leadcard.compiler.plan import Plan
from leadcard.compiler.vocabulary_file import builtin, read_vocabulary
from leadcard.compiler.yaml_source import read_yaml
from leadcard.dsl import ast
from leadcard.dsl.diagnostics import Diagnostic
from leadcard.dsl.event_line import parse_age, parse_duration, parse_event, parse_number
from leadcard.dsl.format import format_source
from leadcard.dsl.parser import looks_like_condition, parse, parse_condition
from leadcard.dsl.read import decode_source
from leadcard.dsl.render import render_text, to_json
from leadcard.dsl.scan import logical_lines
from leadcard.dsl.source import Source, normal_text
from leadcard.runtime.harness.read_samples import read_samples

NOWHERE = Path("/nonexistent")


class Broken(AssertionError):
    """A property does not hold; the message says which."""


def _demand(holds: bool, what: str) -> None:
    if not holds:
        raise Broken(what)


def _source(text: str) -> Source:
    return Source("card.scorecard", normal_text(text))


# --- diagnostics ----------------------------------------------------------------------------------


def told(found: Iterable[Diagnostic], size: int) -> None:
    """Findings are whole: place inside the text, words, and they can be shown."""
    found = tuple(found)
    for one in found:
        _demand(bool(one.message.strip()), f"{one.code}: no message")
        _demand(len(one.message) < 2000, f"{one.code}: a message of {len(one.message)} characters")
        places = [(one.source, one.span)] if one.source and one.span else []
        for source, span in (*places, *((r.source, r.span) for r in one.related)):
            _demand(0 <= span.start <= span.end <= len(source.text), f"{one.code}: span {span}")
        _demand(one.fix is None or bool(one.fix.strip()), f"{one.code}: a blank fix")
    shown = render_text(found)
    _demand(len(shown) < 4000 * len(found) + 1, f"{len(shown)} characters shown of {size}")
    to_json(found)


def _fixed(source: Source, one: Diagnostic) -> str | None:
    """The text with the fix of `one` in place of its logical line."""
    if one.fix is None or one.span is None or one.source is not source:
        return None
    at = source.position(one.span.start).line
    for line in logical_lines(source):
        if line.first <= at <= line.last:
            start, end = source.line_span(line.first).start, source.line_span(line.last).end
            return f"{source.text[:start]}{one.fix}{source.text[end:]}"
    return None


def fixes_read(source: Source, found: Iterable[Diagnostic]) -> None:
    """Put in place of its line, a fix is read: no mistake of form begins there."""
    for one in found:
        text = _fixed(source, one)
        if text is None or one.span is None:
            continue
        again = Source(source.path, text)
        number = source.position(one.span.start).line
        first = next(n.first for n in logical_lines(source) if n.first <= number <= n.last)
        for other in parse(again)[1]:
            here = other.span and again.position(other.span.start).line
            _demand(
                here != first, f"{one.code}: the fix `{one.fix}` is {other.code} {other.message}"
            )


# --- cards ----------------------------------------------------------------------------------------


def card(text: str) -> None:
    """A card is read, or told what is wrong with each line."""
    source = _source(text)
    read, found = parse(source)
    told(found, len(text))
    fixes_read(source, found)
    bad = {d.span.start for d in found if d.span}
    _demand(len(bad) == len(found), "two findings in one place")
    written = sum(1 for line in logical_lines(source) if line.pieces)
    kept = sum(1 for line in read.lines if line.statement is not None)
    # Of a list written downwards, all lines are one mistake.
    downwards = any("below it" in one.message for one in found)
    lost = written - kept - len(found)
    _demand(lost == 0 or (downwards and lost > 0), f"{lost} lines neither read nor refused")


def _checked(source: Source) -> Checked:
    return check_source(source, builtin(), folder=NOWHERE)


def whole(text: str) -> None:
    """A card goes through all passes; with errors there is no plan, without there is one."""
    source = _source(text)
    done = _checked(source)
    told(done.diagnostics, len(text))
    fixes_read(source, done.diagnostics)
    _demand((done.plan is None) == (not done.ok), "a plan beside errors, or neither")


def shape(plan: Plan) -> str:
    """All of a plan but line numbers and the version, which stand for the text itself."""
    return re.sub(r"\b(line=(\d+|None)|version='[^']*')", "", repr(plan))


def comments(read: ast.Scorecard) -> list[str]:
    """The comments of a card, in order."""
    return [c for line in read.lines for c in (*line.inner, line.comment) if c is not None]


def formatted(text: str) -> None:
    """The plain form means the same, keeps every comment and is its own plain form."""
    source = _source(text)
    plain = partial(plain_card, vocabulary=builtin())
    result = format_source(source, plain)
    told(result.diagnostics, len(text))
    if result.text is None:
        _demand(bool(result.diagnostics), "refused without a reason")
        return
    again = Source(source.path, result.text)
    _demand(format_source(again, plain).text == result.text, "the plain form has another one")
    _demand(comments(parse(source)[0]) == comments(parse(again)[0]), "a comment is lost")
    before, after = _checked(source), _checked(again)
    errors = [[d.code for d in done.diagnostics if d.is_error] for done in (before, after)]
    _demand(sorted(errors[0]) == sorted(errors[1]), f"errors were {errors[0]}, are {errors[1]}")
    if before.plan is not None and after.plan is not None:
        _demand(shape(before.plan) == shape(after.plan), "the plain form means something else")


# --- phrases --------------------------------------------------------------------------------------


def condition(text: str) -> None:
    """A lone condition is read, or told what is wrong."""
    source = Source("x.leads.yaml", normal_text(text))
    chain, found = parse_condition(source)
    told(found, len(text))
    _demand((chain is None) == bool(found), "neither a condition nor a finding")
    looks_like_condition(text)


def phrases(text: str) -> None:
    """Event lines, ages, durations and numbers of sample leads are read, or are none."""
    line = parse_event(text)
    _demand(not isinstance(line, str) or bool(line), "an event line without a reason")
    parse_age(text)
    parse_duration(text)
    parse_number(text)


# --- YAML -----------------------------------------------------------------------------------------


def _yaml_fixes(source: Source, found: Iterable[Diagnostic]) -> None:
    """A fix is YAML, alone or in place of its line, where the file was YAML before."""
    if any(one.code.startswith("V10") for one in found):
        return
    for one in found:
        if one.fix is None or one.span is None or one.source is not source:
            continue
        span = source.line_span(source.position(one.span.start).line)
        line = source.text[span.start : span.end]
        indent = line[: len(line) - len(line.lstrip())]
        text = f"{source.text[: span.start]}{indent}{one.fix.strip()}{source.text[span.end :]}"
        broken = [read_yaml(Source(source.path, t))[1] for t in (one.fix.strip(), text)]
        _demand(not all(broken), f"{one.code}: the fix `{one.fix}` is no YAML")


def vocabulary(text: str) -> None:
    """A leadcard.yaml is read, or told what is wrong."""
    source = Source("leadcard.yaml", normal_text(text))
    _, found = read_vocabulary(source, folder=NOWHERE)
    told(found, len(text))
    _yaml_fixes(source, found)


@cache
def _card_of_samples() -> Checked:
    path = Path(__file__).parents[2] / "scorecards" / "language-tour" / "language-tour.scorecard"
    words, _ = read_vocabulary(
        Source("leadcard.yaml", (path.parent / "leadcard.yaml").read_text("utf-8")),
        folder=path.parent,
    )
    return check_source(Source(str(path), path.read_text("utf-8")), words, folder=path.parent)


def samples(text: str) -> None:
    """A file of sample leads is read, or told what is wrong."""
    checked = _card_of_samples()
    assert checked.plan is not None
    source = Source("card.leads.yaml", normal_text(text))
    read, found = read_samples(source, checked, checked.plan)
    told(found, len(text))
    _demand((read is None) == any(d.is_error for d in found), "neither leads nor a finding")
    _yaml_fixes(source, found)


# --- bytes ----------------------------------------------------------------------------------------


def raw(data: bytes) -> None:
    """Bytes of any kind become a text or one finding; the text is read as a card."""
    source = decode_source(data, "card.scorecard")
    if isinstance(source, Diagnostic):
        told([source], len(data))
        return
    read, found = parse(source)
    told(found, len(data))
    _demand(read.source is source, "another source")


def of_text(check: Callable[[str], None]) -> Callable[[bytes], None]:
    """`check` for bytes, those left out that are no text."""
    return lambda data: check(data.decode("utf-8", "ignore"))
