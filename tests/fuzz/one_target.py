"""One target in a process of its own (see `__main__.py`), guided by coverage or by chance."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path


def guided(name: str, runs: int, seed: int, cache: Path) -> None:
    """Fuzz under atheris, which keeps inputs that reach new places; ends the process."""
    import atheris

    folders = ["leadcard.dsl", "leadcard.compiler", "leadcard.runtime.harness"]
    with atheris.instrument_imports(include=folders):
        from tests.fuzz.run import Run
        from tests.fuzz.targets import TARGETS

    target = TARGETS[name]
    corpus = cache / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    for text in target.seeds():
        data = text.encode("utf-8")[: target.longest]
        (corpus / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)
    run = Run(target, runs, seed, cache)

    def check(data: bytes) -> None:
        run.one(data)
        if run.done:
            sys.stdout.flush()
            os._exit(0)

    def mutate(data: bytes, most: int, chance: int) -> bytes:
        if chance % 8:
            return run.changed(data, most)
        mutated: bytes = atheris.Mutate(data, most)
        return mutated

    options = [f"-seed={seed}", f"-max_len={target.longest}", "-timeout=60", str(corpus)]
    atheris.Setup([sys.argv[0], *options], check, custom_mutator=mutate)
    atheris.Fuzz()


def unguided(name: str, runs: int, seed: int, cache: Path) -> None:
    """Fuzz by chance alone, several times as fast."""
    from tests.fuzz.run import Run
    from tests.fuzz.targets import TARGETS

    Run(TARGETS[name], runs, seed, cache).unguided()


if __name__ == "__main__":
    how = {"guided": guided, "unguided": unguided}[sys.argv[1]]
    how(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), Path(sys.argv[5]))
