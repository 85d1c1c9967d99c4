"""Our lighter `dataclass` does what that of the standard library does."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace
from typing import Any

import pytest

from leadcard.dsl import record
from leadcard.dsl.source import Span


def _classes(make: Any) -> tuple[type[Any], type[Any], type[Any]]:
    """The same three classes, made by `make`."""

    @make(frozen=True, slots=True, kw_only=True)
    class Node:
        """Some fields, some with values."""

        name: str
        parts: tuple[int, ...] = ()
        made: list[int] = field(default_factory=list, compare=False)
        place: int = field(default=0, compare=False)

    @make(frozen=True, slots=True, order=True)
    class Pair:
        """Two fields by position, with an order."""

        low: int
        high: int = 9

    @make(frozen=True, slots=True)
    class Nothing:
        """No fields."""

    return Node, Pair, Nothing


OURS, THEIRS = _classes(record.dataclass), _classes(dataclass)


@pytest.mark.parametrize(("node", "pair", "nothing"), [OURS, THEIRS], ids=["ours", "theirs"])
def test_objects(node: Any, pair: Any, nothing: Any) -> None:
    one = node(name="a")
    assert (one.name, one.parts, one.made, one.place) == ("a", (), [], 0)
    assert one.made is not node(name="a").made
    assert repr(one) == "_classes.<locals>.Node(name='a', parts=(), made=[], place=0)"
    assert one == node(name="a", place=7)
    assert one != node(name="b")
    assert one != ("a", ())
    assert len({one, node(name="a", made=[1]), node(name="a", parts=(1,))}) == 2
    assert replace(one, parts=(1,)) == node(name="a", parts=(1,))
    assert [f.name for f in fields(one)] == ["name", "parts", "made", "place"]
    assert pair(1) == pair(1, 9) == pair(high=9, low=1)
    assert sorted([pair(2, 1), pair(1, 3), pair(1, 2)]) == [pair(1, 2), pair(1, 3), pair(2, 1)]
    assert pair(1, 2) <= pair(1, 2) >= pair(1, 1)
    assert nothing() == nothing()
    assert hash(nothing()) == hash(nothing())


@pytest.mark.parametrize(("node", "pair", "nothing"), [OURS, THEIRS], ids=["ours", "theirs"])
def test_what_is_refused(node: Any, pair: Any, nothing: Any) -> None:
    one = node(name="a")
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'name'"):
        one.name = "b"
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'name'"):
        del one.name
    for wrong in ({}, {"name": "a", "other": 1}):
        with pytest.raises(TypeError):
            node(**wrong)
    with pytest.raises(TypeError):
        node("a")
    with pytest.raises(TypeError):
        pair(1, 2, 3)
    with pytest.raises(TypeError):
        assert pair(1) < (1, 9)
    assert not hasattr(nothing(), "__dict__")


def test_copies_and_pickles_are_equal() -> None:
    span = Span(1, 2)
    assert pickle.loads(pickle.dumps(span)) == copy.deepcopy(span) == copy.copy(span) == span


def test_other_options_give_the_standard_class() -> None:
    @record.dataclass(slots=True)
    class Open:
        """May be changed."""

        value: int

    one = Open(1)
    one.value = 2
    assert one == Open(2)
    assert dataclasses.is_dataclass(one)
