"""Statements for the two cards in `cards/`: an expert's, and one with a query for each rule.

`plain` is `full` without sequences, moving windows and account rules; `full` uses all that the
language has. The expert knows the data and takes every short cut that it allows: verbs are spelled
in one way, ids are unique, no page but those wanted begins with `/pricing`, no lead has an account
id. One pass over the events answers all rules that a pass can answer. The other statement is how
cards grow in a warehouse: a query for each rule, all joined to the leads.

Both are written in the words that databases share; what differs is in `Words`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from benchmarks.made_data import AS_OF

CARDS: Final = {
    name: Path(__file__).parent / "cards" / f"{name}.scorecard" for name in ("plain", "full")
}
_MOMENT: Final = datetime.fromisoformat(AS_OF)
_ACTIVITY: Final = (
    "'visited', 'opened email', 'clicked email', 'downloaded', 'searched', 'submitted', 'watched',"
    " 'registered for', 'attended', 'requested', 'subscribed to', 'replied to email', 'shared',"
    " 'started', 'called', 'met', 'clicked'"
)
_PRICING: Final = "verb = 'visited' AND lower(object) LIKE '/pricing%'"
_DEMO: Final = "verb = 'requested' AND lower(object) = 'demo'"
_WEBINAR: Final = "verb = 'attended' AND lower(object) LIKE 'webinar%'"
_ACTIVE: Final = "verb <> 'unsubscribed'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a database says in its own way, as texts with holes."""

    instant: str
    word: str
    domain: str
    local_day: str
    days_old: str
    day_after: str
    lag: str
    once: str = ""

    def ago(self, days: int) -> str:
        """The instant so many days before the moment of the score."""
        return self.instant.format(f"{_MOMENT - timedelta(days=days)}")

    @property
    def moment(self) -> str:
        """The moment of the score."""
        return self.ago(0)


DUCKDB: Final = Words(
    instant="TIMESTAMP '{}'",
    word=r"regexp_matches({}, '\b({})\b')",
    domain="split_part(lower(email), '@', 2)",
    local_day="CAST(timezone('Europe/Berlin', timezone('UTC', \"at\")) AS DATE)",
    days_old="date_sub('day', {}, {})",
    day_after="{} + INTERVAL 1 DAY",
    lag='lag("at", {}) OVER (PARTITION BY lead_id ORDER BY "at")',
)
POSTGRES: Final = Words(
    instant="TIMESTAMP '{}'",
    word=r"{} ~ '\m({})\M'",
    domain="split_part(lower(email), '@', 2)",
    local_day="CAST(\"at\" AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Berlin' AS DATE)",
    days_old="CAST(extract(day FROM {1} - {0}) AS INT)",
    day_after="{} + INTERVAL '1 day'",
    lag='lag("at", {}) OVER (PARTITION BY lead_id ORDER BY "at")',
)
CLICKHOUSE: Final = Words(
    instant="toDateTime64('{}', 6, 'UTC')",
    word=r"match({}, '\\b({})\\b')",
    domain="substringIndex(lower(email), '@', -1)",
    local_day="toDate(toTimeZone(\"at\", 'Europe/Berlin'))",
    days_old="age('day', {}, {})",
    day_after="{} + INTERVAL 1 DAY",
    lag=(
        'lagInFrame(toNullable("at"), {}) OVER (PARTITION BY lead_id ORDER BY "at"'
        " ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)"
    ),
)


def by_hand(words: Words, *, full: bool) -> str:
    """An expert's statement: one pass over the events, and a few that read little of them."""
    joins = ["activity", "opens", *(("steps", "bursts") if full else ())]
    queries = [_heard(words), _activity(words), _opens(words)]
    if full:
        queries += [_steps(words), _bursts(words)]
    behavior = [
        "CASE WHEN pricing > 0 THEN 15 ELSE 0 END",
        "CASE WHEN pricing_7d >= 3 THEN 10 ELSE 0 END",
        "least(coalesce(docs, 0), 5)",
        "CASE WHEN pricing_ms >= 120000 THEN 5 ELSE 0 END",
        "least(coalesce(studies, 0) * 10, 20)",
        f"CASE WHEN webinar_at > {words.ago(180)} THEN {_faded(words)} ELSE 0 END",
        "least(coalesce(days, 0), 5)",
        "CASE WHEN demos > 0 THEN 25 ELSE 0 END",
        "CASE WHEN careers > 0 THEN -5 ELSE 0 END",
        "CASE WHEN unsubscribed > 0 THEN -10 ELSE 0 END",
        f"CASE WHEN coalesce(last_active <= {words.ago(90)}, true)"
        f" AND coalesce(created <= {words.ago(90)}, true) THEN -20 ELSE 0 END",
    ]
    if full:
        behavior += ["coalesce(step, 0)", "coalesce(burst, 0)"]
        queries += [_accounts(words, f"last_active > {words.ago(30)}", "demos_30d > 0")]
    queries += [_sections(words, joins, behavior, "webinars > 0", full=full)]
    return _result(queries)


def query_a_rule(words: Words, *, full: bool) -> str:
    """A query for each rule about events, all joined to the leads."""
    rules = {
        "pricing": _rule(words, "15", _PRICING),
        "pricing_7d": _rule(words, "10", _PRICING, since=7, having="count(*) >= 3"),
        "docs": _rule(words, "least(count(*), 5)", "verb = 'visited' AND object LIKE '/docs%'"),
        "spent": _rule(words, "5", _PRICING, having="sum(round(seconds * 1000)) >= 120000"),
        "studies": _rule(
            words,
            "least(count(*) * 10, 20)",
            "verb = 'downloaded' AND lower(object) LIKE '%case_study%'",
        ),
        "webinar": _rule(words, _faded(words, 'max("at")'), _WEBINAR, since=180),
        "opens": _rule(
            words, f"least(count(DISTINCT {words.local_day}), 5)", "verb = 'opened email'"
        ),
        "demo": _rule(words, "25", _DEMO),
        "careers": _rule(words, "-5", "verb = 'visited' AND object LIKE '/careers%'"),
        "unsubscribed": _rule(words, "-10", "verb = 'unsubscribed'"),
        "active_90d": _rule(words, "1", f"verb IN ({_ACTIVITY})", since=90),
        "webinar_ever": _rule(words, "1", _WEBINAR),
    }
    other = {"active_90d", "webinar_ever"}
    queries, joins = [], list(rules)
    if full:
        queries += [_heard(words), _steps(words), _bursts(words)]
        rules["active_30d"] = _rule(words, "1", f"verb IN ({_ACTIVITY})", since=30)
        rules["demo_30d"] = _rule(words, "1", _DEMO, since=30)
    queries += [f"{name} AS {query}" for name, query in rules.items()]
    if full:
        queries += [
            _accounts(
                words,
                "active_30d.points = 1",
                "demo_30d.points = 1",
                joins=("active_30d", "demo_30d"),
            )
        ]
    behavior = [f"coalesce({name}.points, 0)" for name in joins if name not in other]
    behavior.append(
        f"CASE WHEN active_90d.points IS NULL AND coalesce(created <= {words.ago(90)}, true)"
        " THEN -20 ELSE 0 END"
    )
    if full:
        behavior += ["coalesce(step, 0)", "coalesce(burst, 0)"]
        joins += ["steps", "bursts"]
    queries += [_sections(words, joins, behavior, "webinar_ever.points = 1", full=full)]
    return _result(queries)


def _rule(words: Words, points: str, test: str, *, since: int = 0, having: str = "") -> str:
    after = f' AND "at" > {words.ago(since)}' if since else ""
    last = f" HAVING {having}" if having else ""
    return (
        f"(\n  SELECT lead_id, {points} AS points FROM events\n"
        f'  WHERE "at" <= {words.moment}{after} AND {test}\n  GROUP BY lead_id{last}\n)'
    )


def _faded(words: Words, at: str = "webinar_at") -> str:
    days = words.days_old.format(at, words.moment)
    return f"round(2000.0 * (180 - {days}) / 180) / 100"


def _heard(words: Words) -> str:
    return f"""heard AS {words.once}(
  SELECT lead_id, verb, "at", seconds, lower(object) AS object, {_PRICING} AS pricing
  FROM events
  WHERE "at" <= {words.moment} AND verb IN ({_ACTIVITY}, 'unsubscribed')
)"""


def _activity(words: Words) -> str:
    return f"""activity AS (
  SELECT
    lead_id,
    count(*) FILTER (WHERE pricing) AS pricing,
    count(*) FILTER (WHERE pricing AND "at" > {words.ago(7)}) AS pricing_7d,
    count(*) FILTER (WHERE verb = 'visited' AND object LIKE '/docs%') AS docs,
    sum(round(seconds * 1000)) FILTER (WHERE pricing) AS pricing_ms,
    count(*) FILTER (WHERE verb = 'downloaded' AND object LIKE '%case_study%') AS studies,
    count(*) FILTER (WHERE {_WEBINAR}) AS webinars,
    max("at") FILTER (WHERE {_WEBINAR}) AS webinar_at,
    count(*) FILTER (WHERE {_DEMO}) AS demos,
    count(*) FILTER (WHERE {_DEMO} AND "at" > {words.ago(30)}) AS demos_30d,
    count(*) FILTER (WHERE verb = 'visited' AND object LIKE '/careers%') AS careers,
    count(*) FILTER (WHERE NOT ({_ACTIVE})) AS unsubscribed,
    max("at") FILTER (WHERE {_ACTIVE}) AS last_active
  FROM heard
  GROUP BY lead_id
)"""


def _opens(words: Words) -> str:
    return f"""opens AS (
  SELECT lead_id, count(*) AS days
  FROM (
    SELECT DISTINCT lead_id, {words.local_day} AS day
    FROM events
    WHERE verb = 'opened email' AND "at" <= {words.moment}
  ) AS open_days
  GROUP BY lead_id
)"""


def _steps(words: Words) -> str:
    # At one instant the demo comes first: a visit leads to it only where it is earlier.
    return f"""steps AS (
  SELECT lead_id, 10 AS step
  FROM (
    SELECT lead_id, "at", pricing, max(CASE WHEN pricing THEN "at" END) OVER (
      PARTITION BY lead_id ORDER BY "at", pricing ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS seen_at
    FROM heard
    WHERE pricing OR {_DEMO}
  ) AS ordered
  WHERE NOT pricing AND "at" <= {words.day_after.format("seen_at")}
  GROUP BY lead_id
)"""


def _bursts(words: Words) -> str:
    return f"""bursts AS (
  SELECT lead_id, 5 AS burst
  FROM (SELECT lead_id, "at", {words.lag.format(4)} AS fifth FROM heard WHERE {_ACTIVE}) AS run
  WHERE "at" <= {words.day_after.format("fifth")}
  GROUP BY lead_id
)"""


def _accounts(words: Words, active: str, demo: str, joins: Sequence[str] = ("activity",)) -> str:
    joined = "\n  ".join(f"LEFT JOIN {name} ON {name}.lead_id = leads.lead_id" for name in joins)
    return f"""accounts AS (
  SELECT
    {words.domain} AS domain,
    CASE WHEN count(*) FILTER (WHERE {active}) >= 3 THEN 15 ELSE 0 END
    + CASE WHEN count(*) FILTER (WHERE {demo}) > 0 THEN 10 ELSE 0 END AS account
  FROM leads
  {joined}
  WHERE {words.domain} NOT IN (SELECT "value" FROM leadcard_lists WHERE "list" = 'personal')
    AND created <= {words.moment}
  GROUP BY {words.domain}
)"""


def _answers(words: Words) -> str:
    return f"""answers AS (
  SELECT
    lead_id, employees, annual_revenue, country, created,
    lower(trim(title)) AS title,
    lower(trim(industry)) AS industry,
    lower(trim(company)) AS company,
    {words.domain} AS domain
  FROM leads
  WHERE created <= {words.moment} OR created IS NULL
)"""


def _fit(words: Words) -> list[str]:
    def points(number: int, test: str) -> str:
        return f"CASE WHEN {test} THEN {number} ELSE 0 END"

    return [
        points(20, "title IN ('ceo', 'cto', 'vp sales')"),
        points(10, words.word.format("title", "manager|head of")),
        points(15, "industry IN ('technology', 'manufacturing')"),
        points(10, "employees BETWEEN 50 AND 500"),
        points(5, "annual_revenue > 10000000"),
        points(5, "country IN ('DE', 'AT', 'CH', 'US', 'JP')"),
        points(
            15,
            "company IN ('company 1', 'company 11', 'company 111', 'company 1111',"
            " 'company 11111')",
        ),
        points(
            -10,
            'answers.domain IN (SELECT "value" FROM leadcard_lists WHERE "list" = \'personal\')',
        ),
        points(-10, "answers.domain LIKE '%.edu'"),
        points(-15, words.word.format("title", "student|intern")),
    ]


def _sections(
    words: Words, joins: Sequence[str], behavior: Sequence[str], webinar: str, *, full: bool
) -> str:
    joined = [f"LEFT JOIN {name} ON {name}.lead_id = answers.lead_id" for name in joins]
    if full:
        joined.append("LEFT JOIN accounts ON accounts.domain = answers.domain")
    account = "coalesce(account, 0)" if full else "0"
    return f"""{_answers(words)}, sections AS (
  SELECT
    answers.lead_id AS lead_id,
    employees,
    least(50, {_sum(_fit(words))}) AS fit,
    least(60, {_sum(behavior)}) AS behavior,
    CASE WHEN country IN ('JP', 'KR') AND {webinar} THEN 10 ELSE 0 END AS market,
    {account} AS account,
    CASE WHEN country IN ('DE', 'AT', 'CH', 'US', 'JP') THEN 1 ELSE 0 END
    + CASE WHEN employees >= 50 THEN 1 ELSE 0 END
    + CASE WHEN annual_revenue IS NOT NULL THEN 1 ELSE 0 END
    + CASE WHEN title IN ('ceo', 'cto') OR title LIKE 'vp %' OR title LIKE 'head of %'
      THEN 1 ELSE 0 END AS met,
    answers.domain IN (
      'company7.com', 'company77.com', 'company777.com', 'company9.com', 'company99.com'
    ) AS disqualified
  FROM answers
  {"  ".join(f"{join}{chr(10)}" for join in joined)})"""


def _sum(points: Sequence[str]) -> str:
    return "\n      + ".join(points)


def _result(queries: Sequence[str]) -> str:
    return f"""WITH {", ".join(queries)}, totals AS (
  SELECT *, greatest(0, least(100, fit + behavior + market + account)) AS score
  FROM sections
)
SELECT
  lead_id,
  score,
  score + CASE
    WHEN employees < 50 THEN 1000
    WHEN employees < 500 THEN 2000
    WHEN employees >= 500 THEN 3000
    ELSE 0
  END AS displayed,
  CASE
    WHEN disqualified THEN 'disqualified'
    WHEN score >= 60 AND met >= 3 THEN 'sales ready'
    WHEN score >= 50 THEN 'hot'
    WHEN score >= 25 THEN 'warm'
    ELSE 'cold'
  END AS stage
FROM totals"""
