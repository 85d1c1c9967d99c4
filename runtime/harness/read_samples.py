"""`<card>.leads.yaml` to sample leads: every mistake in the file is a finding with its place."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from leadcard.compiler.node_reader import Findings, closest, listed
from leadcard.compiler.pipeline import Checked
from leadcard.compiler.plan import Plan
from leadcard.compiler.text import FALSE_WORDS, TRUE_WORDS, name_form
from leadcard.compiler.yaml_source import Entry, Mapping, Node, Scalar, read_yaml
from leadcard.dsl.diagnostics import Diagnostic, in_order
from leadcard.dsl.event_line import other_date
from leadcard.dsl.source import Source, Span
from leadcard.runtime.harness.moments import Clock, written_instant
from leadcard.runtime.harness.rule_names import RuleNames, rule_names
from leadcard.runtime.harness.sample_events import lead_events
from leadcard.runtime.harness.sample_expect import NO_EXPECTATION, read_expected
from leadcard.runtime.harness.sample_nodes import (
    Reading,
    entries,
    first_line,
    items,
    meant_keys,
    text_of,
    wrong_kind,
)
from leadcard.runtime.harness.sample_values import lead_values
from leadcard.runtime.harness.samples import Expected, FieldValue, Sample, SampleFile, SampleLead

NO_LEADS: Final = "T101"
NO_AS_OF: Final = "T105"
UNKNOWN_BUYER_STAGE: Final = "T116"
NAME_TWICE: Final = "T117"
NO_NAME: Final = "T118"
_FILE_KEYS: Final = ("as_of", "leads")
_SAMPLE_KEYS: Final = (
    "name",
    "buyer stage",
    "off ladder",
    "lead",
    "events",
    "colleagues",
    "expect",
)
_LEADS_EXAMPLE: Final = "`leads:` and below it `- name: …`"


def read_samples(
    source: Source, checked: Checked, plan: Plan, *, unfinished: bool = False
) -> tuple[SampleFile | None, tuple[Diagnostic, ...]]:
    """The sample leads of a checked card, and what is wrong with the file (None if anything is).

    Where the file is `unfinished`, a lead may be without expectations.
    """
    node, broken = read_yaml(source)
    found = Findings(source, Path(source.path).parent, list(broken))
    if broken:
        return None, in_order(found.list)
    if node is None:
        _no_leads(found, Span(0, 0))
        return None, tuple(found.list)
    given = entries(found, node, "a file of sample leads", _FILE_KEYS, example=_LEADS_EXAMPLE)
    zone = ZoneInfo(plan.timezone)
    meant = meant_keys(node, _FILE_KEYS)
    as_of = None
    if "as_of" in given or "as_of" not in meant:
        as_of = _as_of(found, given.get("as_of"), zone, node)
    # Without as_of the rest is still read, so that one run shows every mistake.
    clock = Clock(as_of=as_of or datetime.fromisoformat("2026-01-01T00:00:00+00:00"), zone=zone)
    reading = Reading(checked=checked, plan=plan, clock=clock, found=found)
    samples: tuple[Sample, ...] = ()
    if "leads" in given or "leads" not in meant:
        samples = _samples(reading, given.get("leads"), node)
    if unfinished:
        found.list[:] = [one for one in found.list if one.code != NO_EXPECTATION]
    if found.list or as_of is None:
        return None, in_order(found.list)
    return SampleFile(source=source, as_of=as_of, samples=samples), ()


def _no_leads(found: Findings, span: Span) -> None:
    hint = f"write {_LEADS_EXAMPLE}"
    if is_empty(found.source):
        hint += ", or see what `leadcard test --suggest` writes"
    found.add(NO_LEADS, "there are no sample leads", span, hint=hint)


def is_empty(source: Source) -> bool:
    """Whether a file of sample leads holds nothing but blank lines and comments."""
    lines = (line.strip() for line in source.text.splitlines())
    return all(not line or line.startswith("#") for line in lines)


def _as_of(found: Findings, entry: Entry | None, zone: ZoneInfo, node: Node) -> datetime | None:
    if entry is None:
        if isinstance(node, Mapping):
            start = node.span.start
            found.add(
                NO_AS_OF,
                "`as_of` is missing: the moment for which the leads are scored",
                Span(start, found.source.line_span(found.source.position(start).line).end),
                hint="ages such as `3d ago` count back from it: begin with `as_of: 2026-11-21`",
            )
        return None
    moment = None
    if isinstance(entry.value, Scalar):
        moment = written_instant(entry.value.text, zone)
    if moment is None:
        instead = other_date(entry.value.text) if isinstance(entry.value, Scalar) else None
        hint = "write the moment that the samples keep, so that they mean the same tomorrow"
        found.add(
            "T106",
            "`as_of` is not a date or time",
            first_line(found, entry.value.span),
            hint=f"write `{instead}`" if instead else f"{hint}: `2026-11-21`",
            fix=f"as_of: {instead}" if instead else None,
        )
    return moment


def _samples(reading: Reading, entry: Entry | None, node: Node) -> tuple[Sample, ...]:
    if entry is None:
        if isinstance(node, Mapping):
            _no_leads(reading.found, first_line(reading.found, node.span))
        return ()
    nodes = items(reading.found, entry.value, "`leads`", hint="begin each lead with `- name: …`")
    is_list = not isinstance(entry.value, Scalar | Mapping) or (
        isinstance(entry.value, Scalar) and entry.value.is_null
    )
    if not nodes and is_list:
        _no_leads(reading.found, entry.key.span)
    names = rule_names(reading.checked, reading.plan)
    first: dict[str, Span] = {}
    found = (_sample(reading, names, each, first) for each in nodes)
    return tuple(sample for sample in found if sample is not None)


def _sample(
    reading: Reading, names: RuleNames, node: Node, first: dict[str, Span]
) -> Sample | None:
    given = entries(
        reading.found,
        node,
        "a sample lead",
        _SAMPLE_KEYS,
        example="`- name: pricing visitor`",
    )
    if not isinstance(node, Mapping):
        if isinstance(node, Scalar) and node.is_null:
            wrong_kind(reading.found, node, "a sample lead is written as keys with values")
        return None
    meant = meant_keys(node, _SAMPLE_KEYS)
    name, expected = None, tuple[Expected, ...]()
    if "name" in given or "name" not in meant:
        name = _name(reading, given.get("name"), node, first)
    if "expect" in given or "expect" not in meant:
        expected = _expected(reading, names, given.get("expect"), node)
    lead = _lead(reading, given.get("lead"), given.get("events"))
    return Sample(
        name=name or "",
        line=reading.line(node),
        buyer_stage=_buyer_stage(reading, given.get("buyer stage")),
        off_ladder=_off_ladder(reading, given.get("off ladder")),
        lead=lead,
        colleagues=_colleagues(reading, given.get("colleagues")),
        expected=expected,
    )


def _name(
    reading: Reading, entry: Entry | None, node: Mapping, first: dict[str, Span]
) -> str | None:
    if entry is None:
        span = node.entries[0].key.span if node.entries else node.span
        reading.found.add(
            NO_NAME,
            "the sample lead has no name",
            first_line(reading.found, span),
            hint="say in a few words who it is: `- name: student who looks around`",
        )
        return None
    name = text_of(reading.found, entry.value, "`name`")
    if name is None:
        return None
    form = name_form(name)
    if form in first:
        message = f"two sample leads are called `{name}`"
        hint = "give each a name of its own"
        reading.found.add(NAME_TWICE, message, entry.value.span, first=first[form], hint=hint)
    first.setdefault(form, entry.value.span)
    return name


def _expected(
    reading: Reading, names: RuleNames, entry: Entry | None, node: Mapping
) -> tuple[Expected, ...]:
    before = len(reading.found.list)
    if entry is not None and isinstance(entry.value, Scalar) and entry.value.is_null:
        entry = None
    expected = () if entry is None else read_expected(reading, names, entry.value)
    if not expected and len(reading.found.list) == before:
        anchor = (
            entry.key.span if entry else node.entries[0].key.span if node.entries else node.span
        )
        reading.found.add(
            NO_EXPECTATION,
            "nothing is expected of this sample lead",
            first_line(reading.found, anchor),
            hint="add a line such as `expect: {score: 60}`",
        )
    return expected


def _buyer_stage(reading: Reading, entry: Entry | None) -> str | None:
    if entry is None:
        return None
    known = reading.plan.buyer_stages
    text = text_of(reading.found, entry.value, "`buyer stage`")
    if text is None:
        return None
    stage = {name_form(s): s for s in known}.get(name_form(text))
    if stage is None:
        near = closest(text, known)
        hint = f"did you mean `{near}`?" if near else f"the card has {listed(known)}"
        reading.found.add(
            UNKNOWN_BUYER_STAGE,
            f"the card has no buyer stage `{text}`",
            entry.value.span,
            hint=hint if known else f"add the line `buyer stages: {text}` to the card",
            fix=reading.fixed_line(entry.value.span, near) if near else None,
        )
    return stage


def _off_ladder(reading: Reading, entry: Entry | None) -> bool:
    if entry is None:
        return False
    form = name_form(entry.value.text) if isinstance(entry.value, Scalar) else ""
    if form not in TRUE_WORDS and form not in FALSE_WORDS:
        wrong_kind(reading.found, entry.value, "`off ladder` is yes or no")
    return form in TRUE_WORDS


def _lead(reading: Reading, entry: Entry | None, events: Entry | None) -> SampleLead:
    values: dict[str, FieldValue] = {}
    account: str | None = None
    if entry is not None and isinstance(entry.value, Mapping):
        values, account = lead_values(reading, entry.value)
    elif entry is not None and not (isinstance(entry.value, Scalar) and entry.value.is_null):
        hint = "such as `lead: {title: CEO, country: DE}`"
        wrong_kind(reading.found, entry.value, "`lead` is written as fields with values", hint=hint)
    return SampleLead(
        values=tuple(values.items()),
        account=account,
        events=lead_events(reading, events.value) if events is not None else (),
    )


def _colleagues(reading: Reading, entry: Entry | None) -> tuple[SampleLead, ...]:
    if entry is None:
        return ()
    hint = "write each colleague as `- lead: {title: CTO}`"
    found = []
    for node in items(reading.found, entry.value, "`colleagues`", hint=hint):
        given = entries(
            reading.found, node, "a colleague", ("lead", "events"), example="`lead: {title: CTO}`"
        )
        found.append(_lead(reading, given.get("lead"), given.get("events")))
    return tuple(found)
