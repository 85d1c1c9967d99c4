"""Makes the tables of country and currency names from CLDR.

Run it with `python -m leadcard.compiler.country_table` after an update of Babel or of the aliases.
The tables are files of the package, so that no run has to load the data of forty languages; a test
makes them again and compares. Babel (which carries CLDR) is needed only here. Every name stands in
name form. A name that two countries share belongs to none of them, unless one has it in English
or in the aliases.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from leadcard.compiler.text import name_form, nfc

FOLDER: Final = Path(__file__).parent
COUNTRIES: Final = FOLDER / "country_names.txt"
CURRENCIES: Final = FOLDER / "currency_names.txt"
ALIASES: Final = FOLDER / "country_aliases.txt"

# Languages whose names everybody may write; each country's own languages come on top.
LANGUAGES: Final = (
    "en", "de", "fr", "es", "it", "pt", "nl", "pl", "cs", "sk", "hu", "ro", "bg", "ru", "uk", "tr",
    "el", "sv", "da", "nb", "fi", "et", "lv", "lt", "hr", "sr", "sl", "ar", "he", "fa", "hi", "bn",
    "ur", "th", "vi", "id", "ms", "zh", "zh_Hant", "ja", "ko", "kk", "uz", "az", "hy", "ka", "ca",
)  # fmt: skip
CURRENCY_LANGUAGES: Final = (*LANGUAGES[:24], "zh", "ja", "ko", "ar", "kk")
# Regions that CLDR names and that are no countries of ISO 3166.
_NOT_COUNTRIES: Final = frozenset(
    {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
)
_SIGNS: Final = {
    "$": "USD", "us$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₽": "RUB", "₩": "KRW",
    "₹": "INR",
    "₺": "TRY", "₴": "UAH", "₸": "KZT", "₪": "ILS", "₫": "VND", "฿": "THB", "₦": "NGN",
    "zł": "PLN",
    "kč": "CZK", "ft": "HUF", "r$": "BRL", "a$": "AUD", "c$": "CAD", "ca$": "CAD", "hk$": "HKD",
    "nz$": "NZD", "s$": "SGD", "mx$": "MXN", "nt$": "TWD", "cn¥": "CNY", "rmb": "CNY",
    "dollar": "USD",
    "dollars": "USD", "euro": "EUR", "euros": "EUR", "pound": "GBP", "pounds": "GBP", "yen": "JPY",
    "yuan": "CNY", "renminbi": "CNY", "swiss franc": "CHF", "swiss francs": "CHF", "sfr": "CHF",
    "sterling": "GBP", "pound sterling": "GBP", "ruble": "RUB", "rubles": "RUB", "рубль": "RUB",
    "рублей": "RUB", "руб": "RUB", "tenge": "KZT", "тенге": "KZT", "zloty": "PLN", "złoty": "PLN",
}  # fmt: skip


def country_table() -> str:
    """The text of `country_names.txt`: a line of the CLDR version, then one line a country."""
    from babel import Locale, localedata

    english: dict[str, str] = dict(Locale("en").territories)
    codes = sorted(c for c in english if len(c) == 2 and c.isalpha() and c not in _NOT_COUNTRIES)
    own = _aliases(ALIASES)
    strong = {code: [code, english[code], *own.get(code, ())] for code in codes}
    weak: dict[str, list[str]] = {code: [] for code in codes}
    local = _own_languages(codes)
    for language in (*LANGUAGES, *sorted({x for langs in local.values() for x in langs})):
        if not localedata.exists(language):
            continue
        territories = Locale.parse(language).territories
        for code in codes:
            if code in territories and (language in LANGUAGES or language in local[code]):
                weak[code].append(territories[code])
    lines = _lines(codes, strong, weak)
    return "\n".join((_heading("countries"), *lines, ""))


def currency_table() -> str:
    """The text of `currency_names.txt`: a line of the CLDR version, then one line a currency."""
    from babel import Locale, localedata
    from babel.core import get_global

    today = {
        code
        for tenders in get_global("territory_currencies").values()
        for code, _, end, tender in tenders
        if tender and end is None
    }
    codes = sorted(code for code in today if code in Locale("en").currencies)
    strong: dict[str, list[str]] = {code: [code, Locale("en").currencies[code]] for code in codes}
    for sign, code in _SIGNS.items():
        strong[code].append(sign)
    weak: dict[str, list[str]] = {code: [] for code in codes}
    for language in CURRENCY_LANGUAGES:
        if not localedata.exists(language):
            continue
        names = Locale.parse(language).currencies
        for code in codes:
            weak[code].extend([names[code]] if code in names else [])
    return "\n".join((_heading("currencies"), *_lines(codes, strong, weak), ""))


def _heading(what: str) -> str:
    from babel import __version__
    from babel.core import get_global

    return f"# {what}, from CLDR {get_global('cldr')['version']} in Babel {__version__}"


def _own_languages(codes: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The official languages of each country, as CLDR's locales are called."""
    from babel.languages import get_official_languages

    return {code: get_official_languages(code, de_facto=True, regional=False) for code in codes}


def _aliases(path: Path) -> dict[str, list[str]]:
    result: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        code, _, names = line.partition("#")[0].partition(":")
        if names.strip():
            result[code.strip()] = [name.strip() for name in names.split(";")]
    return result


def _lines(
    codes: Iterable[str], strong: dict[str, list[str]], weak: dict[str, list[str]]
) -> Iterator[str]:
    """One line a code: the code, its English name (second of `strong`), then all forms of names."""
    claimed: dict[str, str] = {}
    for code in codes:
        for form in _forms(strong[code]):
            if claimed.setdefault(form, code) != code:
                raise ValueError(f"`{form}` names both {claimed[form]} and {code}")
    wanted: dict[str, set[str]] = {}
    for code in codes:
        for form in _forms(weak[code]):
            wanted.setdefault(form, set()).add(code)
    for code in codes:
        forms = dict.fromkeys(_forms(strong[code]))
        for form in _forms(weak[code]):
            if claimed.get(form, code) == code and len(wanted[form]) == 1:
                forms.setdefault(form)
        yield "\t".join((code, strong[code][1], *forms))


def _forms(names: Iterable[str]) -> Iterator[str]:
    """The name forms of names, and how people type them: without accents, with `and` for `&` …"""
    for name in names:
        for variant in _variants(nfc(name)):
            form = name_form(variant)
            if form:
                yield form


def _variants(name: str) -> Iterator[str]:
    yield name
    straight = name.replace("’", "'").replace("ʻ", "'").replace("`", "'")
    yield straight
    yield straight.replace("'", "’")
    plain = _without_accents(straight)
    yield plain
    yield plain.replace("'", "")
    yield plain.replace(",", "")
    yield name.replace("ё", "е").replace("Ё", "Е")
    yield plain.replace("&", "and")
    yield plain.replace(" and ", " & ")
    if plain.startswith("St. "):
        yield plain.replace("St. ", "Saint ", 1)
        yield plain.replace("St. ", "St ", 1)
        yield plain.replace("St. ", "Saint ", 1).replace("&", "and")
    if plain.endswith(" Islands"):
        yield f"{plain.removesuffix(' Islands')} Is."


def _without_accents(name: str) -> str:
    """Latin letters without their marks; other scripts as they are."""
    apart = unicodedata.normalize("NFD", name)
    kept: list[str] = []
    for char in apart:
        if unicodedata.combining(char) and kept and kept[-1].isascii():
            continue
        kept.append(char)
    special = {"ı": "i", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ß": "ss"}
    return unicodedata.normalize("NFC", "".join(special.get(c, c) for c in kept))


def main() -> None:
    """Write both tables."""
    COUNTRIES.write_text(country_table(), encoding="utf-8", newline="\n")
    CURRENCIES.write_text(currency_table(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
