"""Phrases that can be read in two ways, each told apart by one diagnostic that shows both."""

from __future__ import annotations

from typing import Final, NoReturn

from leadcard.compiler.plain_words import (
    BUSINESS,
    CONNECTORS,
    KINDS,
    KNOWN,
    MAIL,
    MISSING,
    PLACES,
    SUBJECTS,
    is_past,
)
from leadcard.compiler.scope import Scope, form, joined, span_of
from leadcard.compiler.text import FALSE_WORDS, TRUE_WORDS, name_form
from leadcard.compiler.vocabulary import Field, FieldType, Verb
from leadcard.dsl import ast
from leadcard.dsl.ast import FieldOp
from leadcard.dsl.source import Span

_CODE: Final = "R138"
_ARTICLES: Final = frozenset({"a", "an", "the"})
_SENTENCE: Final[dict[str, str]] = {
    "has": "contains", "have": "contains", "with": "contains", "like": "contains",
    "having": "contains", "without": "does not contain", "on": "in",
    "of": "is", "from": "is", "equal": "is", "be": "is", "as": "is",
    "will": "is", "was": "is",
}  # fmt: skip
_TEXTUAL: Final = frozenset({FieldType.TEXT, FieldType.COUNTRY, FieldType.EMAIL, FieldType.DOMAIN})
_STATES: Final = (KNOWN | MISSING | {"unknown"}) - {"set", "present", "available"}
"""What is said of a value; `or available` may be one."""
_COUNTED: Final = KINDS.keys() | {"pages", "visits", "links", "clicks", "downloads", "assets"}
_NUMBERS: Final = frozenset(
    {"two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "several", "many"}
    | {"multiple", "both"}
)


def refuse_article(scope: Scope, field: Field, op: FieldOp, value: ast.Text) -> None:
    """`title is a CEO`: the whole value would have to be `a CEO`."""
    first, _, rest = value.text.partition(" ")
    if value.quoted or op is not FieldOp.IS or first not in _ARTICLES or not rest:
        return
    if field.type not in _TEXTUAL:
        return
    if field.type is FieldType.COUNTRY and _is_country(value.text):
        return
    listed = next((n for n in (rest, f"{rest}s") if name_form(n) in scope.lists), None)
    plain = rest if listed is None else f"in {listed}"
    scope.reject(
        _CODE,
        f"`{value.text}` would have to be the whole {field.name}, with its `{first}`",
        value.span,
        hint=f'leave out `{first}`, or quote the value: "{value.text}"'
        if listed is None
        else f'write `{field.name} in {listed}`, or quote the value: "{value.text}"',
        fix=None if listed else scope.replaced(value.span, plain),
    )


def refuse_on_list(scope: Scope, field: Field, op: FieldOp, value: ast.Text) -> None:
    """`company is on target account list`: on a list that is called otherwise, or not made."""
    first, _, rest = value.text.partition(" ")
    name = rest.removeprefix("the ").removeprefix("our ").removesuffix(" list")
    if value.quoted or op is not FieldOp.IS or first not in ("on", "among") or not name:
        return
    named = next((n for n in (name, f"{name}s") if name_form(n) in scope.lists), name)
    scope.reject(
        _CODE,
        f"`{value.text}` would have to be the whole {field.name}, with its `{first}`",
        value.span,
        hint=f'write `{field.name} in {named}`, or quote the value: "{value.text}"',
    )


def _is_country(text: str) -> bool:
    from leadcard.compiler import countries

    return countries.resolve(text) is not None


def refuse_sentence(scope: Scope, field: Field, words: ast.Words, span: Span) -> None:
    """`title has manager`, `company visited pricing`: words that go on like a sentence."""
    if field.type not in _TEXTUAL or len(words) < 2 or words[0].quoted:
        return
    first, rest = form(words[:1]), joined(words[1:])
    if (op := _SENTENCE.get(first)) is not None:
        scope.reject(
            _CODE,
            f"`{joined(words)}` would have to be the whole {field.name}",
            span_of(words),
            hint=f'write `{field.name} {op} {rest}`, or quote the value: "{joined(words)}"',
            fix=scope.replaced(span_of(words), f"{op} {rest}"),
        )
    found = scope.vocabulary.find_verb([w.text for w in words if not w.quoted])
    if found is None or field.name != "company" or found[1] == len(words):
        return
    if words[0].text.islower() and is_past([form((w,)) for w in words[: found[1]]]):
        scope.reject(
            _CODE,
            f"`{joined(words)}` would have to be the whole {field.name}",
            span_of(words),
            hint=f"for what people of the account did, write `anyone {joined(words)}`",
            fix=scope.replaced(span, f"anyone {joined(words)}"),
        )


def refuse_counted_object(scope: Scope, verb: Verb, words: ast.Words, item: ast.Bare) -> None:
    """`attended 2 webinars`: a name with a number, two events, or two different webinars?"""
    if len(words) < 2 or any(w.quoted for w in words):
        return
    number, thing = form(words[:1]), form(words[1:])
    digits = number.removesuffix("+")
    if not (digits.isdigit() and len(digits) < 3) and number not in _NUMBERS:
        return
    if thing not in _COUNTED:
        return
    one = KINDS.get(thing, "website" if thing == "pages" else "")
    count = f"{digits}+ times" if digits.isdigit() else f"{_AT_LEAST.get(number, 2)}+ times"
    whole = f"{verb.name} {one}".removesuffix(" email email").strip()
    if verb.name.endswith(" email") or one in ("email", ""):
        whole = f"{verb.name} email" if one == "email" and "email" not in verb.name else verb.name
    scope.reject(
        "R139",
        f"`{joined(words)}` can be a number of events, or of different ones",
        span_of(words),
        hint=f"events are counted by `{whole} {count}`",
        fix=scope.replaced(span_of(item.words), f"{whole} {count}")
        if item.count is None and item.span.start == item.words[0].span.start
        else None,
    )


_AT_LEAST: Final = {
    word: number
    for number, word in enumerate(
        ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), start=2
    )
}


def refuse_list_value(
    scope: Scope, field: Field, value: ast.Text, span: Span, *, negated: bool
) -> None:
    """`title is decision makers`, where a list has that name."""
    said = name_form(value.text).removeprefix("our ").removeprefix("the ")
    named = None if value.quoted else scope.lists.get(said)
    if named is None or named.builtin or name_form(value.text) in map(name_form, named.load()):
        return
    if field.type is FieldType.COUNTRY and _is_country(value.text):
        return
    op = "not in" if negated else "in"
    scope.reject(
        "R140",
        f"`{named.name}` is a list, and `is` compares with the word itself",
        value.span,
        hint=f'write `{field.name} {op} {named.name}`, or quote the value: "{value.text}"',
        fix=scope.replaced(span, f"{field.name} {op} {named.name}"),
    )


def refuse_place(scope: Scope, item: ast.OpTest) -> None:
    """`located in Berlin`, `works in healthcare`: in which field?"""
    last = form(item.subject[-1:])
    if item.op not in (FieldOp.IN, FieldOp.NOT_IN) or not item.value:
        return
    said = joined(item.value)
    verb = "in" if form(item.value) in scope.lists else "is"
    if item.op is FieldOp.NOT_IN:
        verb = {"in": "not in", "is": "is not"}[verb]
    if last in PLACES:
        known = verb.endswith("in")
        fields = ("country", "region") if known else ("city", "region")
    elif last in ("works", "work", "working"):
        fields = ("industry", "company")
    else:
        return
    fix = f"{fields[0]} {verb} {said}"
    scope.reject(
        _CODE,
        f"`{joined(item.subject)} {item.op.value} {said}` does not name the field",
        item.span,
        hint=f"write for example `{fix}` or `{fields[1]} {verb} {said}`",
        fix=scope.replaced(item.span, fix) if verb.endswith("in") else None,
    )


def refuse_ends_in(scope: Scope, item: ast.OpTest, words: tuple[str, ...]) -> None:
    """`email domain ends in .edu`."""
    found = scope.vocabulary.find_field(words)
    last = words[-1].lower()
    if item.op is not FieldOp.IN or found is None or found[1] != len(words) - 1:
        return
    if last in ("ends", "ending", "starts", "begins"):
        plain = "ends with" if last.startswith("end") else "starts with"
        at = item.subject[-1].span.to(item.value[0].span) if item.value else item.span
        scope.reject(
            "S119",
            f"`in` asks for a list, and `{last} in` for none",
            item.subject[-1].span,
            hint=f"write `{plain}`",
            fix=scope.replaced(at, f"{plain} {item.value[0].text}") if item.value else None,
        )


def refuse_business_mail(scope: Scope, item: ast.Bare) -> None:
    """`business email`: not personal, or also neither disposable nor educational?"""
    words = item.words
    while len(words) > 2 and form(words[:1]) in SUBJECTS | {"with"}:
        words = words[1:]
    if form(words[:1]) not in BUSINESS or form(words[1:]) not in MAIL:
        return
    scope.reject(
        _CODE,
        f"`{joined(words)}` does not say which addresses are left out",
        span_of(words),
        hint="`email domain not in personal` leaves out the free mail providers",
        fix=scope.replaced(span_of(item.words), "email domain not in personal"),
    )


def refuse_rest(scope: Scope, item: ast.Bare) -> None:
    """`cold: everything else`: a stage needs its own range."""
    if form(item.words) not in _REST or not scope.results:
        return
    scope.reject(
        _CODE,
        f"`{joined(item.words)}` does not say from where to where the stage goes",
        item.span,
        hint="write for example `below 25`; leads that no stage takes have the stage `none`",
    )


_REST: Final = frozenset(
    {"everything else", "everyone else", "otherwise", "else", "rest", "the rest", "all others"}
    | {"others", "all other", "everybody else", "default", "anything else"}
)


def refuse_not_given(scope: Scope, field: Field, item: ast.OpTest) -> None:
    """`consent is not given`: a no, or also leads that were never asked?"""
    said = scope.source.text[item.span.start : item.span.end].lower().split()
    if field.type is not FieldType.BOOLEAN or item.op is not FieldOp.MISSING:
        return
    if not ("not" in said or "isn't" in said or "isn’t" in said):
        return
    name = joined(item.subject)
    scope.reject(
        _CODE,
        f"`{joined(item.subject)} is {' '.join(said[-2:])}` can be a no, "
        "or also that nothing is known",
        item.span,
        hint=f"write `{name} is no`, `{name} is missing`, or `not ({name} is yes)` for both",
        fix=scope.replaced(item.span, f"not ({name} is yes)"),
    )


def refuse_not_yes(scope: Scope, field: Field, item: ast.OpTest) -> None:
    """`consent is not yes`: a no, or also leads that were never asked?"""
    said, name = form(item.value), joined(item.subject) or field.name
    if field.type is not FieldType.BOOLEAN or item.op is not FieldOp.IS_NOT:
        return
    if said not in TRUE_WORDS + FALSE_WORDS:
        return
    is_, other = ("yes", "no") if said in TRUE_WORDS else ("no", "yes")
    scope.reject(
        _CODE,
        f"`{name} is not {said}` can be a {other}, or also that nothing is known",
        item.span,
        hint=f"write `{name} is {other}`, `{name} is missing`, or `not ({name} is {is_})` for both",
        fix=scope.replaced(item.span, f"not ({name} is {is_})"),
    )


def refuse_missing_value(scope: Scope, field: Field, value: ast.Words, *, negated: bool) -> None:
    """`title is CEO or missing`: a value that no title has, or no title?"""
    said = form(value)
    if said not in _STATES or any(word.quoted for word in value):
        return
    scope.reject(
        _CODE,
        f"`{joined(value)}` would have to be the {field.name} itself",
        span_of(value),
        hint=f'quote it if a {field.name} is called so: "{joined(value)}"'
        if negated
        else f'write `or is {said}`, or quote the value: "{joined(value)}"',
        fix=None if negated else scope.replaced(span_of(value), f"is {said}"),
    )


def refuse_value_after_state(scope: Scope, field: Field, value: ast.Words) -> NoReturn:
    """`title is missing or intern`: after `is missing` and `is yes` no values go on."""
    said = joined(value)
    if any(word.quoted for word in value):
        said = f'"{said}"'
    scope.reject(
        "R111",
        f"`{said}` does not say what is asked of `{field.name}`",
        span_of(value),
        hint=f"write `is {said}`, or name the field that it belongs to",
        fix=scope.replaced(span_of(value), f"is {said}"),
    )


def refuse_no_consent(scope: Scope, item: ast.Bare) -> None:
    """`no consent`: a no, or also leads that were never asked?"""
    words = item.words[1:]
    found = scope.vocabulary.find_field([w.text for w in words]) if words else None
    if form(item.words[:1]) not in ("no", "without", "missing", "lacks") or found is None:
        return
    if found[0].type is not FieldType.BOOLEAN or found[1] != len(words):
        return
    name = joined(words)
    scope.reject(
        _CODE,
        f"`{joined(item.words)}` can be a no, or also that nothing is known",
        item.span,
        hint=f"write `{name} is no`, or `not ({name} is yes)` for both",
        fix=scope.replaced(item.span, f"not ({name} is yes)"),
    )


def refuse_page_alone(scope: Scope, item: ast.Bare) -> None:
    """`pricing page`: it is not said what happened there."""
    words = item.words
    about = {form((w,)) for w in words}
    if len(words) > 4 or about & CONNECTORS:
        return
    named = form(words) in scope.vocabulary.page_index
    if not named and (len(words) < 2 or form(words[-1:]) not in ("page", "pages")):
        return
    if any(w.quoted for w in words) or item.test is not None:
        return
    scope.reject(
        "R101",
        f"`{joined(words)}` does not say what happened there",
        span_of(words),
        hint=f"write `visited {joined(words)}`",
        fix=scope.replaced(span_of(words), f"visited {joined(words)}"),
    )
