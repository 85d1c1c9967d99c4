"""The end of a program that is told to end: it unwinds, so that unfinished files are taken away.

Python hears of a signal when the main thread is back from an engine, which may be long after. So
another thread hears of it at once, and interrupts the engines at work.
"""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final, Protocol, TypeVar
from weakref import WeakSet

_NAMES: Final = ("SIGTERM", "SIGHUP")  # the second is not known everywhere


class Engine(Protocol):
    """What works for long, and stops when another thread asks for it, with an error of its own."""

    def interrupt(self) -> None:
        """Stop the work that is being done; without any, nothing happens."""


_Engine = TypeVar("_Engine", bound=Engine)
_at_work: Final[WeakSet[Engine]] = WeakSet()


def at_work(engine: _Engine) -> _Engine:
    """The engine, which from now on stops at signals, as long as it is there."""
    _at_work.add(engine)
    return engine


class Ended(SystemExit):
    """The program was told to end by the signal `name`; `exit_code` is what shells make of it."""

    def __init__(self, number: int) -> None:
        self.exit_code = 128 + number
        self.name = signal.Signals(number).name
        super().__init__(self.exit_code)


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Inside, a signal to end the program raises `Ended`; an ignored one stays ignored.

    An interrupt raises `KeyboardInterrupt`, as it does anyway, whatever an engine makes of it.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    told: list[Ended | KeyboardInterrupt] = []

    def end(number: int, _: FrameType | None) -> None:
        told.append(KeyboardInterrupt() if number == signal.SIGINT else Ended(number))
        raise told[-1]

    known = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    watched = [number for number in known if signal.getsignal(number) is not signal.SIG_IGN]
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        watched.append(signal.SIGINT)
    before = {number: signal.signal(number, end) for number in watched}
    try:
        with _heard_at_once():
            yield
    except (Exception, KeyboardInterrupt):
        # An engine stops its work at a signal, but raises an error of its own.
        if told:
            raise told[0] from None
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _heard_at_once() -> Iterator[None]:
    """Inside, engines at work are interrupted when a signal comes that Python handles."""
    heard, told = socket.socketpair()
    with heard, told:
        told.setblocking(False)
        listener = threading.Thread(target=_interrupt, args=(heard,), daemon=True)
        listener.start()
        before = signal.set_wakeup_fd(told.fileno(), warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(before)
            told.shutdown(socket.SHUT_RDWR)
            listener.join()


def _interrupt(heard: socket.socket) -> None:
    """Interrupt the engines once for each signal, until the other end is closed."""
    try:
        while heard.recv(1):
            for engine in tuple(_at_work):
                engine.interrupt()
    except OSError:
        return
