"""Plans as short text, for golden cases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from leadcard.compiler import plan as p

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def instant(at: p.Instant) -> str:
    """`now-90d`, or an ISO instant."""
    if at.absolute is not None:
        return (_EPOCH + timedelta(microseconds=at.absolute)).isoformat().replace("+00:00", "Z")
    if at.offset == 0:
        return "now"
    sign = "-" if at.offset < 0 else "+"
    micros = abs(at.offset)
    for unit, size in (("d", 86_400_000_000), ("h", 3_600_000_000), ("min", 60_000_000)):
        if micros % size == 0:
            return f"now{sign}{micros // size}{unit}"
    return f"now{sign}{micros}us"


def window(w: p.Window) -> str:
    """` (now-7d, now]` or nothing."""
    if w == p.ALWAYS:
        return ""
    low = f"({instant(w.after)}" if w.after else f"[{instant(w.from_)}" if w.from_ else "(..."
    return f" {low}, {instant(w.until) if w.until else 'now'}]"


def bounds(b: p.Bounds) -> str:
    """`[50, 500]`, `(50, ...)`."""
    low = "(..." if b.low is None else f"{'(' if b.low_open else '['}{b.low}"
    high = "...)" if b.high is None else f"{b.high}{')' if b.high_open else ']'}"
    return f"{low}, {high}"


def object_test(test: p.ObjectTest) -> str:
    """An object test."""
    match test:
        case p.ObjectWords():
            needles = "|".join(f"'{n.text}'" for n in test.needles)
            return f"words {needles}" + (f" or {'|'.join(test.segments)}" if test.segments else "")
        case p.ObjectIs():
            return "is " + "|".join(test.values)
        case p.ObjectPath():
            return "path " + "|".join(test.patterns)


def events(s: p.EventSet) -> str:
    """An event set."""
    return " or ".join(clause(c) for c in s.clauses)


def clause(c: p.EventClause) -> str:
    """An event clause."""
    objects = "".join(f" <{object_test(o)}>" for o in c.objects)
    return "+".join(c.verbs) + objects + window(c.window) + preceded(c.preceded)


def preceded(x: p.Preceded | None) -> str:
    """` after {...} within 60s` or nothing."""
    if x is None:
        return ""
    gap = "" if x.microseconds is None else f" within {x.microseconds // 1_000_000}s"
    return f" after {{{events(x.first)}}}{gap}"


def count(low: int, high: int | None) -> str:
    """`3+`, `2..4`."""
    return f"{low}+" if high is None else f"{low}..{high}"


def predicate(x: p.Predicate) -> str:
    """A predicate on one line."""
    match x:
        case p.Constant():
            return str(x.value).lower()
        case p.And():
            return "(" + " and ".join(predicate(q) for q in x.parts) + ")"
        case p.Or():
            return "(" + " or ".join(predicate(q) for q in x.parts) + ")"
        case p.Not():
            return f"not {predicate(x.part)}"
        case p.EventCount() | p.TimeSpent() | p.Bunched():
            return event(x)
        case p.AccountPeople():
            return f"people {count(x.low, x.high)} {{{events(x.events)}}}"
        case p.AccountEvents():
            return f"account {count(x.low, x.high)} {{{events(x.events)}}}"
        case p.ScoreIn():
            low = "..." if x.low is None else x.low
            return f"{x.section or 'score'} [{low}, {'...' if x.high is None else x.high})"
        case p.GradeIn():
            return f"grade {'|'.join(x.letters)}"
        case p.TierIn():
            return f"tier {'|'.join(x.names)}"
        case p.HasFlag():
            return f"flag {x.flag}"
        case p.HasKeyConversion():
            return "key conversion"
        case p.MustHavesMet():
            return "must haves"
        case _:
            return field(x)


def event(x: p.EventTest) -> str:
    """A test on a lead's own events."""
    match x:
        case p.EventCount():
            return f"{count(x.low, x.high)} {{{events(x.events)}}}"
        case p.TimeSpent():
            return f"{x.milliseconds}ms {{{events(x.events)}}}"
        case p.Bunched():
            return f"{x.low} within {x.microseconds // 1_000_000}s {{{events(x.events)}}}"


def field(x: p.FieldTest) -> str:
    """A test on a field."""
    match x:
        case p.Known():
            return f"known({x.field})"
        case p.Equals():
            return f"{x.field} = {_some(x.values)}"
        case p.InList():
            return f"{x.field} in list {x.list}{' or below' if x.subdomains else ''}"
        case p.InDomains():
            return f"{x.field} in domains {_some(x.domains)}"
        case p.Contains():
            return f"{x.field} has {'|'.join(repr(n.text) for n in x.needles)}"
        case p.StartsWith():
            return f"{x.field} starts {'|'.join(x.texts)}"
        case p.EndsWith():
            return f"{x.field} ends {'|'.join(x.texts)}"
        case p.Matches():
            return f"{x.field} matches {'|'.join(x.patterns)}"
        case p.SameAs():
            return f"{x.field} = field {x.other}"
        case p.InRange():
            return f"{x.field} in {bounds(x.bounds)}"
        case p.MoneyInRange():
            by = ", ".join(f"{c} {bounds(b)}" for c, b in x.by_currency)
            return f"{x.field} in {bounds(x.base)} ({by})"
        case p.InTime():
            ends = [
                f"{sign} {instant(at)}"
                for sign, at in ((">=", x.from_), (">", x.after), ("<=", x.until), ("<", x.before))
                if at is not None
            ]
            return f"{x.field} {' and '.join(ends)}"
        case p.IsTrue():
            return f"{x.field} yes"
        case p.IsFalse():
            return f"{x.field} no"


def _some(values: tuple[str, ...]) -> str:
    if len(values) <= 4:
        return "|".join(values)
    return "|".join(values[:2]) + f"|... {len(values)} in all"
