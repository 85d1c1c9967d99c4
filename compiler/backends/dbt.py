"""From a plan and its vocabulary to a dbt project: staging, scores, reasons, their tests.

`to_dbt` gives the files by their paths; nothing is written here. Several cards may share a project:
what belongs to a card lies in folders and models of its name, the rest is the same for all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from unicodedata import normalize

from leadcard.compiler.backends.dbt_schema import Models, Schema
from leadcard.compiler.backends.dbt_tables import References, SourceTables
from leadcard.compiler.backends.dbt_unit_tests import Fixtures, UnitTest
from leadcard.compiler.backends.dialects import DIALECTS
from leadcard.compiler.backends.long_lists import list_rows
from leadcard.compiler.backends.name_lengths import refuse_long
from leadcard.compiler.backends.sql import to_reasons_sql, to_sql
from leadcard.compiler.backends.sql_build import Build, comment_text
from leadcard.compiler.backends.sql_facts import AsOf, Facts
from leadcard.compiler.backends.staging import Staging, staging
from leadcard.compiler.plan import Plan
from leadcard.compiler.vocabulary import Vocabulary

# Files of the project itself, which a project that is there already keeps as its own.
PROJECT_FILES: Final = ("dbt_project.yml", "README.md")
_HEAD: Final = "# Made by `leadcard compile --to dbt`: change the scorecard and compile again.\n"
_OWNER: Final = "# The models of "
_SCHEMA, _UNIT_TESTS = "schema.yml", "unit_tests.yml"
_TEMPLATES: Final = Path(__file__).parent / "templates"


def to_dbt(
    plan: Plan,
    vocabulary: Vocabulary,
    *,
    card: str,
    dialect: str = "duckdb",
    unit_tests: Sequence[UnitTest] = (),
) -> dict[str, str]:
    """The files of a dbt project by path; `card` is the card's file name without its ending.

    Raises `Unsupported` for what the dialect, or a staging model, cannot say.
    """
    build = Build(DIALECTS[dialect], templated=True)
    models = Models.of(model_word(card))
    for model in models.names:
        refuse_long(model, "model", build.dialect)
    plain = Build(DIALECTS[dialect])
    names = {"leads": models.leads, "merges": models.merges}
    tables = SourceTables(plain.dialect, plan.version, source=models.card, models=names)
    staged = staging(plan, vocabulary, plain, tables)
    folder = _folder(models.card)
    files = {
        "dbt_project.yml": _project(),
        "README.md": _template("dbt_readme.md.j2"),
        "macros/leadcard_within.sql": _template("dbt_within.sql.j2"),
        "macros/leadcard_once.sql": _template("dbt_once.sql.j2"),
        "macros/leadcard_tables.sql": _template("dbt_tables.sql.j2"),
        f"{folder}/{models.leads}.sql": staged.leads,
        f"{folder}/{models.events}.sql": staged.events,
    }
    if staged.merges is not None:
        files[f"{folder}/{models.merges}.sql"] = staged.merges
    unique = vocabulary.events_unique
    files |= _statements(plan, models, staged, dialect, folder, unique=unique)
    schema = Schema(plan, build, models, f"{card}.scorecard")
    files[f"{folder}/sources.yml"] = _yaml(sources=schema.sources(tables.tables.values()))
    files[f"{folder}/{_SCHEMA}"] = _owner(card) + _yaml(
        models=schema.models(staged, events_unique=unique)
    )
    files[f"{folder}/exposures.yml"] = _yaml(exposures=schema.exposures())
    if unit_tests:
        fixtures = _fixtures(plan, build, models, staged)
        tests = [fixtures.entry(test) for test in unit_tests]
        files[f"{folder}/{_UNIT_TESTS}"] = _yaml(unit_tests=tests)
    return files | (_seeds(plan, plain, models) if plan.lists else {})


def model_word(card: str) -> str:
    """The word for a card in names of models: plain letters, digits and `_`.

    A name with letters of other kinds has some digits at its end, which tell it from others.
    """
    plain = re.sub(r"[^a-z0-9]+", "_", card.lower()).strip("_")
    word = plain if plain and not plain[0].isdigit() else f"card_{plain}".rstrip("_")
    whole = normalize("NFC", card)
    if any(char.isalnum() and not char.isascii() for char in whole):
        return f"{word}_{sha256(whole.encode('utf-8')).hexdigest()[:6]}"
    return word


def no_longer(files: Mapping[str, str], card: str) -> tuple[str, ...]:
    """The files that an earlier project had for a card whose project is `files` now."""
    models = Models.of(model_word(card))
    folder, seeds = _folder(models.card), _seed_folder(models.card)
    at_times = (
        f"{folder}/{_UNIT_TESTS}",
        f"{folder}/{models.merges}.sql",
        f"{seeds}/{models.lists}.csv",
        f"{seeds}/{models.lists}.yml",
    )
    return tuple(path for path in at_times if path not in files)


def owned_by_another(folder: Path, card: str) -> str | None:
    """The file name of another card whose models of the same names a project holds."""
    there = folder / _folder(model_word(card)) / _SCHEMA
    if not there.is_file():
        return None
    owner, mine = there.read_text("utf-8", "replace").split("\n", 1)[0], _owner(card).rstrip()
    is_one = owner.startswith(_OWNER) and owner != mine
    return owner.removeprefix(_OWNER) if is_one else None


def _owner(card: str) -> str:
    """The first line of what tells whose models these are."""
    return f"{_OWNER}{comment_text(card)}.scorecard\n"


def _folder(word: str) -> str:
    return f"models/leadcard/{word}"


def _seed_folder(word: str) -> str:
    return f"seeds/leadcard/{word}"


def _statements(
    plan: Plan, models: Models, staged: Staging, dialect: str, folder: str, *, unique: bool
) -> dict[str, str]:
    """The models of scores and reasons."""
    references = References(DIALECTS[dialect], plan.version)
    facts = Facts(
        types=staged.types,
        event_columns=frozenset(staged.event_columns),
        same_ids=True,
        events_unique=unique,
        leads=references.name_of(f'ref("{models.leads}")'),
        events=references.name_of(f'ref("{models.events}")'),
        lists=references.name_of(f'ref("{models.lists}")'),
    )
    when = AsOf(variable="as_of")
    scores = to_sql(plan, as_of=when, dialect=dialect, facts=facts)
    reasons = to_reasons_sql(plan, as_of=when, dialect=dialect, facts=facts)
    return {
        f"{folder}/{models.scores}.sql": references.placed(scores),
        f"{folder}/{models.reasons}.sql": references.placed(reasons),
    }


def _fixtures(plan: Plan, build: Build, models: Models, staged: Staging) -> Fixtures:
    return Fixtures(
        build=build,
        plan=plan,
        scores=models.scores,
        leads=models.leads,
        events=models.events,
        lists=models.lists,
        lead_columns=staged.lead_columns,
        event_columns=staged.event_columns,
    )


def _seeds(plan: Plan, build: Build, models: Models) -> dict[str, str]:
    """Long lists as a seed, whose columns are texts whatever they look like."""
    from sqlglot import exp

    text = exp.DataType.build("text").sql(dialect=build.dialect.sqlglot)
    config = {
        "quote_columns": not build.dialect.capitals,
        "column_types": {"list": text, "value": text},
    }
    said = "entries of the long lists that the scorecard reads"
    seed = {"name": models.lists, "description": said, "config": config}
    folder = _seed_folder(models.card)
    return {
        f"{folder}/{models.lists}.csv": list_rows(plan),
        f"{folder}/{models.lists}.yml": _yaml(seeds=[seed]),
    }


def _project() -> str:
    return _HEAD + _dumped(
        {"name": "leadcard", "version": "1.0.0", "config-version": 2, "profile": "leadcard"}
    )


def _yaml(**entries: object) -> str:
    return _HEAD + _dumped({"version": 2, **entries})


def _dumped(value: Mapping[str, Any]) -> str:
    import yaml

    class Dumper(yaml.SafeDumper):
        """Texts of several lines as blocks, and no references between entries."""

        def ignore_aliases(self, data: object) -> bool:
            return True

    def lines(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
        style = "|" if "\n" in text else None
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)

    Dumper.add_representer(str, lines)
    return yaml.dump(
        value, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=1000, line_break="\n"
    )


def _template(name: str) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,
    )
    return environment.get_template(name).render()
