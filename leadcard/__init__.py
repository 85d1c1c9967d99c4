"""leadcard: lead scorecards as text.

    import leadcard

    card = leadcard.load("inbound.scorecard")
    result = card.score({"title": "CEO"}, [{"verb": "requested", "object": "demo", "at": t}], as_of)

`check`, `compile` and `score` do what the commands of these names do. Nothing heavy is imported
before one of them is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leadcard.api import Card, CardError, check, compile, load, score
    from leadcard.runtime.data_error import DataError

__all__ = ["Card", "CardError", "DataError", "check", "compile", "load", "score"]


def __getattr__(name: str) -> object:
    if name == "DataError":
        from leadcard.runtime.data_error import DataError

        return DataError
    if name in __all__:
        from leadcard import api

        return getattr(api, name)
    raise AttributeError(f"module `leadcard` has no `{name}`")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
