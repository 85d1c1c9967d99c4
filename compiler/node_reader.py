"""Reading nodes of a YAML file as the kinds of value that a vocabulary holds.

Every function takes the `Findings` of the file, reports what does not fit once and at its place,
and goes on with what it could read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

from leadcard.compiler.text import FALSE_WORDS, TRUE_WORDS, name_form
from leadcard.compiler.yaml_source import Entry, Mapping, Node, Scalar, read_yaml
from leadcard.compiler.yaml_source import Sequence as NodeList
from leadcard.dsl.diagnostics import Diagnostic, Related, Severity
from leadcard.dsl.record import dataclass
from leadcard.dsl.source import Source, Span

_LONG: Final = 100_000


@dataclass(slots=True)
class Findings:
    """The file being read, its folder, and what was found wrong so far."""

    source: Source
    folder: Path
    list: list[Diagnostic] = field(default_factory=list)

    def add(
        self,
        code: str,
        message: str,
        span: Span,
        *,
        hint: str | None = None,
        fix: str | None = None,
        first: Span | None = None,
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Note a finding at `span`; `first` is an earlier place that it collides with."""
        related = (Related(source=self.source, span=first, label="first here"),) if first else ()
        self.list.append(
            Diagnostic(
                code=code,
                message=message,
                source=self.source,
                span=span,
                hint=hint,
                fix=fix if fix is None or self._reads(span, fix) else None,
                related=related,
                severity=severity,
            )
        )

    def _reads(self, span: Span, fix: str) -> bool:
        """Whether a corrected line is YAML, alone or in its place (in a file that is not long)."""
        fix = fix.strip()
        if not read_yaml(Source("", fix))[1]:
            return True
        line = self.source.line_span(self.source.position(span.start).line)
        whole = self.source.text
        if len(whole) > _LONG:
            return False
        before = whole[line.start : line.end]
        indent = before[: len(before) - len(before.lstrip())]
        text = f"{whole[: line.start]}{indent}{fix}{whole[line.end :]}"
        return not read_yaml(Source("", text))[1]

    def unknown(self, code: str, what: str, word: Scalar, known: Iterable[str]) -> None:
        """Note that `word` is no `what`, with the nearest of `known` as suggestion."""
        near = closest(word.text, known)
        self.add(
            code,
            f"no {what} `{word.text}`",
            word.span,
            hint=f"did you mean `{near}`?" if near else None,
            fix=self.line_with(word.span, near) if near else None,
        )

    def line_with(self, span: Span, text: str) -> str:
        """The line of `span` with `text` in its place."""
        line = self.source.line_span(self.source.position(span.start).line)
        whole = self.source.text
        return f"{whole[line.start : span.start]}{text}{whole[min(span.end, line.end) : line.end]}"


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known word that is meant, if one is near enough."""
    from leadcard.dsl.nearest import nearest

    words, form = tuple(known), name_form(word)
    longer = [other for other in words if len(form) > 3 and name_form(other).startswith(form)]
    return nearest(word, words) or min(longer, key=len, default=None)


_KINDS: Final = {Scalar: "one value", NodeList: "a list", Mapping: "keys with values"}


def describe(node: Node) -> str:
    """What kind of thing stands there, in plain words."""
    if isinstance(node, Scalar) and node.is_null:
        return "nothing"
    return _KINDS[type(node)]


def _in_first_line(found: Findings, span: Span) -> Span:
    end = found.source.line_span(found.source.position(span.start).line).end
    return Span(span.start, max(min(span.end, end), span.start))


def wrong_kind(found: Findings, node: Node, what: str, *, hint: str | None = None) -> None:
    """Note that another kind of value was expected: `what`."""
    span = _in_first_line(found, node.span)
    are = "are" if isinstance(node, Mapping) else "is"
    message = f"{what} is expected here, but there {are} {describe(node)}"
    found.add("V202", message, span, hint=hint)


def keys(
    found: Findings, node: Node, where: str, allowed: Sequence[str], *, hint: str | None = None
) -> dict[str, Node]:
    """The values of a mapping by canonical key; unknown and repeated keys are reported."""
    if isinstance(node, Scalar) and node.is_null:
        return {}
    if not isinstance(node, Mapping):
        _keys_missing(found, node, where, allowed, hint)
        return {}
    forms = {name_form(key): key for key in allowed}
    result: dict[str, Node] = {}
    first: dict[str, Span] = {}
    for entry in node.entries:
        key = forms.get(name_form(entry.key.text))
        if key is None:
            _unknown_key(found, entry, where, allowed)
        elif key in result:
            found.add("V104", f"the key `{key}` stands twice", entry.key.span, first=first[key])
        else:
            result[key], first[key] = entry.value, entry.key.span
    return result


def _keys_missing(
    found: Findings, node: Node, where: str, allowed: Sequence[str], hint: str | None
) -> None:
    """`leads: leads.csv`: a value where keys belong; mostly it is the value of the first one."""
    fix = None
    if isinstance(node, Scalar) and allowed[0] in ("from", "base", "column"):
        written = found.source.text[node.span.start : node.span.end]
        plain = not any(mark in written for mark in "{}[],\n")
        fix = found.line_with(node.span, f"{{{allowed[0]}: {written}}}") if plain else None
    span = _in_first_line(found, node.span)
    message = f"{where} needs keys such as `{allowed[0]}: …`, and here is {describe(node)}"
    found.add("V202", message, span, hint=hint, fix=fix)


# What people call our keys, in the order in which it fits.
_CALLED: Final[dict[str, tuple[str, ...]]] = {
    "from": ("file", "path", "table", "source", "location", "data"),
    "at": ("time", "timestamp", "date", "when", "created at", "occurred at"),
    "verb": ("event", "action", "type", "event type", "activity", "did"),
    "object": ("page", "url", "what", "asset", "target", "subject"),
    "lead": ("lead id", "person", "contact", "email", "user"),
    "seconds": ("duration", "time spent"),
    "column": ("header", "name", "col"),
    "aka": ("alias", "aliases", "synonyms", "also", "names"),
    "zone": ("timezone", "time zone", "tz"),
    "where": ("filter", "if", "when"),
    "account": ("account id", "company id"),
    "same as": ("like", "alias of", "means"),
}


def _meant_key(word: str, allowed: Sequence[str]) -> str | None:
    form = name_form(word)
    called = (ours for ours, names in _CALLED.items() if ours in allowed and form in names)
    return closest(word, allowed) or next(called, None)


def _unknown_key(found: Findings, entry: Entry, where: str, allowed: Sequence[str]) -> None:
    word = entry.key
    head, colon, rest = word.text.partition(":")
    if colon and name_form(head) in {name_form(key) for key in allowed}:
        found.add(
            "V201",
            f"{where} has no key `{word.text}`",
            word.span,
            hint="a blank is missing after the colon",
            fix=found.line_with(word.span, f"{head}: {rest}"),
        )
        return
    near = _meant_key(word.text, allowed)
    found.add(
        "V201",
        f"{where} has no key `{word.text}`",
        word.span,
        hint=f"did you mean `{near}`?" if near else f"the keys are {listed(allowed)}",
        fix=found.line_with(word.span, near) if near else None,
    )


def listed(words: Iterable[str]) -> str:
    """Words in backticks, joined by commas."""
    return ", ".join(f"`{word}`" for word in words)


def names(found: Findings, node: Node, where: str, example: str) -> tuple[Entry, ...]:
    """The entries of a mapping from names to values; two spellings of one name are reported."""
    if isinstance(node, Scalar) and node.is_null:
        return ()
    if not isinstance(node, Mapping):
        span = _in_first_line(found, node.span)
        message = f"`{where}` needs names, each with its value, and here is {describe(node)}"
        found.add("V202", message, span, hint=f"such as `{example}`")
        return ()
    first: dict[str, Span] = {}
    result = []
    for entry in node.entries:
        form = name_form(entry.key.text)
        if not form:
            found.add("V214", "a name is empty", entry.key.span)
        elif _glued(entry):
            fix = found.line_with(entry.key.span, entry.key.text.replace(":", ": ", 1))
            message = f"a blank is missing after the colon in `{entry.key.text}`"
            found.add("V202", message, entry.key.span, hint="add it", fix=fix)
        elif form in first:
            message = f"`{entry.key.text}` stands twice under {where}"
            found.add("V206", message, entry.key.span, first=first[form])
        else:
            first[form] = entry.key.span
            result.append(entry)
    return tuple(result)


def _glued(entry: Entry) -> bool:
    """Whether `USD:0.92` was written for `USD: 0.92`."""
    head, colon, rest = entry.key.text.partition(":")
    bare = isinstance(entry.value, Scalar) and entry.value.is_null and not entry.key.quoted
    return bool(bare and colon and head and rest)


def text(found: Findings, node: Node, what: str) -> str | None:
    """One text that is not empty."""
    if isinstance(node, Scalar) and node.text.strip() and not node.is_null:
        return node.text
    wrong_kind(found, node, what)
    return None


def texts(found: Findings, node: Node, what: str, *, empty: bool = False) -> tuple[Scalar, ...]:
    """One text or a list of texts; blank ones are left out where `empty` allows them."""
    if isinstance(node, Scalar):
        if node.is_null and not empty:
            wrong_kind(found, node, f"{what} (a list, or one value)")
        return () if node.is_null else (node,)
    if isinstance(node, Mapping):
        _split_list(found, node, what)
        return ()
    good = []
    for item in node.items:
        if not isinstance(item, Scalar):
            wrong_kind(found, item, f"one entry of {what}")
        elif not item.is_null and item.text.strip():
            good.append(item)
        elif not empty:
            found.add("V202", f"an entry of {what} is empty", item.span)
    return tuple(good)


def _split_list(found: Findings, node: Mapping, what: str) -> None:
    wrong_kind(found, node, f"{what} (a list, or one value)", hint="write a list such as `[a, b]`")


def boolean(found: Findings, node: Node, what: str) -> bool | None:
    """Yes or no."""
    form = name_form(node.text) if isinstance(node, Scalar) else ""
    if form in TRUE_WORDS or form in FALSE_WORDS:
        return form in TRUE_WORDS
    if isinstance(node, Scalar) and not node.is_null:
        found.add("V204", f"{what} is yes or no, not `{node.text}`", node.span)
    else:
        wrong_kind(found, node, f"yes or no for {what}")
    return None


def one_of(found: Findings, node: Node, what: str, allowed: Sequence[str]) -> str | None:
    """One of a few words, in any letter case."""
    word = text(found, node, what)
    if word is None or not isinstance(node, Scalar):
        return None
    forms = {name_form(known): known for known in allowed}
    if name_form(word) in forms:
        return forms[name_form(word)]
    near = closest(word, allowed)
    found.add(
        "V204",
        f"`{word}` is not {what}",
        node.span,
        hint=f"did you mean `{near}`?" if near else f"write one of {listed(allowed)}",
        fix=found.line_with(node.span, near) if near else None,
    )
    return None


def positive(found: Findings, node: Node, what: str) -> Decimal | None:
    """A positive number, exactly as written."""
    if isinstance(node, Scalar):
        try:
            number = Decimal(node.text.strip())
        except InvalidOperation:
            number = Decimal(0)
        if number.is_finite() and number > 0:
            return number
    written = node.text if isinstance(node, Scalar) else describe(node)
    fix = None
    if isinstance(node, Scalar) and node.text.count(",") == 1:
        fix = found.line_with(node.span, node.text.replace(",", "."))
    found.add(
        "V209",
        f"{what} is a positive number, not `{written}`",
        node.span,
        hint="write it like `0.92`",
        fix=fix,
    )
    return None


def plain_value(scalar: Scalar) -> object:
    """What a condition on rows compares with: yes or no, a number, nothing, or the text."""
    if scalar.quoted:
        return scalar.text
    if scalar.is_null:
        return None
    form = scalar.text.lower()
    if form in ("true", "yes", "false", "no"):
        return form in ("true", "yes")
    try:
        number = Decimal(scalar.text)
    except InvalidOperation:
        return scalar.text
    return number if number.is_finite() else scalar.text
