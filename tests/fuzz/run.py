"""Counting the inputs of one target, and keeping what is found."""

from __future__ import annotations

import hashlib
import json
import random
import time
import traceback
from pathlib import Path
from typing import Final

from tests.fuzz.mutate import Mutator
from tests.fuzz.targets import Target

# An input may take a second, and a millisecond more for each of its bytes.
SECONDS: Final = 1.0
SECONDS_PER_BYTE: Final = 0.001
_POOL: Final = 5000


class Run:
    """Counts the inputs of one target and keeps what is found."""

    def __init__(self, target: Target, runs: int, seed: int, cache: Path) -> None:
        self._target, self._runs, self._cache = target, runs, cache
        self._chance = random.Random(seed)
        self._mutator = Mutator(self._chance, target.seeds())
        self._began = time.monotonic()
        self._inputs, self._slowest, self._found = 0, 0.0, 0
        self._places: set[str] = set()

    @property
    def done(self) -> bool:
        """Whether there were as many inputs as asked for."""
        return self._inputs >= self._runs

    def changed(self, data: bytes, most: int) -> bytes:
        """A new input, made of another."""
        text = self._mutator.changed(data.decode("utf-8", "ignore"), self._target.longest)
        return text.encode("utf-8", "ignore")[:most]

    def unguided(self) -> None:
        """Check inputs that are made of seeds and of each other, by chance alone."""
        pool = [text.encode()[: self._target.longest] for text in self._target.seeds()]
        while not self.done:
            data = self.changed(self._chance.choice(pool), 4 * self._target.longest)
            self.one(data)
            if self._chance.random() < 0.1:
                place = self._chance.randrange(_POOL)
                pool[place:] = [data] if place >= len(pool) else [data, *pool[place + 1 :]]

    def one(self, data: bytes) -> None:
        """Check one input."""
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
        if self.done or self._inputs % 1000 == 0:
            self._report()

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
