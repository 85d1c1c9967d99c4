"""Countries and currencies in the spellings that people and systems use."""

from __future__ import annotations

import pytest

from leadcard.compiler import countries, country_table, currencies
from leadcard.compiler.text import name_form
from leadcard.dsl.nearest import nearest


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("US", "us|USA|U.S.A.|United States|united states of america|États-Unis|США|미국|アメリカ"),
        ("GB", "UK|U.K.|GB|Great Britain|England|Vereinigtes Königreich|Великобритания|英国"),
        ("DE", "Germany|Deutschland|DEU|Allemagne|Германия|ドイツ|독일"),
        ("KZ", "Казахстан|Қазақстан|Kazakhstan|KAZ"),
        ("KR", "South Korea|Korea|Korea, Republic of|KOREA REPUBLIC OF|대한민국|한국|Südkorea"),
        ("KP", "North Korea|Korea, Democratic People's Republic of"),
        ("TR", "Turkey|Türkiye|TURKIYE|turkiye"),
        ("CZ", "Czech Republic|Czechia|Česko|Tschechien"),
        ("CI", "Côte d'Ivoire|Cote d’Ivoire|COTE DIVOIRE|Ivory Coast"),
        ("RU", "Russia|Russian Federation|Россия|Russland"),
        ("JP", "日本|Japan|JPN"),
        ("CN", "中国|China|PRC|Китай"),
        ("AT", "Österreich|Oesterreich|Austria"),
        ("CH", "Schweiz|Suisse|Svizzera|Switzerland"),
        ("NL", "Netherlands|The Netherlands|Holland|Nederland"),
        ("BA", "Bosnia & Herzegovina|Bosnia and Herzegovina|Bosnia-Herzegovina"),
        ("LC", "Saint Lucia|St. Lucia|St Lucia"),
        ("MM", "Myanmar|Burma"),
        ("GE", "Georgia|საქართველო"),
        ("NE", "Niger"),
        ("NG", "Nigeria"),
        ("CG", "Congo|Republic of the Congo"),
        ("CD", "DR Congo|Congo, Democratic Republic of the"),
        ("CA", "CA|Canada"),
        ("NO", "NO|Norway|Norge"),
    ],
)
def test_a_country_by_all_its_names(code: str, names: str) -> None:
    wrong = [name for name in names.split("|") if countries.resolve(name) != code]
    assert wrong == []
    assert {name_form(code), countries.resolve(code)} <= {*countries.spellings(code), code}


@pytest.mark.parametrize("word", ["", " ", "Germani", "California", "EU", "Europe", "ZZ", "-"])
def test_what_is_no_country(word: str) -> None:
    assert countries.resolve(word) is None


def test_a_slip_has_a_suggestion() -> None:
    assert nearest("Germani", countries.names()) == "Germany"
    assert nearest("Swizerland", countries.names()) == "Switzerland"


def test_a_form_belongs_to_one_country_and_is_in_name_form() -> None:
    codes = [countries.resolve(name) for name in countries.names()]
    assert None not in codes
    assert len(set(codes)) == len(codes) == 250
    forms = [form for code in codes if code for form in countries.spellings(code)]
    assert len(forms) == len(set(forms))
    assert [form for form in forms if name_form(form) != form] == []


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("EUR", "EUR"),
        ("€", "EUR"),
        ("euros", "EUR"),
        ("usd", "USD"),
        ("$", "USD"),
        ("US-Dollar", "USD"),
        ("£", "GBP"),
        ("¥", "JPY"),
        ("Schweizer Franken", "CHF"),
        ("рубль", "RUB"),
        ("人民币", "CNY"),
        ("kr", None),
        ("DEM", None),
        ("", None),
    ],
)
def test_currencies(word: str, code: str | None) -> None:
    assert currencies.resolve(word) == code


def test_the_tables_are_what_their_sources_make() -> None:
    babel = pytest.importorskip("babel")
    if babel.__version__ not in countries.version():
        pytest.skip("the tables were made with another version of Babel")
    assert country_table.country_table() == country_table.COUNTRIES.read_text(encoding="utf-8")
    assert country_table.currency_table() == country_table.CURRENCIES.read_text(encoding="utf-8")
