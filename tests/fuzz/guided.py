"""One target under atheris, in a process of its own (see `__main__.py`)."""

from __future__ import annotations

import hashlib
import json
import os
import random
import sys
import time
import traceback
from pathlib import Path
from typing import Final

import atheris

with atheris.instrument_imports(include=["leadcard.dsl", "leadcard.compiler", "leadcard.runtime"]):
    from tests.fuzz.mutate import Mutator
    from tests.fuzz.targets import TARGETS, Target

# An input may take a second, and a millisecond more for each of its bytes.
SECONDS: Final = 1.0
SECONDS_PER_BYTE: Final = 0.001


class Run:
    """Counts the inputs of one target and keeps what is found."""

    def __init__(self, target: Target, runs: int, seed: int, cache: Path) -> None:
        self._target, self._runs, self._cache = target, runs, cache
        self._mutator = Mutator(random.Random(seed), target.seeds())
        self._began = time.monotonic()
        self._inputs, self._slowest, self._found = 0, 0.0, 0
        self._places: set[str] = set()

    def changed(self, data: bytes, most: int, _seed: int) -> bytes:
        """A new input: mostly of words and lines, now and then of bytes."""
        if _seed % 8 == 0:
            mutated: bytes = atheris.Mutate(data, most)
            return mutated
        text = self._mutator.changed(data.decode("utf-8", "ignore"), self._target.longest)
        return text.encode("utf-8", "ignore")[:most]

    def one(self, data: bytes) -> None:
        """Check one input; at the last one the process ends."""
        start = time.process_time()
        try:
            self._target.check(data)
        except Exception as broken:
            self._keep(data, broken)
        took = time.process_time() - start
        self._slowest = max(self._slowest, took)
        if took > SECONDS + SECONDS_PER_BYTE * len(data):
            self._keep(data, TimeoutError(f"{took:.1f} s for {len(data)} bytes"))
        self._inputs += 1
        if self._inputs >= self._runs:
            self._report()
            sys.stdout.flush()
            os._exit(0)

    def _keep(self, data: bytes, broken: Exception) -> None:
        steps = traceback.extract_tb(broken.__traceback__)[-2:]
        said = str(broken).split(":")[0] if isinstance(broken, AssertionError) else ""
        place = f"{type(broken).__name__} {said} {[(s.filename, s.lineno) for s in steps]}"
        if place in self._places:
            return
        self._places.add(place)
        self._found += 1
        name = hashlib.sha256(place.encode()).hexdigest()[:8]
        folder = self._cache / "found" / self._target.name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
        why = "".join(traceback.format_exception(broken))
        (folder / f"{name}.why").write_text(why, "utf-8", "replace")

    def _report(self) -> None:
        result = {
            "inputs": self._inputs,
            "seconds": round(time.monotonic() - self._began),
            "slowest": round(self._slowest * 1000),
            "found": self._found,
        }
        (self._cache / f"{self._target.name}.json").write_text(json.dumps(result))


def main() -> None:
    """Fuzz until the number of inputs is reached."""
    name, runs, seed, cache = sys.argv[1:5]
    target = TARGETS[name]
    corpus = Path(cache) / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    for text in target.seeds():
        data = text.encode("utf-8")[: target.longest]
        (corpus / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)
    run = Run(target, int(runs), int(seed), Path(cache))
    arguments = [sys.argv[0], f"-seed={seed}", f"-max_len={target.longest}", "-timeout=60"]
    atheris.Setup([*arguments, str(corpus)], run.one, custom_mutator=run.changed)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
