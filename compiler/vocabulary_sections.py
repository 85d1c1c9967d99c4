"""Reading the sections of leadcard.yaml (and of presets) on top of the vocabulary they extend."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Final

from leadcard.compiler import currencies
from leadcard.compiler.node_reader import (
    Findings,
    keys,
    names,
    positive,
    text,
    texts,
)
from leadcard.compiler.text import name_form
from leadcard.compiler.vocabulary import (
    Conversions,
    Currency,
    Field,
    FieldType,
    LeadsSource,
    Page,
    Vocabulary,
)
from leadcard.compiler.vocabulary_columns import column, field
from leadcard.compiler.vocabulary_events import TIME, read_lead
from leadcard.compiler.vocabulary_tables import (
    read_joins,
    read_merges,
    read_where,
    read_without,
)
from leadcard.compiler.yaml_source import Entry, Mapping, Node, Scalar
from leadcard.compiler.yaml_source import Sequence as NodeList

_LEADS: Final = (
    "from",
    "id",
    "account",
    "merged into",
    "joins",
    "where",
    "without",
    "wins",
    "fields",
)


def read_leads(
    found: Findings, node: Node, base: Vocabulary, *, declared: bool
) -> tuple[LeadsSource, tuple[Field, ...]]:
    """The `leads` section: where leads come from, and all fields."""
    parts = keys(found, node, "`leads`", _LEADS)
    leads = base.leads
    if "from" in parts:
        leads = replace(leads, location=text(found, parts["from"], "a file or table of leads"))
    if "id" in parts:
        leads = replace(leads, id=column(found, parts["id"], "`id`") or leads.id)
    if "account" in parts:
        account = column(found, parts["account"], "`account`", ("missing",))
        leads = replace(leads, account=account or leads.account)
    leads = _rows(found, parts, leads, declared=declared)
    fields = base.fields
    if "fields" in parts:
        fields = _fields(found, parts["fields"], base, declared=declared)
    return leads, fields


def _rows(
    found: Findings, parts: dict[str, Node], start: LeadsSource, *, declared: bool
) -> LeadsSource:
    """Which rows of the leads count, and what stands beside them."""
    leads, may_lack = start, set(start.optional)
    if "merged into" in parts:
        column_name, tables = read_merges(found, parts["merged into"], optional=not declared)
        leads = replace(leads, merged_into=column_name, merges=tables)
        may_lack = (may_lack - {"merged into"}) | (set() if declared else {"merged into"})
    if "wins" in parts:
        leads = replace(leads, wins=text(found, parts["wins"], "the column of `wins`"))
        may_lack = (may_lack - {"wins"}) | (set() if declared else {"wins"})
    if "joins" in parts:
        joins = read_joins(found, parts["joins"], leads.joins, optional=not declared)
        leads = replace(leads, joins=joins)
    if "where" in parts:
        leads = replace(leads, where=read_where(found, parts["where"]))
    if "without" in parts:
        without = read_without(found, parts["without"], leads.without, optional=not declared)
        leads = replace(leads, without=without)
    return replace(leads, optional=frozenset(may_lack))


def _fields(found: Findings, node: Node, base: Vocabulary, *, declared: bool) -> tuple[Field, ...]:
    own: dict[str, Field] = {}
    entries: list[tuple[Entry, Field]] = []
    for entry in names(found, node, "fields", 'title: {column: "Job Title"}'):
        known = base.field_index.get(name_form(entry.key.text))
        read = field(found, entry, known, declared=declared)
        if read is not None:
            own.setdefault(read.name, read)
            entries.append((entry, read))
    _one_meaning(found, entries)
    taken = {name_form(n) for f in own.values() for n in (f.name, *f.aka)}
    kept = [own[f.name] if f.name in own else _without(f, taken) for f in base.fields]
    old = {f.name for f in base.fields}
    return (*kept, *(f for f in own.values() if f.name not in old))


def _without(one: Field, taken: set[str]) -> Field:
    """A built-in field without the names that fields of the file have taken."""
    aka = tuple(name for name in one.aka if name_form(name) not in taken)
    source = one.source
    if source is not None and source.name is None:
        source = replace(source, aka=tuple(a for a in source.aka if name_form(a) not in taken))
    return replace(one, aka=aka, source=source)


def _one_meaning(found: Findings, entries: Iterable[tuple[Entry, Field]]) -> None:
    """No two fields of one file share a name, another name or a plain column."""
    first: dict[tuple[str, str], tuple[Entry, Field]] = {}
    for entry, one in entries:
        uses = {("name", name_form(n)) for n in (entry.key.text, one.name, *_written_aka(entry))}
        uses.add(("column", one.column))
        for use in sorted(uses):
            other, field_there = first.setdefault(use, (entry, one))
            if other is not entry:
                message = f"`{use[1]}` is a name of both `{other.key.text}` and `{entry.key.text}`"
                if field_there.name == one.name:
                    message = f"`{entry.key.text}` and `{other.key.text}` are the same field"
                found.add("V206", message, entry.key.span, first=other.key.span)
                break


def _written_aka(entry: Entry) -> tuple[str, ...]:
    if not isinstance(entry.value, Mapping):
        return ()
    aka = [e.value for e in entry.value.entries if name_form(e.key.text) == "aka"]
    nodes = [n for a in aka for n in (a.items if isinstance(a, NodeList) else (a,))]
    return tuple(n.text for n in nodes if isinstance(n, Scalar) and not n.is_null)


def read_conversions(found: Findings, node: Node, base: Vocabulary) -> Conversions | None:
    """The `conversions` section: a table of outcomes, or a boolean field of leads."""
    parts = keys(found, node, "`conversions`", ("from", "lead", "at", "field"))
    if "field" in parts:
        word = parts["field"]
        name = text(found, word, "the field of `conversions`")
        known = base.field_index.get(name_form(name or ""))
        if name and known is None and isinstance(word, Scalar):
            found.unknown("V208", "field", word, [f.name for f in base.fields])
        if known is not None and known.type is not FieldType.BOOLEAN:
            found.add("V202", f"`{known.name}` is not a field of type `boolean`", word.span)
        return Conversions(field=known.name) if known else None
    for key in ("from", "lead"):
        if key not in parts:
            found.add("V212", f"`conversions` needs `{key}`", node.span, hint=f"add `{key}: …`")
    if "from" not in parts or "lead" not in parts:
        return None
    return Conversions(
        location=text(found, parts["from"], "a file or table of conversions"),
        lead=read_lead(found, parts["lead"], base),
        at=column(found, parts["at"], "`at`", TIME) if "at" in parts else None,
    )


def read_currency(found: Findings, node: Node) -> Currency:
    """The `currency` section: the base and the rates, exactly as written."""
    parts = keys(found, node, "`currency`", ("base", "rates"))
    base = _currency_code(found, parts["base"]) if "base" in parts else None
    if "rates" in parts and "base" not in parts:
        found.add("V212", "`currency` needs `base`", parts["rates"].span, hint="add `base: EUR`")
    rates: dict[str, Decimal] = {}
    entries = names(found, parts["rates"], "rates", "USD: 0.92") if "rates" in parts else ()
    for entry in _without_cut_rates(found, entries):
        code = _currency_code(found, entry.key)
        rate = positive(found, entry.value, "a rate")
        if code in rates:
            found.add("V206", f"`{code}` has two rates", entry.key.span)
        elif code is not None and code == base and rate not in (None, Decimal(1)):
            message = f"the rate of the base currency `{code}` is 1"
            found.add("V209", message, entry.value.span, hint="remove it")
        elif code is not None and rate is not None:
            rates[code] = rate
    return Currency(base=base, rates=tuple(sorted(rates.items())))


def _without_cut_rates(found: Findings, entries: tuple[Entry, ...]) -> Iterator[Entry]:
    """Entries without those that a comma cut in two: `{USD: 0,92}` is `USD: 0` and `92`."""
    rest = iter(pairwise((*entries, None)))
    for entry, after in rest:
        if entry is None:
            return
        cut = after is not None and isinstance(after.value, Scalar) and after.value.is_null
        if after is None or not (cut and after.key.text.isdigit()):
            yield entry
            continue
        span = entry.value.span.to(after.key.span)
        whole = found.source.text[span.start : span.end].replace(",", ".", 1).replace(" ", "")
        message = "a rate is written with a point, and a comma cuts it in two"
        fix = found.line_with(span, whole)
        found.add("V209", message, span, hint=f"write `{whole}`", fix=fix)
        next(rest, None)


def _currency_code(found: Findings, node: Node) -> str | None:
    word = text(found, node, "a currency")
    if word is None or not isinstance(node, Scalar):
        return None
    code = currencies.resolve(word)
    if code is None:
        found.unknown("V210", "currency", node, currencies.codes())
    return code


def read_pages(
    found: Findings, node: Node, base: tuple[Page, ...]
) -> tuple[tuple[Page, ...], tuple[Scalar, ...]]:
    """The `pages` section, and the names it gives."""
    pages: list[Page] = []
    written: list[Scalar] = []
    for entry in names(found, node, "pages", "pricing: [/pricing, /plans/*]"):
        paths = texts(found, entry.value, f"the paths of `{entry.key.text}`")
        good = tuple(p.text.strip() for p in paths if _is_path(found, p))
        if not paths and isinstance(entry.value, NodeList):
            message = f"page `{entry.key.text}` has no paths"
            found.add("V211", message, entry.value.span, hint=f"such as `[/{entry.key.text}]`")
        written.append(entry.key)
        if good:
            pages.append(Page(name=entry.key.text, paths=good))
    return (*base, *pages), tuple(written)


def _is_path(found: Findings, path: Scalar) -> bool:
    bare = path.text.strip()
    if bare.startswith(("/", "*")) or "://" in bare:
        if "?" not in bare and "#" not in bare:
            return True
        cut = bare.split("?", 1)[0].split("#", 1)[0]
        message = "what follows `?` or `#` in a path never counts"
        fix = found.line_with(path.span, cut)
        found.add("V211", message, path.span, hint="leave it out", fix=fix)
        return False
    message = f"`{path.text}` is not a path"
    fix = found.line_with(path.span, f"/{bare}")
    found.add("V211", message, path.span, hint="a path begins with `/`", fix=fix)
    return False
