"""Event clauses to plan event sets."""

from __future__ import annotations

from dataclasses import replace

from leadcard.compiler import bound, plan
from leadcard.compiler.lowering import Lowering
from leadcard.compiler.text import name_form, needle, path_form, word_form
from leadcard.dsl import ast


def event_set(low: Lowering, event: bound.EventRef) -> plan.EventSet:
    """The events of one clause."""
    return plan.EventSet(clauses=event_clauses(low, event))


def event_clauses(low: Lowering, event: bound.EventRef) -> tuple[plan.EventClause, ...]:
    """Verbs, objects and window of a clause; the same reference is lowered once.

    Words that say verb and object at once (`webinar_attended`) are verbs of their own, which meet
    an object test by the object that they say, by the one beside them, or by both: `attended ABM
    webinar` is met by `webinar_attended` of `ABM basics`.
    """
    known = low.clauses.get(id(event))
    if known is not None and known[0] is event:
        return known[1]
    objects = tuple(
        dict.fromkeys(test for ref in event.objects for test in _object_tests(low, ref))
    )
    telling = low.telling(event.verbs)
    when = window(low, event.window)
    verbs = (*low.verb_names(event.verbs), *(word for word, _ in telling))
    clauses = [plan.EventClause(verbs=verbs, objects=objects, window=when)]
    met = tuple(word for word, what in telling if any(_says(t, what) for t in objects))
    if met:
        clauses.append(plan.EventClause(verbs=met, window=when))
    for word, what in telling:
        if rest := _beside(event.objects, what):
            clauses.append(plan.EventClause(verbs=(word,), objects=rest, window=when))
    low.clauses[id(event)] = event, tuple(clauses)
    return tuple(clauses)


def _says(test: plan.ObjectTest, what: str) -> bool:
    """Whether an object that is a plain word or two meets a test."""
    match test:
        case plan.ObjectWords():
            return any(needle.text in word_form(what) for needle in test.needles)
        case plan.ObjectIs():
            return name_form(what) in test.values
        case plan.ObjectPath():
            return False


def _beside(refs: tuple[bound.ObjectRef, ...], what: str) -> tuple[plan.ObjectTest, ...]:
    """What is left of objects without the words that the verb of the data says already."""
    said, size = name_form(what), what.count(" ") + 1
    found: dict[plan.ObjectTest, None] = {}
    for ref in refs:
        texts = [w.text for w in ref.words]
        if ref.page is not None or texts[0].startswith("/") or any(w.quoted for w in ref.words):
            continue
        for gone, rest in ((texts[-size:], texts[:-size]), (texts[:size], texts[size:])):
            if rest and name_form(" ".join(gone)) == said:
                text = " ".join(rest)
                found[plan.ObjectWords(needles=(needle(text),), segments=_segments(text))] = None
    return tuple(found)


def sequence(low: Lowering, test: bound.SequenceTest) -> tuple[plan.EventClause, ...]:
    """The second events of a sequence, each preceded by a first one."""
    gap = test.within
    preceded = plan.Preceded(
        first=event_set(low, test.first),
        microseconds=None if gap is None else gap.seconds * 1_000_000,
    )
    return tuple(replace(one, preceded=preceded) for one in event_clauses(low, test.second))


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
