"""The table that lies beside the grammar is of this grammar, and is what reads cards."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import resources

import pytest

from leadcard.dsl.build import LineBuilder
from leadcard.dsl.make_table import made
from leadcard.dsl.table import TABLE, Refused, grammar_text, table


def test_the_table_is_of_the_grammar() -> None:
    kept = json.loads(resources.files("leadcard.dsl").joinpath(TABLE).read_text("utf-8"))
    assert kept == made(grammar_text()), "run `make grammar`"


def test_another_grammar_has_another_table() -> None:
    text = grammar_text()
    changed = made(text.replace("| NEVER event", "| NEVER COUNT event"))
    assert changed["grammar"] != made(text)["grammar"]
    assert changed["states"] != made(text)["states"]


def test_a_rule_that_nothing_builds_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing builds `caps_of_header`"):
        made(grammar_text().replace("caps", "caps_of_header"))


def test_every_rule_is_built_by_what_the_grammar_names() -> None:
    names = {rule.build.__name__ for rule in table().reductions}
    builders = {
        name
        for name in vars(LineBuilder.__mro__[0]) | vars(LineBuilder.__mro__[1])
        if not name.startswith("_")
    }
    assert names - {"as_it_is"} == builders


def test_a_line_that_ends_too_early_is_refused_at_its_end() -> None:
    with pytest.raises(Refused) as refused:
        table().read((), "rule")
    assert refused.value.at == 0


def test_reading_a_card_needs_no_lark() -> None:
    code = (
        "import sys; from leadcard.dsl.parser import parse; from leadcard.dsl.source import Source;"
        "assert not parse(Source('', 'visited pricing: +15'))[1]; print('lark' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
