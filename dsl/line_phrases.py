"""The table of phrases outside conditions: effects, caps, and the settings of a card.

As in `phrases.py`, many spellings stand for one token each, and the longest wins.
"""

from __future__ import annotations

from typing import Final

from leadcard.dsl.ast import Calendar
from leadcard.dsl.phrase_values import (
    Where,
    calendar_spellings,
    constant,
    first,
    half_life,
    hundredths,
    refused,
    say,
    too_often,
)

_PER_EVENT: Final = (
    *("visit", "view", "page view", "pageview", "open", "click", "download"),
    *("submission", "registration", "request", "attendance", "purchase", "order", "search"),
)
_CAPPED: Final = (
    "max {points}", "max. {points}", "max of {points}", "maximum {points}", "maximum of {points}",
    "a maximum of {points}", "up to {points}", "up to a maximum of {points}", "at most {points}",
    "no more than {points}", "not more than {points}", "capped at {points}", "cap {points}",
    "cap at {points}", "cap of {points}", "limit {points}", "limit of {points}",
    "limited to {points}", "limit to {points}", "to a maximum of {points}",
    "up to {points} in total", "up to a max of {points}", "with a max of {points}",
    "with a maximum of {points}", "with max {points}", "but max {points}", "but at most {points}",
    "but no more than {points}", "but not more than {points}", "not exceeding {points}",
    "max {points} altogether", "maximum {points} in total", "maximum of {points} in total",
    "to a limit of {points}",
    "max {points} in total", "max {points} total", "at most {points} in total",
)  # fmt: skip
_CAPPED_AFTER: Final = ("{points} max", "{points} maximum", "{points} at most")
EFFECT: Final = (
    say("POINTS", "{points}", make=first),
    say("DISQUALIFY", "disqualify", "disqualified", "disqualifies", "is disqualified",
         "disqualify lead", "disqualify the lead", "disqualify them", "disqualify it"),
    say("FLAG", "flag", "flag as", "flagged", "flagged as", "add flag", "set flag", "with flag",
         "tag", "tag as", "mark as", "label as", "add the flag", "set the flag", "flag it as",
         "add tag", "add a tag", "label", "tag with",
         "add the tag", "add a flag"),
    say("EACH", "each", "each time", "every time", "each event", "every event", "per event",
         "for each", "for every event", "for each event", "per time", "each one",
         "every one", "each occurrence", "every occurrence", "per occurrence"),
    *(
        say("EACH", *(f"{word} {noun}" for word in ("per", "each", "every", "for each",
            "for every")), make=constant(noun))
        for noun in _PER_EVENT
    ),
    say("ONCE", "once", "only once", "just once", "one time", "one time only", "one-time",
         "only one time", "once only", "first time only", "only the first time", "counted once",
         "counts once", "once ever", "once per lead", "first time", "the first time",
         "for the first time"),
    say("KEY", "key conversion", "a key conversion", "is a key conversion", "key event",
         "as key conversion"),
    say("", "per page", "each page", "every page",
         make=refused("`per page` can be every view, or every different page", "each asset",
                      "write `each` for every view, `each asset` for every different page")),
    say("", "max {n} times", "maximum {n} times", "up to {n} times", "at most {n} times",
         "no more than {n} times", "max {nx}", make=too_often),
    say("", "half-life {time}", "half-life of {time}", "half life {time}", "half life of {time}",
         "with a half-life of {time}", make=half_life),
    say("EACH_ASSET", "each asset", "per asset", "once per asset", "for each asset",
         "every asset", "each different asset", "once each asset"),
    *(
        say("ONCE_PER", *calendar_spellings(unit), make=constant(unit))
        for unit in Calendar
    ),
    say("MAX", *_CAPPED, make=first),
    say("MAX", *_CAPPED_AFTER, make=first, at=Where.END),
    say("FADES", "fades over {time}", "fade over {time}", "fading over {time}",
         "fades out over {time}", "fades away over {time}", "fades in {time}",
         "fades within {time}", "decays over {time}", "decaying over {time}",
         "decay over {time}", "decays to zero over {time}", "fades to zero over {time}",
         "fades over a {unit}", "decays in {time}", "decays within {time}", make=first),
    say("HALVES", "halves every {time}", "halving every {time}", "halve every {time}",
         "halves each {unit}", "halves every {unit}", "half every {time}", "half every {unit}",
         "halved every {time}", "halved every {unit}", "loses half every {time}",
         "loses half every {unit}", "loses 50% every {time}", "loses 50% every {unit}",
         "loses 50% per {unit}", "loses half per {unit}",
         *(f"{falls} 50% every {length}" for falls in ("decays", "decays by", "decay", "decay by",
           "drops", "drops by", "reduced by", "reduce by") for length in ("{time}", "{unit}")),
         "reduced by half every {time}", "reduced by half every {unit}", "loses half each {unit}",
         "drops by half every {time}", "drops by half every {unit}", make=first),
    say("DROPS", "drops {points} every {time}", "drop {points} every {time}",
         "dropping {points} every {time}", "drops by {points} every {time}",
         "loses {points} every {time}", "losing {points} every {time}",
         "drops {points} every {unit}", "drops {points} each {unit}",
         "loses {points} every {unit}", "drops {points} per {unit}",
         "loses {points} per {unit}", "loses {points} a {unit}", "loses {points} each {unit}",
         "drops {points} a {unit}", "drops by {points} every {unit}",
         "drops by {points} per {unit}",
         *(f"{falls} {by}{{points}} {every}" for falls in ("decrease", "decreases", "goes down")
           for by in ("", "by ") for every in ("every {time}", "every {unit}", "per {unit}")),
         make=lambda v, s: (abs(v[0]), v[1])),
    say("EXPIRES", "expires after {time}", "expires in {time}", "expire after {time}",
         "expiring after {time}", "expires within {time}", "lasts {time}", "lasts for {time}",
         "valid for {time}", "good for {time}", "for {time}", "counts for {time}", make=first),
    say("AND", "and", "&", "plus"),
)  # fmt: skip
CAPS: Final = (
    say("MAX", *_CAPPED, make=first),
    say("MAX", *_CAPPED_AFTER, make=first, at=Where.END),
    say("MIN", "no lower than {points}", "not below {points}", "not lower than {points}",
         "min {points}", "min. {points}", "min of {points}", "minimum {points}",
         "minimum of {points}", "at least {points}", "no less than {points}", "floor {points}",
         "{points} min", make=first),
    say("BEST", "best only", "only the best one", "only the highest counts",
         "highest rule only", "only best", "only the best", "best", "the best only",
         "best rule only", "highest only", "only the highest"),
    say("AND", "and"),
)  # fmt: skip
SCORE: Final = (
    say("BETWEEN", "{points} to {points}", "from {points} to {points}",
         "between {points} and {points}", "{points} - {points}",
         make=lambda v, s: tuple(v)),
    say("BETWEEN", "{range}", "between {range}", "from {range}",
         make=lambda v, s: (int(v[0].low.value * 100), int(v[0].high.value * 100))),
    say("AT_LEAST", "at least {points}", "min {points}", "minimum {points}", "from {points}",
         "no less than {points}", "{points} or more", "not below {points}", make=first),
    say("AT_LEAST", "{number+}", make=hundredths),
    say("AT_MOST", "at most {points}", "up to {points}", "max {points}", "maximum {points}",
         "no more than {points}", "{points} or less", "not above {points}", make=first),
)  # fmt: skip
MUST_HAVE: Final = (
    say("MUST_HAVE", "must have", "must haves", "must-have", "must-haves"),
    say("AT_LEAST", "at least {n}", "{n+}", "{n}", "at least {n} of", "any {n}", "{n} of",
         "{n} or more", "at least {n+}", "at least {n} of these", "{n} of these",
         "at least {n} of them", make=first),
    say("ALL", "all", "all of", "all of these", "everything", "all of them", "every one"),
    say("AT_LEAST", "any", "any of", "any of these", make=constant(1)),
)  # fmt: skip
GRADE: Final = (
    say("AT_LEAST", "{number+}", make=hundredths),
    say("AT_LEAST", "at least {points}", "from {points}", "{points} or more", make=first),
)  # fmt: skip
