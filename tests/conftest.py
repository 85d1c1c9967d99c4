"""Options that several tests share."""

from __future__ import annotations

from typing import Final

import pytest

# Files that run engines or whole programs over and over: `make test-fast` leaves them out.
# One sample of each remains there: a few cases of agreement, the examples, the command line.
ON_ENGINES: Final = frozenset(
    {
        "test_backend_sql.py",
        "test_backend_sql_listed.py",
        "test_backend_sql_results.py",
        "test_build.py",
        "test_cli_score.py",
        "test_clock.py",
        "test_completion.py",
        "test_databases.py",
        "test_dbt.py",
        "test_diagnostic_pages.py",
        "test_diff.py",
        "test_diff_folders.py",
        "test_engine_clickhouse.py",
        "test_engine_postgres.py",
        "test_engine_spark.py",
        "test_evaluate.py",
        "test_explain.py",
        "test_fuzz.py",
        "test_generated_dialects.py",
        "test_golden.py",
        "test_inspect.py",
        "test_killed_runs.py",
        "test_linear.py",
        "test_load_values.py",
        "test_long_cards.py",
        "test_mapped_tables.py",
        "test_natural_many.py",
        "test_presets.py",
        "test_pytest_plugin.py",
        "test_random_leads.py",
        "test_real_data.py",
        "test_safety.py",
        "test_sample_engines.py",
        "test_scorecards.py",
        "test_sql_golden.py",
        "test_sql_plain_text.py",
        "test_sql_text.py",
        "test_tables.py",
        "test_telling_verbs.py",
        "test_traps.py",
        "test_verify.py",
        "test_write.py",
        "test_write_back.py",
    }
)


# Cards below this folder are material of tests, many of them wrong on purpose.
collect_ignore_glob = ["*.scorecard", "*.leads.yaml"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of the files above are slow tests."""
    for item in items:
        if item.path.name in ON_ENGINES:
            item.add_marker(pytest.mark.slow)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update` writes golden files anew; what changed is then read in the diff."""
    parser.addoption("--update", action="store_true", help="write golden files anew")


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be written anew."""
    return bool(request.config.getoption("--update"))
