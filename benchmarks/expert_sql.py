"""The benchmark's cards, and the SQL that an expert writes by hand for them on DuckDB.

The hand-written statements know the data and take every short cut that it allows: verbs are spelled
in one way, ids are unique, no page but those wanted begins with `/pricing`. They use what DuckDB
does best, and give the same scores; on other data they would not.
"""

from __future__ import annotations

from typing import Final

THREE_LINES: Final = """\
visited pricing: +15
email domain personal: -10
inactive 90d: -20
"""

TWENTY_RULES: Final = """\
scorecard: Inbound B2B
timezone: Europe/Berlin
score: 0 to 100

fit (max 50):
  title is CEO, CTO or "VP Sales": +20
  title contains manager, head of: +10
  industry is technology or manufacturing: +15
  employees 50-500: +10
  annual revenue over 10m: +5
  country in service area: +5
  company in priority accounts: +15, flag "key account"
  email domain personal: -10
  email domain educational: -10
  title contains student or intern: -15
  email domain in competitors: disqualify

behavior (max 60):
  visited pricing: +15
  visited pricing 3+ times in 7d: +10
  visited /docs/*: +1 each, max 5
  spent 2+ minutes on pricing: +5
  downloaded case study: +10 each, max 20
  attended webinar: +20
  opened email: +1 once per day, max 5
  * requested demo: +25
  visited careers: -5
  unsubscribed: -10
  inactive 90d: -20

stages:
  sales ready: 60+, route to "Sales", respond within 4h
  hot: 50+
  warm: 25-49
  cold: below 25

list service area: DE, AT, CH, US, Japan
list competitors: company7.com, company77.com, company777.com
list priority accounts: Company 1, Company 11, Company 111, Company 1111, Company 11111
"""

_ACTIVITY: Final = """
    'visited', 'opened email', 'clicked email', 'downloaded', 'searched', 'submitted', 'watched',
    'registered for', 'attended', 'requested', 'subscribed to', 'replied to email', 'shared',
    'started', 'called', 'met', 'clicked'
"""

EXPERT_THREE_LINES: Final = f"""
WITH activity AS (
  SELECT
    lead_id,
    bool_or(verb = 'visited' AND lower(object) LIKE '/pricing%') AS pricing,
    max("at") FILTER (WHERE verb <> 'unsubscribed') > TIMESTAMP '2026-11-21 12:00' - INTERVAL 90 DAY
      AS active
  FROM events
  WHERE "at" <= TIMESTAMP '2026-11-21 12:00'
    AND verb IN ({_ACTIVITY})
    AND ("at" > TIMESTAMP '2026-11-21 12:00' - INTERVAL 90 DAY OR verb = 'visited')
  GROUP BY lead_id
)
SELECT
  lead_id,
  CASE WHEN pricing THEN 15 ELSE 0 END
  + CASE WHEN split_part(lower(email), '@', 2) IN (
      SELECT "value" FROM leadcard_lists WHERE "list" = 'personal'
    ) THEN -10 ELSE 0 END
  + CASE WHEN NOT coalesce(active, false)
      AND coalesce(created <= TIMESTAMP '2026-11-21 12:00' - INTERVAL 90 DAY, true)
    THEN -20 ELSE 0 END AS score
FROM leads
LEFT JOIN activity USING (lead_id)
WHERE created <= TIMESTAMP '2026-11-21 12:00' OR created IS NULL
"""

EXPERT_TWENTY_RULES: Final = f"""
WITH heard AS (
  SELECT
    lead_id, verb, "at", seconds, lower(object) AS object
  FROM events
  WHERE "at" <= TIMESTAMP '2026-11-21 12:00' AND verb IN ({_ACTIVITY}, 'unsubscribed')
), activity AS (
  SELECT
    lead_id,
    count(*) FILTER (WHERE pricing) AS pricing,
    count(*) FILTER (WHERE pricing AND "at" > TIMESTAMP '2026-11-21 12:00' - INTERVAL 7 DAY)
      AS pricing_7d,
    count(*) FILTER (WHERE verb = 'visited' AND object LIKE '/docs%') AS docs,
    sum(round(seconds * 1000)) FILTER (WHERE pricing) AS pricing_ms,
    count(*) FILTER (WHERE verb = 'downloaded' AND object LIKE '%case_study%') AS studies,
    bool_or(verb = 'attended' AND object LIKE 'webinar%') AS webinar,
    bool_or(verb = 'requested' AND object = 'demo') AS demo,
    bool_or(verb = 'visited' AND object LIKE '/careers%') AS careers,
    bool_or(verb = 'unsubscribed') AS unsubscribed,
    max("at") FILTER (WHERE verb <> 'unsubscribed') AS last_active
  FROM (
    SELECT *,
      verb = 'visited' AND object LIKE '/pricing%' AS pricing
    FROM heard
  )
  GROUP BY lead_id
), opens AS (
  SELECT lead_id, count(*) AS days
  FROM (
    SELECT DISTINCT lead_id, CAST(timezone('Europe/Berlin', timezone('UTC', "at")) AS DATE)
    FROM events
    WHERE verb = 'opened email' AND "at" <= TIMESTAMP '2026-11-21 12:00'
  )
  GROUP BY lead_id
), answers AS (
  SELECT
    lead_id,
    lower(trim(title)) AS title,
    lower(trim(industry)) AS industry,
    employees,
    annual_revenue,
    country,
    lower(trim(company)) AS company,
    split_part(lower(email), '@', 2) AS domain,
    created
  FROM leads
  WHERE created <= TIMESTAMP '2026-11-21 12:00' OR created IS NULL
), sections AS (
  SELECT
    lead_id,
    least(50,
      CASE WHEN title IN ('ceo', 'cto', 'vp sales') THEN 20 ELSE 0 END
      + CASE WHEN regexp_matches(title, '\\b(manager|head of)\\b') THEN 10 ELSE 0 END
      + CASE WHEN industry IN ('technology', 'manufacturing') THEN 15 ELSE 0 END
      + CASE WHEN employees BETWEEN 50 AND 500 THEN 10 ELSE 0 END
      + CASE WHEN annual_revenue > 10000000 THEN 5 ELSE 0 END
      + CASE WHEN country IN ('DE', 'AT', 'CH', 'US', 'JP') THEN 5 ELSE 0 END
      + CASE WHEN company IN (
          'company 1', 'company 11', 'company 111', 'company 1111', 'company 11111'
        ) THEN 15 ELSE 0 END
      + CASE WHEN domain IN (SELECT "value" FROM leadcard_lists WHERE "list" = 'personal')
        THEN -10 ELSE 0 END
      + CASE WHEN regexp_matches(domain, '\\.edu$') THEN -10 ELSE 0 END
      + CASE WHEN regexp_matches(title, '\\b(student|intern)\\b') THEN -15 ELSE 0 END
    ) AS fit,
    least(60,
      CASE WHEN pricing > 0 THEN 15 ELSE 0 END
      + CASE WHEN pricing_7d >= 3 THEN 10 ELSE 0 END
      + least(coalesce(docs, 0), 5)
      + CASE WHEN pricing_ms >= 120000 THEN 5 ELSE 0 END
      + least(coalesce(studies, 0) * 10, 20)
      + CASE WHEN webinar THEN 20 ELSE 0 END
      + least(coalesce(days, 0), 5)
      + CASE WHEN demo THEN 25 ELSE 0 END
      + CASE WHEN careers THEN -5 ELSE 0 END
      + CASE WHEN unsubscribed THEN -10 ELSE 0 END
      + CASE WHEN NOT coalesce(last_active > TIMESTAMP '2026-11-21 12:00' - INTERVAL 90 DAY, false)
          AND coalesce(created <= TIMESTAMP '2026-11-21 12:00' - INTERVAL 90 DAY, true)
        THEN -20 ELSE 0 END
    ) AS behavior,
    coalesce(domain IN ('company7.com', 'company77.com', 'company777.com'), false) AS disqualified
  FROM answers
  LEFT JOIN activity USING (lead_id)
  LEFT JOIN opens USING (lead_id)
)
SELECT
  lead_id,
  greatest(0, least(100, fit + behavior)) AS score,
  CASE
    WHEN disqualified THEN 'disqualified'
    WHEN fit + behavior >= 60 THEN 'sales ready'
    WHEN fit + behavior >= 50 THEN 'hot'
    WHEN fit + behavior >= 25 THEN 'warm'
    ELSE 'cold'
  END AS stage
FROM sections
"""
