"""Input that no card should be: a clear message, exit code 1 or 2, and never a traceback."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.command_line import leadcard

RULE = "visited pricing: +15\n"
CARDS: dict[str, bytes] = {
    "empty": b"",
    "only blanks": b" \n\t\n\r\n",
    "only comments": b"# nothing\n  # at all\n",
    "only a byte order mark": b"\xef\xbb\xbf",
    "binary": bytes(range(256)) * 40,
    "a NUL": b"visited pri\0cing: +15\n",
    "half a character": b"title is \xc3: +5\n",
    "a line of 1 MB": b"title is " + b"x" * 1_000_000 + b": +5 points and more\n",
    "a list of 10,000": b"title is " + b"ceo, " * 10_000 + b": +5\n",
    "1,000 parentheses": b"(" * 1000 + b"title is CEO" + b")" * 1000 + b": +5\n",
    "1,000 open parentheses": b"(" * 1000 + b"title is CEO: +5\n",
    "100,000 nots": b"not " * 100_000 + b"title is CEO: +5\n",
    "only colons": b":" * 10_000 + b"\n",
    "an open quote": b'title is "CEO: +5\n',
    "a mere word": b"hello\n",
    "HTML": b"<!doctype html><html><body>404 Not Found</body></html>\n",
}
COMMANDS = {
    "check": ("check", "card.scorecard"),
    "fmt": ("fmt", "--check", "card.scorecard"),
    "compile": ("compile", "card.scorecard", "--to", "python"),
    "score": ("score", "card.scorecard", "--leads", "leads.csv"),
    "explain": ("explain", "card.scorecard", "--lead", "1", "--leads", "leads.csv"),
    "test": ("test", "card.scorecard"),
}
MAX_SECONDS = 20


def _fails_in_words(arguments: tuple[str, ...], folder: Path) -> str:
    """Run a command that has to fail, and return what it said."""
    start = time.monotonic()
    done = leadcard(*arguments, folder=folder)
    assert time.monotonic() - start < MAX_SECONDS
    said = done.stdout + done.stderr
    assert done.code in (1, 2), said[:2000]
    assert "Traceback" not in said
    assert "bug in leadcard" not in said
    assert said.strip()
    return said


@pytest.mark.parametrize("name", CARDS)
def test_check_says_what_is_wrong(name: str, tmp_path: Path) -> None:
    (tmp_path / "card.scorecard").write_bytes(CARDS[name])
    said = _fails_in_words(COMMANDS["check"], tmp_path)
    assert "card.scorecard" in said
    # One mistake, one message, and never the whole of an endless line.
    assert said.count("error[") == 1
    assert len(said) < 3000


@pytest.mark.parametrize("command", [c for c in COMMANDS if c not in ("check", "fmt")])
@pytest.mark.parametrize("name", ["empty", "binary", "a NUL", "1,000 parentheses", "a mere word"])
def test_no_other_command_goes_on_with_it(command: str, name: str, tmp_path: Path) -> None:
    (tmp_path / "card.scorecard").write_bytes(CARDS[name])
    (tmp_path / "leads.csv").write_text("lead_id,title\n1,CEO\n", encoding="utf-8")
    _fails_in_words(COMMANDS[command], tmp_path)


@pytest.mark.parametrize("name", ["binary", "a NUL", "1,000 parentheses", "an open quote"])
def test_fmt_leaves_it_as_it_is(name: str, tmp_path: Path) -> None:
    card = tmp_path / "card.scorecard"
    card.write_bytes(CARDS[name])
    _fails_in_words(("fmt", "card.scorecard"), tmp_path)
    assert card.read_bytes() == CARDS[name]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_card_that_is_not_there_or_a_folder(command: str, tmp_path: Path) -> None:
    assert "card.scorecard" in _fails_in_words(COMMANDS[command], tmp_path)
    (tmp_path / "card.scorecard").mkdir()
    assert "card.scorecard" in _fails_in_words(COMMANDS[command], tmp_path)


@pytest.mark.parametrize("command", ["check", "fmt", "test"])
def test_a_folder_without_cards(command: str, tmp_path: Path) -> None:
    assert "no scorecard" in _fails_in_words((command,), tmp_path)


@pytest.mark.parametrize(
    ("definition", "use", "code"),
    [
        ('list wanted: "c""d", e', "company in wanted: +2", "S116"),
        ("list wanted a, b", "company in wanted: +2", "S102"),
        ('employees undr 50: +5, flag "key one"', 'stages:\n  hot: flag "key one"', "R103"),
        ("tiers:\n  1 small: employees undr 50", "stages:\n  hot: tier small", "R103"),
    ],
)
def test_a_name_that_a_bad_line_gives_is_not_missed_elsewhere(
    definition: str, use: str, code: str, tmp_path: Path
) -> None:
    text = f"visited pricing: +1\n{definition}\n{use}\n"
    (tmp_path / "card.scorecard").write_text(text, encoding="utf-8")
    done = leadcard("check", "card.scorecard", folder=tmp_path)
    found = done.stderr.splitlines()
    assert [line[6:10] for line in found if line.startswith("error")] == [code]


@pytest.mark.slow
def test_100_000_lines_are_checked_in_one_go(tmp_path: Path) -> None:
    lines = "".join(f"visited /page-{n}: +1\n" for n in range(99_999))
    (tmp_path / "card.scorecard").write_text(f"{lines}visted pricing: +1\n", encoding="utf-8")
    said = leadcard("check", "card.scorecard", folder=tmp_path)
    assert said.code == 1
    assert "card.scorecard:100000:1" in said.stderr


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0\1\2\3" * 100,
        b"\n\n\n",
        b"lead_id\n",
        b'lead_id,title\n1,"open\n',
        b"a;b;c\n1;2;3\n",
    ],
    ids=["empty", "binary", "blank", "no rows", "open quote", "no id"],
)
def test_data_that_is_none(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "card.scorecard").write_text(RULE, encoding="utf-8")
    (tmp_path / "leads.csv").write_bytes(data)
    assert "leads" in _fails_in_words(COMMANDS["score"], tmp_path)
