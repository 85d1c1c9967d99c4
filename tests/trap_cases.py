"""Traps that others fell into, as cards with leads: what each must score on every engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Trap:
    """What goes wrong elsewhere, and the card and leads on which it would show."""

    name: str
    card: str
    leads: str


def _trap(name: str, card: str, leads: str) -> Trap:
    return Trap(name=name, card=card, leads=leads)


SCORES: Final = (
    _trap(
        "the same e-mail opened again and again scores again and again",
        "opened email: +1\nopened email: +10 once per day\nopened email: +100 each, max 300\n",
        """\
- name: forty times in an hour
  events: ["opened email spring x40, 2026-11-20T09:00:00Z to 2026-11-20T10:00:00Z"]
  expect: {score: 311}
""",
    ),
    _trap(
        "rules fire only once ever",
        "opened email: +1 each\ndownloaded: +10 each asset\n",
        """\
- name: comes back after a year
  events:
    - opened email a, 400d ago
    - opened email b, 2d ago
    - downloaded guide, 400d ago
    - downloaded guide, 2d ago
    - downloaded prices, 2d ago
  expect: {score: 22}
""",
    ),
    _trap(
        "a click counts the open twice",
        "opened email: +1\nclicked email: +3\nopened email but not clicked email: +10\n",
        """\
- name: clicks without a pixel
  events: ["clicked email spring, 2d ago"]
  expect: {score: 3}
- name: opens only
  events: ["opened email spring, 2d ago"]
  expect: {score: 11}
- name: both
  events: ["opened email spring, 2d ago", "clicked email spring, 2d ago"]
  expect: {score: 4}
""",
    ),
    _trap(
        "link scanners click every link at once",
        "clicked email: +3 once per day, max 6\n",
        """\
- name: thirty clicks in ten seconds
  events: ["clicked email spring x30, 2026-11-20T09:00:00Z to 2026-11-20T09:00:10Z"]
  expect: {score: 3}
""",
    ),
    _trap(
        "thirty-four points from one webinar",
        "webinars (max 15):\nregistered for webinar: +5\nattended webinar: +10\n"
        "watched webinar: +4\nvisited webinar: +5\ndownloaded webinar: +10\n",
        """\
- name: one webinar from all sides
  events:
    - registered for webinar, 9d ago
    - attended webinar, 8d ago
    - watched webinar, 7d ago
    - visited webinar, 7d ago
    - downloaded webinar slides, 7d ago
  expect: {score: 15}
""",
    ),
    _trap(
        "rules of a group add to the group and not to the total",
        "visited pricing: +1\nfit:\nemployees 50+: +10\nbehavior:\nrequested demo: +100\n",
        """\
- name: all sections
  lead: {employees: 60}
  events: ["visited pricing, 2d ago", "requested demo, 2d ago"]
  expect: {score: 111, sections: {score: 1, fit: 10, behavior: 100}}
""",
    ),
    _trap(
        "time on a page counts on the next visit only",
        "spent 2+ minutes on pricing: +5\n",
        """\
- name: one visit, long enough
  events: [{did: visited, what: /pricing, at: 2d ago, seconds: 120}]
  expect: {score: 5}
- name: a second too short
  events: [{did: visited, what: /pricing, at: 2d ago, seconds: 119}]
  expect: {score: 0}
""",
    ),
    _trap(
        "decay or a window, but not both, and for a whole group only",
        "attended webinar in 100d: +20, fades over 200d\nrequested demo: +40, halves every 30d\n"
        + "".join(f"part {n}:\nvisited /{n}: +1\n" for n in range(1, 8)),
        """\
- name: fades within its window
  events: ["attended webinar, 50d ago", "requested demo, 30d ago"]
  expect: {score: 35}
- name: out of the window before it has faded
  events: ["attended webinar, 100d ago"]
  expect: {score: 0}
- name: more than five sections
  events: ["visited /1, 2d ago", "visited /7, 2d ago"]
  expect: {score: 2}
""",
    ),
)

TEXTS: Final = (
    _trap(
        "CTO is found in Director, and Head in Headquarters",
        "title contains CTO: +1\ntitle contains Head: +10\n",
        """\
- name: neither
  lead: {title: Director of Headquarters}
  expect: {score: 0}
- name: both
  lead: {title: Head of IT (CTO)}
  expect: {score: 11}
""",
    ),
    _trap(
        "globs see the query of an address",
        "visited /docs/*: +1\nvisited pricing: +10\n",
        """\
- name: only in the query
  events: ["visited /search?from=/docs/a&to=/pricing, 2d ago"]
  expect: {score: 0}
- name: with a query behind
  events: ["visited /docs/a?x=1, 2d ago", "visited /pricing/?utm_source=mail#top, 2d ago"]
  expect: {score: 11}
""",
    ),
    _trap(
        "an underscore or a percent sign is a wildcard",
        'company is a_b: +1\ncompany is 100%: +10\ncompany matches "x_*": +100\n',
        """\
- name: others
  lead: {company: acb}
  expect: {score: 0}
- name: a percent sign is no wildcard
  lead: {company: 100 per cent}
  expect: {score: 0}
- name: itself
  lead: {company: 100%}
  expect: {score: 10}
- name: the pattern has its underscore
  lead: {company: xyz}
  expect: {score: 0}
""",
    ),
    _trap(
        "a missing number is below fifteen",
        "employees under 15: +1\nemployees is not 15: +10\ncountry is not US: +100\n",
        """\
- name: nothing is known
  expect: {score: 0}
""",
    ),
    _trap(
        "a missing value is the text null",
        "title is null: +1\ntitle contains null: +10\ntitle is missing: +100\n",
        """\
- name: missing
  expect: {score: 100}
- name: someone called so
  lead: {title: "Null"}
  expect: {score: 11}
""",
    ),
    _trap(
        "two minutes across midnight are a day",
        "attended webinar: +20, drops 10 every 1d\nvisited in 1d: +1\n",
        """\
as_of: 2026-11-21T00:01:00Z
leads:
  - name: two minutes ago
    events: ["attended webinar, 2026-11-20T23:59:00Z", "visited /a, 2026-11-20T23:59:00Z"]
    expect: {score: 21}
  - name: a day and two minutes ago
    events: ["attended webinar, 2026-11-19T23:59:00Z", "visited /a, 2026-11-19T23:59:00Z"]
    expect: {score: 10}
""",
    ),
    _trap(
        "weeks begin on Sunday",
        "opened email: +1 once per week\n",
        """\
- name: Saturday and Sunday
  events: ["opened email, 2026-11-14T12:00:00Z", "opened email, 2026-11-15T12:00:00Z"]
  expect: {score: 1}
- name: Sunday and Monday
  events: ["opened email, 2026-11-15T12:00:00Z", "opened email, 2026-11-16T12:00:00Z"]
  expect: {score: 2}
""",
    ),
    _trap(
        "case, umlauts and rounding depend on the database",
        "title is ÄRZTIN: +1\ntitle is ΟΔΟΣ: +10\nattended webinar: +0.05, halves every 1d\n",
        """\
- name: umlaut
  lead: {title: ärztin}
  expect: {score: 1}
- name: final sigma
  lead: {title: οδος}
  expect: {score: 10}
- name: half a hundredth is rounded away from zero
  events: ["attended webinar, 1d ago"]
  expect: {score: 0.03}
""",
    ),
    _trap(
        "seven halves are three, and the largest of one and nothing is nothing",
        "fit (max 5):\nattended webinar: +7, halves every 1d\nbehavior (best only):\n"
        "visited pricing: +2\nrequested demo: +3\n",
        """\
- name: a half stays
  events: ["attended webinar, 1d ago"]
  expect: {score: 3.5, sections: {behavior: 0}}
- name: one of two
  events: ["visited pricing, 1d ago"]
  expect: {score: 2}
""",
    ),
)
