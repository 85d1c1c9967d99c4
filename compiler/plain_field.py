"""Tests of fields in their plain form."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from leadcard.compiler.bind_opening import EventOpening, FieldOpening, find_opening
from leadcard.compiler.plain_event import number_of, plain_event, words_of
from leadcard.compiler.plain_words import (
    ARTICLES,
    GRANTED,
    KNOWN,
    MAIL,
    MAIL_KINDS,
    MISSING,
    PLACES,
    SUBJECTS,
    is_past,
    singulars,
)
from leadcard.compiler.scope import Scope, form, joined
from leadcard.compiler.vocabulary import Field, FieldType
from leadcard.dsl import ast
from leadcard.dsl.ast import FieldOp
from leadcard.dsl.source import Span

_YES_NO: Final = {
    "yes": FieldOp.YES, "true": FieldOp.YES, "no": FieldOp.NO, "false": FieldOp.NO,
}  # fmt: skip


def plain_field(scope: Scope, item: ast.Bare, opening: FieldOpening) -> ast.Item:
    """A field and what is said of it without an operator."""
    field, name = opening.field, item.words[: opening.taken]
    rest = item.words[opening.taken :]
    if item.count_first:
        if rest or item.amount is None:
            return item
        return ast.Bare(words=name, test=item.amount, span=item.span)
    if item.test is not None and form(rest) in ("of", "of about"):
        return replace(item, words=name)
    if not rest or item.test is not None or item.window is not None or item.count is not None:
        return item
    said = form(rest)
    if field.type is FieldType.BOOLEAN and said in _YES_NO:
        yes = _YES_NO[said]
        return ast.OpTest(subject=name, op=yes, value=rest, span=item.span)
    if said == "unknown":
        return ast.OpTest(subject=name, op=FieldOp.MISSING, span=item.span)
    if field.type is FieldType.BOOLEAN and said in GRANTED:
        return item if said == "set" else _granted(name, item.span)
    if said in KNOWN | MISSING:
        op = FieldOp.KNOWN if said in KNOWN else FieldOp.MISSING
        return ast.OpTest(subject=name, op=op, span=item.span)
    if (kind := _mail_list(scope, field, rest)) is not None:
        domain = words_of("email domain", name) if _is_mail(field) else name
        return replace(item, words=(*domain, *words_of(kind, rest)))
    value = _country(field, rest)
    return item if value is rest else replace(item, words=(*name, *value))


def _granted(name: ast.Words, span: Span) -> ast.OpTest:
    """`consent is yes`."""
    return ast.OpTest(
        subject=name, op=FieldOp.YES, value=(ast.Text(text="yes", span=span),), span=span
    )


def _is_mail(field: Field) -> bool:
    return field.type is FieldType.EMAIL and field.name == "email"


def _mail_list(scope: Scope, field: Field, value: ast.Words) -> str | None:
    """The list of domains that `free` or `student` means of an address."""
    said = "" if any(word.quoted for word in value) else form(value)
    kind = MAIL_KINDS.get(said)
    if kind is None or not (_is_mail(field) or field.type is FieldType.DOMAIN):
        return None
    is_list = kind in scope.vocabulary.list_index
    return kind if is_list and (kind == said or said not in scope.list_names) else None


def _country(field: Field, value: ast.Words) -> ast.Words:
    """`the Netherlands` as the country is listed, where it is listed without the article."""
    if field.type is not FieldType.COUNTRY or len(value) < 2 or value[0].quoted:
        return value
    if value[0].text.lower() != "the" or _is_country(joined(value)):
        return value
    return value[1:] if _is_country(joined(value[1:])) else value


def _is_country(text: str) -> bool:
    from leadcard.compiler import countries

    return countries.resolve(text) is not None


def presence(scope: Scope, words: ast.Words, known: bool, span: Span) -> ast.OpTest | None:
    """Whether the field that `words` name, all of them, is known or missing."""
    if any(word.quoted for word in words):
        return None
    found = scope.vocabulary.find_field(tuple(word.text for word in words))
    if found is None or found[1] != len(words):
        return None
    if found[0].type is FieldType.BOOLEAN:
        return _granted(words, span) if known else None
    return ast.OpTest(subject=words, op=FieldOp.KNOWN if known else FieldOp.MISSING, span=span)


def mail_kind(scope: Scope, item: ast.Bare) -> ast.Bare | None:
    """`personal email` as `email domain personal`."""
    if len(item.words) < 2 or item.test is not None or item.count is not None:
        return None
    kind = MAIL_KINDS.get(form(item.words[:1]))
    if kind is None or form(item.words[1:]) not in MAIL or kind not in scope.vocabulary.list_index:
        return None
    return replace(item, words=words_of(f"email domain {kind}", item.words))


def plain_place(scope: Scope, item: ast.Bare) -> ast.Item | None:
    """`from Germany`, `works at Acme`."""
    words = item.words
    while len(words) > 2 and form(words[:1]) in SUBJECTS:
        words = words[1:]
    if item.test is not None or item.count is not None or item.window is not None:
        return None
    if (outside := _outside(words, item.span)) is not None:
        return outside
    opening = form(words[:2])
    if opening in ("works at", "works for", "working at", "working for") and len(words) > 2:
        subject = words_of("company", words[:2])
        return ast.OpTest(subject=subject, op=FieldOp.IS, value=words[2:], span=item.span)
    taken = 2 if opening in ("comes from", "is from", "are from") else 1
    if form(words[:1]) != "from" and taken == 1:
        return None
    return _in_country(words[:taken], words[taken:], FieldOp.IS, item.span)


def _outside(words: ast.Words, span: Span) -> ast.OpTest | None:
    """`outside the US`, `located outside of Germany`."""
    at = 1 if form(words[:1]) in PLACES | {"from", "is"} else 0
    if form(words[at : at + 1]) != "outside":
        return None
    start = at + (2 if form(words[at + 1 : at + 2]) == "of" else 1)
    return _in_country(words[:start], words[start:], FieldOp.IS_NOT, span)


def _in_country(at: ast.Words, value: ast.Words, op: FieldOp, span: Span) -> ast.OpTest | None:
    if len(value) > 1 and not value[0].quoted and value[0].text.lower() == "the":
        value = value if _is_country(joined(value)) else value[1:]
    if not value or not _is_country(joined(value)):
        return None
    return ast.OpTest(subject=words_of("country", at), op=op, value=value, span=span)


def plain_operator(scope: Scope, item: ast.OpTest | ast.Bare) -> ast.Item:
    """A field, an operator and its operand."""
    if isinstance(item, ast.Bare):
        return item
    if (placed := _placed(item) or _mail_link(scope, item)) is not None:
        return placed
    if not item.subject:
        return item
    subject = _subject(scope, item.subject)
    found = None
    if not any(word.quoted for word in subject):
        found = scope.vocabulary.find_field(tuple(word.text for word in subject))
    item = item if subject == item.subject else replace(item, subject=subject)
    is_field = found is not None and found[1] == len(subject)
    if not is_field and (counted := number_of(scope, subject, item.test, item.span)) is not None:
        return counted if item.op is FieldOp.IS else item
    if (happened := _happened(scope, item, is_field)) is not None:
        return happened
    if found is None or not is_field:
        return item
    if found[0].type is FieldType.BOOLEAN and item.op is FieldOp.KNOWN:
        said = scope.source.text[item.span.start : item.span.end].lower().split()
        return _granted(subject, item.span) if said[-1] in GRANTED - {"set"} else item
    return _operand(scope, found[0], item)


def _mail_link(scope: Scope, item: ast.OpTest) -> ast.Bare | None:
    """`clicked a link in a nurture email` as `clicked email nurture`."""
    if item.op is not FieldOp.IN or not item.subject or any(w.quoted for w in item.value):
        return None
    opening = find_opening(scope, item.subject)
    if not isinstance(opening, EventOpening) or opening.verb is None:
        return None
    rest = [w.text.lower() for w in item.subject[opening.taken :] if w.text not in ARTICLES]
    value = item.value[1:] if form(item.value[:1]) in ARTICLES else item.value
    mailed = form(value[-1:]) in MAIL | {"newsletter", "newsletters"}
    if opening.verb.name != "clicked" or not mailed or rest not in _LINKS:
        return None
    kept = value[:-1] if form(value[-1:]) in MAIL else value
    kept = () if form(kept) == "marketing" else kept
    return plain_bare(scope, (*words_of("clicked email", item.subject), *kept), item.span)


_LINKS: Final = (["link"], ["links"], ["cta"], ["ctas"], ["button"], ["buttons"])


def _happened(scope: Scope, item: ast.OpTest, is_field: bool) -> ast.Bare | None:
    """`a demo was requested`, `email was opened`: an event told the other way round."""
    if item.op is not FieldOp.IS or not item.value or any(w.quoted for w in item.value):
        return None
    texts = [w.text for w in item.value]
    if is_field and form(item.subject) not in MAIL:
        return None
    found = scope.vocabulary.find_verb([*texts, "email"] if is_field else texts)
    if found is None or not is_past([t.lower() for t in texts]):
        return None
    if found[1] != len(texts) + is_field:
        return None
    words = words_of(found[0].name, item.value) if is_field else (*item.value, *item.subject)
    return plain_bare(scope, words, item.span)


def plain_bare(scope: Scope, words: ast.Words, span: Span) -> ast.Bare | None:
    """An event of these words in its plain form."""
    opening = find_opening(scope, words)
    if not isinstance(opening, EventOpening):
        return None
    return plain_event(scope, ast.Bare(words=words, span=span), opening)


def _operand(scope: Scope, field: Field, item: ast.OpTest) -> ast.OpTest:
    """The operand as the field has it: mail domains for `email`, lists under `in`."""
    said = form(item.value)
    tests_values = item.op in (FieldOp.IS, FieldOp.IS_NOT, FieldOp.IN, FieldOp.NOT_IN)
    if tests_values and (kind := _mail_list(scope, field, item.value)) is not None:
        subject = words_of("email domain", item.subject) if _is_mail(field) else item.subject
        op = FieldOp.IN if item.op in (FieldOp.IS, FieldOp.IN) else FieldOp.NOT_IN
        return replace(item, subject=subject, op=op, value=words_of(kind, item.value))
    if item.op in (FieldOp.IN, FieldOp.NOT_IN) and said not in scope.list_names:
        name = _list_name(scope, item.value)
        return item if name is item.value else replace(item, value=name)
    if (listed := _on_list(scope, item)) is not None:
        return listed
    value = _country(field, item.value)
    return item if value is item.value else replace(item, value=value)


def _on_list(scope: Scope, item: ast.OpTest) -> ast.OpTest | None:
    """`is on the service area list`."""
    if item.op not in (FieldOp.IS, FieldOp.IS_NOT) or form(item.value[:1]) not in ("on", "among"):
        return None
    name = _list_name(scope, item.value[1:])
    if form(name) not in scope.list_names:
        return None
    op = FieldOp.IN if item.op is FieldOp.IS else FieldOp.NOT_IN
    return replace(item, op=op, value=name)


def _list_name(scope: Scope, value: ast.Words) -> ast.Words:
    """`the list of competitors`, `the competitors list` as the list is called."""
    start = 0
    while start < len(value) - 1 and form(value[start : start + 1]) in {"the", "our", "list", "of"}:
        start += 1
    for short in (value[start:], value[start:-1] if form(value[-1:]) == "list" else ()):
        if short and form(short) in scope.list_names:
            return short
    return value


def _placed(item: ast.OpTest) -> ast.OpTest | None:
    """`based in Germany`, `lead is from Germany`."""
    where = form(item.subject[-1:]) if item.subject else ""
    about = {form(item.subject[at : at + 1]) for at in range(len(item.subject) - 1)}
    plain = about <= SUBJECTS | {"is", "company"}
    if item.op in (FieldOp.IN, FieldOp.NOT_IN) and where in PLACES and plain:
        op = FieldOp.IS if item.op is FieldOp.IN else FieldOp.IS_NOT
        return _in_country(item.subject, item.value, op, item.span)
    of_lead = not item.subject or (where in SUBJECTS and plain)
    if item.op not in (FieldOp.IS, FieldOp.IS_NOT) or not of_lead or len(item.value) < 2:
        return None
    opening, value = item.value[:1], item.value[1:]
    if form(item.value[:2]) in {f"{place} in" for place in PLACES}:
        opening, value = item.value[:2], item.value[2:]
    elif form(opening) != "from":
        return None
    return _in_country(opening, value, item.op, item.span)


def _subject(scope: Scope, words: ast.Words) -> ast.Words:
    """The field without what stands around it: `the lead's title`, `job titles`."""
    if any(word.quoted for word in words):
        return words
    best = words
    while True:
        found = scope.vocabulary.find_field(tuple(word.text for word in best))
        if found is not None and found[1] == len(best):
            return best
        last = best[-1]
        for one in singulars(last.text.lower()):
            single = (*best[:-1], ast.Text(text=one, span=last.span))
            found = scope.vocabulary.find_field(tuple(word.text for word in single))
            if found is not None and found[1] == len(single):
                return single
        key = best[0].text.lower().replace("’", "'")
        if len(best) < 2 or (key not in SUBJECTS and key not in ARTICLES):
            return words
        best = best[1:]
