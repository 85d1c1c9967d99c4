-- scorecard: Small
-- version: of this card
-- made by leadcard; to change it, change the scorecard and compile it again
-- to score at another moment, change the instant in `moment`, the first query
WITH moment AS (
  /* as_of, in UTC microseconds */
  SELECT
    DATEDIFF(
      MICROSECOND,
      CAST('1970-01-01 00:00:00' AS TIMESTAMP),
      CAST(said AS TIMESTAMP WITH TIME ZONE) AT TIME ZONE 'UTC'
    ) AS as_of
  FROM (
    SELECT
      CAST('2026-11-21 12:00:00+00:00' AS VARCHAR(MAX)) AS said
  ) AS given
), lead_columns AS (
  /* leads with the columns that count */
  SELECT
    leads.lead_id,
    CAST(leads."country" AS VARCHAR(65535)) AS country_said,
    CAST(leads."title" AS VARCHAR(65535)) AS title_said,
    CASE
      WHEN CAST(leads."employees" AS VARCHAR(65535)) ~ '^[+-]?[0-9]+[.][0-9]*0$'
      THEN TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM CAST(leads."employees" AS VARCHAR(65535))))
      ELSE CAST(leads."employees" AS VARCHAR(65535))
    END AS employees_said,
    CASE
      WHEN (POSITION('@' IN CAST(leads."email" AS VARCHAR(65535))) > 0)
      THEN REVERSE(SPLIT_PART(REVERSE(CAST(leads."email" AS VARCHAR(65535))), '@', 1))
    END AS email_domain_said,
    CAST(leads."created" AS VARCHAR(65535)) AS created_said
  FROM "leads" AS leads
), lead_bare AS (
  /* numbers without blanks, separators of thousands and currency signs; times trimmed */
  SELECT
    *,
    REPLACE(
      TRANSLATE(
        employees_said,
        (
          CHR(  9) || CHR(  10) || CHR(  11) || CHR(  12) || CHR(  13) || '             ​    　﻿,\'’$€£¥₽₩₹'
        ),
        '                                    '
      ),
      ' ',
      ''
    ) AS employees_bare,
    REPLACE(
      REPLACE(
        REPLACE(
          REPLACE(
            TRIM((
              CHR(  9) || CHR(  10) || CHR(  11) || CHR(  12) || CHR(  13) || '              ​    　﻿'
            ) FROM created_said),
            ' +',
            '+'
          ),
          ' -',
          '-'
        ),
        ' Z',
        'Z'
      ),
      ' z',
      'z'
    ) AS created_bare
  FROM lead_columns
), lead_pieces AS (
  /* numbers cut in two (51-200 is 51 and -200; 10001+ is 10001 and +); times cut into day, clock and zone */
  SELECT
    *,
    LEFT(
      employees_bare,
      POSITION(
        '-' IN (
          REPLACE(REPLACE(SUBSTRING(employees_bare FROM 2 FOR 65535), '+', '-'), '–', '-') || '-'
        )
      )
    ) AS employees_first,
    SUBSTRING(employees_bare FROM (
      POSITION(
        '-' IN (
          REPLACE(REPLACE(SUBSTRING(employees_bare FROM 2 FOR 65535), '+', '-'), '–', '-') || '-'
        )
      ) + 1
    ) FOR 65535) AS employees_rest,
    SUBSTRING(created_bare FROM 1 FOR 10) AS created_day,
    LEFT(
      SUBSTRING(created_bare FROM 11 FOR 65535),
      (
        POSITION(
          '+' IN (
            REPLACE(REPLACE(REPLACE(SUBSTRING(created_bare FROM 11 FOR 65535), 'Z', '+'), 'z', '+'), '-', '+') || '+'
          )
        ) - 1
      )
    ) AS created_clock,
    SUBSTRING(SUBSTRING(created_bare FROM 11 FOR 65535) FROM POSITION(
      '+' IN (
        REPLACE(REPLACE(REPLACE(SUBSTRING(created_bare FROM 11 FOR 65535), 'Z', '+'), 'z', '+'), '-', '+') || '+'
      )
    ) FOR 65535) AS created_offset
  FROM lead_bare
), lead_days AS (
  /* which days the calendar has */
  SELECT
    *,
    TRANSLATE(created_day, '123456789', '000000000') = '0000-00-00'
    AND SUBSTRING(created_day FROM 1 FOR 4) <> '0000'
    AND SUBSTRING(created_day FROM 6 FOR 2) >= '01'
    AND SUBSTRING(created_day FROM 6 FOR 2) <= '12'
    AND SUBSTRING(created_day FROM 9 FOR 2) >= '01'
    AND (
      SUBSTRING(created_day FROM 9 FOR 2) <= '28'
      OR (
        SUBSTRING(created_day FROM 9 FOR 2) IN ('29', '30')
        AND SUBSTRING(created_day FROM 6 FOR 2) <> '02'
      )
      OR (
        SUBSTRING(created_day FROM 9 FOR 2) = '31'
        AND SUBSTRING(created_day FROM 6 FOR 2) IN ('01', '03', '05', '07', '08', '10', '12')
      )
      OR (
        SUBSTRING(created_day FROM 9 FOR 2) = '29'
        AND CASE
          WHEN SUBSTRING(created_day FROM 3 FOR 2) = '00'
          THEN SUBSTRING(created_day FROM 1 FOR 2)
          ELSE SUBSTRING(created_day FROM 3 FOR 2)
        END IN (
          '00', '04', '08', '12', '16', '20', '24', '28', '32', '36', '40', '44', '48', '52', '56',
          '60', '64', '68', '72', '76', '80', '84', '88', '92', '96'
        )
      )
    ) AS created_is_day
  FROM lead_pieces
), lead_readings AS (
  /* both ends of each number; times as UTC microseconds */
  SELECT
    *,
    CASE
      WHEN (employees_first ~ '^[+-]?[0-9]+([.][0-9]+)?$')
      THEN CASE
        WHEN employees_first ~ '^[+-]?0*[0-9]{1,20}([.][0-9]+)?$'
        THEN CAST(ROUND(CAST(employees_first AS DECIMAL(38, 10)), 6) AS DECIMAL(28, 6))
      END
    END AS employees_one,
    CASE
      WHEN employees_rest = ''
      THEN CASE
        WHEN (employees_first ~ '^[+-]?[0-9]+([.][0-9]+)?$')
        THEN CASE
          WHEN employees_first ~ '^[+-]?0*[0-9]{1,20}([.][0-9]+)?$'
          THEN CAST(ROUND(CAST(employees_first AS DECIMAL(38, 10)), 6) AS DECIMAL(28, 6))
        END
      END
      WHEN employees_rest = '+'
      THEN CAST('99999999999999999999.999999' AS DECIMAL(28, 6))
      ELSE CASE
        WHEN (SUBSTRING(employees_rest FROM 2 FOR 65535) ~ '^[+-]?[0-9]+([.][0-9]+)?$')
        THEN CASE
          WHEN SUBSTRING(employees_rest FROM 2 FOR 65535) ~ '^[+-]?0*[0-9]{1,20}([.][0-9]+)?$'
          THEN CAST(ROUND(CAST(SUBSTRING(employees_rest FROM 2 FOR 65535) AS DECIMAL(38, 10)), 6) AS DECIMAL(28, 6))
        END
      END
    END AS employees_other,
    CASE
      WHEN created_clock = '' AND created_offset = '' AND created_is_day
      THEN CAST(DATEDIFF(DAY, CAST('1970-01-01' AS DATE), CAST(created_day AS DATE)) AS BIGINT) * 86400000000
      WHEN created_is_day
      AND (
        TRANSLATE(
          REPLACE(REPLACE(SUBSTRING(created_clock FROM 1 FOR 6), ' ', 'T'), 't', 'T'),
          '123456789',
          '000000000'
        ) = 'T00:00'
        AND (
          SUBSTRING(created_clock FROM 7 FOR 65535) = ''
          OR (
            TRANSLATE(SUBSTRING(created_clock FROM 7 FOR 3), '123456789', '000000000') = ':00'
            AND (
              SUBSTRING(created_clock FROM 10 FOR 65535) = ''
              OR (
                SUBSTRING(created_clock FROM 10 FOR 1) IN ('.', ',')
                AND (
                  ('0.' || SUBSTRING(created_clock FROM 11 FOR 65535)) ~ '^[+-]?[0-9]+([.][0-9]+)?$'
                )
              )
            )
          )
        )
        AND TRANSLATE(REPLACE(REPLACE(created_offset, 'z', 'Z'), '-', '+'), '123456789', '000000000') IN ('', 'Z', '+00', '+0000', '+00:00')
        AND SUBSTRING(created_clock FROM 2 FOR 2) <= '23'
        AND SUBSTRING(created_clock FROM 5 FOR 2) <= '59'
        AND SUBSTRING(created_clock FROM 8 FOR 2) <= '59'
        AND SUBSTRING(REPLACE(created_offset, ':', '') FROM 2 FOR 2) <= '23'
        AND SUBSTRING(REPLACE(created_offset, ':', '') FROM 4 FOR 2) <= '59'
      )
      THEN CAST(DATEDIFF(DAY, CAST('1970-01-01' AS DATE), CAST(created_day AS DATE)) AS BIGINT) * 86400000000 + CAST((
        '0' || SUBSTRING(created_clock FROM 2 FOR 2)
      ) AS BIGINT) * 3600000000 + CAST((
        '0' || SUBSTRING(created_clock FROM 5 FOR 2)
      ) AS BIGINT) * 60000000 + CAST((
        '0' || SUBSTRING(created_clock FROM 8 FOR 2)
      ) AS BIGINT) * 1000000 + CAST(SUBSTRING((
        SUBSTRING(created_clock FROM 11 FOR 6) || '000000'
      ) FROM 1 FOR 6) AS BIGINT) + CASE
        WHEN SUBSTRING(created_offset FROM 1 FOR 1) = '-'
        THEN CAST((
          '0' || SUBSTRING(REPLACE(created_offset, ':', '') FROM 2 FOR 2)
        ) AS BIGINT) * 3600000000 + CAST((
          '0' || SUBSTRING(REPLACE(created_offset, ':', '') FROM 4 FOR 2)
        ) AS BIGINT) * 60000000
        ELSE -(
          CAST((
            '0' || SUBSTRING(REPLACE(created_offset, ':', '') FROM 2 FOR 2)
          ) AS BIGINT) * 3600000000 + CAST((
            '0' || SUBSTRING(REPLACE(created_offset, ':', '') FROM 4 FOR 2)
          ) AS BIGINT) * 60000000
        )
      END
    END AS created_value
  FROM lead_days
), lead_rows AS (
  /* leads that are known at that moment */
  SELECT
    lead_readings.*
  FROM lead_readings
  CROSS JOIN moment
  WHERE
    created_value IS NULL OR created_value <= moment.as_of
), country_values AS (
  /* each `country` once */
  SELECT
    country_said AS value
  FROM lead_rows
  WHERE
    NOT country_said IS NULL
  GROUP BY
    country_said
), country_names AS (
  /* `country` folded, and without `-`, `_` and runs of blanks */
  SELECT
    *,
    TRIM(
      REPLACE(
        REPLACE(
          REPLACE(REPLACE(REPLACE(folded, '-', ' '), '_', ' '), ' ', (CHR(  9) || CHR(  10))),
          (CHR(  10) || CHR(  9)),
          ''
        ),
        (CHR(  9) || CHR(  10)),
        ' '
      )
    ) AS name
  FROM (
    SELECT
      value,
      TRANSLATE(
        value,
        (
          'ABCDEFGHIİJKKLMNOPQRSſTUVWXYZÁÃÉÓÜĀČĖŞŠŽƏΈΈΊΊΑΕϵῌΙιΛµΜΝΟΠϖΣςΤΩΩАВᲀДᲁЕЖИКЛМНОᲂПРСᲃТᲄᲅУЧШЩЪᲆЫЯЁІЈЊҚҰԱԳԵԻԼՀՃՄՅՆՈՊՐՑᲐᲑᲔᲗᲘᲙᲚᲛᲜᲝᲞᲠᲡᲢᲣᲨẢẬỲ' || CHR(  9) || CHR(  10) || CHR(  11) || CHR(  12) || CHR(  13) || '             ​    　﻿'
        ),
        'abcdefghiijkklmnopqrsstuvwxyzáãéóüāčėşšžəέέίίαεεηιιιλμμνοππσστωωаввддежиклмноопрсстттучшщъъыяёіјњқұագեիլհճմյնոպրցაბეთიკლმნოპრსტუშảậỳ                          '
      ) AS folded
    FROM country_values
  ) AS folded_values
), country_forms AS (
  /* normal forms of `country` */
  SELECT
    value,
    name AS country_name
  FROM country_names
  WHERE
    (
      name <> ''
      OR TRIM((
        CHR(  9) || CHR(  10) || CHR(  11) || CHR(  12) || CHR(  13) || '              ​    　﻿'
      ) FROM value) <> ''
    )
), title_values AS (
  /* each `title` once */
  SELECT
    title_said AS value
  FROM lead_rows
  WHERE
    NOT title_said IS NULL
  GROUP BY
    title_said
), title_names AS (
  /* `title` folded, and without `-`, `_` and runs of blanks */
  SELECT
    *,
    TRIM(
      REPLACE(
        REPLACE(
          REPLACE(REPLACE(REPLACE(folded, '-', ' '), '_', ' '), ' ', (CHR(  9) || CHR(  10))),
          (CHR(  10) || CHR(  9)),
          ''
        ),
        (CHR(  9) || CHR(  10)),
        ' '
      )
    ) AS name
  FROM (
    SELECT
      value,
      TRANSLATE(
        value,
        (
          'ABCDEFGHIİJKKLMNOPQRSſTUVWXYZÁÃÉÓÜĀČĖŞŠŽƏΈΈΊΊΑΕϵῌΙιΛµΜΝΟΠϖΣςΤΩΩАВᲀДᲁЕЖИКЛМНОᲂПРСᲃТᲄᲅУЧШЩЪᲆЫЯЁІЈЊҚҰԱԳԵԻԼՀՃՄՅՆՈՊՐՑᲐᲑᲔᲗᲘᲙᲚᲛᲜᲝᲞᲠᲡᲢᲣᲨẢẬỲ' || CHR(  9) || CHR(  10) || CHR(  11) || CHR(  12) || CHR(  13) || '             ​    　﻿'
        ),
        'abcdefghiijkklmnopqrsstuvwxyzáãéóüāčėşšžəέέίίαεεηιιιλμμνοππσστωωаввддежиклмноопрсстттучшщъъыяёіјњқұագեիլհճմյնոպրցაბეთიკლმნოპრსტუშảậỳ                          '
      ) AS folded
    FROM title_values
  ) AS folded_values
), title_forms AS (
  /* normal forms of `title` */
  SELECT
    value,
    REPLACE(
      REPLACE(
        REPLACE(
          (
            ' ' || TRANSLATE(
              folded,
              (
                '!"$%&\'()*+,-./:;<=>?@[' || CHR(  92) || ']^_`{|}~¡§«»¿·‐‑‒–—―‖‘’‚‛“”„‟†‡•…‰‹›⁄−、。〈〉《》「」『』【】〔〕・！＂＃＄％＆＇（）＊＋，－．／：；＜＝＞？＠［＼］＿｛｜｝～،؛؟։।'
              ),
              '                                                                                                               '
            ) || ' '
          ),
          ' ',
          (CHR(  9) || CHR(  10))
        ),
        (CHR(  10) || CHR(  9)),
        ''
      ),
      (CHR(  9) || CHR(  10)),
      ' '
    ) AS title_words
  FROM title_names
  WHERE
    (
      name <> ''
      OR TRIM((
        CHR(  9) || CHR(  10) || CHR(  11) || CHR(  12) || CHR(  13) || '              ​    　﻿'
      ) FROM value) <> ''
    )
), email_domain_values AS (
  /* each `email_domain` once */
  SELECT
    email_domain_said AS value
  FROM lead_rows
  WHERE
    NOT email_domain_said IS NULL
  GROUP BY
    email_domain_said
), email_domain_names AS (
  /* `email_domain` folded, and without `-`, `_` and runs of blanks */
  SELECT
    *,
    TRIM(
      REPLACE(
        REPLACE(
          REPLACE(REPLACE(REPLACE(folded, '-', ' '), '_', ' '), ' ', (CHR(  9) || CHR(  10))),
          (CHR(  10) || CHR(  9)),
          ''
        ),
        (CHR(  9) || CHR(  10)),
        ' '
      )
    ) AS name
  FROM (
    SELECT
      value,
      TRANSLATE(
        value,
        (
          'ABCDEFGHIİJKKLMNOPQRSſTUVWXYZÁÃÉÓÜĀČĖŞŠŽƏΈΈΊΊΑΕϵῌΙιΛµΜΝΟΠϖΣςΤΩΩАВᲀДᲁЕЖИКЛМНОᲂПРСᲃТᲄᲅУЧШЩЪᲆЫЯЁІЈЊҚҰԱԳԵԻԼՀՃՄՅՆՈՊՐՑᲐᲑᲔᲗᲘᲙᲚᲛᲜᲝᲞᲠᲡᲢᲣᲨẢẬỲ' || CHR(  9) || CHR(  10) || CHR(  11) || CHR(  12) || CHR(  13) || '             ​    　﻿'
        ),
        'abcdefghiijkklmnopqrsstuvwxyzáãéóüāčėşšžəέέίίαεεηιιιλμμνοππσστωωаввддежиклмноопрсстттучшщъъыяёіјњқұագեիլհճմյնոպրցაბეთიკლმნოპრსტუშảậỳ                          '
      ) AS folded
    FROM email_domain_values
  ) AS folded_values
), email_domain_forms AS (
  /* normal forms of `email_domain` */
  SELECT
    value,
    name AS email_domain_name
  FROM email_domain_names
  WHERE
    (
      name <> ''
      OR TRIM((
        CHR(  9) || CHR(  10) || CHR(  11) || CHR(  12) || CHR(  13) || '              ​    　﻿'
      ) FROM value) <> ''
    )
), lead_values AS (
  /* leads with their fields in comparable form */
  SELECT
    lead_rows.lead_id,
    country_forms.country_name,
    title_forms.title_words,
    CASE
      WHEN lead_rows.employees_one <= lead_rows.employees_other
      THEN lead_rows.employees_one
      WHEN lead_rows.employees_one > lead_rows.employees_other
      THEN lead_rows.employees_other
    END AS employees_low,
    CASE
      WHEN lead_rows.employees_one <= lead_rows.employees_other
      THEN lead_rows.employees_other
      WHEN lead_rows.employees_one > lead_rows.employees_other
      THEN lead_rows.employees_one
    END AS employees_high,
    email_domain_forms.email_domain_name,
    lead_rows.created_value
  FROM lead_rows
  LEFT JOIN country_forms
    ON country_forms.value = lead_rows.country_said
  LEFT JOIN title_forms
    ON title_forms.value = lead_rows.title_said
  LEFT JOIN email_domain_forms
    ON email_domain_forms.value = lead_rows.email_domain_said
), verbs AS (
  /* each verb of the data once */
  SELECT
    events."verb" AS verb
  FROM "events" AS events
  GROUP BY
    events."verb"
), verb_bits AS (
  /* a bit for each event clause: here for the verb, further on for window and object */
  SELECT
    verb,
    CAST(CASE
      WHEN name IN (
        'asset download', 'asset downloaded', 'brochure download', 'brochure downloaded',
        'content download', 'content downloaded', 'document download', 'document downloaded',
        'download', 'download file', 'downloaded', 'downloaded asset', 'downloaded content',
        'downloaded file', 'downloads', 'e book download', 'e book downloaded', 'ebook download',
        'ebook downloaded', 'file access', 'file accessed', 'file download', 'file downloaded',
        'pdf download', 'pdf downloaded', 'resource download', 'resource downloaded',
        'white paper download', 'white paper downloaded', 'whitepaper download',
        'whitepaper downloaded'
      )
      THEN 2
      WHEN name IN ('case study download', 'case study downloaded')
      THEN 6
      WHEN name IN (
        '$pageview', 'browsed', 'landed on', 'looked at', 'page', 'page hit', 'page view',
        'page viewed', 'page views', 'page visit', 'page visited', 'page visited on website',
        'pagehit', 'pages', 'pageview', 'pageviews', 'screen view', 'screen viewed', 'site visit',
        'site visits', 'view', 'view page', 'viewed', 'viewed page', 'views', 'visit', 'visit page',
        'visit web page', 'visit webpage', 'visited', 'visited page', 'visited url',
        'visited webpage', 'visits', 'visits webpage', 'web page visit', 'web page visits',
        'web visit', 'website visit', 'website visits', 'went to'
      )
      THEN 1
      ELSE 0
    END AS BIGINT) AS events_counted_bits,
    CAST(CASE
      WHEN name IN (
        'asked for', 'call back requested', 'callback request', 'callback requested',
        'free trial request', 'free trial requested', 'info request', 'information request',
        'meeting request', 'meeting requested', 'pricing request', 'pricing requested',
        'quote request', 'quote requested', 'request', 'request callback', 'request for quote',
        'request info', 'request information', 'request meeting', 'request pricing',
        'request quote', 'request sample', 'request trial', 'requested', 'requested a quote',
        'requested a sample', 'requests', 'rfq', 'sample request', 'sample requested',
        'trial request', 'trial requested'
      )
      THEN 1
      WHEN name IN (
        'demo form submitted', 'demo request', 'demo requested', 'demorequest', 'request demo',
        'requested a demo'
      )
      THEN 3
      ELSE 0
    END AS BIGINT) AS events_met_bits
  FROM (
    SELECT
      verb,
      TRIM(
        REPLACE(
          REPLACE(
            REPLACE(
              REPLACE(
                REPLACE(
                  TRANSLATE(
                    verb,
                    (
                      'ABCDEFGHIİKKLMNOPQRSſTUVWY' || CHR(  9) || CHR(  10) || CHR(  11) || CHR(  12) || CHR(  13) || '             ​    　﻿'
                    ),
                    'abcdefghiikklmnopqrsstuvwy                          '
                  ),
                  '-',
                  ' '
                ),
                '_',
                ' '
              ),
              ' ',
              (CHR(  9) || CHR(  10))
            ),
            (CHR(  10) || CHR(  9)),
            ''
          ),
          (CHR(  9) || CHR(  10)),
          ' '
        )
      ) AS name
    FROM verbs
  ) AS named
), objects AS (
  /* each object once, as far as its query */
  SELECT
    CASE
      WHEN LEFT(events."object", 1) = '/'
      OR LEFT(events."object", 7) = 'http://'
      OR LEFT(events."object", 8) = 'https://'
      THEN SPLIT_PART(events."object", '?', 1)
      ELSE events."object"
    END AS object
  FROM "events" AS events
  JOIN verb_bits
    ON verb_bits.verb = events."verb"
  WHERE
    (verb_bits.events_counted_bits & 3) <> 0 OR (verb_bits.events_met_bits & 1) <> 0
  GROUP BY
    CASE
      WHEN LEFT(events."object", 1) = '/'
      OR LEFT(events."object", 7) = 'http://'
      OR LEFT(events."object", 8) = 'https://'
      THEN SPLIT_PART(events."object", '?', 1)
      ELSE events."object"
    END
), object_letters AS (
  /* folded, with spaces for blanks */
  SELECT
    *,
    TRANSLATE(
      object,
      (
        'ABCDEFGHIİJLMNOPRSſTUVWXYZ' || CHR(  9) || CHR(  10) || CHR(  11) || CHR(  12) || CHR(  13) || '             ​    　﻿'
      ),
      'abcdefghiijlmnoprsstuvwxyz                          '
    ) AS folded
  FROM objects
), object_kinds AS (
  /* 1 for paths and URLs */
  SELECT
    *,
    CASE
      WHEN (LEFT(TRIM(folded), LENGTH('/')) = '/')
      OR (LEFT(TRIM(folded), LENGTH('www.')) = 'www.')
      OR (
        POSITION('://' IN TRIM(folded)) >= 2
        AND POSITION(' ' IN LEFT(TRIM(folded), POSITION('://' IN TRIM(folded)))) = 0
        AND POSITION('/' IN LEFT(TRIM(folded), POSITION('://' IN TRIM(folded)))) = 0
        AND POSITION('?' IN LEFT(TRIM(folded), POSITION('://' IN TRIM(folded)))) = 0
        AND POSITION('#' IN LEFT(TRIM(folded), POSITION('://' IN TRIM(folded)))) = 0
      )
      THEN 1
      ELSE 0
    END AS is_path
  FROM object_letters
), object_addresses AS (
  /* paths and URLs without query and fragment */
  SELECT
    *,
    CASE
      WHEN is_path = 1
      THEN LEFT(
        LEFT(TRIM(folded), (
          POSITION('?' IN (TRIM(folded) || '?')) - 1
        )),
        (
          POSITION(
            '#' IN (
              LEFT(TRIM(folded), (
                POSITION('?' IN (TRIM(folded) || '?')) - 1
              )) || '#'
            )
          ) - 1
        )
      )
      ELSE folded
    END AS address
  FROM object_kinds
), object_tails AS (
  /* after the scheme */
  SELECT
    *,
    CASE
      WHEN is_path = 1
      THEN CASE
        WHEN (LEFT(address, LENGTH('/')) = '/') AND NOT (LEFT(address, LENGTH('//')) = '//')
        THEN address
        ELSE CHR(  10) || CASE
          WHEN (POSITION('://' IN address) > 0)
          THEN SUBSTRING(address FROM (POSITION('://' IN address) + 3) FOR 65535)
          WHEN (LEFT(address, LENGTH('//')) = '//')
          THEN SUBSTRING(address FROM 3 FOR 65535)
          ELSE address
        END
      END
    END AS tail
  FROM object_addresses
), object_paths AS (
  /* after the host */
  SELECT
    *,
    CASE
      WHEN (LEFT(tail, LENGTH('/')) = '/')
      THEN tail
      ELSE SUBSTRING(tail FROM POSITION('/' IN (tail || '/')) FOR 65535)
    END AS path
  FROM object_tails
), object_stems AS (
  /* without slashes at the end */
  SELECT
    *,
    LEFT(path, LENGTH(RTRIM(REPLACE(path, '/', ' ')))) AS stem
  FROM object_paths
), object_pages AS (
  /* without endings */
  SELECT
    *,
    CASE
      WHEN RIGHT(stem, 3) = '.md' AND NOT (LEFT(RIGHT(stem, 4), LENGTH('/')) = '/')
      THEN LEFT(stem, (LENGTH(stem) - 3))
      WHEN RIGHT(stem, 4) IN (
        '.asp', '.avi', '.cfm', '.cgi', '.csv', '.doc', '.dwg', '.dxf', '.gif', '.htm', '.igs',
        '.jpg', '.jsp', '.mov', '.mp3', '.mp4', '.odt', '.pdf', '.php', '.png', '.ppt', '.stl',
        '.stp', '.svg', '.txt', '.xls', '.zip'
      )
      AND NOT (LEFT(RIGHT(stem, 5), LENGTH('/')) = '/')
      THEN LEFT(stem, (LENGTH(stem) - 4))
      WHEN RIGHT(stem, 5) IN (
        '.aspx', '.docx', '.epub', '.html', '.iges', '.jpeg', '.pptx', '.step', '.webm', '.webp',
        '.xlsx'
      )
      AND NOT (LEFT(RIGHT(stem, 6), LENGTH('/')) = '/')
      THEN LEFT(stem, (LENGTH(stem) - 5))
      WHEN RIGHT(stem, 6) IN ('.shtml', '.xhtml') AND NOT (LEFT(RIGHT(stem, 7), LENGTH('/')) = '/')
      THEN LEFT(stem, (LENGTH(stem) - 6))
      ELSE stem
    END AS page
  FROM object_stems
), object_forms AS (
  /* in the forms that are compared */
  SELECT
    *,
    REPLACE(
      REPLACE(
        REPLACE(
          (
            ' ' || TRANSLATE(
              folded,
              (
                '!"$%&\'()*+,-./:;<=>?@[' || CHR(  92) || ']^_`{|}~¡§«»¿·‐‑‒–—―‖‘’‚‛“”„‟†‡•…‰‹›⁄−、。〈〉《》「」『』【】〔〕・！＂＃＄％＆＇（）＊＋，－．／：；＜＝＞？＠［＼］＿｛｜｝～،؛؟։।'
              ),
              '                                                                                                               '
            ) || ' '
          ),
          ' ',
          (CHR(  9) || CHR(  10))
        ),
        (CHR(  10) || CHR(  9)),
        ''
      ),
      (CHR(  9) || CHR(  10)),
      ' '
    ) AS words,
    REPLACE(
      REPLACE(
        REPLACE(
          REPLACE(
            REPLACE(
              REPLACE(
                REPLACE(
                  REPLACE(REPLACE(REPLACE(('/' || page || '/'), '-', ' '), '_', ' '), ' ', (
                    CHR(  9) || CHR(  10)
                  )),
                  (CHR(  10) || CHR(  9)),
                  ''
                ),
                (CHR(  9) || CHR(  10)),
                ' '
              ),
              ' /',
              '/'
            ),
            '/ ',
            '/'
          ),
          '/',
          (CHR(  9) || CHR(  10))
        ),
        (CHR(  10) || CHR(  9)),
        ''
      ),
      (CHR(  9) || CHR(  10)),
      '/'
    ) AS segments
  FROM object_pages
), objects_met AS (
  /* a bit for each question about objects */
  SELECT
    object,
    CASE
      WHEN (
        (
          is_path = 1 AND (POSITION('/pricing/' IN segments) > 0)
        )
        OR (
          NOT (is_path = 1) AND (POSITION(' pricing ' IN words) > 0)
        )
      )
      THEN 1
      ELSE 0
    END | CASE
      WHEN (
        (
          is_path = 1
          AND (
            (POSITION('/case study/' IN segments) > 0) OR (POSITION('/case/study/' IN segments) > 0)
          )
        )
        OR (
          NOT (is_path = 1) AND (POSITION(' case study ' IN words) > 0)
        )
      )
      THEN 2
      ELSE 0
    END | CASE
      WHEN (
        (
          is_path = 1 AND (POSITION('/demo/' IN segments) > 0)
        )
        OR (
          NOT (is_path = 1) AND (POSITION(' demo ' IN words) > 0)
        )
      )
      THEN 4
      ELSE 0
    END AS object_met
  FROM object_forms
), object_bits AS (
  /* the bits of event clauses that an object leaves on */
  SELECT
    object,
    CAST((
      4 | CASE WHEN (object_met & 1) <> 0 THEN 1 ELSE 0 END | CASE WHEN (
        object_met & 2
      ) <> 0 THEN 2 ELSE 0 END
    ) AS BIGINT) AS events_counted_bits,
    CAST((
      2 | CASE WHEN (object_met & 4) <> 0 THEN 1 ELSE 0 END
    ) AS BIGINT) AS events_met_bits
  FROM objects_met
), events_counted_events AS (
  /* each event once, at its latest time, with the clauses that it meets */
  SELECT
    "lead_id",
    happened,
    times,
    bits & (6 | CASE WHEN happened > moment.as_of - 2592000000000 THEN 1 ELSE 0 END) AS seen
  FROM (
    SELECT
      "lead_id",
      MAX(happened) AS happened,
      CASE
        WHEN COALESCE(
          TRIM((
            CHR(  9) || CHR(  10) || CHR(  11) || CHR(  12) || CHR(  13) || '              ​    　﻿'
          ) FROM CAST("event_id" AS VARCHAR(65535))) <> '',
          FALSE
        )
        THEN 1
        ELSE COUNT(*)
      END AS times,
      BIT_OR(bits) AS bits
    FROM (
      SELECT
        "lead_id",
        happened,
        "event_id",
        "verb",
        "object",
        able AS bits
      FROM (
        SELECT
          events."lead_id",
          DATEDIFF(
            MICROSECOND,
            CAST('1970-01-01 00:00:00' AS TIMESTAMP),
            CAST(events."at" AS TIMESTAMP WITH TIME ZONE) AT TIME ZONE 'UTC'
          ) AS happened,
          events."event_id",
          events."verb",
          events."object",
          (
            verb_bits.events_counted_bits & (
              6 | CASE
                WHEN DATEDIFF(
                  MICROSECOND,
                  CAST('1970-01-01 00:00:00' AS TIMESTAMP),
                  CAST(events."at" AS TIMESTAMP WITH TIME ZONE) AT TIME ZONE 'UTC'
                ) > moment.as_of - 2592000000000
                THEN 1
                ELSE 0
              END
            )
          ) & COALESCE(object_bits.events_counted_bits, 4) AS able
        FROM "events" AS events
        JOIN verb_bits
          ON verb_bits.verb = events."verb"
        CROSS JOIN moment
        LEFT JOIN object_bits
          ON object_bits.object = CASE
            WHEN LEFT(events."object", 1) = '/'
            OR LEFT(events."object", 7) = 'http://'
            OR LEFT(events."object", 8) = 'https://'
            THEN SPLIT_PART(events."object", '?', 1)
            ELSE events."object"
          END
        WHERE
          DATEDIFF(
            MICROSECOND,
            CAST('1970-01-01 00:00:00' AS TIMESTAMP),
            CAST(events."at" AS TIMESTAMP WITH TIME ZONE) AT TIME ZONE 'UTC'
          ) <= moment.as_of
      ) AS timely
      WHERE
        able <> 0
    ) AS heard
    GROUP BY
      "lead_id",
      "event_id",
      "verb",
      "object",
      CASE
        WHEN COALESCE(
          TRIM((
            CHR(  9) || CHR(  10) || CHR(  11) || CHR(  12) || CHR(  13) || '              ​    　﻿'
          ) FROM CAST("event_id" AS VARCHAR(65535))) <> '',
          FALSE
        )
        THEN NULL
        ELSE heard.happened
      END
  ) AS single
  CROSS JOIN moment
), events_counted AS (
  /* one row a lead */
  SELECT
    "lead_id",
    SUM(CASE WHEN (
      seen & 1
    ) <> 0 THEN times ELSE 0 END) AS count_1, /* line 9: visited pricing 2+ times in 30d: +10 */
    SUM(CASE WHEN (
      seen & 6
    ) <> 0 THEN times ELSE 0 END) AS count_2 /* line 10: downloaded case study: +5 each, max 20 */
  FROM events_counted_events
  WHERE
    seen <> 0
  GROUP BY
    "lead_id"
), events_met_events AS (
  /* each event with the clauses that it meets */
  SELECT
    "lead_id",
    able AS seen
  FROM (
    SELECT
      events."lead_id",
      DATEDIFF(
        MICROSECOND,
        CAST('1970-01-01 00:00:00' AS TIMESTAMP),
        CAST(events."at" AS TIMESTAMP WITH TIME ZONE) AT TIME ZONE 'UTC'
      ) AS happened,
      verb_bits.events_met_bits & COALESCE(object_bits.events_met_bits, 2) AS able
    FROM "events" AS events
    JOIN verb_bits
      ON verb_bits.verb = events."verb"
    CROSS JOIN moment
    LEFT JOIN object_bits
      ON object_bits.object = CASE
        WHEN LEFT(events."object", 1) = '/'
        OR LEFT(events."object", 7) = 'http://'
        OR LEFT(events."object", 8) = 'https://'
        THEN SPLIT_PART(events."object", '?', 1)
        ELSE events."object"
      END
    WHERE
      DATEDIFF(
        MICROSECOND,
        CAST('1970-01-01 00:00:00' AS TIMESTAMP),
        CAST(events."at" AS TIMESTAMP WITH TIME ZONE) AT TIME ZONE 'UTC'
      ) <= moment.as_of
  ) AS timely
  WHERE
    able <> 0
), events_met AS (
  /* one row a lead */
  SELECT
    "lead_id",
    BIT_OR(seen) AS seen
  FROM events_met_events
  GROUP BY
    "lead_id"
), tests AS (
  /* what each rule asks, answered for each lead */
  SELECT
    lead_values.lead_id,
    COALESCE(
      country_name IN (
        'ameerika uhendriigid',
        'ameerika ühendriigid',
        'america',
        'amerika birlesik devletleri',
        'amerika birleşik devletleri',
        'amerika birləsmis statlari',
        'amerika birləşmiş ştatları',
        'amerika qo‘shma shtatlari',
        'amerika serikat',
        'amerika syarikat',
        'amerikas savienotas valstis',
        'amerikas savienotās valstis',
        'ee. uu.',
        'eeuu',
        'egyesult allamok',
        'egyesült államok',
        'estados unidos',
        'estados unidos da america',
        'estados unidos da américa',
        'estados unidos de america',
        'estados unidos de américa',
        'estats units',
        'etats unis',
        'etats unis d\'amerique',
        'etats unis damerique',
        'giappone',
        'hoa ky',
        'hoa kỳ',
        'jaapan',
        'japan',
        'japana',
        'japani',
        'japao',
        'japo',
        'japon',
        'japonia',
        'japonija',
        'japonska',
        'japonsko',
        'japonya',
        'japán',
        'japão',
        'japó',
        'japón',
        'japāna',
        'jepang',
        'jepun',
        'jp',
        'jpn',
        'jungtines valstijos',
        'jungtinės valstijos',
        'nhat ban',
        'nhật bản',
        'sjedinjene americke drzave',
        'sjedinjene američke države',
        'spojene staty',
        'spojené státy',
        'spojené štáty',
        'stany zjednoczone',
        'statele unite ale americii',
        'stati uniti',
        'stati uniti d\'america',
        'stati uniti damerica',
        'stati uniti d’america',
        'the united states',
        'the united states of america',
        'u.s.',
        'u.s.a.',
        'united states',
        'united states of america',
        'us',
        'usa',
        'vereinigte staaten',
        'vereinigte staaten von amerika',
        'verenigde staten',
        'yaponiya',
        'yhdysvallat',
        'zdruzene drzave amerike',
        'združene države amerike',
        'états unis',
        'états unis d\'amérique',
        'états unis d’amérique',
        'ηνωμένεσ πολιτείεσ',
        'ιαπωνία',
        'америка құрама штаттары',
        'жапония',
        'соединенные штаты',
        'соединенные штаты америки',
        'соединённые штаты америки',
        'сполучені штати',
        'сша',
        'съединени щати',
        'сједињене државе',
        'япония',
        'японія',
        'јапан',
        'ճապոնիա',
        'միացյալ նահանգներ',
        'ארצות הברית',
        'יפן',
        'الولايات المتحدة',
        'اليابان',
        'ایالات متحده',
        'جاپان',
        'ریاست ہائے متحدہ امریکہ',
        'ژاپن',
        'जापान',
        'संयुक्त राज्य',
        'জাপান',
        'মার্কিন যুক্তরাষ্ট্র',
        'ญี่ปุ่น',
        'สหรัฐอเมริกา',
        'ამერიკის შეერთებული შტატები',
        'იაპონია',
        'アメリカ',
        'アメリカ合衆国',
        '日本',
        '米国',
        '美利坚合众国',
        '美国',
        '美國',
        '미국',
        '미합중국',
        '일본'
      ),
      FALSE
    ) AS open_section_2, /* behavior counts */
    COALESCE(
      (POSITION(' head of ' IN title_words) > 0) OR (POSITION(' manager ' IN title_words) > 0),
      FALSE
    ) AS fired_1, /* line 4: title contains manager, head of: +10 */
    COALESCE(
      NOT employees_low IS NULL
      AND employees_low >= CAST('50' AS DECIMAL(28, 6))
      AND employees_high <= CAST('500' AS DECIMAL(28, 6)),
      FALSE
    ) AS fired_2, /* line 5: employees 50-500: +10 */
    COALESCE(
      email_domain_name IN ('acme.com', 'acme.de')
      OR (RIGHT(email_domain_name, 9) = '.acme.com' OR RIGHT(email_domain_name, 8) = '.acme.de'),
      FALSE
    ) AS fired_3, /* line 6: email domain in our partners: +5 */
    COALESCE(events_counted.count_1, 0) >= 2 AS fired_4, /* line 9: visited pricing 2+ times in 30d: +10 */
    COALESCE(events_counted.count_2, 0) > 0 AS fired_5, /* line 10: downloaded case study: +5 each, max 20 */
    LEAST(COALESCE(events_counted.count_2, 0) * 500, 2000) AS points_5,
    COALESCE((
      events_met.seen & 3
    ) <> 0, FALSE) AS fired_6 /* line 11: * requested demo: +25, flag "ask today" */
  FROM lead_values
  CROSS JOIN moment
  LEFT JOIN events_counted
    ON CAST(events_counted."lead_id" AS VARCHAR(65535)) = CAST(lead_values.lead_id AS VARCHAR(65535))
  LEFT JOIN events_met
    ON CAST(events_met."lead_id" AS VARCHAR(65535)) = CAST(lead_values.lead_id AS VARCHAR(65535))
), fired AS (
  /* rules of sections that count for the lead */
  SELECT
    lead_id,
    open_section_2,
    fired_1,
    fired_2,
    fired_3,
    fired_4 AND open_section_2 AS fired_4,
    fired_5 AND open_section_2 AS fired_5,
    points_5,
    fired_6 AND open_section_2 AS fired_6
  FROM tests
), totals AS (
  /* sections, in 1/100 of a point */
  SELECT
    *,
    CAST(LEAST(
      CASE WHEN fired_1 THEN 1000 ELSE 0 END
      + CASE WHEN fired_2 THEN 1000 ELSE 0 END
      + CASE WHEN fired_3 THEN 500 ELSE 0 END,
      3000
    ) AS BIGINT) AS section_1, /* fit */
    CAST(CASE
      WHEN open_section_2
      THEN CASE WHEN fired_4 THEN 1000 ELSE 0 END
      + CASE WHEN fired_5 THEN points_5 ELSE 0 END
      + CASE WHEN fired_6 THEN 2500 ELSE 0 END
      ELSE 0
    END AS BIGINT) AS section_2 /* behavior */
  FROM fired
), scores AS (
  /* their sum, kept within the score's range */
  SELECT
    *,
    raw_points AS score_points
  FROM (
    SELECT
      *,
      section_1 + section_2 AS raw_points
    FROM totals
  ) AS summed
), grades AS (
  /* tier and grade */
  SELECT
    *,
    CAST(NULL AS VARCHAR(MAX)) AS tier,
    score_points AS displayed_points,
    CAST(NULL AS VARCHAR(MAX)) AS grade,
    FALSE AS disqualified
  FROM scores
), staged AS (
  /* the first stage that holds */
  SELECT
    *,
    CASE
      WHEN disqualified
      THEN 0
      WHEN score_points >= 4000 AND fired_6
      THEN 1 /* line 14: hot */
      WHEN score_points < 4000
      THEN 2 /* line 15: cold */
    END AS stage_number
  FROM grades
)
SELECT
  CAST(lead_id AS VARCHAR(65535)) AS lead_id,
  CAST('Small' AS VARCHAR(MAX)) AS scorecard,
  CAST('of this card' AS VARCHAR(MAX)) AS version,
  DATEADD(
    MICROSECOND,
    CAST((
      SELECT
        as_of
      FROM moment
    ) % 1000000 AS INTEGER),
    DATEADD(
      SECOND,
      CAST((
        SELECT
          as_of
        FROM moment
      ) / 1000000 % 86400 AS INTEGER),
      DATEADD(
        DAY,
        CAST((
          SELECT
            as_of
          FROM moment
        ) / 86400000000 AS INTEGER),
        CAST('1970-01-01 00:00:00' AS TIMESTAMP)
      )
    )
  ) AS as_of,
  CAST(score_points AS DECIMAL(15, 0)) * 0.01 AS score,
  CAST(raw_points AS DECIMAL(15, 0)) * 0.01 AS raw_score,
  CAST(displayed_points AS DECIMAL(15, 0)) * 0.01 AS displayed,
  CASE
    WHEN stage_number = 0
    THEN 'disqualified'
    WHEN stage_number = 1
    THEN 'hot'
    WHEN stage_number = 2
    THEN 'cold'
    ELSE 'none'
  END AS stage,
  grade,
  tier,
  disqualified,
  CASE WHEN fired_6 THEN 'ask today' ELSE '' END AS flags,
  CASE WHEN fired_6 THEN 'requested demo' ELSE '' END AS key_conversions,
  CAST(NULL AS BOOLEAN) AS must_haves,
  CASE WHEN stage_number = 1 THEN 'Sales' END AS route,
  CAST(NULL AS VARCHAR(MAX)) AS respond_within,
  CAST(NULL AS VARCHAR(MAX)) AS notify,
  CAST(section_1 AS DECIMAL(15, 0)) * 0.01 AS "section_fit",
  CAST(section_2 AS DECIMAL(15, 0)) * 0.01 AS "section_behavior"
FROM staged
