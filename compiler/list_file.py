"""Lists in text files: one entry a line, or the first column of a CSV file."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from leadcard.compiler.text import BLANKS, nfc
from leadcard.dsl.diagnostics import Diagnostic
from leadcard.dsl.read import read_source
from leadcard.dsl.record import dataclass

MAX_ENTRIES: Final = 1_000_000
_CODES: Final = {"F101": "V301", "F102": "V302", "F103": "V302", "F104": "V303"}
_SEPARATORS: Final = {".csv": (",", ";", "\t"), ".tsv": ("\t",)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListContents:
    """The entries of a list file, without repeats, in its order; the findings have no place."""

    entries: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def read_list(path: Path, *, name: str | None = None) -> ListContents:
    """The entries of the list file at `path`; `name` is what messages call it.

    One entry a line. Blank lines do not count, nor what follows `#` at the start of a line or after
    a blank. Of `.csv` and `.tsv` files the first column counts. Quotes around an entry go.
    """
    called = name or str(path)
    source = read_source(path)
    if isinstance(source, Diagnostic):
        return ListContents(diagnostics=(_renamed(source, str(path), called),))
    separators = _SEPARATORS.get(path.suffix.lower(), ())
    entries = dict.fromkeys(
        entry for line in source.text.split("\n") if (entry := _entry(line, separators))
    )
    if len(entries) > MAX_ENTRIES:
        message = f"list file `{called}` has more than {MAX_ENTRIES:,} entries"
        return ListContents(diagnostics=(Diagnostic(code="V303", message=message, path=str(path)),))
    return ListContents(entries=tuple(entries))


def _renamed(finding: Diagnostic, path: str, called: str) -> Diagnostic:
    message = finding.message.replace(f"`{path}`", f"`{called}`")
    hint = finding.hint
    if finding.code == "F101" and "there is no file" in message:
        message, hint = (
            f"there is no list file `{called}`",
            "the path starts at the file that names it",
        )
    elif finding.code == "F102":
        hint = "save it as text: one entry a line"
    return Diagnostic(code=_CODES.get(finding.code, "V301"), message=message, path=path, hint=hint)


def _entry(line: str, separators: tuple[str, ...]) -> str:
    bare = line.strip(BLANKS)
    if bare.startswith("#"):
        return ""
    if bare.startswith('"'):
        return _unquoted(bare)
    for separator in separators:
        bare = bare.split(separator, 1)[0]
    for at in range(1, len(bare)):
        if bare[at] == "#" and bare[at - 1] in BLANKS:
            bare = bare[:at]
            break
    return nfc(bare.strip(BLANKS))


def _unquoted(bare: str) -> str:
    """The text within the quotes that `bare` begins with; two quotes in it stand for one."""
    body = bare[1:].replace('""', "\0")
    return nfc(body.split('"', 1)[0].replace("\0", '"').strip(BLANKS))
