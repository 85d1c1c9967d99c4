"""Finding and reading leadcard.yaml: presets first, then the file on top of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Final

from leadcard.compiler import countries, list_file, mail_domains
from leadcard.compiler.node_reader import Findings, keys, names, text, texts
from leadcard.compiler.text import name_form
from leadcard.compiler.vocabulary import Page, Vocabulary, WordList
from leadcard.compiler.vocabulary_build import read_build
from leadcard.compiler.vocabulary_events import read_events
from leadcard.compiler.vocabulary_sections import (
    read_conversions,
    read_currency,
    read_leads,
    read_pages,
)
from leadcard.compiler.vocabulary_verbs import read_verbs
from leadcard.compiler.yaml_source import Entry, Mapping, Node, Scalar, read_yaml
from leadcard.compiler.yaml_source import Sequence as NodeList
from leadcard.dsl.diagnostics import Diagnostic, in_order, warning
from leadcard.dsl.read import read_source
from leadcard.dsl.source import Source

FILE_NAME: Final = "leadcard.yaml"
_PRESETS: Final = Path(__file__).parent / "presets"
_KEYS: Final = (
    "preset",
    "data",
    "leads",
    "events",
    "verbs",
    "pages",
    "lists",
    "conversions",
    "currency",
    "build",
)
_LIST_ENDINGS: Final = (".txt", ".csv", ".tsv", ".list", ".lst", ".xlsx", ".xls", ".json", ".yaml")


def load_vocabulary(
    start: Path | None, *, explicit: Path | None = None
) -> tuple[Vocabulary, tuple[Diagnostic, ...]]:
    """The vocabulary for a card in folder `start` (or of the file `explicit`), and what is wrong.

    Without a leadcard.yaml in `start` or a folder above it, the built-in words. Where the file has
    errors, what could be read of it stands on top of them.
    """
    path, notes = (explicit, ()) if explicit is not None else find_file(start)
    if path is None:
        return builtin(), notes
    source = read_source(path)
    if isinstance(source, Diagnostic):
        return replace(builtin(), path=str(path)), (*notes, source)
    vocabulary, found = read_vocabulary(source, folder=path.parent)
    return vocabulary, in_order((*notes, *found))


def find_file(start: Path | None) -> tuple[Path | None, tuple[Diagnostic, ...]]:
    """The leadcard.yaml that serves `start` (a folder or a card in it), if there is one."""
    if start is None:
        return None, ()
    notes: list[Diagnostic] = []
    folder = start if start.is_dir() else start.parent
    for candidate in _upwards(folder):
        path = candidate / FILE_NAME
        if path.is_file():
            return path, tuple(notes)
        other = candidate / "leadcard.yml"
        if other.is_file():
            hint = f"rename it to `{FILE_NAME}`"
            note = warning("V213", f"`{other}` is not read", hint=hint)
            notes.append(replace(note, path=str(other)))
    return None, tuple(notes)


def _upwards(folder: Path) -> Iterable[Path]:
    """`folder` and those above it, relative as long as that is possible."""
    yield folder
    if not folder.is_absolute():
        yield from (p for p in folder.parents if p != folder)
        folder = folder.absolute() if ".." not in folder.parts else folder.resolve()
        here = Path.cwd() if folder.is_relative_to(Path.cwd()) else folder
        yield from here.parents
        return
    yield from folder.parents


@cache
def builtin() -> Vocabulary:
    """The built-in words of business marketing."""
    return preset("generic")


@cache
def preset(name: str) -> Vocabulary:
    """The vocabulary of a preset; `generic` holds the built-in words, the others stand on it."""
    return _preset_on(_bare() if name == "generic" else None, name)


def _preset_on(base: Vocabulary | None, name: str) -> Vocabulary:
    """A preset on top of `base`; without one on the preset that it names itself, or `generic`.

    On top of another source system's preset, a preset brings its events, but not its leads.
    """
    path = _PRESETS / f"{name}.yaml"
    source = Source(f"presets/{name}.yaml", path.read_text(encoding="utf-8"))
    node, broken = read_yaml(source)
    found = Findings(source, _PRESETS, list(broken))
    start = _base(found, node) if base is None else base
    second = start.leads.location is not None and base is not None
    vocabulary = _sections(found, node, start, declared=False, skip=("leads",) if second else ())
    if found.list:
        first = found.list[0]
        raise ValueError(f"preset {name}: {first.code} {first.message}")
    if name == "generic":
        vocabulary = replace(vocabulary, usual=vocabulary.events[0])
    called = f"{start.preset}, {name}" if second else name
    return replace(vocabulary, preset=called, digest=_digest(start.digest, node))


@cache
def preset_names() -> tuple[str, ...]:
    """The names of all presets."""
    return tuple(sorted(path.stem for path in _PRESETS.glob("*.yaml")))


def _bare() -> Vocabulary:
    """What no file describes: the built-in classes of mail domains and the page `website`."""
    classes: dict[str, Callable[[], tuple[str, ...]]] = {
        "personal": mail_domains.personal,
        "disposable": mail_domains.disposable,
        "educational": mail_domains.educational,
    }
    lists = tuple(WordList(name=n, load=load, builtin=True) for n, load in classes.items())
    website = Page(name="website", paths=())
    digest = f"{countries.version()} {mail_domains.version()}"
    return Vocabulary(fields=(), verbs=(), pages=(website,), lists=lists, digest=digest)


def read_vocabulary(source: Source, *, folder: Path) -> tuple[Vocabulary, tuple[Diagnostic, ...]]:
    """The vocabulary of one file, and what is wrong; its lists are found relative to `folder`."""
    node, broken = read_yaml(source)
    found = Findings(source, folder, list(broken))
    base = _base(found, node)
    vocabulary = replace(_sections(found, node, base, declared=True), path=source.path)
    return vocabulary, in_order(found.list)


def _base(found: Findings, node: Node | None) -> Vocabulary:
    """The preset that a file names, or several on top of each other; else the built-in words."""
    entries = node.entries if isinstance(node, Mapping) else ()
    value = next((e.value for e in entries if name_form(e.key.text) == "preset"), None)
    if value is None:
        return builtin()
    words = texts(found, value, "the name of a preset")
    if not words and isinstance(value, NodeList) and not value.items:
        found.add("V202", "a preset is expected here", value.span, hint="such as `generic`")
    forms = {name_form(known): known for known in preset_names()}
    base: Vocabulary | None = None
    for word in words:
        known = forms.get(name_form(word.text))
        if known is None:
            found.unknown("V203", "preset", word, preset_names())
        else:
            base = preset(known) if base is None else _preset_on(base, known)
    return base or builtin()


def _sections(
    found: Findings,
    node: Node | None,
    base: Vocabulary,
    *,
    declared: bool,
    skip: Sequence[str] = (),
) -> Vocabulary:
    """`base` with all sections of the file; later sections know the words of earlier ones."""
    parts = {} if node is None else keys(found, node, "the vocabulary", _KEYS)
    parts = {key: value for key, value in parts.items() if key not in skip}
    result = base
    if "data" in parts:
        result = replace(result, data=text(found, parts["data"], "a folder or database of tables"))
    if "verbs" in parts:
        result = replace(result, verbs=read_verbs(found, parts["verbs"], result.verbs))
    if "leads" in parts:
        leads, fields = read_leads(found, parts["leads"], result, declared=declared)
        result = replace(result, leads=leads, fields=fields)
    if "events" in parts:
        result = replace(
            result, events=read_events(found, parts["events"], result, declared=declared)
        )
    if "conversions" in parts:
        read = read_conversions(found, parts["conversions"], result)
        result = replace(result, conversions=read)
    if "currency" in parts:
        result = replace(result, currency=read_currency(found, parts["currency"]))
    if "build" in parts:
        result = replace(result, build=read_build(found, parts["build"]))
    result, contents = _pages_and_lists(found, parts, result)
    return replace(result, digest=_digest(base.digest, node, contents))


def _pages_and_lists(
    found: Findings, parts: dict[str, Node], base: Vocabulary
) -> tuple[Vocabulary, tuple[str, ...]]:
    """Pages and lists, which share one space of names; and the contents of list files."""
    pages = base.pages
    page_names: tuple[Scalar, ...] = ()
    if "pages" in parts:
        pages, page_names = read_pages(found, parts["pages"], base.pages)
    lists: list[WordList] = []
    contents: list[str] = []
    list_names: list[Scalar] = []
    entries = (
        names(found, parts["lists"], "lists", "our domains: [acme.com]") if "lists" in parts else ()
    )
    for entry in entries:
        words, file = _list_words(found, entry)
        lists.append(_word_list(found, entry, words, file))
        contents.extend((entry.key.text, *words))
        list_names.append(entry.key)
    _one_space(found, (*page_names, *list_names), base)
    return replace(base, pages=pages, lists=(*base.lists, *lists)), tuple(contents)


def _word_list(
    found: Findings, entry: Entry, words: tuple[str, ...], file: Path | None
) -> WordList:
    load = partial(tuple[str, ...], words)
    name = entry.key
    return WordList(name=name.text, load=load, source=found.source, span=name.span, file=file)


def _list_words(found: Findings, entry: Entry) -> tuple[tuple[str, ...], Path | None]:
    """The entries of a list, and the file that holds them if they stand in one."""
    node = entry.value
    if isinstance(node, Mapping):
        parts = keys(found, node, f"list `{entry.key.text}`", ("from",))
        return _from_file(found, parts["from"]) if "from" in parts else ((), None)
    if isinstance(node, NodeList):
        written = texts(found, node, f"list `{entry.key.text}`", empty=True)
        return tuple(dict.fromkeys(word.text for word in written)), None
    name = text(
        found, node, f"the entries of list `{entry.key.text}`, or the file that holds them,"
    )
    if name is None:
        return (), None
    looks_like_file = name.lower().endswith(_LIST_ENDINGS) or "/" in name or "\\" in name
    if looks_like_file or (found.folder / name).is_file():
        return _from_file(found, node)
    word = any(char.isalnum() for char in name)
    found.add(
        "V202",
        f"`{name}` is neither a list nor a file",
        node.span,
        hint="a list stands in brackets, even with one entry"
        if word
        else "name a file such as `lists/competitors.txt`, or write the entries in brackets",
        fix=found.line_with(node.span, f"[{name}]") if word else None,
    )
    return (), None


def _from_file(found: Findings, node: Node) -> tuple[tuple[str, ...], Path | None]:
    name = text(found, node, "the name of a file")
    if name is None:
        return (), None
    path = found.folder / name.replace("\\", "/")
    read = list_file.read_list(path, name=name)
    for finding in read.diagnostics:
        found.add(finding.code, finding.message, node.span, hint=finding.hint)
    return read.entries, path


def _one_space(found: Findings, written: Iterable[Scalar], base: Vocabulary) -> None:
    """Pages, lists and built-in classes share one space of names."""
    taken = {*base.list_index, *base.page_index}
    first: dict[str, Scalar] = {}
    for word in written:
        form = name_form(word.text)
        if form in taken:
            message = f"`{word.text}` is a built-in name"
            found.add("V206", message, word.span, hint="choose another name")
        elif first.setdefault(form, word) is not word:
            message = f"`{word.text}` names both a page and a list"
            found.add("V206", message, word.span, first=first[form].span, hint="rename one")


def _digest(base: str, node: Node | None, contents: tuple[str, ...] = ()) -> str:
    """A hash of the words of a file (not of its layout) on top of its preset's."""
    shape = json.dumps([base, _of_words(node), contents], ensure_ascii=False)
    return sha256(shape.encode("utf-8", "surrogatepass")).hexdigest()


def _shape(node: Node | None) -> object:
    match node:
        case None:
            return None
        case Scalar():
            return [node.text, node.quoted] if node.quoted else node.text
        case NodeList():
            return [_shape(item) for item in node.items]
        case Mapping():
            return {entry.key.text: _shape(entry.value) for entry in node.entries}


def _of_words(node: Node | None) -> object:
    """The shape of a file without the section that changes no score."""
    shape = _shape(node)
    if not isinstance(shape, dict):
        return shape
    return {key: part for key, part in shape.items() if name_form(key) != "build"}
