"""What a change of a scorecard says, in words: a change that only moves lines says nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from leadcard.compiler import plan as p
from leadcard.compiler.pipeline import Checked
from leadcard.compiler.text import name_form
from leadcard.dsl import ast
from leadcard.dsl.format import statement_text
from leadcard.runtime.impact.pairs import Pair, paired, same_meaning


class Kind(Enum):
    """What happened to a line."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MEANS_OTHER = "means other"  # it reads as before, but a list or the vocabulary changed


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that changed: its line before and after in plain form, and where they stand.

    `what` is setting, section, rule, must have, tier, grade, stage, list, vocabulary; `name` says
    which one. `breaking` says what may stop working elsewhere, None where nothing does.
    """

    kind: Kind
    what: str
    name: str
    section: str | None = None
    before: str | None = None
    after: str | None = None
    line_before: int | None = None
    line_after: int | None = None
    said: str | None = None
    breaking: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A card as it is compared: checked without errors."""

    checked: Checked
    plan: p.Plan

    def statements(self) -> Iterator[tuple[ast.Statement, int]]:
        """All statements with their lines."""
        assert self.checked.card is not None
        for line in self.checked.card.lines:
            if line.statement is not None:
                yield line.statement, line.first

    def lists(self) -> dict[str, tuple[str, tuple[str, ...]]]:
        """The lists of card and vocabulary, built-in ones aside: name and entries, by name form."""
        own = self.checked.bound.lists if self.checked.bound is not None else ()
        known = (*(w for w in self.checked.vocabulary.lists if not w.builtin), *own)
        return {name_form(w.name): (w.name, w.load()) for w in known}


def changes(old: Written, new: Written) -> tuple[Change, ...]:
    """All that changed from `old` to `new`: rules first, then what they stand in."""
    pairs = paired(old.plan, new.plan)
    found = [
        *_rules(old.plan, new.plan, pairs),
        *_named(old, new),
        *_headless(old.plan, new.plan),
        *_order(old.plan, new.plan),
        *_lists(old, new),
    ]
    if old.checked.vocabulary.digest != new.checked.vocabulary.digest:
        found.append(Change(kind=Kind.CHANGED, what="vocabulary", name="leadcard.yaml"))
    return tuple(found)


# --- rules ----------------------------------------------------------------------------------------


def _rules(old: p.Plan, new: p.Plan, pairs: Sequence[Pair]) -> Iterator[Change]:
    for pair in pairs:
        before = old.rules[pair.old] if pair.old is not None else None
        after = new.rules[pair.new] if pair.new is not None else None
        kind = _kind(old, new, before, after)
        one = after or before
        if kind is None or one is None:
            continue
        yield Change(
            kind=kind,
            what="rule",
            name=one.text,
            section=one.section,
            before=before.source if before else None,
            after=after.source if after else None,
            line_before=before.line if before else None,
            line_after=after.line if after else None,
            said=_rule_in_words(before, after),
        )


def _kind(old: p.Plan, new: p.Plan, before: p.Rule | None, after: p.Rule | None) -> Kind | None:
    if before is None:
        return Kind.ADDED
    if after is None:
        return Kind.REMOVED
    if (before.source, before.section) != (after.source, after.section):
        return Kind.CHANGED
    return None if same_meaning(old, new, before, after) else Kind.MEANS_OTHER


def _rule_in_words(before: p.Rule | None, after: p.Rule | None) -> str | None:
    """The difference alone: `+15 becomes +20`."""
    if before is None or after is None:
        return None
    if before.source == after.source and before.section == after.section:
        return "reads as before, but a list, a page or a word of the vocabulary changed"
    parts = []
    if before.section != after.section:
        parts.append(f"moved from section `{before.section}` to `{after.section}`")
    if before.text != after.text:
        parts.append(f"`{before.text}` becomes `{after.text}`")
    if before.key_conversion != after.key_conversion:
        parts.append("now a key conversion" if after.key_conversion else "no key conversion now")
    old, new = (_effect(rule) for rule in (before, after))
    if old != new:
        parts.append(f"`{old}` becomes `{new}`")
    return "; ".join(parts) or "only its label changed"


def _effect(rule: p.Rule) -> str:
    """What follows the condition: effect and modifiers, without the label."""
    rest = rule.source.removeprefix("* ").removeprefix(rule.text).removeprefix(":").strip()
    return rest.removesuffix(f"[{rule.label}]").strip() if rule.label else rest


# --- lines that have a name -----------------------------------------------------------------------


def _named(old: Written, new: Written) -> Iterator[Change]:
    left, right = dict(_entries(old)), dict(_entries(new))
    for key in dict.fromkeys((*right, *left)):
        before, after = left.get(key), right.get(key)
        one = after or before
        assert one is not None
        what, name = one.what, one.name
        place = {
            "before": before.text if before else None,
            "after": after.text if after else None,
        }
        lines = (before.line if before else None, after.line if after else None)
        if before is not None and after is not None:
            if before.text == after.text and same_meaning(
                old.plan, new.plan, before.meaning, after.meaning
            ):
                continue
            kind = Kind.CHANGED if before.text != after.text else Kind.MEANS_OTHER
        else:
            kind = Kind.ADDED if before is None else Kind.REMOVED
        yield Change(
            kind=kind,
            what=what,
            name=name,
            **place,
            line_before=lines[0],
            line_after=lines[1],
            breaking=_breaking(kind, what, name, before, after),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    what: str
    name: str
    text: str
    line: int
    meaning: object = None


def _entries(card: Written) -> Iterator[tuple[tuple[str, str], _Entry]]:
    """Sections, must haves, tiers, grades, stages and settings, by kind and name."""
    plan = card.plan
    meanings: dict[int | None, object] = {
        **{part.line: part for part in plan.sections},
        **{part.line: part for part in plan.tiers},
        **{part.line: part for part in plan.stages},
    }
    if plan.must_haves is not None:
        meanings.update({part.line: part for part in plan.must_haves.requirements})
    for statement, line in card.statements():
        found = _what(statement)
        if found is None:
            continue
        what, name = found
        text = statement_text(statement)
        entry = _Entry(what=what, name=name, text=text, line=line, meaning=meanings.get(line))
        yield (what, name_form(name)), entry


def _what(statement: ast.Statement) -> tuple[str, str] | None:
    """The kind and name of a statement that is compared by them."""
    match statement:
        case ast.NameSetting():
            return "setting", "scorecard"
        case ast.TimezoneSetting():
            return "setting", "timezone"
        case ast.ScoreSetting():
            return "setting", "score"
        case ast.BuyerStagesSetting():
            return "setting", "buyer stages"
        case ast.SectionHeader():
            return "section", statement.name.text
        case ast.MustHaveHeader():
            return "must have", "how many"
        case ast.Requirement():
            return "must have", statement_text(statement)
        case ast.Tier():
            return "tier", statement.name.text
        case ast.GradeSetting():
            return "grade", "grade"
        case ast.Stage():
            return "stage", statement.name.text
        case _:
            return None


def _breaking(
    kind: Kind, what: str, name: str, before: _Entry | None, after: _Entry | None
) -> str | None:
    """What may stop working for whoever reads the scores; None for nothing."""
    if kind is Kind.REMOVED and what in ("stage", "tier", "section", "grade"):
        column = " with its column" if what in ("section", "grade") else ""
        return f"{what} `{name}` is gone{column}"
    if what == "setting" and name == "score" and kind is not Kind.MEANS_OTHER:
        old = before.text.removeprefix("score: ") if before else "any number"
        new = after.text.removeprefix("score: ") if after else "any number"
        return f"the range of scores changed: {old} becomes {new}"
    if what == "grade" and kind is Kind.CHANGED:
        return "the grades changed"
    return None


def _headless(old: p.Plan, new: p.Plan) -> Iterator[Change]:
    """The section of rules before any header, where it came or went."""
    was, now = ({s.name for s in plan.sections if s.line is None} for plan in (old, new))
    for name in sorted(now - was):
        yield Change(kind=Kind.ADDED, what="section", name=name)
    for name in sorted(was - now):
        said = f"section `{name}` is gone with its column"
        yield Change(kind=Kind.REMOVED, what="section", name=name, breaking=said)


def _order(old: p.Plan, new: p.Plan) -> Iterator[Change]:
    """Stages and tiers whose order changed: the first that holds wins."""
    for what, before, after in (
        ("stage", old.stages, new.stages),
        ("tier", old.tiers, new.tiers),
    ):
        was, now = ([x.name for x in part] for part in (before, after))
        kept_before = [n for n in was if n in now]
        kept_after = [n for n in now if n in was]
        if kept_before != kept_after:
            yield Change(
                kind=Kind.CHANGED,
                what=what,
                name=f"order of {what}s",
                before=", ".join(kept_before),
                after=", ".join(kept_after),
            )


# --- lists ----------------------------------------------------------------------------------------

_SHOWN = 5


def _lists(old: Written, new: Written) -> Iterator[Change]:
    left: Mapping[str, tuple[str, tuple[str, ...]]] = old.lists()
    right = new.lists()
    for form in dict.fromkeys((*right, *left)):
        name = (right.get(form) or left[form])[0]
        was = {name_form(e): e for e in left[form][1]} if form in left else {}
        now = {name_form(e): e for e in right[form][1]} if form in right else {}
        gone = [e for f, e in was.items() if f not in now]
        come = [e for f, e in now.items() if f not in was]
        if form not in left or form not in right:
            kind = Kind.ADDED if form in right else Kind.REMOVED
            yield Change(kind=kind, what="list", name=name, said=_some("entries", come or gone))
        elif gone or come:
            said = "; ".join(
                part for part in (_some("added", come), _some("removed", gone)) if part
            )
            yield Change(kind=Kind.CHANGED, what="list", name=name, said=said)


def _some(word: str, entries: Sequence[str]) -> str:
    """The first few entries, and how many there are."""
    if not entries:
        return ""
    shown = ", ".join(f"`{entry}`" for entry in entries[:_SHOWN])
    more = f" and {len(entries) - _SHOWN:,} more" if len(entries) > _SHOWN else ""
    return f"{word}: {shown}{more}"
