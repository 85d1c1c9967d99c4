/* one row an event, in our columns */
SELECT
  CAST(source.view_id AS TEXT) AS "event_id",
  CAST(source.contact_key AS TEXT) AS "lead_id",
  'visited' AS "verb",
  CAST(source.path AS TEXT) AS "object",
  CASE
    WHEN TYPEOF(source.viewed_at) = 'TIMESTAMP WITH TIME ZONE'
    THEN CAST(source.viewed_at AS TIMESTAMPTZ)
    ELSE CAST(source.viewed_at AS TIMESTAMP) AT TIME ZONE 'Europe/Berlin'
  END AS "at",
  CAST(source.millis AS DECIMAL(20, 0)) * 0.001 AS "seconds",
  'page_views' AS "source"
FROM {{ source("shop", "page_views") }} AS source
UNION ALL
SELECT
  CAST(NULL AS TEXT) AS "event_id",
  owner_1."lead_id" AS "lead_id",
  CASE CASE
      WHEN REGEXP_MATCHES(REPLACE(LOWER(CAST(source.what AS TEXT)), 'ſ', 's'), '[\t-\r\x85\x{200B}\x{FEFF}\p{Z}_\-]')
      THEN TRIM(
        REGEXP_REPLACE(REPLACE(LOWER(CAST(source.what AS TEXT)), 'ſ', 's'), '[\t-\r\x85\x{200B}\x{FEFF}\p{Z}_\-]+', ' ', 'g')
      )
      ELSE REPLACE(LOWER(CAST(source.what AS TEXT)), 'ſ', 's')
    END
    WHEN 'open'
    THEN 'opened email'
    WHEN 'answers {{ "{" }}{ us }}'
    THEN 'replied to email'
    ELSE CAST(source.what AS TEXT)
  END AS "verb",
  CAST(NULL AS TEXT) AS "object",
  CASE
    WHEN TYPEOF(source.sent_at) = 'TIMESTAMP WITH TIME ZONE'
    THEN CAST(source.sent_at AS TIMESTAMPTZ)
    ELSE CAST(source.sent_at AS TIMESTAMP) AT TIME ZONE 'UTC'
  END AS "at",
  CAST(NULL AS DECIMAL(18, 6)) AS "seconds",
  'crm.mails' AS "source"
FROM {{ source("shop_crm", "mails") }} AS source
LEFT JOIN (
  SELECT
    TRANSLATE(TRIM(leads.said), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') AS said,
    MIN(leads."lead_id") AS "lead_id"
  FROM (
    SELECT
      CAST(leads."email" AS TEXT) AS said,
      leads."lead_id"
    FROM {{ ref("stg_shop_leads") }} AS leads
  ) AS leads
  WHERE
    TRANSLATE(TRIM(leads.said), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') <> ''
  GROUP BY
    TRANSLATE(TRIM(leads.said), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')
  HAVING
    COUNT(DISTINCT leads."lead_id") = 1
) AS owner_1
  ON owner_1.said = TRANSLATE(TRIM(CAST(source.recipient AS TEXT)), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')
WHERE
  LOWER(CAST(source.machine AS TEXT)) IN ('false', 'f', 'no', 'n', '0')
  AND NOT owner_1."lead_id" IS NULL
