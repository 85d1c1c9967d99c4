"""Values that are surely no values: `manager or higher`, `C*O`, `manager without assistant`."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from leadcard.compiler.scope import Scope
from leadcard.compiler.vocabulary import Field, FieldType, WordList
from leadcard.dsl import ast
from leadcard.dsl.ast import FieldOp
from leadcard.dsl.source import Span

_CODE: Final = "R138"
_OPEN_ENDED: Final = frozenset(
    {"higher", "above", "up", "upwards", "lower", "below", "better", "greater", "similar", "more"}
    | {"less", "equivalent", "others", "etc", "etc.", "and so on", "...", "…"}
)
_ANYTHING: Final = frozenset({"any", "anything", "something", "everything", "any value"})
_CONTRARY: Final = {
    FieldOp.CONTAINS: FieldOp.NOT_CONTAINS,
    FieldOp.STARTS_WITH: FieldOp.NOT_STARTS_WITH,
    FieldOp.ENDS_WITH: FieldOp.NOT_ENDS_WITH,
}


_TEXT_OPS: Final = frozenset({FieldOp.CONTAINS, FieldOp.STARTS_WITH, FieldOp.ENDS_WITH})


def refuse_part_of_address(
    scope: Scope, field: Field, op: FieldOp, value: ast.Text, span: Span
) -> None:
    """`email is acme.com`, `email domain is gmail`: no address and no domain is called so."""
    if value.quoted or "*" in value.text:
        return
    is_address = field.type in (FieldType.EMAIL, FieldType.DOMAIN)
    if op in _TEXT_OPS and is_address and " " in value.text:
        scope.reject(
            _CODE,
            f"`{value.text}` holds a blank, and no {field.name} does",
            value.span,
            hint="write the part of the address, such as `gmail.com`; "
            "for a list of domains write `email domain in competitors`",
        )
    if op is not FieldOp.IS:
        return
    if field.type is FieldType.EMAIL and "@" not in value.text:
        is_domain = "." in value.text
        scope.reject(
            _CODE,
            f"`{value.text}` would have to be the whole address",
            value.span,
            hint=f"write `email domain is {value.text}`"
            if is_domain
            else "write the address, or ask for its end, as in `email domain is acme.com`",
            fix=_of_domain(scope, span) if is_domain else None,
        )
    if field.type is FieldType.DOMAIN and "." not in value.text:
        scope.reject(
            _CODE,
            f"`{value.text}` would have to be the whole domain",
            value.span,
            hint=f"write it with its ending, such as `{value.text}.com`",
        )


def refuse_list_of_domains(scope: Scope, field: Field, listed: WordList, span: Span) -> None:
    """`email in competitors`: domains, and no whole addresses."""
    if field.type is not FieldType.EMAIL:
        return
    entries = listed.load()
    if not entries or any("@" in entry or "*" in entry for entry in entries):
        return
    scope.reject(
        _CODE,
        f"`{listed.name}` holds no address, and `{field.name}` is one",
        span,
        hint=f"for domains write `email domain in {listed.name}`",
        fix=_of_domain(scope, span),
    )


_PERIOD: Final = re.compile(r"(?:on |in )?(\d{4})(?:-(\d\d))?(?:-(\d\d))?")


def refuse_calendar_period(scope: Scope, field: Field, said: str, span: Span) -> None:
    """`created in 2026`, `created on 2026-01-31`: a stretch of the calendar has two ends."""
    found = _PERIOD.fullmatch(said)
    if field.type is not FieldType.TIME or found is None:
        return
    year, month, day = (None if part is None else int(part) for part in found.groups())
    try:
        first = date(year or 0, month or 1, day or 1)
        if day is not None:
            end = first + timedelta(days=1)
        elif month is not None:
            end = (first + timedelta(days=31)).replace(day=1)
        else:
            end = first.replace(year=first.year + 1)
    except (ValueError, OverflowError):  # no day of the calendar, or its last one
        return
    plain = f"{field.name} since {first} and {field.name} before {end}"
    scope.reject(
        "R103",
        f"`{said}` is no test of a date",
        span,
        hint=f"write `{plain}`",
    )


def _of_domain(scope: Scope, span: Span) -> str | None:
    """The line with `email domain` in place of `email` at the beginning of a test."""
    field = Span(span.start, span.start + len("email"))
    is_named = scope.source.text[span.start : field.end + 1].lower() == "email "
    return scope.replaced(field, "email domain") if is_named else None


_LEVEL: Final = re.compile(
    r"c-?(?:level|suite|x-?o)s?(?: executives?| titles?)?|cxos?|decision[ -]makers?|"
    r"(?:c|vp|director|manager|executive|senior|entry|board)[ -]level|senior management|"
    r"(?:senior )?leadership|individual contributors?",
    re.IGNORECASE,
)
_TITLES: Final = {"c": "CEO, CTO, CFO", "v": "VP, Vice President", "d": "Director, Head of"}


def titles_of(said: str) -> str | None:
    """Some titles of a sort, such as `CEO, CTO, CFO` of `C-level`; None where none is named."""
    if _LEVEL.fullmatch(said) is None:
        return None
    first = "c" if "decision" in said.lower() else said[0].lower()
    return _TITLES.get(first, _TITLES["c"])


def refuse_level(scope: Scope, field: Field, op: FieldOp, value: ast.Text) -> None:
    """`title is C-level`, `title contains decision maker`: a sort of titles, and none of them."""
    titles = titles_of(value.text)
    if value.quoted or field.name != "title" or titles is None:
        return
    scope.reject(
        _CODE,
        f"`{value.text}` is a sort of titles, and nobody's title",
        value.span,
        hint=f"write the titles, such as `title contains {titles}`, or make a list of them: "
        f'`title in decision makers`; if the data says so, quote it: "{value.text}"',
    )


_SLASHES: Final = re.compile(r"[^/]+(?: / [^/]+)+|[A-Z]{2,5}(?:/[A-Z]{2,5})+")


def refuse_slashes(scope: Scope, field: Field, op: FieldOp, value: ast.Text) -> None:
    """`title is CEO/CTO/CFO`, `industry is Technology / Software`: one value, or several?"""
    if value.quoted or field.type is not FieldType.TEXT or _SLASHES.fullmatch(value.text) is None:
        return
    parts = [part.strip() for part in value.text.split("/")]
    plain = f"{', '.join(parts[:-1])} or {parts[-1]}"
    scope.reject(
        _CODE,
        f"`{value.text}` would have to be one value, with its slash",
        value.span,
        hint=f'write `{plain}`, or quote the value: "{value.text}"',
        fix=scope.replaced(value.span, plain),
    )


def refuse_outside(scope: Scope, field: Field, value: ast.Text) -> None:
    """`country is outside target markets`."""
    said = re.fullmatch(r"(?:outside(?: of)?|not in|other than)(?: the| our)? (.+)", value.text)
    if value.quoted or field.type is not FieldType.COUNTRY or said is None:
        return
    scope.reject(
        "R104",
        f"no list `{said[1]}`",
        value.span,
        hint=f"for countries outside of a list write `{field.name} not in {said[1]}`, and the "
        f"list: `list {said[1]}: US, CA`",
    )


def refuse_odd_value(scope: Scope, field: Field, op: FieldOp, value: ast.Text) -> None:
    """What quotes would make a value of."""
    if value.quoted:
        return
    refuse_level(scope, field, op, value)
    refuse_slashes(scope, field, op, value)
    refuse_outside(scope, field, value)
    if value.text in _OPEN_ENDED:
        scope.reject(
            _CODE,
            f"`{value.text}` would have to be a value of `{field.name}` itself",
            value.span,
            hint="a text has no order: name the values one by one, or make a list of them",
        )
    if value.text in _ANYTHING:
        scope.reject(
            _CODE,
            f"`{value.text}` would have to be the value itself",
            value.span,
            hint=f"write `{field.name} is known`",
        )
    if op is FieldOp.IS and field.type is FieldType.DOMAIN and value.text.startswith("."):
        scope.reject(
            _CODE,
            f"`{value.text}` would have to be the whole {field.name}",
            value.span,
            hint=f"write `{field.name} ends with {value.text}`",
        )
    if "; " in value.text:
        plain = value.text.replace("; ", ", ")
        scope.reject(
            _CODE,
            f"`{value.text}` would have to be one value, with its semicolon",
            value.span,
            hint=f"values stand between commas: `{plain}`; one value with it needs quotes",
            fix=scope.replaced(value.span, plain),
        )
    if op is FieldOp.IS and "*" in value.text:
        fix = f"{field.name} matches {value.text}"
        scope.reject(
            _CODE,
            f"`is` compares with `{value.text}` letter by letter",
            value.span,
            hint=f'for a pattern write `{fix}`, or quote the value: "{value.text}"',
        )
    before, without, after = value.text.partition(" without ")
    if op in _TEXT_OPS and without and before and after:
        plain = f"but {_CONTRARY[op].value} {after}"
        scope.reject(
            _CODE,
            f"`{value.text}` would have to stand there word for word",
            value.span,
            hint=f'write `{before} {plain}`, or quote the value: "{value.text}"',
            fix=scope.replaced(value.span, f"{before} {plain}"),
        )
