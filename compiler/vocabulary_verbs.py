"""Reading the `verbs` section: new verbs, other words for known ones, what is activity."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from leadcard.compiler.node_reader import Findings, boolean, keys, names, text, texts
from leadcard.compiler.text import name_form
from leadcard.compiler.vocabulary import Verb
from leadcard.compiler.yaml_source import Entry, Mapping, Node, Scalar
from leadcard.compiler.yaml_source import Sequence as NodeList
from leadcard.dsl.record import dataclass

_KEYS = ("same as", "activity", "aka", "spellings", "implied")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """One entry of `verbs` as written; `same_as` is the word of the verb that it stands for."""

    key: Scalar
    same_as: Scalar | None = None
    activity: bool | None = None
    aka: tuple[str, ...] = ()
    spellings: tuple[str, ...] = ()
    implied: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """All phrasings for cards."""
        return (self.key.text, *self.aka)


def read_verbs(found: Findings, node: Node, base: tuple[Verb, ...]) -> tuple[Verb, ...]:
    """`base` with the verbs of the section: changed, added, words moved to what they mean."""
    entries = names(found, node, "verbs", "opened support ticket: {activity: no}")
    written = [_written(found, entry) for entry in entries]
    _no_word_twice(found, written)
    targets = {word: w for w in written for word in map(name_form, w.words)}
    known = {name_form(n): v.name for v in base for n in (v.name, *v.aka)}
    verbs = _given_up(base, written)
    for one in written:
        if one.same_as is None:
            verbs = _put(verbs, one, known.get(name_form(one.key.text), one.key.text))
    for one in written:
        if one.same_as is not None:
            target = _target(found, one, targets, verbs)
            if target is not None:
                verbs = _put(verbs, one, target)
    return verbs


def _written(found: Findings, entry: Entry) -> _Written:
    node = entry.value
    what = f"verb `{entry.key.text}`"
    if isinstance(node, Scalar):
        return _Written(key=entry.key, same_as=None if node.is_null else node)
    if isinstance(node, NodeList):
        return _Written(key=entry.key, aka=_words(found, node, f"other words for {what}"))
    parts = keys(found, node, what, _KEYS)
    same_as = parts.get("same as")
    if same_as is not None and text(found, same_as, f"the verb that {what} is the same as") is None:
        same_as = None
    activity = boolean(found, parts["activity"], "`activity`") if "activity" in parts else None
    aka = _words(found, parts["aka"], f"other words for {what}") if "aka" in parts else ()
    spellings: tuple[str, ...] = ()
    if "spellings" in parts:
        spellings = _words(found, parts["spellings"], f"the data's words for {what}")
    return _Written(
        key=entry.key,
        same_as=same_as if isinstance(same_as, Scalar) else None,
        activity=activity,
        aka=aka,
        spellings=spellings,
        implied=_implied(found, parts["implied"]) if "implied" in parts else (),
    )


def _words(found: Findings, node: Node, what: str) -> tuple[str, ...]:
    return tuple(s.text for s in texts(found, node, what))


def _implied(found: Findings, node: Node) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if not isinstance(node, Mapping):
        names(found, node, "implied", "webinar: [webinar_attended]")
        return ()
    entries = names(found, node, "implied", "webinar: [webinar_attended]")
    return tuple(
        (e.key.text, _words(found, e.value, f"the data's words for `{e.key.text}`"))
        for e in entries
    )


def _no_word_twice(found: Findings, written: list[_Written]) -> None:
    first: dict[str, _Written] = {}
    for one in written:
        for word in one.words:
            other = first.setdefault(name_form(word), one)
            if other is not one:
                message = f"`{word}` stands for both `{other.key.text}` and `{one.key.text}`"
                found.add("V206", message, one.key.span, first=other.key.span)


def _given_up(base: tuple[Verb, ...], written: list[_Written]) -> tuple[Verb, ...]:
    """The built-in verbs without the words that the file gives another meaning.

    A built-in verb that becomes the same as another one is gone, with all its words.
    """
    own = {name_form(w.key.text): w for w in written}
    moved = [(w, n) for w in written for n in (*w.words, *w.spellings)]
    taken = {name_form(n) for w, n in moved if w.same_as is not None or n != w.key.text}
    kept = []
    for verb in base:
        one = own.get(name_form(verb.name))
        if one is not None and one.same_as is not None:
            continue
        aka = tuple(a for a in verb.aka if name_form(a) not in taken)
        spellings = tuple(s for s in verb.spellings if name_form(s) not in taken)
        implied = tuple(
            (thing, tuple(s for s in data if name_form(s) not in taken))
            for thing, data in verb.implied
        )
        kept.append(replace(verb, aka=aka, spellings=spellings, implied=implied))
    return tuple(kept)


def _target(
    found: Findings, one: _Written, targets: dict[str, _Written], verbs: tuple[Verb, ...]
) -> str | None:
    """The name of the verb that `one` is the same as in the end."""
    at, seen = one, [one.key.text]
    while at.same_as is not None:
        following = targets.get(name_form(at.same_as.text))
        if following is None:
            return _known(found, at.same_as, one, verbs)
        if following.key.text in seen:
            if following is one:
                circle = " → ".join((*seen, following.key.text))
                found.add("V207", f"these verbs are only each other: {circle}", one.key.span)
            return None
        at = following
        seen.append(at.key.text)
    return next((v.name for v in verbs if _says(v, at.key.text)), at.key.text)


def _says(verb: Verb, word: str) -> bool:
    return name_form(word) in {name_form(n) for n in (verb.name, *verb.aka)}


def _known(found: Findings, word: Scalar, one: _Written, verbs: tuple[Verb, ...]) -> str | None:
    index = {name_form(n): v.name for v in verbs for n in (v.name, *v.aka)}
    name = index.get(name_form(word.text))
    if name is None and word is one.same_as:
        found.unknown("V207", "event verb", word, index)
    return name


def _put(verbs: tuple[Verb, ...], one: _Written, name: str) -> tuple[Verb, ...]:
    """`verbs` with the words of `one` at the verb called `name`, which is added if it is new."""
    form = name_form(name)
    old = next((v for v in verbs if name_form(v.name) == form), None)
    start = old or Verb(name=name)
    own = name_form(start.name)
    changed = replace(
        start,
        aka=_united(start.aka, (w for w in one.words if name_form(w) != own)),
        spellings=_united(start.spellings, one.spellings),
        implied=(*start.implied, *one.implied),
        activity=start.activity if one.activity is None else one.activity,
    )
    if old is None:
        return (*verbs, changed)
    return tuple(changed if v is old else v for v in verbs)


def _united(first: tuple[str, ...], more: Iterable[str]) -> tuple[str, ...]:
    result = {name_form(word): word for word in first}
    for word in more:
        result.setdefault(name_form(word), word)
    return tuple(result.values())
