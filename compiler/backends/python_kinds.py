"""Kinds of events in the Python module: the tables that lead from verb and object to bits."""

from __future__ import annotations

from collections.abc import Callable

from leadcard.compiler.backends.python_events import EventReader
from leadcard.compiler.backends.python_text import Condition, Fact, Module, all_of, any_of, literal
from leadcard.compiler.backends.python_value_tests import TextTests
from leadcard.compiler.plan import ObjectIs, ObjectPath, ObjectTest, ObjectWords, Verb

_Tested = tuple[tuple[tuple[ObjectTest, ...], int], ...]


def kind_definitions(verbs: tuple[Verb, ...], reader: EventReader) -> list[str]:
    """The constants and functions that find the kinds of an event."""
    functions: dict[tuple[int, _Tested], str] = {}
    lines: list[str] = []
    entries: dict[str, str] = {}
    for verb in verbs:
        whatever, tested = _kinds_of(verb.name, reader)
        if not whatever and not tested:
            continue
        value = reader.module.masks.text(whatever)
        if tested:
            key = (whatever, tested)
            if key not in functions:
                functions[key] = f"_KINDS_BY_OBJECT_{len(functions) + 1}"
                lines += _object_lines(functions[key], whatever, tested, reader.module)
            value = functions[key]
        reader.module.compared(verb.spellings)
        for spelling in verb.spellings:
            entries.setdefault(spelling, value)
    return [
        *lines,
        f"_VERBS: Final[dict[str, {'int | _Objects' if functions else 'int'}]] = {{",
        *(f"    {literal(spelling)}: {value}," for spelling, value in entries.items()),
        "}",
        "_KINDS: Final = _Kinds()",
    ]


def _kinds_of(verb: str, reader: EventReader) -> tuple[int, _Tested]:
    """The kinds of all events of a verb, and those that depend on the object."""
    whatever = 0
    tested: list[tuple[tuple[ObjectTest, ...], int]] = []
    for (verbs, objects), bit in reader.kinds.items():
        if verb in verbs and objects:
            tested.append((objects, bit))
        elif verb in verbs:
            whatever |= bit
    return whatever, tuple(tested)


def _object_lines(name: str, whatever: int, tested: _Tested, module: Module) -> list[str]:
    function = name.lower()
    tests = TextTests(_namer(name), module)
    for objects, bit in tested:
        condition = any_of(_object_condition(test, tests) for test in objects)
        tests.add(condition, f"kinds |= {module.masks.text(bit)}")
    return [
        *tests.constants,
        "",
        "",
        f"def {function}(raw: object) -> int:",
        '    """The kinds of an event with this object."""',
        "    text = _text(raw)",
        f"    kinds = {module.masks.text(whatever)}",
        "    if not text:",
        "        return kinds",
        *_form_lines(tests, module),
        *tests.lines,
        "    return kinds",
        "",
        "",
        f"{name}: Final = _Objects({function})",
        "",
    ]


def _namer(name: str) -> Callable[[str], str]:
    return lambda part: f"{name}_{part}"


def _form_lines(tests: TextTests, module: Module) -> list[str]:
    """The lines that work out the forms that tests read; a path has no words, all else no path."""
    forms = tests.forms
    lines: list[str] = []
    if forms:
        module.needs.add("path")
        lines.append("    is_path = _is_path(text)")
    if "words" in forms:
        module.needs.add("words")
        lines.append('    words = "" if is_path else _words(text)')
    if "path" in forms:
        module.needs.add("segments")
        lines.append('    path = _path(text) if is_path else ""')
    if "name" in forms:
        lines.append("    name = _name(_bare(text) if is_path else text)")
    return lines


def _object_condition(test: ObjectTest, tests: TextTests) -> Condition:
    match test:
        case ObjectWords(needles=needles, segments=segments):
            parts = []
            if needles:
                parts.append(tests.holds("words", tuple(needle.text for needle in needles)))
            if segments:
                parts.append(tests.holds("path", segments))
            return any_of(parts)
        case ObjectIs(values=values):
            return tests.one_of("name", values)
        case ObjectPath(patterns=patterns):
            tests.forms.add("path")
            if "*" in patterns:
                return Fact("is_path")
            return all_of((Fact("is_path"), tests.matches("path", patterns)))
