-- scorecard: Small
-- version: of this card
-- made by leadcard; to change it, change the scorecard and compile it again
-- to score at another moment, change the instant in `moment`, the first query
WITH moment AS (
  /* as_of, in UTC microseconds */
  SELECT
    EPOCH_US(CAST(said AS TIMESTAMPTZ)) AS as_of
  FROM (
    SELECT
      '2026-11-21 12:00:00+00:00' AS said
  ) AS given
), lead_columns AS (
  /* leads with the columns that count */
  SELECT
    leads.lead_id,
    CAST(leads."country" AS TEXT) AS country_said,
    CAST(leads."title" AS TEXT) AS title_said,
    CASE
      WHEN TYPEOF(leads."employees") = 'VARCHAR'
      THEN CAST(leads."employees" AS TEXT)
      ELSE RTRIM(RTRIM(CAST(TRY_CAST(CAST(leads."employees" AS TEXT) AS DECIMAL(26, 6)) AS TEXT), '0'), '.')
    END AS employees_said,
    CASE
      WHEN CONTAINS(CAST(leads."email" AS TEXT), '@')
      THEN SPLIT_PART(CAST(leads."email" AS TEXT), '@', -1)
    END AS email_domain_said,
    CASE
      WHEN TYPEOF(leads."created") = 'TIMESTAMP WITH TIME ZONE'
      THEN CAST(TRY_CAST(leads."created" AS TIMESTAMPTZ) AT TIME ZONE 'UTC' AS TEXT) || 'Z'
      ELSE CAST(leads."created" AS TEXT)
    END AS created_said
  FROM "leads" AS leads
), lead_pieces AS (
  /* numbers without blanks, separators of thousands and currency signs, cut in two (51-200 is 51 and -200; 10001+ is 10001 and +); times cut into day, clock and zone */
  SELECT
    *,
    REGEXP_EXTRACT(
      REGEXP_REPLACE(employees_said, '[\t-\r\x85\x{200B}\x{FEFF}\p{Z},''’$€£¥₽₩₹]', '', 'g'),
      '^([+-]?[0-9]+(?:\.[0-9]+)?)(\+|[-–][+-]?[0-9]+(?:\.[0-9]+)?)?$',
      ['one', 'rest']
    ) AS employees_pieces,
    REGEXP_EXTRACT(
      created_said,
      '^[\t-\r\x85\x{200B}\x{FEFF}\p{Z}]*([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[Tt ]((?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]+)?)?) ?([Zz]|[+-](?:[01][0-9]|2[0-3])(?::?[0-5][0-9])?)?)?[\t-\r\x85\x{200B}\x{FEFF}\p{Z}]*$',
      ['day', 'clock', 'zone']
    ) AS created_pieces
  FROM lead_columns
), lead_readings AS (
  /* both ends of each number; times as UTC microseconds */
  SELECT
    *,
    TRY_CAST(STRUCT_EXTRACT(employees_pieces, 'one') AS DECIMAL(26, 6)) AS employees_one,
    CASE
      WHEN STRUCT_EXTRACT(employees_pieces, 'rest') = ''
      THEN TRY_CAST(STRUCT_EXTRACT(employees_pieces, 'one') AS DECIMAL(26, 6))
      WHEN STRUCT_EXTRACT(employees_pieces, 'rest') = '+'
      THEN CAST('99999999999999999999.999999' AS DECIMAL(26, 6))
      ELSE TRY_CAST(SUBSTRING(STRUCT_EXTRACT(employees_pieces, 'rest'), 2) AS DECIMAL(26, 6))
    END AS employees_other,
    CASE
      WHEN STRUCT_EXTRACT(created_pieces, 'clock') = ''
      THEN EPOCH_US(TRY_CAST(STRUCT_EXTRACT(created_pieces, 'day') AS TIMESTAMP))
      ELSE EPOCH_US(
        TRY_CAST((
          STRUCT_EXTRACT(created_pieces, 'day') || ' ' || REPLACE(STRUCT_EXTRACT(created_pieces, 'clock'), ',', '.') || CASE
            WHEN STRUCT_EXTRACT(created_pieces, 'zone') IN ('', 'Z', 'z')
            THEN '+00'
            ELSE STRUCT_EXTRACT(created_pieces, 'zone')
          END
        ) AS TIMESTAMPTZ)
      )
    END AS created_value
  FROM lead_pieces
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
    ANY_VALUE(country_said) AS value
  FROM lead_rows
  WHERE
    NOT country_said IS NULL
  GROUP BY
    country_said
), country_forms AS (
  /* normal forms of `country` */
  SELECT
    value,
    name AS country_name
  FROM (
    SELECT
      *,
      CASE
        WHEN REGEXP_MATCHES(folded, '[\t-\r\x85\x{200B}\x{FEFF}\p{Z}_\-]')
        THEN TRIM(REGEXP_REPLACE(folded, '[\t-\r\x85\x{200B}\x{FEFF}\p{Z}_\-]+', ' ', 'g'))
        ELSE folded
      END AS name
    FROM (
      SELECT
        value,
        CASE
          WHEN STRLEN(value) = LENGTH(value)
          THEN LOWER(value)
          ELSE TRANSLATE(LOWER(value), 'ſέίϵͅιµϖςᲀᲁᲂᲃᲄᲅᲆ', 'sέίειιμπσвдосттъ')
        END AS folded
      FROM country_values
    ) AS folded_values
  ) AS named
  WHERE
    (name <> '' OR REGEXP_MATCHES(value, '[^\t-\r\x85\x{200B}\x{FEFF}\p{Z}]'))
), title_values AS (
  /* each `title` once */
  SELECT
    ANY_VALUE(title_said) AS value
  FROM lead_rows
  WHERE
    NOT title_said IS NULL
  GROUP BY
    title_said
), title_forms AS (
  /* normal forms of `title` */
  SELECT
    value,
    ' ' || REGEXP_REPLACE(
      folded,
      '[\t-\r\x85\x{200B}\x{FEFF}\p{Z}!-\"$-/:-@\[-`{-~¡§«»¿·‐‑‒–—―‖‘-‟†‡•…‰‹›⁄−、。〈-】〔〕・！-／：-＠［-］＿｛-～،؛؟։।]+',
      ' ',
      'g'
    ) || ' ' AS title_words
  FROM (
    SELECT
      *,
      CASE
        WHEN REGEXP_MATCHES(folded, '[\t-\r\x85\x{200B}\x{FEFF}\p{Z}_\-]')
        THEN TRIM(REGEXP_REPLACE(folded, '[\t-\r\x85\x{200B}\x{FEFF}\p{Z}_\-]+', ' ', 'g'))
        ELSE folded
      END AS name
    FROM (
      SELECT
        value,
        CASE
          WHEN STRLEN(value) = LENGTH(value)
          THEN LOWER(value)
          ELSE TRANSLATE(LOWER(value), 'ſέίϵͅιµϖςᲀᲁᲂᲃᲄᲅᲆ', 'sέίειιμπσвдосттъ')
        END AS folded
      FROM title_values
    ) AS folded_values
  ) AS named
  WHERE
    (name <> '' OR REGEXP_MATCHES(value, '[^\t-\r\x85\x{200B}\x{FEFF}\p{Z}]'))
), email_domain_values AS (
  /* each `email_domain` once */
  SELECT
    ANY_VALUE(email_domain_said) AS value
  FROM lead_rows
  WHERE
    NOT email_domain_said IS NULL
  GROUP BY
    email_domain_said
), email_domain_forms AS (
  /* normal forms of `email_domain` */
  SELECT
    value,
    name AS email_domain_name
  FROM (
    SELECT
      *,
      CASE
        WHEN REGEXP_MATCHES(folded, '[\t-\r\x85\x{200B}\x{FEFF}\p{Z}_\-]')
        THEN TRIM(REGEXP_REPLACE(folded, '[\t-\r\x85\x{200B}\x{FEFF}\p{Z}_\-]+', ' ', 'g'))
        ELSE folded
      END AS name
    FROM (
      SELECT
        value,
        CASE
          WHEN STRLEN(value) = LENGTH(value)
          THEN LOWER(value)
          ELSE TRANSLATE(LOWER(value), 'ſέίϵͅιµϖςᲀᲁᲂᲃᲄᲅᲆ', 'sέίειιμπσвдосттъ')
        END AS folded
      FROM email_domain_values
    ) AS folded_values
  ) AS named
  WHERE
    (name <> '' OR REGEXP_MATCHES(value, '[^\t-\r\x85\x{200B}\x{FEFF}\p{Z}]'))
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
    ANY_VALUE(events."verb") AS verb
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
      CASE
        WHEN REGEXP_MATCHES(REPLACE(LOWER(verb), 'ſ', 's'), '[\t-\r\x85\x{200B}\x{FEFF}\p{Z}_\-]')
        THEN TRIM(REGEXP_REPLACE(REPLACE(LOWER(verb), 'ſ', 's'), '[\t-\r\x85\x{200B}\x{FEFF}\p{Z}_\-]+', ' ', 'g'))
        ELSE REPLACE(LOWER(verb), 'ſ', 's')
      END AS name
    FROM verbs
  ) AS named
), objects AS (
  /* each object once, as far as its query */
  SELECT
    ANY_VALUE(REGEXP_EXTRACT(events."object", '^(?s:(?:/|https?://)[^?]*|.*)')) AS object
  FROM "events" AS events
  JOIN verb_bits
    ON verb_bits.verb = events."verb"
  WHERE
    (verb_bits.events_counted_bits & 3) <> 0 OR (verb_bits.events_met_bits & 1) <> 0
  GROUP BY
    REGEXP_EXTRACT(events."object", '^(?s:(?:/|https?://)[^?]*|.*)')
), object_letters AS (
  /* folded */
  SELECT
    *,
    REPLACE(LOWER(object), 'ſ', 's') AS folded
  FROM objects
  WHERE
    (object ILIKE '%' || 'pricing' || '%')
    OR (object ILIKE '%' || 'tudy' || '%')
    OR (object ILIKE '%' || 'demo' || '%')
), object_kinds AS (
  /* 1 for paths and URLs */
  SELECT
    *,
    CASE
      WHEN REGEXP_MATCHES(folded, '^[\t-\r\x85\x{200B}\x{FEFF}\p{Z}]*(?:/|www\.|[^\t-\r\x85\x{200B}\x{FEFF}\p{Z}/?#]+://)')
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
      THEN REGEXP_REPLACE(folded, '(?s)^[\t-\r\x85\x{200B}\x{FEFF}\p{Z}]+|[\t-\r\x85\x{200B}\x{FEFF}\p{Z}]*$|[?#].*$', '', 'g')
      ELSE folded
    END AS address
  FROM object_kinds
), object_forms AS (
  /* in the forms that are compared */
  SELECT
    *,
    ' ' || REGEXP_REPLACE(
      folded,
      '[\t-\r\x85\x{200B}\x{FEFF}\p{Z}!-\"$-/:-@\[-`{-~¡§«»¿·‐‑‒–—―‖‘-‟†‡•…‰‹›⁄−、。〈-】〔〕・！-／：-＠［-］＿｛-～،؛؟։।]+',
      ' ',
      'g'
    ) || ' ' AS words,
    CASE
      WHEN is_path = 1
      THEN REGEXP_REPLACE(
        REGEXP_REPLACE(
          REGEXP_REPLACE(
            REGEXP_REPLACE(
              REGEXP_REPLACE(
                CASE
                  WHEN REGEXP_MATCHES(address, '^/(?:[^/]|$)')
                  THEN address
                  WHEN CONTAINS(address, '://')
                  THEN REGEXP_REPLACE(address, '(?s)^.*?://[^/]*', '', 'g')
                  ELSE REGEXP_REPLACE(address, '(?s)^(?://)?[^/]*', '', 'g')
                END,
                '[/\t-\r\x85\x{200B}\x{FEFF}\p{Z}]+$',
                '',
                'g'
              ),
              '(?s)([^/])\.(?:asp|aspx|avi|cfm|cgi|csv|doc|docx|dwg|dxf|epub|gif|htm|html|iges|igs|jpeg|jpg|jsp|md|mov|mp3|mp4|odt|pdf|php|png|ppt|pptx|shtml|step|stl|stp|svg|txt|webm|webp|xhtml|xls|xlsx|zip)$',
              '\1',
              'g'
            ),
            '[\t-\r\x85\x{200B}\x{FEFF}\p{Z}_\-]+',
            ' ',
            'g'
          ),
          ' ?/[/ ]*',
          '/',
          'g'
        ),
        '[ /]*$',
        '/',
        'g'
      )
    END AS segments
  FROM object_addresses
), objects_met AS (
  /* a bit for each question about objects */
  SELECT
    object,
    CASE
      WHEN (
        (is_path = 1 AND CONTAINS(segments, '/pricing/'))
        OR (
          NOT (is_path = 1) AND CONTAINS(words, ' pricing ')
        )
      )
      THEN 1
      ELSE 0
    END | CASE
      WHEN (
        (
          is_path = 1 AND (CONTAINS(segments, '/case study/') OR CONTAINS(segments, '/case/study/'))
        )
        OR (
          NOT (is_path = 1) AND CONTAINS(words, ' case study ')
        )
      )
      THEN 2
      ELSE 0
    END | CASE
      WHEN (
        (is_path = 1 AND CONTAINS(segments, '/demo/'))
        OR (
          NOT (is_path = 1) AND CONTAINS(words, ' demo ')
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
      CASE WHEN COALESCE(TRIM(CAST("event_id" AS TEXT)) <> '', FALSE) THEN 1 ELSE COUNT(*) END AS times,
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
          EPOCH_US(events."at") AS happened,
          events."event_id",
          events."verb",
          events."object",
          (
            verb_bits.events_counted_bits & (
              6 | CASE WHEN EPOCH_US(events."at") > moment.as_of - 2592000000000 THEN 1 ELSE 0 END
            )
          ) & COALESCE(object_bits.events_counted_bits, 4) AS able
        FROM "events" AS events
        JOIN verb_bits
          ON verb_bits.verb = events."verb"
        CROSS JOIN moment
        LEFT JOIN object_bits
          ON object_bits.object = REGEXP_EXTRACT(events."object", '^(?s:(?:/|https?://)[^?]*|.*)')
        WHERE
          EPOCH_US(events."at") <= moment.as_of
      ) AS timely
      WHERE
        able <> 0
    ) AS heard
    GROUP BY
      "lead_id",
      "event_id",
      "verb",
      "object",
      CASE WHEN COALESCE(TRIM(CAST("event_id" AS TEXT)) <> '', FALSE) THEN NULL ELSE heard.happened END
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
      EPOCH_US(events."at") AS happened,
      verb_bits.events_met_bits & COALESCE(object_bits.events_met_bits, 2) AS able
    FROM "events" AS events
    JOIN verb_bits
      ON verb_bits.verb = events."verb"
    CROSS JOIN moment
    LEFT JOIN object_bits
      ON object_bits.object = REGEXP_EXTRACT(events."object", '^(?s:(?:/|https?://)[^?]*|.*)')
    WHERE
      EPOCH_US(events."at") <= moment.as_of
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
    COALESCE(CONTAINS(title_words, ' head of ') OR CONTAINS(title_words, ' manager '), FALSE) AS fired_1, /* line 4: title contains manager, head of: +10 */
    COALESCE(NOT employees_low IS NULL AND employees_low >= 50 AND employees_high <= 500, FALSE) AS fired_2, /* line 5: employees 50-500: +10 */
    COALESCE(
      email_domain_name IN ('acme.com', 'acme.de')
      OR (SUFFIX(email_domain_name, '.acme.com') OR SUFFIX(email_domain_name, '.acme.de')),
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
    ON CAST(events_counted."lead_id" AS TEXT) = CAST(lead_values.lead_id AS TEXT)
  LEFT JOIN events_met
    ON CAST(events_met."lead_id" AS TEXT) = CAST(lead_values.lead_id AS TEXT)
), fired AS (
  /* rules of sections that count for the lead */
  SELECT
    *
    REPLACE (fired_4 AND open_section_2 AS fired_4, fired_5 AND open_section_2 AS fired_5, fired_6 AND open_section_2 AS fired_6)
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
    CAST(NULL AS TEXT) AS tier,
    score_points AS displayed_points,
    CAST(NULL AS TEXT) AS grade,
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
  CAST(lead_id AS TEXT) AS lead_id,
  'Small' AS scorecard,
  'of this card' AS version,
  MAKE_TIMESTAMP(CAST((
    SELECT
      as_of
    FROM moment
  ) AS BIGINT)) AS as_of,
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
  CAST(NULL AS TEXT) AS respond_within,
  CAST(NULL AS TEXT) AS notify,
  CAST(section_1 AS DECIMAL(15, 0)) * 0.01 AS "section_fit",
  CAST(section_2 AS DECIMAL(15, 0)) * 0.01 AS "section_behavior"
FROM staged
