"""What is wrong in a leadcard.yaml is named at its place, with what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadcard.compiler.vocabulary import Vocabulary
from leadcard.compiler.vocabulary_file import builtin, load_vocabulary
from leadcard.compiler.yaml_source import DEEPEST, read_yaml
from leadcard.dsl.diagnostics import Diagnostic
from leadcard.dsl.source import Source


def load(folder: Path, text: str) -> tuple[Vocabulary, tuple[Diagnostic, ...]]:
    """The vocabulary of a leadcard.yaml with this text."""
    path = folder / "leadcard.yaml"
    path.write_text(text, encoding="utf-8")
    return load_vocabulary(folder)


def marked(text: str) -> list[tuple[str, str]]:
    """The code, and the text under the carets, of each finding in a YAML text."""
    _, found = read_yaml(Source("leadcard.yaml", text))
    return [(d.code, text[d.span.start : d.span.end] if d.span else "") for d in found]


@pytest.mark.parametrize(
    ("text", "code", "under", "suggestion"),
    [
        ("presett: generic", "V201", "presett", "preset: generic"),
        (
            "currency: {base: EUR, rates: {USD:0.92}}",
            "V202",
            "USD:0.92",
            "currency: {base: EUR, rates: {USD: 0.92}}",
        ),
        ("currency: {base:EUR}", "V201", "base:EUR", "currency: {base: EUR}"),
        ("leads: {fields: {title: {colum: x}}}", "V201", "colum", None),
        ("preset: pardo", "V203", "pardo", "preset: pardot"),
        ("preset: [hubspot, pardo]", "V203", "pardo", "preset: [hubspot, pardot]"),
        ("preset: []", "V202", "[]", None),
        ("data: [a]", "V202", "[a]", None),
        ("preset: hubspot\nevents: [{as: email_evnt}]", "V215", "email_evnt", None),
        ("events: {from: a, use: maybe}", "V204", "maybe", None),
        ("events: {from: a, lead: {column: x, unknown: skip}}", "V204", "skip", None),
        ("events: {lead: {column: x, matches: [id, emial]}}", "V208", "emial", None),
        ("leads: {joins: {on: {a: b}}}", "V212", "{on: {a: b}}", None),
        ("leads: {joins: [{from: a}]}", "V212", "{from: a}", None),
        ("leads: {joins: [{from: a, on: b}]}", "V202", "b", None),
        ("leads: {joins: [{from: a, onn: {b: c}, on: {b: c}}]}", "V201", "onn", None),
        ("leads: {joins: [{from: a, on: {b: c}, pivot: {name: n}}]}", "V212", "{name: n}", None),
        ("leads: {merged into: {from: a, lead: b}}", "V212", "{from: a, lead: b}", None),
        ("leads: {without: {a: {b: c}}}", "V202", "{b: c}", None),
        ("leads: {fields: {title: {column: a, else: {b: c}}}}", "V202", "{b: c}", None),
        ("leads: [a]", "V202", "[a]", None),
        ("leads: [", "V109", "[", None),
        ("leads: {fields: {title: [a],\n", "V109", "{", None),
        ("- a\n- b", "V202", "- a", None),
        ("leads: {fields: {x: {type: numbr}}}", "V204", "numbr", None),
        ("leads: {fields: {x: {type: date}}}", "V204", "date", None),
        ("leads: {fields: {created: {unit: hours}}}", "V204", "hours", None),
        ("leads: {fields: {created: {zone: Europe/Berln}}}", "V205", "Europe/Berln", None),
        ("leads: {fields: {created: {zone: ../etc/passwd}}}", "V205", "../etc/passwd", None),
        ("leads: {fields: {title: {unit: ms}}}", "V202", "ms", None),
        ("leads: {fields: {a: {aka: [x]}, b: {aka: [X]}}}", "V206", "b", None),
        ("leads: {fields: {title: a, job title: b}}", "V206", "job title", None),
        ("leads: {fields: {'!!': x}}", "V214", "'!!'", None),
        ("leads: {fields: {country: {values: {Germani: [D]}}}}", "V210", "Germani", None),
        ("leads: {fields: {x: {values: {a: [q], b: [Q]}}}}", "V206", "Q", None),
        ("leads: {fields: {budget: {currency: EUR}}}", "V202", "EUR", None),
        ("events: {lead: {column: x, matches: emial}}", "V208", "emial", None),
        ("events: {verb: visted}", "V207", "visted", "events: {verb: visited}"),
        ("events: {verb: {column: t, values: {A: opend email}}}", "V207", "opend email", None),
        ("events: {verb: {values: {A: visited}}}", "V212", "{values: {A: visited}}", None),
        ("events: {unique: maybe}", "V204", "maybe", None),
        ("verbs: {x: {same as: visted}}", "V207", "visted", "verbs: {x: {same as: visited}}"),
        ("verbs: {x: y, y: x}", "V207", "x", None),
        ("verbs: {x: [z], y: [Z]}", "V206", "y", None),
        ("verbs: {x: {activity: perhaps}}", "V204", "perhaps", None),
        ("pages: {pricing: [pricing]}", "V211", "pricing", "pages: {pricing: [/pricing]}"),
        ("pages: {pricing: [/p?a=1]}", "V211", "/p?a=1", "pages: {pricing: [/p]}"),
        ("pages: {pricing: []}", "V211", "[]", None),
        ("pages: {website: [/]}", "V206", "website", None),
        ("lists: {personal: [a.com]}", "V206", "personal", None),
        ("lists: {a: [x], A: [y]}", "V206", "A", None),
        ("lists: {a: acme.com}", "V202", "acme.com", "lists: {a: [acme.com]}"),
        ("lists: {a: no/such.txt}", "V301", "no/such.txt", None),
        ("lists: {a: {from: no.txt}}", "V301", "no.txt", None),
        ("lists: {a: [[b]]}", "V202", "[b]", None),
        ("conversions: {lead: x}", "V212", "{lead: x}", None),
        ("conversions: {field: titel}", "V208", "titel", "conversions: {field: title}"),
        ("conversions: {field: title}", "V202", "title", None),
        ("currency: {base: EUR, rates: {USD: -1}}", "V209", "-1", None),
        ("currency: {base: EUR, rates: {USD: nan}}", "V209", "nan", None),
        ("currency: {base: EUR, rates: {EUR: 2}}", "V209", "2", None),
        ("currency: {base: EUR, rates: {USD: 1, $: 2}}", "V206", "$", None),
        ("currency: {base: XYZ}", "V210", "XYZ", None),
        ("currency: {rates: {USD: 1}}", "V212", "{USD: 1}", None),
    ],
)
def test_a_mistake_is_named_at_its_place(
    tmp_path: Path, text: str, code: str, under: str, suggestion: str | None
) -> None:
    _, found = load(tmp_path, text)
    assert code in {d.code for d in found}
    first = next(d for d in found if d.code == code)
    assert first.span is not None
    if under:
        assert text[first.span.start : first.span.end] == under
    if suggestion is not None:
        assert first.fix == suggestion
        assert code not in {d.code for d in load(tmp_path, suggestion)[1]}


def test_all_mistakes_of_a_file_are_told_in_one_run(tmp_path: Path) -> None:
    fields = "leads:\n  fields:\n    a: {type: q}\n    b: {zone: Z/Z, type: time}\n"
    text = f"preset: x\n{fields}pages: {{p: q}}\n"
    _, found = load(tmp_path, text)
    assert [d.code for d in found] == ["V203", "V204", "V205", "V211"]


@pytest.mark.parametrize(
    ("text", "code", "under"),
    [
        ("a:\n\tb: 1\n", "V102", "\t"),
        ("a: b: c\n", "V103", "b: c"),
        ("a: @x\n", "V103", "@x"),
        ("a: [%x, y]\n", "V103", "%x"),
        ('a: "C:\\path"\n', "V103", '"C:\\path"'),
        ("? [a]\n: b\n", "V103", "[a]"),
        ("a: 1\na: 2\n", "V104", "a"),
        ("a: *.pdf # note\n", "V105", "*.pdf"),
        ("a: &x 1\n", "V105", "&x 1"),
        ("a: !!python/name:os.system x\n", "V105", "!!python/name:os.system x"),
        ("a: 1\n  b: 2\n", "V107", "b: 2"),
        ("a:\n  b: 1\n c: 2\n", "V107", "c: 2"),
        ("a: 1\nfoo bar\nc: 2\n", "V101", "foo bar"),
        ("a: 1\n---\nb: 1\n", "V108", "---"),
        ("a: 'it's'\n", "V109", "'it's'"),
        ('a: "x\nb: 1\n', "V109", '"x'),
        ("a: [1, 2\nb: 3\n", "V109", "["),
        ("a: {b: 1 c: 2}\n", "V109", "{"),
        ("a: \x00\n", "V101", "\x00"),
    ],
)
def test_what_is_not_yaml_is_explained(text: str, code: str, under: str) -> None:
    assert marked(text) == [(code, under)]


@pytest.mark.parametrize(
    "text", ["a: b: c\n", "a: @x\n", "a: *.pdf\n", "a: 'it's'\n", "a:\n\tb: 1\n"]
)
def test_what_the_explanation_proposes_is_yaml(text: str) -> None:
    source = Source("leadcard.yaml", text)
    _, (finding,) = read_yaml(source)
    assert finding.span is not None
    assert finding.fix is not None
    number = source.position(finding.span.start).line
    lines = text.split("\n")
    lines[number - 1] = finding.fix
    assert marked("\n".join(lines)) == []


@pytest.mark.parametrize("sign", ["[", "{a: ", "- ", "? "])
def test_endless_nesting_ends_soon(sign: str) -> None:
    _, found = read_yaml(Source("leadcard.yaml", sign * 100_000))
    assert [d.code for d in found] == ["V106"]


def test_nesting_that_is_allowed() -> None:
    node, found = read_yaml(Source("leadcard.yaml", "[" * DEEPEST + "]" * DEEPEST))
    assert node is not None
    assert found == ()


def test_a_file_that_unfolds_without_end_is_refused() -> None:
    lines = [
        "a: &a [x, x, x]",
        *(f"{b}: &{b} [*{a}, *{a}, *{a}]" for a, b in zip("abcd", "bcde", strict=True)),
    ]
    assert [code for code, _ in marked("\n".join(lines))] == ["V105"]


def test_an_empty_file_is_the_built_in_vocabulary(tmp_path: Path) -> None:
    for text in ("", "# nothing yet\n", "leads:\nevents:\nverbs:\npages:\nlists:\ncurrency:\n"):
        vocabulary, found = load(tmp_path, text)
        assert found == ()
        assert vocabulary.fields == builtin().fields


def test_binary_and_unreadable_files_are_findings(tmp_path: Path) -> None:
    path = tmp_path / "leadcard.yaml"
    path.write_bytes(b"PK\3\4" + bytes(range(32)) * 40)
    assert [d.code for d in load_vocabulary(tmp_path)[1]] == ["F102"]
    path.write_bytes("titel: größe".encode("latin-1"))
    assert [d.code for d in load_vocabulary(tmp_path)[1]] == ["F103"]
