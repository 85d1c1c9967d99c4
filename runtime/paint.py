"""Colours of reports: on a terminal, or none."""

from __future__ import annotations


class Paint:
    """Marks parts of a text; without colour it leaves them as they are."""

    def __init__(self, color: bool) -> None:
        self._color = color

    def _with(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._color and text else text

    def good(self, text: str) -> str:
        """Green."""
        return self._with("32", text)

    def bad(self, text: str) -> str:
        """Red."""
        return self._with("31", text)

    def strong(self, text: str) -> str:
        """Bold."""
        return self._with("1", text)

    def faint(self, text: str) -> str:
        """Dim."""
        return self._with("2", text)
