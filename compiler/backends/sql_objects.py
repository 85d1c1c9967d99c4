"""Tests on the object of an event: whole words, whole texts, and paths."""

from __future__ import annotations

from typing import assert_never

from leadcard.compiler import plan as p
from leadcard.compiler.backends.sql_build import Build, Node, any_of, case, false
from leadcard.compiler.backends.sql_text import TextForms


class ObjectTests:
    """Builds tests on objects."""

    def __init__(self, build: Build, forms: TextForms) -> None:
        self._b = build
        self._forms = forms

    def test(self, objects: tuple[p.ObjectTest, ...], column: Node) -> Node:
        """Whether the object meets any of the tests."""
        return any_of([self._one(test, column.copy()) for test in objects])

    def _one(self, test: p.ObjectTest, column: Node) -> Node:
        forms = self._forms
        folded = forms.fold(column)
        path = forms.is_path(folded)
        match test:
            case p.ObjectWords():
                segments = forms.holds(forms.path_form(folded.copy()), test.segments)
                words = forms.holds(forms.word_form(folded.copy()), [n.text for n in test.needles])
                return case([(path, segments)], words)
            case p.ObjectIs():
                cut = forms.is_one_of(forms.name_without_query(folded.copy()), test.values)
                whole = forms.is_one_of(forms.name_form(folded.copy()), test.values)
                return case([(path, cut)], whole)
            case p.ObjectPath():
                if "*" in test.patterns:
                    return path
                meets = forms.meets(forms.path_form(folded.copy()), test.patterns)
                return case([(path, meets)], false())
            case _:
                assert_never(test)
