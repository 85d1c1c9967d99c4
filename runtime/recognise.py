"""Which header of the data is which column of ours, by the vocabulary.

A column that leadcard.yaml or a preset names must be there. All else is looked up by usual headers:
the first of the list that the data has is taken. Every finding says which headers were seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from leadcard.compiler.plan import FieldKind, Plan
from leadcard.compiler.text import name_form
from leadcard.compiler.vocabulary import (
    Column,
    Conditions,
    Field,
    FieldType,
    Unless,
    Vocabulary,
)
from leadcard.dsl.diagnostics import Diagnostic, Severity
from leadcard.dsl.nearest import nearest
from leadcard.runtime.parts import Part
from leadcard.runtime.usual_headers import bare_form, header_forms


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """A header and what it was taken for: `word` in plain form, `column` of the plain tables.

    `place` is its number among the part's columns; `declared` says that the vocabulary names it.
    """

    word: str
    column: str
    header: str
    place: int
    declared: bool
    field: Field | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Headers:
    """The headers of one part, looked up by what they say."""

    part: Part

    def named(self, header: str) -> int | None:
        """The place of the header `header`: as written, in the same name form, or with humps."""
        headers = self.part.headers
        if header in headers:
            return headers.index(header)
        wanted = name_form(header)
        same = next((n for n, h in enumerate(headers) if name_form(h) == wanted), None)
        if same is not None:
            return same
        return next((n for n, h in enumerate(headers) if wanted in header_forms(h)), None)

    def usual(self, names: Iterable[str]) -> int | None:
        """The place of the first of `names` that is a header, also with a unit at its end."""
        forms: dict[str, int] = {}
        for place, header in enumerate(self.part.headers):
            for form in header_forms(header):
                forms.setdefault(form, place)
        for place, header in enumerate(self.part.headers):
            forms.setdefault(bare_form(header), place)
        return next((forms[form] for form in map(name_form, names) if form in forms), None)

    def of_data(self) -> tuple[str, ...]:
        """The headers that the user knows."""
        return tuple(h for h in self.part.headers if h not in self.part.made)

    def seen(self) -> str:
        """The headers, for a message."""
        headers = self.of_data()
        shown = [f"`{h}`" for h in headers[:30]]
        more = len(headers) - len(shown)
        return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def else_header(column: Column) -> str:
    """The header of a column that was made from one and those to take where it is empty."""
    first = column.name or " or ".join(column.aka)
    return f"{first} (else {', '.join(column.other)})"


def find_column(
    headers: Headers,
    wanted: Column | None,
    word: str,
    column: str,
    found: list[Diagnostic],
    *,
    may_lack: bool = False,
) -> Recognised | None:
    """The header for a column of leads or events that is no field."""
    if wanted is None or wanted.constant is not None:
        return None
    if wanted.other and headers.named(else_header(wanted)) is not None:
        place = headers.named(else_header(wanted))
    elif wanted.name is None:
        place = headers.usual(wanted.aka)
    else:
        place = headers.named(wanted.name)
        if place is None:
            place = headers.usual(wanted.aka)
        if place is None and not may_lack:
            found.append(not_there(headers, wanted.name, word))
    if place is None:
        return None
    return Recognised(
        word=word,
        column=column,
        header=headers.part.headers[place],
        place=place,
        declared=wanted.name is not None,
    )


def not_there(headers: Headers, column: str, word: str) -> Diagnostic:
    """The finding for a column that the vocabulary names and the data lacks."""
    return Diagnostic(
        code="D105",
        message=f"`{headers.part.shown}` has no column `{column}`, where the vocabulary looks for"
        f" {word}; it has {headers.seen()}",
        path=headers.part.shown,
        hint=nearest_column(column, headers.of_data()),
    )


def nearest_column(column: str, known: Iterable[str]) -> str:
    """The hint for a column that the vocabulary names and the data lacks."""
    near = nearest(column, known)
    said = "name the column in leadcard.yaml as it stands in the data"
    return f"did you mean `{near}`?" if near else said


def condition_places(
    headers: Headers,
    where: Conditions,
    without: Sequence[Unless],
    found: list[Diagnostic],
) -> dict[str, int] | None:
    """The places of the columns of conditions on rows; None where one must be there and is not."""
    places = {}
    for column, may_lack in (
        *((column, False) for column, _ in where),
        *((one.column, one.optional) for one in without),
    ):
        place = headers.named(column)
        if place is not None:
            places[column] = place
        elif not may_lack:
            found.append(not_there(headers, column, "a condition on rows"))
            return None
    return places


def find_fields(
    headers: Headers, vocabulary: Vocabulary, needed: frozenset[str], found: list[Diagnostic]
) -> tuple[Recognised, ...]:
    """The headers that hold fields of leads; findings only for fields that are `needed`."""
    candidates: dict[str, list[int]] = {}
    index = _field_headers(vocabulary)
    for place, header in enumerate(headers.part.headers):
        known = next((index[form] for form in header_forms(header) if form in index), None)
        if known is not None:
            candidates.setdefault(known.name, []).append(place)
    matched = []
    for field in vocabulary.fields:
        best = _place_of(headers, field, candidates.get(field.name, []), needed, found)
        if best is not None:
            matched.append(
                Recognised(
                    word=field.name,
                    column=field.column,
                    header=headers.part.headers[best],
                    place=best,
                    declared=field.source is not None and field.source.name is not None,
                    field=field,
                )
            )
    return tuple(matched)


def _field_headers(vocabulary: Vocabulary) -> dict[str, Field]:
    """Fields by the name form of every header that may hold them."""
    index = dict(vocabulary.field_index)
    for field in vocabulary.fields:
        for header in field.source.aka if field.source else ():
            index.setdefault(name_form(header), field)
    return index


def _place_of(
    headers: Headers,
    field: Field,
    places: list[int],
    needed: frozenset[str],
    found: list[Diagnostic],
) -> int | None:
    source = field.source
    if source is not None and source.other:
        place = headers.named(else_header(source))
        if place is not None:
            return place
    if source is not None and source.name is not None:
        place = headers.named(source.name)
        if place is None and field.declared and field.column in needed:
            found.append(not_there(headers, source.name, f"`{field.name}`"))
        if place is not None or field.declared:
            return place
    if len(places) > 1 and field.column in needed:
        found.append(_several(headers, field, places))
    names = [name_form(n) for n in (field.name, field.column, *field.aka)]
    names += [name_form(n) for n in (source.aka if source is not None else ())]

    def rank(place: int) -> int:
        forms = header_forms(headers.part.headers[place])
        return min(names.index(form) for form in forms if form in names)

    return min(places, key=rank, default=None)


def _several(headers: Headers, field: Field, places: list[int]) -> Diagnostic:
    names = [headers.part.headers[place] for place in places]
    own = {name_form(field.name), name_form(field.column)}
    best = next((n for n in names if own & set(header_forms(n))), None)
    listed = " and ".join(f"`{name}`" for name in dict.fromkeys(names))
    if best is not None and len(set(names)) == 1:
        number = "two" if len(names) == 2 else str(len(names))
        return Diagnostic(
            code="D102",
            message=f"{number} columns are called `{best}`; the first is taken",
            path=headers.part.shown,
            hint="give the others another header, or take them out",
            severity=Severity.WARNING,
        )
    if best is not None:
        message = f"{listed} can all hold `{field.name}`; `{best}` is taken"
    else:
        message = f"{listed} can all hold `{field.name}`"
    return Diagnostic(
        code="D102",
        message=message,
        path=headers.part.shown,
        hint=f"choose in leadcard.yaml: `leads: {{fields: {{{field.name}: {best or names[0]}}}}}`",
        severity=Severity.ERROR if best is None else Severity.WARNING,
    )


def kind_of(field: Field) -> FieldKind:
    """How the values of a field are read."""
    match field.type:
        case FieldType.NUMBER | FieldType.MONEY:
            return FieldKind.NUMBER
        case FieldType.TIME:
            return FieldKind.TIME
        case FieldType.BOOLEAN:
            return FieldKind.BOOLEAN
        case _:
            return FieldKind.TEXT


def needed_columns(plan: Plan | None) -> frozenset[str]:
    """The columns of leads that the plan reads from the data."""
    if plan is None:
        return frozenset()
    columns = {f.domain_of or f.column for f in plan.fields}
    columns |= {f.currency for f in plan.fields if f.currency is not None}
    columns |= {"account_id"} if plan.personal is not None else set()
    return frozenset(columns)
