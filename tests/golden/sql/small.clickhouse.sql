-- scorecard: Small
-- version: of this card
-- made by leadcard; to change it, change the scorecard and compile it again
-- to score at another moment, change the instant in `moment`, the first query
WITH moment AS (
  /* as_of, in UTC microseconds */
  SELECT
    toUnixTimestamp64Micro(parseDateTime64BestEffort(said, 6, 'UTC')) AS as_of
  FROM (
    SELECT
      '2026-11-21 12:00:00+00:00' AS said
  ) AS given
), lead_columns AS (
  /* leads with the columns that count */
  SELECT
    leads.lead_id AS lead_id,
    toString(leads."country") AS country_said,
    toString(leads."title") AS title_said,
    CASE
      WHEN toTypeName(leads."employees") LIKE '%String%'
      THEN toString(leads."employees")
      ELSE toString(
        CASE
          WHEN abs(round(toDecimal256OrNull(toString(leads."employees"), 7), 6)) < toDecimal256('100000000000000000000', 0)
          THEN toDecimal128OrNull(toString(round(toDecimal256OrNull(toString(leads."employees"), 7), 6)), 6)
        END
      )
    END AS employees_said,
    CASE
      WHEN (positionUTF8(toString(leads."email"), '@') > 0)
      THEN arrayElement(splitByString('@', toString(leads."email")), -1)
    END AS email_domain_said,
    CASE
      WHEN toTypeName(leads."created") LIKE '%DateTime%'
      THEN toString(accurateCastOrNull(leads."created", 'DateTime64(6, ''UTC'')'))
      ELSE toString(leads."created")
    END AS created_said
  FROM "leads" AS leads
), lead_bare AS (
  /* numbers without blanks, separators of thousands and currency signs; times trimmed */
  SELECT
    *,
    replaceAll(
      translateUTF8(
        employees_said,
        (
          unhex(
            '090A0B0C0DC285C2A0E19A80E28080E28081E28082E28083E28084E28085E28086E28087E28088E28089E2808AE2808BE280A8E280A9E280AFE2819FE38080EFBBBF'
          ) || ',''’$€£¥₽₩₹'
        ),
        '                                    '
      ),
      ' ',
      ''
    ) AS employees_bare,
    replaceAll(
      replaceAll(
        replaceAll(
          replaceAll(
            TRIM(
              translateUTF8(
                created_said,
                unhex(
                  '090A0B0C0DC285C2A0E19A80E28080E28081E28082E28083E28084E28085E28086E28087E28088E28089E2808AE2808BE280A8E280A9E280AFE2819FE38080EFBBBF'
                ),
                '                          '
              )
            ),
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
    leftUTF8(
      employees_bare,
      positionUTF8((
        replaceAll(replaceAll(substringUTF8(employees_bare, 2), '+', '-'), '–', '-') || '-'
      ), '-')
    ) AS employees_first,
    substringUTF8(
      employees_bare,
      (
        positionUTF8((
          replaceAll(replaceAll(substringUTF8(employees_bare, 2), '+', '-'), '–', '-') || '-'
        ), '-') + 1
      )
    ) AS employees_rest,
    substringUTF8(created_bare, 1, 10) AS created_day,
    leftUTF8(
      substringUTF8(created_bare, 11),
      (
        positionUTF8(
          (
            replaceAll(replaceAll(replaceAll(substringUTF8(created_bare, 11), 'Z', '+'), 'z', '+'), '-', '+') || '+'
          ),
          '+'
        ) - 1
      )
    ) AS created_clock,
    substringUTF8(
      substringUTF8(created_bare, 11),
      positionUTF8(
        (
          replaceAll(replaceAll(replaceAll(substringUTF8(created_bare, 11), 'Z', '+'), 'z', '+'), '-', '+') || '+'
        ),
        '+'
      )
    ) AS created_offset
  FROM lead_bare
), lead_days AS (
  /* which days the calendar has */
  SELECT
    *,
    translateUTF8(created_day, '123456789', '000000000') = '0000-00-00'
    AND substringUTF8(created_day, 1, 4) <> '0000'
    AND substringUTF8(created_day, 6, 2) >= '01'
    AND substringUTF8(created_day, 6, 2) <= '12'
    AND substringUTF8(created_day, 9, 2) >= '01'
    AND (
      substringUTF8(created_day, 9, 2) <= '28'
      OR (
        substringUTF8(created_day, 9, 2) IN ('29', '30') AND substringUTF8(created_day, 6, 2) <> '02'
      )
      OR (
        substringUTF8(created_day, 9, 2) = '31'
        AND substringUTF8(created_day, 6, 2) IN ('01', '03', '05', '07', '08', '10', '12')
      )
      OR (
        substringUTF8(created_day, 9, 2) = '29'
        AND CASE
          WHEN substringUTF8(created_day, 3, 2) = '00'
          THEN substringUTF8(created_day, 1, 2)
          ELSE substringUTF8(created_day, 3, 2)
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
      WHEN match(employees_first, '^[+-]?[0-9]+([.][0-9]+)?$')
      THEN CASE
        WHEN abs(round(toDecimal256OrNull(employees_first, 7), 6)) < toDecimal256('100000000000000000000', 0)
        THEN toDecimal128OrNull(toString(round(toDecimal256OrNull(employees_first, 7), 6)), 6)
      END
    END AS employees_one,
    CASE
      WHEN employees_rest = ''
      THEN CASE
        WHEN match(employees_first, '^[+-]?[0-9]+([.][0-9]+)?$')
        THEN CASE
          WHEN abs(round(toDecimal256OrNull(employees_first, 7), 6)) < toDecimal256('100000000000000000000', 0)
          THEN toDecimal128OrNull(toString(round(toDecimal256OrNull(employees_first, 7), 6)), 6)
        END
      END
      WHEN employees_rest = '+'
      THEN toDecimal128('99999999999999999999.999999', 6)
      ELSE CASE
        WHEN match(substringUTF8(employees_rest, 2), '^[+-]?[0-9]+([.][0-9]+)?$')
        THEN CASE
          WHEN abs(round(toDecimal256OrNull(substringUTF8(employees_rest, 2), 7), 6)) < toDecimal256('100000000000000000000', 0)
          THEN toDecimal128OrNull(toString(round(toDecimal256OrNull(substringUTF8(employees_rest, 2), 7), 6)), 6)
        END
      END
    END AS employees_other,
    CASE
      WHEN created_clock = '' AND created_offset = '' AND created_is_day
      THEN toInt64(
        (
          365 * intDiv(
            (
              toInt32OrZero(SUBSTRING(created_day, 1, 4)) * 12 + toInt32OrZero(SUBSTRING(created_day, 6, 2)) - 3
            ),
            12
          ) + intDiv(
            intDiv(
              (
                toInt32OrZero(SUBSTRING(created_day, 1, 4)) * 12 + toInt32OrZero(SUBSTRING(created_day, 6, 2)) - 3
              ),
              12
            ),
            4
          ) - intDiv(
            intDiv(
              (
                toInt32OrZero(SUBSTRING(created_day, 1, 4)) * 12 + toInt32OrZero(SUBSTRING(created_day, 6, 2)) - 3
              ),
              12
            ),
            100
          ) + intDiv(
            intDiv(
              (
                toInt32OrZero(SUBSTRING(created_day, 1, 4)) * 12 + toInt32OrZero(SUBSTRING(created_day, 6, 2)) - 3
              ),
              12
            ),
            400
          ) + intDiv(
            153 * (
              (
                toInt32OrZero(SUBSTRING(created_day, 1, 4)) * 12 + toInt32OrZero(SUBSTRING(created_day, 6, 2)) - 3
              ) % 12
            ) + 2,
            5
          ) + toInt32OrZero(SUBSTRING(created_day, 9, 2)) - 719469
        )
      ) * 86400000000
      WHEN created_is_day
      AND (
        translateUTF8(
          replaceAll(replaceAll(substringUTF8(created_clock, 1, 6), ' ', 'T'), 't', 'T'),
          '123456789',
          '000000000'
        ) = 'T00:00'
        AND (
          substringUTF8(created_clock, 7) = ''
          OR (
            translateUTF8(substringUTF8(created_clock, 7, 3), '123456789', '000000000') = ':00'
            AND (
              substringUTF8(created_clock, 10) = ''
              OR (
                substringUTF8(created_clock, 10, 1) IN ('.', ',')
                AND match(('0.' || substringUTF8(created_clock, 11)), '^[+-]?[0-9]+([.][0-9]+)?$')
              )
            )
          )
        )
        AND translateUTF8(replaceAll(replaceAll(created_offset, 'z', 'Z'), '-', '+'), '123456789', '000000000') IN ('', 'Z', '+00', '+0000', '+00:00')
        AND substringUTF8(created_clock, 2, 2) <= '23'
        AND substringUTF8(created_clock, 5, 2) <= '59'
        AND substringUTF8(created_clock, 8, 2) <= '59'
        AND substringUTF8(replaceAll(created_offset, ':', ''), 2, 2) <= '23'
        AND substringUTF8(replaceAll(created_offset, ':', ''), 4, 2) <= '59'
      )
      THEN toInt64(
        (
          365 * intDiv(
            (
              toInt32OrZero(SUBSTRING(created_day, 1, 4)) * 12 + toInt32OrZero(SUBSTRING(created_day, 6, 2)) - 3
            ),
            12
          ) + intDiv(
            intDiv(
              (
                toInt32OrZero(SUBSTRING(created_day, 1, 4)) * 12 + toInt32OrZero(SUBSTRING(created_day, 6, 2)) - 3
              ),
              12
            ),
            4
          ) - intDiv(
            intDiv(
              (
                toInt32OrZero(SUBSTRING(created_day, 1, 4)) * 12 + toInt32OrZero(SUBSTRING(created_day, 6, 2)) - 3
              ),
              12
            ),
            100
          ) + intDiv(
            intDiv(
              (
                toInt32OrZero(SUBSTRING(created_day, 1, 4)) * 12 + toInt32OrZero(SUBSTRING(created_day, 6, 2)) - 3
              ),
              12
            ),
            400
          ) + intDiv(
            153 * (
              (
                toInt32OrZero(SUBSTRING(created_day, 1, 4)) * 12 + toInt32OrZero(SUBSTRING(created_day, 6, 2)) - 3
              ) % 12
            ) + 2,
            5
          ) + toInt32OrZero(SUBSTRING(created_day, 9, 2)) - 719469
        )
      ) * 86400000000 + toInt64((
        '0' || substringUTF8(created_clock, 2, 2)
      )) * 3600000000 + toInt64(('0' || substringUTF8(created_clock, 5, 2))) * 60000000 + toInt64((
        '0' || substringUTF8(created_clock, 8, 2)
      )) * 1000000 + toInt64(substringUTF8((
        substringUTF8(created_clock, 11, 6) || '000000'
      ), 1, 6)) + CASE
        WHEN substringUTF8(created_offset, 1, 1) = '-'
        THEN toInt64((
          '0' || substringUTF8(replaceAll(created_offset, ':', ''), 2, 2)
        )) * 3600000000 + toInt64((
          '0' || substringUTF8(replaceAll(created_offset, ':', ''), 4, 2)
        )) * 60000000
        ELSE -(
          toInt64((
            '0' || substringUTF8(replaceAll(created_offset, ':', ''), 2, 2)
          )) * 3600000000 + toInt64((
            '0' || substringUTF8(replaceAll(created_offset, ':', ''), 4, 2)
          )) * 60000000
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
    any(country_said) AS value
  FROM lead_rows
  WHERE
    NOT (country_said IS NULL)
  GROUP BY
    country_said
), country_names AS (
  /* `country` folded, and without `-`, `_` and runs of blanks */
  SELECT
    *,
    TRIM(
      replaceAll(
        replaceAll(
          replaceAll(replaceAll(replaceAll(folded, '-', ' '), '_', ' '), ' ', unhex('090A')),
          unhex('0A09'),
          ''
        ),
        unhex('090A'),
        ' '
      )
    ) AS name
  FROM (
    SELECT
      value,
      translateUTF8(
        value,
        (
          'ABCDEFGHIİJKKLMNOPQRSſTUVWXYZÁÃÉÓÜĀČĖŞŠŽƏΈΈΊΊΑΕϵῌΙιΛµΜΝΟΠϖΣςΤΩΩАВᲀДᲁЕЖИКЛМНОᲂПРСᲃТᲄᲅУЧШЩЪᲆЫЯЁІЈЊҚҰԱԳԵԻԼՀՃՄՅՆՈՊՐՑᲐᲑᲔᲗᲘᲙᲚᲛᲜᲝᲞᲠᲡᲢᲣᲨẢẬỲ' || unhex(
            '090A0B0C0DC285C2A0E19A80E28080E28081E28082E28083E28084E28085E28086E28087E28088E28089E2808AE2808BE280A8E280A9E280AFE2819FE38080EFBBBF'
          )
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
      OR TRIM(
        translateUTF8(
          value,
          unhex(
            '090A0B0C0DC285C2A0E19A80E28080E28081E28082E28083E28084E28085E28086E28087E28088E28089E2808AE2808BE280A8E280A9E280AFE2819FE38080EFBBBF'
          ),
          '                          '
        )
      ) <> ''
    )
), title_values AS (
  /* each `title` once */
  SELECT
    any(title_said) AS value
  FROM lead_rows
  WHERE
    NOT (title_said IS NULL)
  GROUP BY
    title_said
), title_names AS (
  /* `title` folded, and without `-`, `_` and runs of blanks */
  SELECT
    *,
    TRIM(
      replaceAll(
        replaceAll(
          replaceAll(replaceAll(replaceAll(folded, '-', ' '), '_', ' '), ' ', unhex('090A')),
          unhex('0A09'),
          ''
        ),
        unhex('090A'),
        ' '
      )
    ) AS name
  FROM (
    SELECT
      value,
      translateUTF8(
        value,
        (
          'ABCDEFGHIİJKKLMNOPQRSſTUVWXYZÁÃÉÓÜĀČĖŞŠŽƏΈΈΊΊΑΕϵῌΙιΛµΜΝΟΠϖΣςΤΩΩАВᲀДᲁЕЖИКЛМНОᲂПРСᲃТᲄᲅУЧШЩЪᲆЫЯЁІЈЊҚҰԱԳԵԻԼՀՃՄՅՆՈՊՐՑᲐᲑᲔᲗᲘᲙᲚᲛᲜᲝᲞᲠᲡᲢᲣᲨẢẬỲ' || unhex(
            '090A0B0C0DC285C2A0E19A80E28080E28081E28082E28083E28084E28085E28086E28087E28088E28089E2808AE2808BE280A8E280A9E280AFE2819FE38080EFBBBF'
          )
        ),
        'abcdefghiijkklmnopqrsstuvwxyzáãéóüāčėşšžəέέίίαεεηιιιλμμνοππσστωωаввддежиклмноопрсстттучшщъъыяёіјњқұագեիլհճմյնոպրցაბეთიკლმნოპრსტუშảậỳ                          '
      ) AS folded
    FROM title_values
  ) AS folded_values
), title_forms AS (
  /* normal forms of `title` */
  SELECT
    value,
    replaceAll(
      replaceAll(
        replaceAll(
          (
            ' ' || translateUTF8(
              folded,
              (
                '!"$%&''()*+,-./:;<=>?@[' || unhex('5C') || ']^_`{|}~¡§«»¿·‐‑‒–—―‖‘’‚‛“”„‟†‡•…‰‹›⁄−、。〈〉《》「」『』【】〔〕・！＂＃＄％＆＇（）＊＋，－．／：；＜＝＞？＠［＼］＿｛｜｝～،؛؟։।'
              ),
              '                                                                                                               '
            ) || ' '
          ),
          ' ',
          unhex('090A')
        ),
        unhex('0A09'),
        ''
      ),
      unhex('090A'),
      ' '
    ) AS title_words
  FROM title_names
  WHERE
    (
      name <> ''
      OR TRIM(
        translateUTF8(
          value,
          unhex(
            '090A0B0C0DC285C2A0E19A80E28080E28081E28082E28083E28084E28085E28086E28087E28088E28089E2808AE2808BE280A8E280A9E280AFE2819FE38080EFBBBF'
          ),
          '                          '
        )
      ) <> ''
    )
), email_domain_values AS (
  /* each `email_domain` once */
  SELECT
    any(email_domain_said) AS value
  FROM lead_rows
  WHERE
    NOT (email_domain_said IS NULL)
  GROUP BY
    email_domain_said
), email_domain_names AS (
  /* `email_domain` folded, and without `-`, `_` and runs of blanks */
  SELECT
    *,
    TRIM(
      replaceAll(
        replaceAll(
          replaceAll(replaceAll(replaceAll(folded, '-', ' '), '_', ' '), ' ', unhex('090A')),
          unhex('0A09'),
          ''
        ),
        unhex('090A'),
        ' '
      )
    ) AS name
  FROM (
    SELECT
      value,
      translateUTF8(
        value,
        (
          'ABCDEFGHIİJKKLMNOPQRSſTUVWXYZÁÃÉÓÜĀČĖŞŠŽƏΈΈΊΊΑΕϵῌΙιΛµΜΝΟΠϖΣςΤΩΩАВᲀДᲁЕЖИКЛМНОᲂПРСᲃТᲄᲅУЧШЩЪᲆЫЯЁІЈЊҚҰԱԳԵԻԼՀՃՄՅՆՈՊՐՑᲐᲑᲔᲗᲘᲙᲚᲛᲜᲝᲞᲠᲡᲢᲣᲨẢẬỲ' || unhex(
            '090A0B0C0DC285C2A0E19A80E28080E28081E28082E28083E28084E28085E28086E28087E28088E28089E2808AE2808BE280A8E280A9E280AFE2819FE38080EFBBBF'
          )
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
      OR TRIM(
        translateUTF8(
          value,
          unhex(
            '090A0B0C0DC285C2A0E19A80E28080E28081E28082E28083E28084E28085E28086E28087E28088E28089E2808AE2808BE280A8E280A9E280AFE2819FE38080EFBBBF'
          ),
          '                          '
        )
      ) <> ''
    )
), lead_values AS (
  /* leads with their fields in comparable form */
  SELECT
    lead_rows.lead_id AS lead_id,
    country_forms.country_name AS country_name,
    title_forms.title_words AS title_words,
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
    email_domain_forms.email_domain_name AS email_domain_name,
    lead_rows.created_value AS created_value
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
    any(events."verb") AS verb
  FROM "events" AS events
  GROUP BY
    events."verb"
), verb_bits AS (
  /* a bit for each event clause: here for the verb, further on for window and object */
  SELECT
    verb,
    toInt64(
      CASE
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
          'site visits', 'view', 'view page', 'viewed', 'viewed page', 'views', 'visit',
          'visit page', 'visit web page', 'visit webpage', 'visited', 'visited page', 'visited url',
          'visited webpage', 'visits', 'visits webpage', 'web page visit', 'web page visits',
          'web visit', 'website visit', 'website visits', 'went to'
        )
        THEN 1
        ELSE 0
      END
    ) AS events_counted_bits,
    toInt64(
      CASE
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
      END
    ) AS events_met_bits
  FROM (
    SELECT
      verb,
      TRIM(
        replaceAll(
          replaceAll(
            replaceAll(
              replaceAll(
                replaceAll(
                  translateUTF8(
                    verb,
                    (
                      'ABCDEFGHIİKKLMNOPQRSſTUVWY' || unhex(
                        '090A0B0C0DC285C2A0E19A80E28080E28081E28082E28083E28084E28085E28086E28087E28088E28089E2808AE2808BE280A8E280A9E280AFE2819FE38080EFBBBF'
                      )
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
              unhex('090A')
            ),
            unhex('0A09'),
            ''
          ),
          unhex('090A'),
          ' '
        )
      ) AS name
    FROM verbs
  ) AS named
), objects AS (
  /* each object once, as far as its query */
  SELECT
    any(
      CASE
        WHEN startsWith(events."object", '/')
        OR startsWith(events."object", 'http://')
        OR startsWith(events."object", 'https://')
        THEN substringIndex(events."object", '?', 1)
        ELSE events."object"
      END
    ) AS object
  FROM "events" AS events
  JOIN verb_bits
    ON verb_bits.verb = events."verb"
  WHERE
    (bitAnd(verb_bits.events_counted_bits, 3)) <> 0
    OR (bitAnd(verb_bits.events_met_bits, 1)) <> 0
  GROUP BY
    CASE
      WHEN startsWith(events."object", '/')
      OR startsWith(events."object", 'http://')
      OR startsWith(events."object", 'https://')
      THEN substringIndex(events."object", '?', 1)
      ELSE events."object"
    END
), object_letters AS (
  /* folded, with spaces for blanks */
  SELECT
    *,
    translateUTF8(
      object,
      (
        'ABCDEFGHIİJLMNOPRSſTUVWXYZ' || unhex(
          '090A0B0C0DC285C2A0E19A80E28080E28081E28082E28083E28084E28085E28086E28087E28088E28089E2808AE2808BE280A8E280A9E280AFE2819FE38080EFBBBF'
        )
      ),
      'abcdefghiijlmnoprsstuvwxyz                          '
    ) AS folded
  FROM objects
), object_kinds AS (
  /* 1 for paths and URLs */
  SELECT
    *,
    CASE
      WHEN startsWith(TRIM(folded), '/')
      OR startsWith(TRIM(folded), 'www.')
      OR (
        positionUTF8(TRIM(folded), '://') >= 2
        AND positionUTF8(leftUTF8(TRIM(folded), positionUTF8(TRIM(folded), '://')), ' ') = 0
        AND positionUTF8(leftUTF8(TRIM(folded), positionUTF8(TRIM(folded), '://')), '/') = 0
        AND positionUTF8(leftUTF8(TRIM(folded), positionUTF8(TRIM(folded), '://')), '?') = 0
        AND positionUTF8(leftUTF8(TRIM(folded), positionUTF8(TRIM(folded), '://')), '#') = 0
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
      THEN leftUTF8(
        leftUTF8(TRIM(folded), (
          positionUTF8((TRIM(folded) || '?'), '?') - 1
        )),
        (
          positionUTF8(
            (
              leftUTF8(TRIM(folded), (
                positionUTF8((TRIM(folded) || '?'), '?') - 1
              )) || '#'
            ),
            '#'
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
        WHEN startsWith(address, '/') AND NOT startsWith(address, '//')
        THEN address
        ELSE unhex('0A') || CASE
          WHEN (positionUTF8(address, '://') > 0)
          THEN substringUTF8(address, (positionUTF8(address, '://') + 3))
          WHEN startsWith(address, '//')
          THEN substringUTF8(address, 3)
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
      WHEN startsWith(tail, '/')
      THEN tail
      ELSE substringUTF8(tail, positionUTF8((tail || '/'), '/'))
    END AS path
  FROM object_tails
), object_stems AS (
  /* without slashes at the end */
  SELECT
    *,
    leftUTF8(path, lengthUTF8(RTRIM(replaceAll(path, '/', ' ')))) AS stem
  FROM object_paths
), object_pages AS (
  /* without endings */
  SELECT
    *,
    CASE
      WHEN rightUTF8(stem, 3) = '.md' AND NOT startsWith(rightUTF8(stem, 4), '/')
      THEN leftUTF8(stem, (lengthUTF8(stem) - 3))
      WHEN rightUTF8(stem, 4) IN (
        '.asp', '.avi', '.cfm', '.cgi', '.csv', '.doc', '.dwg', '.dxf', '.gif', '.htm', '.igs',
        '.jpg', '.jsp', '.mov', '.mp3', '.mp4', '.odt', '.pdf', '.php', '.png', '.ppt', '.stl',
        '.stp', '.svg', '.txt', '.xls', '.zip'
      )
      AND NOT startsWith(rightUTF8(stem, 5), '/')
      THEN leftUTF8(stem, (lengthUTF8(stem) - 4))
      WHEN rightUTF8(stem, 5) IN (
        '.aspx', '.docx', '.epub', '.html', '.iges', '.jpeg', '.pptx', '.step', '.webm', '.webp',
        '.xlsx'
      )
      AND NOT startsWith(rightUTF8(stem, 6), '/')
      THEN leftUTF8(stem, (lengthUTF8(stem) - 5))
      WHEN rightUTF8(stem, 6) IN ('.shtml', '.xhtml') AND NOT startsWith(rightUTF8(stem, 7), '/')
      THEN leftUTF8(stem, (lengthUTF8(stem) - 6))
      ELSE stem
    END AS page
  FROM object_stems
), object_forms AS (
  /* in the forms that are compared */
  SELECT
    *,
    replaceAll(
      replaceAll(
        replaceAll(
          (
            ' ' || translateUTF8(
              folded,
              (
                '!"$%&''()*+,-./:;<=>?@[' || unhex('5C') || ']^_`{|}~¡§«»¿·‐‑‒–—―‖‘’‚‛“”„‟†‡•…‰‹›⁄−、。〈〉《》「」『』【】〔〕・！＂＃＄％＆＇（）＊＋，－．／：；＜＝＞？＠［＼］＿｛｜｝～،؛؟։।'
              ),
              '                                                                                                               '
            ) || ' '
          ),
          ' ',
          unhex('090A')
        ),
        unhex('0A09'),
        ''
      ),
      unhex('090A'),
      ' '
    ) AS words,
    replaceAll(
      replaceAll(
        replaceAll(
          replaceAll(
            replaceAll(
              replaceAll(
                replaceAll(
                  replaceAll(replaceAll(replaceAll((
                    '/' || page || '/'
                  ), '-', ' '), '_', ' '), ' ', unhex('090A')),
                  unhex('0A09'),
                  ''
                ),
                unhex('090A'),
                ' '
              ),
              ' /',
              '/'
            ),
            '/ ',
            '/'
          ),
          '/',
          unhex('090A')
        ),
        unhex('0A09'),
        ''
      ),
      unhex('090A'),
      '/'
    ) AS segments
  FROM object_pages
), objects_met AS (
  /* a bit for each question about objects */
  SELECT
    object,
    bitOr(
      bitOr(
        CASE
          WHEN (
            (
              is_path = 1 AND (positionUTF8(segments, '/pricing/') > 0)
            )
            OR (
              NOT (is_path = 1) AND (positionUTF8(words, ' pricing ') > 0)
            )
          )
          THEN 1
          ELSE 0
        END,
        CASE
          WHEN (
            (
              is_path = 1
              AND (
                (positionUTF8(segments, '/case study/') > 0)
                OR (positionUTF8(segments, '/case/study/') > 0)
              )
            )
            OR (
              NOT (is_path = 1) AND (positionUTF8(words, ' case study ') > 0)
            )
          )
          THEN 2
          ELSE 0
        END
      ),
      CASE
        WHEN (
          (
            is_path = 1 AND (positionUTF8(segments, '/demo/') > 0)
          )
          OR (
            NOT (is_path = 1) AND (positionUTF8(words, ' demo ') > 0)
          )
        )
        THEN 4
        ELSE 0
      END
    ) AS object_met
  FROM object_forms
), object_bits AS (
  /* the bits of event clauses that an object leaves on */
  SELECT
    object,
    toInt64(
      (
        bitOr(
          bitOr(4, CASE WHEN (bitAnd(object_met, 1)) <> 0 THEN 1 ELSE 0 END),
          CASE WHEN (bitAnd(object_met, 2)) <> 0 THEN 2 ELSE 0 END
        )
      )
    ) AS events_counted_bits,
    toInt64((
      bitOr(2, CASE WHEN (bitAnd(object_met, 4)) <> 0 THEN 1 ELSE 0 END)
    )) AS events_met_bits
  FROM objects_met
), events_counted_events AS (
  /* each event once, at its latest time, with the clauses that it meets */
  SELECT
    "lead_id",
    happened,
    times,
    bitAnd(bits, (
      bitOr(6, CASE WHEN happened > moment.as_of - 2592000000000 THEN 1 ELSE 0 END)
    )) AS seen
  FROM (
    SELECT
      "lead_id",
      MAX(happened) AS happened,
      CASE
        WHEN COALESCE(
          TRIM(
            translateUTF8(
              toString("event_id"),
              unhex(
                '090A0B0C0DC285C2A0E19A80E28080E28081E28082E28083E28084E28085E28086E28087E28088E28089E2808AE2808BE280A8E280A9E280AFE2819FE38080EFBBBF'
              ),
              '                          '
            )
          ) <> '',
          FALSE
        )
        THEN 1
        ELSE toInt64(COUNT(*))
      END AS times,
      groupBitOr(bits) AS bits
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
          events."lead_id" AS "lead_id",
          toUnixTimestamp64Micro(toDateTime64(events."at", 6, 'UTC')) AS happened,
          events."event_id" AS "event_id",
          events."verb" AS "verb",
          events."object" AS "object",
          bitAnd(
            (
              bitAnd(
                verb_bits.events_counted_bits,
                (
                  bitOr(
                    6,
                    CASE
                      WHEN toUnixTimestamp64Micro(toDateTime64(events."at", 6, 'UTC')) > moment.as_of - 2592000000000
                      THEN 1
                      ELSE 0
                    END
                  )
                )
              )
            ),
            COALESCE(object_bits.events_counted_bits, 4)
          ) AS able
        FROM "events" AS events
        JOIN verb_bits
          ON verb_bits.verb = events."verb"
        CROSS JOIN moment
        LEFT JOIN object_bits
          ON object_bits.object = CASE
            WHEN startsWith(events."object", '/')
            OR startsWith(events."object", 'http://')
            OR startsWith(events."object", 'https://')
            THEN substringIndex(events."object", '?', 1)
            ELSE events."object"
          END
        WHERE
          toUnixTimestamp64Micro(toDateTime64(events."at", 6, 'UTC')) <= moment.as_of
          AND (
            bitAnd(
              verb_bits.events_counted_bits,
              (
                bitOr(
                  6,
                  CASE
                    WHEN toUnixTimestamp64Micro(toDateTime64(events."at", 6, 'UTC')) > moment.as_of - 2592000000000
                    THEN 1
                    ELSE 0
                  END
                )
              )
            )
          ) <> 0
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
          TRIM(
            translateUTF8(
              toString("event_id"),
              unhex(
                '090A0B0C0DC285C2A0E19A80E28080E28081E28082E28083E28084E28085E28086E28087E28088E28089E2808AE2808BE280A8E280A9E280AFE2819FE38080EFBBBF'
              ),
              '                          '
            )
          ) <> '',
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
    toInt64(SUM(CASE WHEN (
      bitAnd(seen, 1)
    ) <> 0 THEN times ELSE 0 END)) AS count_1, /* line 9: visited pricing 2+ times in 30d: +10 */
    toInt64(SUM(CASE WHEN (
      bitAnd(seen, 6)
    ) <> 0 THEN times ELSE 0 END)) AS count_2 /* line 10: downloaded case study: +5 each, max 20 */
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
      events."lead_id" AS "lead_id",
      toUnixTimestamp64Micro(toDateTime64(events."at", 6, 'UTC')) AS happened,
      bitAnd(verb_bits.events_met_bits, COALESCE(object_bits.events_met_bits, 2)) AS able
    FROM "events" AS events
    JOIN verb_bits
      ON verb_bits.verb = events."verb"
    CROSS JOIN moment
    LEFT JOIN object_bits
      ON object_bits.object = CASE
        WHEN startsWith(events."object", '/')
        OR startsWith(events."object", 'http://')
        OR startsWith(events."object", 'https://')
        THEN substringIndex(events."object", '?', 1)
        ELSE events."object"
      END
    WHERE
      toUnixTimestamp64Micro(toDateTime64(events."at", 6, 'UTC')) <= moment.as_of
  ) AS timely
  WHERE
    able <> 0
), events_met AS (
  /* one row a lead */
  SELECT
    "lead_id",
    groupBitOr(seen) AS seen
  FROM events_met_events
  GROUP BY
    "lead_id"
), tests AS (
  /* what each rule asks, answered for each lead */
  SELECT
    lead_values.lead_id AS lead_id,
    COALESCE(
      country_name IN (
        'ameerika uhendriigid', 'ameerika ühendriigid', 'america', 'amerika birlesik devletleri',
        'amerika birleşik devletleri', 'amerika birləsmis statlari', 'amerika birləşmiş ştatları',
        'amerika qo‘shma shtatlari', 'amerika serikat', 'amerika syarikat',
        'amerikas savienotas valstis', 'amerikas savienotās valstis', 'ee. uu.', 'eeuu',
        'egyesult allamok', 'egyesült államok', 'estados unidos', 'estados unidos da america',
        'estados unidos da américa', 'estados unidos de america', 'estados unidos de américa',
        'estats units', 'etats unis', 'etats unis d''amerique', 'etats unis damerique', 'giappone',
        'hoa ky', 'hoa kỳ', 'jaapan', 'japan', 'japana', 'japani', 'japao', 'japo', 'japon',
        'japonia', 'japonija', 'japonska', 'japonsko', 'japonya', 'japán', 'japão', 'japó', 'japón',
        'japāna', 'jepang', 'jepun', 'jp', 'jpn', 'jungtines valstijos', 'jungtinės valstijos',
        'nhat ban', 'nhật bản', 'sjedinjene americke drzave', 'sjedinjene američke države',
        'spojene staty', 'spojené státy', 'spojené štáty', 'stany zjednoczone',
        'statele unite ale americii', 'stati uniti', 'stati uniti d''america',
        'stati uniti damerica', 'stati uniti d’america', 'the united states',
        'the united states of america', 'u.s.', 'u.s.a.', 'united states',
        'united states of america', 'us', 'usa', 'vereinigte staaten',
        'vereinigte staaten von amerika', 'verenigde staten', 'yaponiya', 'yhdysvallat',
        'zdruzene drzave amerike', 'združene države amerike', 'états unis',
        'états unis d''amérique', 'états unis d’amérique', 'ηνωμένεσ πολιτείεσ', 'ιαπωνία',
        'америка құрама штаттары', 'жапония', 'соединенные штаты', 'соединенные штаты америки',
        'соединённые штаты америки', 'сполучені штати', 'сша', 'съединени щати', 'сједињене државе',
        'япония', 'японія', 'јапан', 'ճապոնիա', 'միացյալ նահանգներ', 'ארצות הברית', 'יפן',
        'الولايات المتحدة', 'اليابان', 'ایالات متحده', 'جاپان', 'ریاست ہائے متحدہ امریکہ', 'ژاپن',
        'जापान', 'संयुक्त राज्य', 'জাপান', 'মার্কিন যুক্তরাষ্ট্র', 'ญี่ปุ่น', 'สหรัฐอเมริกา',
        'ამერიკის შეერთებული შტატები', 'იაპონია', 'アメリカ', 'アメリカ合衆国', '日本', '米国', '美利坚合众国', '美国',
        '美國', '미국', '미합중국', '일본'
      ),
      FALSE
    ) AS open_section_2, /* behavior counts */
    COALESCE(
      (positionUTF8(title_words, ' head of ') > 0)
      OR (positionUTF8(title_words, ' manager ') > 0),
      FALSE
    ) AS fired_1, /* line 4: title contains manager, head of: +10 */
    COALESCE(
      NOT (employees_low IS NULL)
      AND employees_low >= toDecimal128('50', 6)
      AND employees_high <= toDecimal128('500', 6),
      FALSE
    ) AS fired_2, /* line 5: employees 50-500: +10 */
    COALESCE(
      email_domain_name IN ('acme.com', 'acme.de')
      OR (
        rightUTF8(email_domain_name, 9) = '.acme.com' OR rightUTF8(email_domain_name, 8) = '.acme.de'
      ),
      FALSE
    ) AS fired_3, /* line 6: email domain in our partners: +5 */
    COALESCE(events_counted.count_1, 0) >= 2 AS fired_4, /* line 9: visited pricing 2+ times in 30d: +10 */
    COALESCE(events_counted.count_2, 0) > 0 AS fired_5, /* line 10: downloaded case study: +5 each, max 20 */
    LEAST(COALESCE(events_counted.count_2, 0) * 500, 2000) AS points_5,
    COALESCE((
      bitAnd(events_met.seen, 3)
    ) <> 0, FALSE) AS fired_6 /* line 11: * requested demo: +25, flag "ask today" */
  FROM lead_values
  CROSS JOIN moment
  LEFT JOIN events_counted
    ON toString(events_counted."lead_id") = toString(lead_values.lead_id)
  LEFT JOIN events_met
    ON toString(events_met."lead_id") = toString(lead_values.lead_id)
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
    toInt64(
      LEAST(
        CASE WHEN fired_1 THEN 1000 ELSE 0 END
        + CASE WHEN fired_2 THEN 1000 ELSE 0 END
        + CASE WHEN fired_3 THEN 500 ELSE 0 END,
        3000
      )
    ) AS section_1, /* fit */
    toInt64(
      CASE
        WHEN open_section_2
        THEN CASE WHEN fired_4 THEN 1000 ELSE 0 END
        + CASE WHEN fired_5 THEN points_5 ELSE 0 END
        + CASE WHEN fired_6 THEN 2500 ELSE 0 END
        ELSE 0
      END
    ) AS section_2 /* behavior */
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
    CAST(NULL AS Nullable(String)) AS tier,
    score_points AS displayed_points,
    CAST(NULL AS Nullable(String)) AS grade,
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
  toString(lead_id) AS lead_id,
  'Small' AS scorecard,
  'of this card' AS version,
  fromUnixTimestamp64Micro((
    SELECT
      as_of
    FROM moment
  ), 'UTC') AS as_of,
  toDecimal64(score_points, 2) / 100 AS score,
  toDecimal64(raw_points, 2) / 100 AS raw_score,
  toDecimal64(displayed_points, 2) / 100 AS displayed,
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
  CAST(NULL AS Nullable(Bool)) AS must_haves,
  CASE WHEN stage_number = 1 THEN 'Sales' END AS route,
  CAST(NULL AS Nullable(String)) AS respond_within,
  CAST(NULL AS Nullable(String)) AS notify,
  toDecimal64(section_1, 2) / 100 AS "section_fit",
  toDecimal64(section_2, 2) / 100 AS "section_behavior"
FROM staged
SETTINGS join_use_nulls = 1, prefer_column_name_to_alias = 1, output_format_decimal_trailing_zeros = 0, short_circuit_function_evaluation = 'disable', query_plan_max_optimizations_to_apply = 0
