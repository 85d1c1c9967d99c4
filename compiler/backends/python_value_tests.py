"""Tests of a text value for the Python backend: lines that turn its normal forms into bits.

The lines stand in a function where `text` is the text form of a known value and `tests` gathers
the bits; they work out the name form and the word form once each, where some test reads them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, assert_never

from leadcard.compiler.backends.python_glob import is_glob, to_regex
from leadcard.compiler.backends.python_text import (
    Condition,
    Fact,
    Module,
    any_of,
    literal,
    pattern_constant,
    statement,
    text_set,
    text_tuple,
)
from leadcard.compiler.plan import (
    Contains,
    EndsWith,
    Equals,
    FieldTest,
    InDomains,
    InList,
    InRange,
    InTime,
    IsFalse,
    IsTrue,
    Known,
    Matches,
    MoneyInRange,
    SameAs,
    StartsWith,
)
from leadcard.compiler.text import FALSE_WORDS, TRUE_WORDS

_FEW: Final = 6  # values that stand in a test; more become a constant
_SHORT: Final = 70  # characters of values that stand in a test
_TOO_MANY: Final = 12  # needles that are looped over rather than written out


@dataclass(slots=True)
class TextTests:
    """The lines of a function that tests a text, the forms they read and the constants they use."""

    name: Callable[[str], str]
    module: Module
    lines: list[str] = field(default_factory=list)
    constants: list[str] = field(default_factory=list)
    forms: set[str] = field(default_factory=set)
    _numbers: int = 0

    def constant(self, part: str) -> str:
        """A new name for a constant."""
        self._numbers += 1
        return self.name(f"{part}_{self._numbers}")

    # --- tests ---

    def one_of(self, form: str, values: Sequence[str]) -> Condition:
        """The form is one of `values`."""
        self.forms.add(form)
        self.module.compared(values)
        if _short(values):
            written = ", ".join(literal(value) for value in values)
            return Fact(f"{form} == {written}" if len(values) == 1 else f"{form} in {{{written}}}")
        constant = self.constant("VALUES")
        self.constants += text_set(constant, values)
        return Fact(f"{form} in {constant}")

    def holds(self, form: str, texts: Sequence[str]) -> Condition:
        """The form holds one of `texts`."""
        self.forms.add(form)
        self.module.compared(texts)
        if len(texts) <= _TOO_MANY and all(_short((text,)) for text in texts):
            return any_of(Fact(f"{literal(text)} in {form}") for text in texts)
        constant = self.constant("PARTS")
        self.constants += text_tuple(constant, texts)
        return Fact(f"any(part in {form} for part in {constant})")

    def matches(self, form: str, patterns: Sequence[str]) -> Condition:
        """The whole form meets one of `patterns`."""
        plain = tuple(pattern for pattern in patterns if not is_glob(pattern))
        globs = tuple(pattern for pattern in patterns if is_glob(pattern))
        parts = [self.one_of(form, plain)] if plain else []
        if globs:
            self.forms.add(form)
            self.module.compared(globs)
            self.module.needs.add("regex")
            constant = self.constant("PATTERN")
            self.constants += pattern_constant(constant, to_regex(globs))
            parts.append(Fact(f"{constant}({form})"))
        return any_of(parts)

    def ends(self, method: str, texts: Sequence[str]) -> Condition:
        """The text form starts (`startswith`) or ends (`endswith`) with one of `texts`."""
        self.module.compared(texts)
        if len(texts) == 1 and _short(texts):
            return Fact(f"text.{method}({literal(texts[0])})")
        constant = self.constant("ENDS")
        self.constants += text_tuple(constant, texts)
        return Fact(f"text.{method}({constant})")

    def in_list(self, name: str, subdomains: bool) -> Condition:
        """The name form is an entry of a long list, or a domain below one."""
        self.forms.add("name")
        constant = self.module.list_constant(name)
        if not subdomains:
            return Fact(f"name in {constant}")
        self.module.needs.add("domain")
        return Fact(f"_in_domains(name, {constant})")

    def in_domains(self, domains: Sequence[str]) -> Condition:
        """The name form is one of `domains` or a domain below one."""
        self.forms.add("name")
        self.module.compared(domains)
        self.module.needs.add("domain")
        constant = self.constant("DOMAINS")
        self.constants += text_set(constant, domains)
        return Fact(f"_in_domains(name, {constant})")

    def add(self, condition: Condition, action: str, indent: int = 1) -> None:
        """A statement that does `action` where `condition` holds."""
        self.lines += statement("if ", condition, ":", indent, self.module.masks)
        self.lines.append("    " * (indent + 1) + action)


def _short(texts: Sequence[str]) -> bool:
    """Whether `texts` may stand in a condition."""
    return len(texts) <= _FEW and sum(len(literal(text)) + 2 for text in texts) <= _SHORT


def is_numeric(test: FieldTest) -> bool:
    """Whether a number alone, without its text, decides the test."""
    return isinstance(test, Known | InRange | MoneyInRange)


def text_tests(
    tests: Mapping[FieldTest, int], name: Callable[[str], str], module: Module
) -> TextTests:
    """The lines for all of `tests` that read text; `name` makes names for constants."""
    found = TextTests(name, module)
    for test, bit in tests.items():
        condition = _condition(test, found)
        if condition is not None:
            found.add(condition, f"tests |= {module.masks.text(bit)}")
    forms = [f"    {form} = {_FORMS[form]}" for form in sorted(found.forms)]
    found.lines[:0] = forms
    module.needs |= found.forms & {"words"}
    return found


_FORMS: Final = {"name": "_name(text)", "words": "_words(text)"}


def _condition(test: FieldTest, found: TextTests) -> Condition | None:
    match test:
        case Equals(values=values):
            return found.one_of("name", values)
        case InList(list=name, subdomains=subdomains):
            return found.in_list(name, subdomains)
        case InDomains(domains=domains):
            return found.in_domains(domains)
        case Contains(needles=needles):
            return found.holds("words", tuple(needle.text for needle in needles))
        case StartsWith(texts=texts):
            return found.ends("startswith", texts)
        case EndsWith(texts=texts):
            return found.ends("endswith", texts)
        case Matches(patterns=patterns):
            return found.matches("name", patterns)
        case IsTrue():
            return found.one_of("name", TRUE_WORDS)
        case IsFalse():
            return found.one_of("name", FALSE_WORDS)
        case Known() | InRange() | MoneyInRange() | InTime() | SameAs():
            return None
        case _:
            assert_never(test)
