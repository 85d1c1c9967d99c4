"""The end of a program that is told to end: it unwinds, so that unfinished files are taken away."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

_NAMES: Final = ("SIGTERM", "SIGHUP")  # the second is not known everywhere


class Ended(SystemExit):
    """The program was told to end by the signal `name`; `exit_code` is what shells make of it."""

    def __init__(self, number: int) -> None:
        self.exit_code = 128 + number
        self.name = signal.Signals(number).name
        super().__init__(self.exit_code)


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Inside, a signal to end the program raises `Ended`; an ignored one stays ignored."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    told: list[Ended] = []

    def end(number: int, _: FrameType | None) -> None:
        told.append(Ended(number))
        raise told[-1]

    known = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    watched = [number for number in known if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, end) for number in watched}
    try:
        yield
    except (Exception, KeyboardInterrupt):
        # An engine stops its work at a signal, but raises an error of its own.
        if told:
            raise told[0] from None
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
