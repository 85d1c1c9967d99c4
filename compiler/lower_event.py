"""Event clauses to plan event sets."""

from __future__ import annotations

from dataclasses import replace

from leadcard.compiler import bound, plan
from leadcard.compiler.lowering import Lowering
from leadcard.compiler.text import name_form, needle, path_form
from leadcard.dsl import ast


def event_set(low: Lowering, event: bound.EventRef) -> plan.EventSet:
    """The events of one clause."""
    return plan.EventSet(clauses=(event_clause(low, event),))


def event_clause(low: Lowering, event: bound.EventRef) -> plan.EventClause:
    """Verbs, objects and window of a clause; the same reference is lowered once."""
    known = low.clauses.get(id(event))
    if known is not None and known[0] is event:
        return known[1]
    objects = [test for ref in event.objects for test in _object_tests(low, ref)]
    clause = plan.EventClause(
        verbs=low.verb_names(event.verbs),
        objects=tuple(dict.fromkeys(objects)),
        window=window(low, event.window),
    )
    low.clauses[id(event)] = event, clause
    return clause


def sequence(low: Lowering, test: bound.SequenceTest) -> plan.EventClause:
    """The second events of a sequence, each preceded by a first one."""
    gap = test.within
    preceded = plan.Preceded(
        first=event_set(low, test.first),
        microseconds=None if gap is None else gap.seconds * 1_000_000,
    )
    return replace(event_clause(low, test.second), preceded=preceded)


def window(low: Lowering, written: ast.Window | None) -> plan.Window:
    """A written window as instants."""
    match written:
        case None:
            return plan.ALWAYS
        case ast.InLast():
            return plan.Window(after=low.ago(written.duration))
        case ast.Since():
            return plan.Window(from_=low.instant(written.day))
        case ast.BetweenAgo():
            return plan.Window(after=low.ago(written.far), until=low.ago(written.near))


def _object_tests(low: Lowering, ref: bound.ObjectRef) -> list[plan.ObjectTest]:
    text = " ".join(w.text for w in ref.words)
    if len(ref.words) == 1 and ref.words[0].quoted:
        return [plan.ObjectIs(values=(name_form(text),))]
    if ref.page is not None:
        return _page_tests(text, ref)
    if text.startswith("/"):
        return [plan.ObjectPath(patterns=path_patterns(text))]
    return [plan.ObjectWords(needles=(needle(text),), segments=_segments(text))]


def _page_tests(text: str, ref: bound.ObjectRef) -> list[plan.ObjectTest]:
    """A page: its paths, and its name where the object is no path."""
    assert ref.page is not None
    patterns = [p for path in ref.page.paths for p in path_patterns(path)] or ["*"]
    by_name = plan.ObjectWords(needles=(needle(text),), segments=())
    return [by_name, plan.ObjectPath(patterns=tuple(dict.fromkeys(patterns)))]


def _segments(text: str) -> tuple[str, ...]:
    """The phrase as one whole segment of a path, or each word as a segment of its own."""
    words = [w for w in needle(text).text.strip().split(" ") if w]
    together, apart = f"/{name_form(text)}/", f"/{'/'.join(words)}/"
    spoken = f"/{' '.join(words)}/"
    return tuple(dict.fromkeys((together, spoken, apart)))


def path_patterns(path: str) -> tuple[str, ...]:
    """The patterns in path form of a path with wildcards; `/docs/*` meets `/docs` itself too."""
    if not path.startswith("/") and "://" not in path:
        path = "/" + path
    if not path.endswith("/*"):
        return (_pattern(path),)
    root = _pattern(path.removesuffix("/*") or "/")
    return (root, f"{root}*/")


def _pattern(path: str) -> str:
    """The path form of a pattern; `?` is a wildcard in it, and not the start of a query."""
    mark = "\ue000"  # stands for `?` while the path form is made
    return path_form(path.replace("?", mark)).replace(mark, "?")
