"""`dataclass` as in the standard library, with less work where a class is made.

The standard decorator compiles six methods for each class, which took a third of the time in which
a small card was checked. Here comparing, hashing and showing are shared by all classes, and
`__init__` is compiled when the first object is made; most classes of a program never make one.
What differs can be measured only. A type checker sees the decorator of the standard library.
"""

from __future__ import annotations

import dataclasses
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(cls: type | None = None, /, **options: bool) -> Any:
        """The class as a dataclass; made lightly if it is frozen and slotted."""
        rest = {name: value for name, value in options.items() if name not in _LIGHT}
        light = not rest and options.get("frozen") and options.get("slots")
        wrap = _light(**options) if light else dataclasses.dataclass(**options)
        return wrap if cls is None else wrap(cls)


_LIGHT: Final = frozenset({"frozen", "slots", "kw_only", "order"})
_MISSING: Final = dataclasses.MISSING


def _light(
    *, frozen: bool, slots: bool, kw_only: bool = False, order: bool = False
) -> Callable[[type], type]:
    def wrap(cls: type) -> type:
        made: Any = dataclasses.dataclass(
            init=False, repr=False, eq=False, slots=slots, kw_only=kw_only
        )(cls)
        fields = dataclasses.fields(made)
        made.__init__ = _first_init(made, kw_only)
        compared = [f.name for f in fields if f.compare]
        made.__eq__, made.__hash__ = _comparing(compared)
        if order:
            made.__lt__, made.__le__, made.__gt__, made.__ge__ = _ordering(compared)
        made.__repr__ = _repr
        made.__setattr__, made.__delattr__ = _refuse_change, _refuse_removal
        made.__getstate__, made.__setstate__ = _state, _set_state
        return made  # type: ignore[no-any-return]

    return wrap


def _first_init(cls: Any, kw_only: bool) -> Callable[..., None]:
    """An `__init__` that puts the real one into its place."""

    def __init__(self: Any, *args: Any, **values: Any) -> None:
        cls.__init__ = _init(cls, kw_only)
        cls.__init__(self, *args, **values)

    return __init__


def _init(cls: Any, kw_only: bool) -> Callable[..., None]:
    """The `__init__` that the fields ask for."""
    names: dict[str, Any] = {"_missing": _MISSING}
    given, body = [], []
    for field in dataclasses.fields(cls):
        name, value = field.name, field.name
        if field.init:
            given.append(name)
            if field.default is not _MISSING:
                names[f"_default_{name}"] = field.default
                given[-1] += f"=_default_{name}"
            elif field.default_factory is not _MISSING:
                names[f"_make_{name}"] = field.default_factory
                given[-1] += "=_missing"
                value = f"_make_{name}() if {name} is _missing else {name}"
            names[f"_set_{name}"] = cls.__dict__[name].__set__
            body.append(f"_set_{name}(self, {value})")
    if hasattr(cls, "__post_init__"):
        body.append("self.__post_init__()")
    keywords = ["*"] if kw_only and given else []
    head = ", ".join(["self", *keywords, *given])
    exec(f"def __init__({head}):\n " + "\n ".join(body or ["pass"]), names)
    made: Callable[..., None] = names["__init__"]
    return made


def _comparing(names: list[str]) -> tuple[Callable[..., bool], Callable[..., int]]:
    read = _reader(names)

    def __eq__(self: Any, other: Any) -> Any:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return read(self) == read(other)

    def __hash__(self: Any) -> int:
        return hash(read(self))

    return __eq__, __hash__


def _ordering(names: list[str]) -> tuple[Callable[..., bool], ...]:
    read = _reader(names)

    def by(holds: Callable[[Any, Any], bool]) -> Callable[..., bool]:
        def compare(self: Any, other: Any) -> Any:
            if other.__class__ is not self.__class__:
                return NotImplemented
            return holds(read(self), read(other))

        return compare

    return by(operator.lt), by(operator.le), by(operator.gt), by(operator.ge)


def _reader(names: list[str]) -> Callable[[Any], Any]:
    """The values of these fields, compared in one step; of one field the value itself."""
    return operator.attrgetter(*names) if names else lambda value: ()


def _repr(self: Any) -> str:
    shown = (f"{f.name}={getattr(self, f.name)!r}" for f in dataclasses.fields(self) if f.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _refuse_change(self: Any, name: str, value: Any) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_removal(self: Any, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, f.name) for f in dataclasses.fields(self)]


def _set_state(self: Any, state: list[Any]) -> None:
    for field, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, field.name, value)
