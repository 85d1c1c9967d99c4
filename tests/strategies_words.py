"""Vocabularies for the agreement tests: the built-in one, and others that a number stands for."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache, lru_cache, partial

from leadcard.compiler.vocabulary import (
    Column,
    Currency,
    Field,
    FieldType,
    LeadsSource,
    Page,
    Verb,
    Vocabulary,
    WordList,
)
from leadcard.compiler.vocabulary_file import builtin
from tests.strategies_pick import Pick

MADE = 400  # vocabularies that there are besides the plain and the rich one

_USUAL_VERBS = ("visited", "downloaded", "requested", "clicked", "clicked email", "bounced email")
_OWN_VERBS = (
    Verb(name="посетил", aka=("зашёл",), spellings=("poseshchenie",)),
    Verb(name="посетил страницу", aka=("открыл сайт",), spellings=("page_ru", "СТРАНИЦА")),
    Verb(
        name="参观了", spellings=("参观", "canguan"),
        implied=(("pricing", ("参观价格",)), ("案例", ("anli viewed", "Anli"))),
    ),
    Verb(name="clicked email footer", activity=False, spellings=("footer_click",)),
    Verb(name="geöffnet", aka=("öffnete",), spellings=("GEOEFFNET",)),
    Verb(name="pinged", activity=False, spellings=("ping", "Auto-Ping")),
    Verb(name="زار", spellings=("visit_ar",)),
)  # fmt: skip
_PAGES = (
    Page(name="docs", paths=("/docs/*", "/help")),
    Page(name="case study", paths=("/case-study", "/*/cases/*")),
    Page(name="pricing", paths=("/pricing", "/plans/*", "/preise.html")),
    Page(name="цены", paths=("/цены", "/ceny/*")),
    Page(name="landing page", paths=("/lp-*", "/l/?")),
    Page(name="start", paths=("/",)),
)
_LISTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "priority accounts",
        (*(f"company {n}" for n in range(400)), "производство", "CEO", "head of", "VP"),
    ),
    ("chosen titles", ("CEO", "VP *", "Head of *", "*经理", "C?O", "technology", "O'Brien")),
    ("core markets", ("DE", "Österreich", "South Korea", "Казахстан", "usa")),
    ("known rivals", ("rival.example", "acme.com", "@big-corp.de", ".mail.ru")),
    (
        "long words",
        (*(f"слово {n}" for n in range(300)), "Größe", "C#", "R&D", "e\u0301te\u0301"),
    ),
)
_FIELDS = (
    Field(
        name="seats", column="seats", type=FieldType.NUMBER, missing=("0", "-1"), declared=True
    ),
    Field(name="renewal", column="renewal", type=FieldType.TIME, declared=True),
    Field(name="deal size", column="deal_size", type=FieldType.MONEY, declared=True),
    Field(name="partner", column="partner", type=FieldType.BOOLEAN, declared=True),
    Field(name="план", column="plan_name", type=FieldType.TEXT, aka=("plan",), declared=True),
    Field(
        name="home market", column="home_market", type=FieldType.COUNTRY, missing=("?",),
        declared=True,
    ),
)  # fmt: skip
_CURRENCIES = (
    Currency(),
    Currency(base="EUR", rates=(("USD", Decimal("0.92")), ("GBP", Decimal("1.17")))),
    Currency(base="JPY", rates=(("EUR", Decimal("163.4567")), ("USD", Decimal(150)))),
    Currency(base="USD"),
)


def vocabulary_named(words: str) -> Vocabulary:
    """The vocabulary that a case names: `plain`, `rich`, or a number as text."""
    match words:
        case "plain":
            return builtin()
        case "rich":
            return rich_vocabulary()
    return made_vocabulary(int(words))


@cache
def rich_vocabulary() -> Vocabulary:
    """All built-in words, with fields, verbs, pages, lists, missing words and rates of its own."""
    base = builtin()
    fields = tuple(
        replace(f, missing=("Select", "n/a"), values=(("tech", ("IT", "High-Tech")),))
        if f.column in ("industry", "title")
        else replace(f, missing=("no@mail.example",))
        if f.column == "email"
        else f
        for f in base.fields
    )
    return replace(
        base,
        fields=(*fields, *_FIELDS[:5]),
        verbs=(*base.verbs, _OWN_VERBS[0]),
        pages=(*base.pages, *_PAGES[:2]),
        lists=(*base.lists, *_word_lists(_LISTS[:1])),
        leads=replace(base.leads, account=Column(name="account_id", missing=("n/a",))),
        currency=_CURRENCIES[1],
    )


@lru_cache(maxsize=MADE)
def made_vocabulary(number: int) -> Vocabulary:
    """A vocabulary of few verbs, so that statements stay small; the rest is drawn by `number`."""
    pick = Pick(random.Random(number).randint)
    base = builtin()
    return replace(
        base,
        fields=(*(_field(pick, f) for f in base.fields), *pick.some(_FIELDS, 6)),
        verbs=_verbs(pick, base.verbs),
        pages=(*base.pages, *pick.some(_PAGES, 4)),
        lists=(*base.lists, *_word_lists(pick.some(_LISTS, 3))),
        currency=pick.one(_CURRENCIES),
        leads=_leads(pick, base.leads),
    )


def _leads(pick: Pick, base: LeadsSource) -> LeadsSource:
    """Account ids, some of which may stand for nothing."""
    missing = pick.one(((), ("n/a", "None"), ("0",)))
    return replace(base, account=Column(name="account_id", missing=missing))


def _verbs(pick: Pick, known: Sequence[Verb]) -> tuple[Verb, ...]:
    others = [verb for verb in known if verb.name not in _USUAL_VERBS]
    usual = [verb for verb in known if verb.name in _USUAL_VERBS]
    shorter = [
        replace(verb, spellings=verb.spellings[: pick.number(0, 3)], aka=verb.aka[:2])
        for verb in (*usual, *pick.some(others, 4))
    ]
    return (*shorter, *pick.some(_OWN_VERBS, 3))


def _field(pick: Pick, asked: Field) -> Field:
    """A field, now and then with missing words, or with words for what data may spell."""
    if asked.type is FieldType.COUNTRY and pick.chance(50):
        return replace(asked, values=(("US", ("Amerika 1", "USA!")), ("DE", ("BRD",))))
    if asked.type is FieldType.TEXT and pick.chance(25):
        values = (("tech", ("IT", "High-Tech")), ("власть", ("CEO", "ДИРЕКТОР")))
        return replace(asked, values=values[: pick.number(1, 2)])
    if asked.type is FieldType.EMAIL and pick.chance(30):
        return replace(asked, missing=("no@mail.example",))
    if asked.type in (FieldType.TEXT, FieldType.NUMBER, FieldType.MONEY) and pick.chance(35):
        return replace(asked, missing=pick.one((("Select", "n/a"), ("-1", "0.5"), ("не указано",))))
    return asked


def _word_lists(chosen: Sequence[tuple[str, tuple[str, ...]]]) -> tuple[WordList, ...]:
    return tuple(
        WordList(name=name, load=partial(tuple[str, ...], entries)) for name, entries in chosen
    )
