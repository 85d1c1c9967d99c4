-- scorecard: Small
-- version: of this card
-- made by leadcard; to change it, change the scorecard and compile it again
-- to score at another moment, change the instant in `moment`, the first query
WITH moment AS (
  /* as_of, in UTC microseconds */
  SELECT
    DATEDIFF_BIG(
      MICROSECOND,
      CAST('1970-01-01' AS DATETIME2),
      CAST(SWITCHOFFSET(CAST(said AS DATETIMEOFFSET(6)), '+00:00') AS DATETIME2)
    ) AS as_of
  FROM (
    SELECT
      '2026-11-21 12:00:00+00:00' AS said
  ) AS given
), lead_columns AS (
  /* leads with the columns that count */
  SELECT
    CAST(leads.lead_id AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2 AS [lead_id],
    CAST(leads.[country] AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2 AS country_said,
    CAST(leads.[title] AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2 AS title_said,
    CASE
      WHEN CAST(SQL_VARIANT_PROPERTY(leads.[employees], 'BaseType') AS VARCHAR(30)) IN ('varchar', 'nvarchar', 'char', 'nchar')
      THEN CAST(leads.[employees] AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2
      ELSE REPLACE(
        RTRIM(
          REPLACE(
            REPLACE(
              RTRIM(REPLACE(CAST(TRY_CAST(leads.[employees] AS NUMERIC(26, 6)) AS NVARCHAR(40)), '0', ' ')),
              ' ',
              '0'
            ),
            '.',
            ' '
          )
        ),
        ' ',
        '.'
      )
    END AS employees_said,
    CASE
      WHEN (
        CHARINDEX('@', (CAST(leads.[email] AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2)) > 0
      )
      THEN REVERSE(
        LEFT(
          REVERSE((CAST(leads.[email] AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2)),
          CHARINDEX('@', REVERSE((
            CAST(leads.[email] AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2
          )) + '@') - 1
        )
      )
    END AS email_domain_said,
    CONVERT(NVARCHAR(4000), leads.[created], 126) COLLATE Latin1_General_100_BIN2 AS created_said
  FROM [leads] AS leads
), lead_bare AS (
  /* numbers without blanks, separators of thousands and currency signs; times trimmed */
  SELECT
    *,
    REPLACE(
      TRANSLATE(
        employees_said,
        (
          NCHAR(9) + NCHAR(10) + NCHAR(11) + NCHAR(12) + NCHAR(13) + NCHAR(133) + NCHAR(160) + NCHAR(5760) + NCHAR(8192) + NCHAR(8193) + NCHAR(8194) + NCHAR(8195) + NCHAR(8196) + NCHAR(8197) + NCHAR(8198) + NCHAR(8199) + NCHAR(8200) + NCHAR(8201) + NCHAR(8202) + NCHAR(8203) + NCHAR(8232) + NCHAR(8233) + NCHAR(8239) + NCHAR(8287) + NCHAR(12288) + NCHAR(65279) + N',''’$€£¥₽₩₹'
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
            LTRIM(
              RTRIM(
                TRANSLATE(
                  created_said,
                  (
                    NCHAR(9) + NCHAR(10) + NCHAR(11) + NCHAR(12) + NCHAR(13) + NCHAR(133) + NCHAR(160) + NCHAR(5760) + NCHAR(8192) + NCHAR(8193) + NCHAR(8194) + NCHAR(8195) + NCHAR(8196) + NCHAR(8197) + NCHAR(8198) + NCHAR(8199) + NCHAR(8200) + NCHAR(8201) + NCHAR(8202) + NCHAR(8203) + NCHAR(8232) + NCHAR(8233) + NCHAR(8239) + NCHAR(8287) + NCHAR(12288) + NCHAR(65279)
                  ),
                  '                          '
                )
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
    LEFT(
      employees_bare,
      CHARINDEX('-', (
        REPLACE(REPLACE(SUBSTRING(employees_bare, 2, 4000), '+', '-'), N'–', '-') + '-'
      ))
    ) AS employees_first,
    SUBSTRING(
      employees_bare,
      (
        CHARINDEX('-', (
          REPLACE(REPLACE(SUBSTRING(employees_bare, 2, 4000), '+', '-'), N'–', '-') + '-'
        )) + 1
      ),
      4000
    ) AS employees_rest,
    SUBSTRING(created_bare, 1, 10) AS created_day,
    LEFT(
      SUBSTRING(created_bare, 11, 4000),
      (
        CHARINDEX(
          '+',
          (
            REPLACE(REPLACE(REPLACE(SUBSTRING(created_bare, 11, 4000), 'Z', '+'), 'z', '+'), '-', '+') + '+'
          )
        ) - 1
      )
    ) AS created_clock,
    SUBSTRING(
      SUBSTRING(created_bare, 11, 4000),
      CHARINDEX(
        '+',
        (
          REPLACE(REPLACE(REPLACE(SUBSTRING(created_bare, 11, 4000), 'Z', '+'), 'z', '+'), '-', '+') + '+'
        )
      ),
      4000
    ) AS created_offset
  FROM lead_bare
), lead_days AS (
  /* which days the calendar has */
  SELECT
    *,
    CASE
      WHEN TRANSLATE(created_day, '123456789', '000000000') = '0000-00-00'
      AND SUBSTRING(created_day, 1, 4) <> '0000'
      AND SUBSTRING(created_day, 6, 2) >= '01'
      AND SUBSTRING(created_day, 6, 2) <= '12'
      AND SUBSTRING(created_day, 9, 2) >= '01'
      AND (
        SUBSTRING(created_day, 9, 2) <= '28'
        OR (SUBSTRING(created_day, 9, 2) IN ('29', '30') AND SUBSTRING(created_day, 6, 2) <> '02')
        OR (
          SUBSTRING(created_day, 9, 2) = '31'
          AND SUBSTRING(created_day, 6, 2) IN ('01', '03', '05', '07', '08', '10', '12')
        )
        OR (
          SUBSTRING(created_day, 9, 2) = '29'
          AND CASE
            WHEN SUBSTRING(created_day, 3, 2) = '00'
            THEN SUBSTRING(created_day, 1, 2)
            ELSE SUBSTRING(created_day, 3, 2)
          END IN (
            '00', '04', '08', '12', '16', '20', '24', '28', '32', '36', '40', '44', '48', '52',
            '56', '60', '64', '68', '72', '76', '80', '84', '88', '92', '96'
          )
        )
      )
      THEN 1
      WHEN NOT (
        TRANSLATE(created_day, '123456789', '000000000') = '0000-00-00'
        AND SUBSTRING(created_day, 1, 4) <> '0000'
        AND SUBSTRING(created_day, 6, 2) >= '01'
        AND SUBSTRING(created_day, 6, 2) <= '12'
        AND SUBSTRING(created_day, 9, 2) >= '01'
        AND (
          SUBSTRING(created_day, 9, 2) <= '28'
          OR (SUBSTRING(created_day, 9, 2) IN ('29', '30') AND SUBSTRING(created_day, 6, 2) <> '02')
          OR (
            SUBSTRING(created_day, 9, 2) = '31'
            AND SUBSTRING(created_day, 6, 2) IN ('01', '03', '05', '07', '08', '10', '12')
          )
          OR (
            SUBSTRING(created_day, 9, 2) = '29'
            AND CASE
              WHEN SUBSTRING(created_day, 3, 2) = '00'
              THEN SUBSTRING(created_day, 1, 2)
              ELSE SUBSTRING(created_day, 3, 2)
            END IN (
              '00', '04', '08', '12', '16', '20', '24', '28', '32', '36', '40', '44', '48', '52',
              '56', '60', '64', '68', '72', '76', '80', '84', '88', '92', '96'
            )
          )
        )
      )
      THEN 0
    END AS created_is_day
  FROM lead_pieces
), lead_readings AS (
  /* both ends of each number; times as UTC microseconds */
  SELECT
    *,
    CASE
      WHEN (
        NOT employees_first LIKE '%[^0-9.+-]%'
        AND NOT SUBSTRING(employees_first, 2, 4000) LIKE '%[+-]%'
        AND NOT employees_first LIKE '%.%.%'
        AND employees_first LIKE '%[0-9]'
        AND (employees_first LIKE '[0-9]%' OR employees_first LIKE '[+-][0-9]%')
      )
      THEN TRY_CAST(employees_first AS NUMERIC(26, 6))
    END AS employees_one,
    CASE
      WHEN employees_rest = ''
      THEN CASE
        WHEN (
          NOT employees_first LIKE '%[^0-9.+-]%'
          AND NOT SUBSTRING(employees_first, 2, 4000) LIKE '%[+-]%'
          AND NOT employees_first LIKE '%.%.%'
          AND employees_first LIKE '%[0-9]'
          AND (employees_first LIKE '[0-9]%' OR employees_first LIKE '[+-][0-9]%')
        )
        THEN TRY_CAST(employees_first AS NUMERIC(26, 6))
      END
      WHEN employees_rest = '+'
      THEN 99999999999999999999.999999
      ELSE CASE
        WHEN (
          NOT SUBSTRING(employees_rest, 2, 4000) LIKE '%[^0-9.+-]%'
          AND NOT SUBSTRING(SUBSTRING(employees_rest, 2, 4000), 2, 4000) LIKE '%[+-]%'
          AND NOT SUBSTRING(employees_rest, 2, 4000) LIKE '%.%.%'
          AND SUBSTRING(employees_rest, 2, 4000) LIKE '%[0-9]'
          AND (
            SUBSTRING(employees_rest, 2, 4000) LIKE '[0-9]%'
            OR SUBSTRING(employees_rest, 2, 4000) LIKE '[+-][0-9]%'
          )
        )
        THEN TRY_CAST(SUBSTRING(employees_rest, 2, 4000) AS NUMERIC(26, 6))
      END
    END AS employees_other,
    CASE
      WHEN created_clock = '' AND created_offset = '' AND created_is_day = 1
      THEN CAST(DATEDIFF(DAY, CAST('1970-01-01' AS DATETIME2), CAST(CAST(created_day AS DATE) AS DATETIME2)) AS BIGINT) * CAST(86400000000 AS BIGINT)
      WHEN created_is_day = 1
      AND (
        TRANSLATE(REPLACE(REPLACE(SUBSTRING(created_clock, 1, 6), ' ', 'T'), 't', 'T'), '123456789', '000000000') = 'T00:00'
        AND (
          SUBSTRING(created_clock, 7, 4000) = ''
          OR (
            TRANSLATE(SUBSTRING(created_clock, 7, 3), '123456789', '000000000') = ':00'
            AND (
              SUBSTRING(created_clock, 10, 4000) = ''
              OR (
                SUBSTRING(created_clock, 10, 1) IN ('.', ',')
                AND (
                  NOT ('0.' + SUBSTRING(created_clock, 11, 4000)) LIKE '%[^0-9.+-]%'
                  AND NOT SUBSTRING((
                    '0.' + SUBSTRING(created_clock, 11, 4000)
                  ), 2, 4000) LIKE '%[+-]%'
                  AND NOT ('0.' + SUBSTRING(created_clock, 11, 4000)) LIKE '%.%.%'
                  AND ('0.' + SUBSTRING(created_clock, 11, 4000)) LIKE '%[0-9]'
                  AND (
                    ('0.' + SUBSTRING(created_clock, 11, 4000)) LIKE '[0-9]%'
                    OR ('0.' + SUBSTRING(created_clock, 11, 4000)) LIKE '[+-][0-9]%'
                  )
                )
              )
            )
          )
        )
        AND TRANSLATE(REPLACE(REPLACE(created_offset, 'z', 'Z'), '-', '+'), '123456789', '000000000') IN ('', 'Z', '+00', '+0000', '+00:00')
        AND SUBSTRING(created_clock, 2, 2) <= '23'
        AND SUBSTRING(created_clock, 5, 2) <= '59'
        AND SUBSTRING(created_clock, 8, 2) <= '59'
        AND SUBSTRING(REPLACE(created_offset, ':', ''), 2, 2) <= '23'
        AND SUBSTRING(REPLACE(created_offset, ':', ''), 4, 2) <= '59'
      )
      THEN CAST(DATEDIFF(DAY, CAST('1970-01-01' AS DATETIME2), CAST(CAST(created_day AS DATE) AS DATETIME2)) AS BIGINT) * CAST(86400000000 AS BIGINT) + CAST((
        '0' + SUBSTRING(created_clock, 2, 2)
      ) AS BIGINT) * CAST(3600000000 AS BIGINT) + CAST((
        '0' + SUBSTRING(created_clock, 5, 2)
      ) AS BIGINT) * 60000000 + CAST((
        '0' + SUBSTRING(created_clock, 8, 2)
      ) AS BIGINT) * 1000000 + CAST(SUBSTRING((
        SUBSTRING(created_clock, 11, 6) + '000000'
      ), 1, 6) AS BIGINT) + CASE
        WHEN SUBSTRING(created_offset, 1, 1) = '-'
        THEN CAST((
          '0' + SUBSTRING(REPLACE(created_offset, ':', ''), 2, 2)
        ) AS BIGINT) * CAST(3600000000 AS BIGINT) + CAST((
          '0' + SUBSTRING(REPLACE(created_offset, ':', ''), 4, 2)
        ) AS BIGINT) * 60000000
        ELSE -(
          CAST((
            '0' + SUBSTRING(REPLACE(created_offset, ':', ''), 2, 2)
          ) AS BIGINT) * CAST(3600000000 AS BIGINT) + CAST((
            '0' + SUBSTRING(REPLACE(created_offset, ':', ''), 4, 2)
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
    LTRIM(
      RTRIM(
        REPLACE(
          REPLACE(
            REPLACE(REPLACE(REPLACE(folded, '-', ' '), '_', ' '), ' ', (NCHAR(9) + NCHAR(10))),
            (NCHAR(10) + NCHAR(9)),
            ''
          ),
          (NCHAR(9) + NCHAR(10)),
          ' '
        )
      )
    ) AS name
  FROM (
    SELECT
      value AS value,
      TRANSLATE(
        value,
        (
          N'ABCDEFGHIİJKKLMNOPQRSſTUVWXYZÁÃÉÓÜĀČĖŞŠŽƏΈΈΊΊΑΕϵῌΙιΛµΜΝΟΠϖΣςΤΩΩАВᲀДᲁЕЖИКЛМНОᲂПРСᲃТᲄᲅУЧШЩЪᲆЫЯЁІЈЊҚҰԱԳԵԻԼՀՃՄՅՆՈՊՐՑᲐᲑᲔᲗᲘᲙᲚᲛᲜᲝᲞᲠᲡᲢᲣᲨẢẬỲ' + NCHAR(9) + NCHAR(10) + NCHAR(11) + NCHAR(12) + NCHAR(13) + NCHAR(133) + NCHAR(160) + NCHAR(5760) + NCHAR(8192) + NCHAR(8193) + NCHAR(8194) + NCHAR(8195) + NCHAR(8196) + NCHAR(8197) + NCHAR(8198) + NCHAR(8199) + NCHAR(8200) + NCHAR(8201) + NCHAR(8202) + NCHAR(8203) + NCHAR(8232) + NCHAR(8233) + NCHAR(8239) + NCHAR(8287) + NCHAR(12288) + NCHAR(65279)
        ),
        N'abcdefghiijkklmnopqrsstuvwxyzáãéóüāčėşšžəέέίίαεεηιιιλμμνοππσστωωаввддежиклмноопрсстттучшщъъыяёіјњқұագեիլհճմյնոպրցაბეთიკლმნოპრსტუშảậỳ                          '
      ) AS folded
    FROM country_values
  ) AS folded_values
), country_forms AS (
  /* normal forms of `country` */
  SELECT
    value AS value,
    name AS country_name
  FROM country_names
  WHERE
    (
      name <> ''
      OR LTRIM(
        RTRIM(
          TRANSLATE(
            value,
            (
              NCHAR(9) + NCHAR(10) + NCHAR(11) + NCHAR(12) + NCHAR(13) + NCHAR(133) + NCHAR(160) + NCHAR(5760) + NCHAR(8192) + NCHAR(8193) + NCHAR(8194) + NCHAR(8195) + NCHAR(8196) + NCHAR(8197) + NCHAR(8198) + NCHAR(8199) + NCHAR(8200) + NCHAR(8201) + NCHAR(8202) + NCHAR(8203) + NCHAR(8232) + NCHAR(8233) + NCHAR(8239) + NCHAR(8287) + NCHAR(12288) + NCHAR(65279)
            ),
            '                          '
          )
        )
      ) <> ''
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
    LTRIM(
      RTRIM(
        REPLACE(
          REPLACE(
            REPLACE(REPLACE(REPLACE(folded, '-', ' '), '_', ' '), ' ', (NCHAR(9) + NCHAR(10))),
            (NCHAR(10) + NCHAR(9)),
            ''
          ),
          (NCHAR(9) + NCHAR(10)),
          ' '
        )
      )
    ) AS name
  FROM (
    SELECT
      value AS value,
      TRANSLATE(
        value,
        (
          N'ABCDEFGHIİJKKLMNOPQRSſTUVWXYZÁÃÉÓÜĀČĖŞŠŽƏΈΈΊΊΑΕϵῌΙιΛµΜΝΟΠϖΣςΤΩΩАВᲀДᲁЕЖИКЛМНОᲂПРСᲃТᲄᲅУЧШЩЪᲆЫЯЁІЈЊҚҰԱԳԵԻԼՀՃՄՅՆՈՊՐՑᲐᲑᲔᲗᲘᲙᲚᲛᲜᲝᲞᲠᲡᲢᲣᲨẢẬỲ' + NCHAR(9) + NCHAR(10) + NCHAR(11) + NCHAR(12) + NCHAR(13) + NCHAR(133) + NCHAR(160) + NCHAR(5760) + NCHAR(8192) + NCHAR(8193) + NCHAR(8194) + NCHAR(8195) + NCHAR(8196) + NCHAR(8197) + NCHAR(8198) + NCHAR(8199) + NCHAR(8200) + NCHAR(8201) + NCHAR(8202) + NCHAR(8203) + NCHAR(8232) + NCHAR(8233) + NCHAR(8239) + NCHAR(8287) + NCHAR(12288) + NCHAR(65279)
        ),
        N'abcdefghiijkklmnopqrsstuvwxyzáãéóüāčėşšžəέέίίαεεηιιιλμμνοππσστωωаввддежиклмноопрсстттучшщъъыяёіјњқұագեիլհճմյնոպրցაბეთიკლმნოპრსტუშảậỳ                          '
      ) AS folded
    FROM title_values
  ) AS folded_values
), title_forms AS (
  /* normal forms of `title` */
  SELECT
    value AS value,
    REPLACE(
      REPLACE(
        REPLACE(
          (
            ' ' + TRANSLATE(
              folded,
              N'!"$%&''()*+,-./:;<=>?@[\]^_`{|}~¡§«»¿·‐‑‒–—―‖‘’‚‛“”„‟†‡•…‰‹›⁄−、。〈〉《》「」『』【】〔〕・！＂＃＄％＆＇（）＊＋，－．／：；＜＝＞？＠［＼］＿｛｜｝～،؛؟։।',
              '                                                                                                               '
            ) + ' '
          ),
          ' ',
          (NCHAR(9) + NCHAR(10))
        ),
        (NCHAR(10) + NCHAR(9)),
        ''
      ),
      (NCHAR(9) + NCHAR(10)),
      ' '
    ) AS title_words
  FROM title_names
  WHERE
    (
      name <> ''
      OR LTRIM(
        RTRIM(
          TRANSLATE(
            value,
            (
              NCHAR(9) + NCHAR(10) + NCHAR(11) + NCHAR(12) + NCHAR(13) + NCHAR(133) + NCHAR(160) + NCHAR(5760) + NCHAR(8192) + NCHAR(8193) + NCHAR(8194) + NCHAR(8195) + NCHAR(8196) + NCHAR(8197) + NCHAR(8198) + NCHAR(8199) + NCHAR(8200) + NCHAR(8201) + NCHAR(8202) + NCHAR(8203) + NCHAR(8232) + NCHAR(8233) + NCHAR(8239) + NCHAR(8287) + NCHAR(12288) + NCHAR(65279)
            ),
            '                          '
          )
        )
      ) <> ''
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
    LTRIM(
      RTRIM(
        REPLACE(
          REPLACE(
            REPLACE(REPLACE(REPLACE(folded, '-', ' '), '_', ' '), ' ', (NCHAR(9) + NCHAR(10))),
            (NCHAR(10) + NCHAR(9)),
            ''
          ),
          (NCHAR(9) + NCHAR(10)),
          ' '
        )
      )
    ) AS name
  FROM (
    SELECT
      value AS value,
      TRANSLATE(
        value,
        (
          N'ABCDEFGHIİJKKLMNOPQRSſTUVWXYZÁÃÉÓÜĀČĖŞŠŽƏΈΈΊΊΑΕϵῌΙιΛµΜΝΟΠϖΣςΤΩΩАВᲀДᲁЕЖИКЛМНОᲂПРСᲃТᲄᲅУЧШЩЪᲆЫЯЁІЈЊҚҰԱԳԵԻԼՀՃՄՅՆՈՊՐՑᲐᲑᲔᲗᲘᲙᲚᲛᲜᲝᲞᲠᲡᲢᲣᲨẢẬỲ' + NCHAR(9) + NCHAR(10) + NCHAR(11) + NCHAR(12) + NCHAR(13) + NCHAR(133) + NCHAR(160) + NCHAR(5760) + NCHAR(8192) + NCHAR(8193) + NCHAR(8194) + NCHAR(8195) + NCHAR(8196) + NCHAR(8197) + NCHAR(8198) + NCHAR(8199) + NCHAR(8200) + NCHAR(8201) + NCHAR(8202) + NCHAR(8203) + NCHAR(8232) + NCHAR(8233) + NCHAR(8239) + NCHAR(8287) + NCHAR(12288) + NCHAR(65279)
        ),
        N'abcdefghiijkklmnopqrsstuvwxyzáãéóüāčėşšžəέέίίαεεηιιιλμμνοππσστωωаввддежиклмноопрсстттучшщъъыяёіјњқұագեիլհճմյնոպրցაბეთიკლმნოპრსტუშảậỳ                          '
      ) AS folded
    FROM email_domain_values
  ) AS folded_values
), email_domain_forms AS (
  /* normal forms of `email_domain` */
  SELECT
    value AS value,
    name AS email_domain_name
  FROM email_domain_names
  WHERE
    (
      name <> ''
      OR LTRIM(
        RTRIM(
          TRANSLATE(
            value,
            (
              NCHAR(9) + NCHAR(10) + NCHAR(11) + NCHAR(12) + NCHAR(13) + NCHAR(133) + NCHAR(160) + NCHAR(5760) + NCHAR(8192) + NCHAR(8193) + NCHAR(8194) + NCHAR(8195) + NCHAR(8196) + NCHAR(8197) + NCHAR(8198) + NCHAR(8199) + NCHAR(8200) + NCHAR(8201) + NCHAR(8202) + NCHAR(8203) + NCHAR(8232) + NCHAR(8233) + NCHAR(8239) + NCHAR(8287) + NCHAR(12288) + NCHAR(65279)
            ),
            '                          '
          )
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
    CAST(events.[verb] AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2 AS verb
  FROM [events] AS events
  GROUP BY
    CAST(events.[verb] AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2
), verb_bits AS (
  /* a bit for each event clause: here for the verb, further on for window and object */
  SELECT
    verb AS verb,
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
      verb AS verb,
      LTRIM(
        RTRIM(
          REPLACE(
            REPLACE(
              REPLACE(
                REPLACE(
                  REPLACE(
                    TRANSLATE(
                      verb,
                      (
                        N'ABCDEFGHIİKKLMNOPQRSſTUVWY' + NCHAR(9) + NCHAR(10) + NCHAR(11) + NCHAR(12) + NCHAR(13) + NCHAR(133) + NCHAR(160) + NCHAR(5760) + NCHAR(8192) + NCHAR(8193) + NCHAR(8194) + NCHAR(8195) + NCHAR(8196) + NCHAR(8197) + NCHAR(8198) + NCHAR(8199) + NCHAR(8200) + NCHAR(8201) + NCHAR(8202) + NCHAR(8203) + NCHAR(8232) + NCHAR(8233) + NCHAR(8239) + NCHAR(8287) + NCHAR(12288) + NCHAR(65279)
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
                (NCHAR(9) + NCHAR(10))
              ),
              (NCHAR(10) + NCHAR(9)),
              ''
            ),
            (NCHAR(9) + NCHAR(10)),
            ' '
          )
        )
      ) AS name
    FROM verbs
  ) AS named
), objects AS (
  /* each object once */
  SELECT
    CAST(events.[object] AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2 AS object
  FROM [events] AS events
  JOIN verb_bits
    ON verb_bits.verb = CAST(events.[verb] AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2
  WHERE
    (verb_bits.events_counted_bits & 3) <> 0 OR (verb_bits.events_met_bits & 1) <> 0
  GROUP BY
    CAST(events.[object] AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2
), object_letters AS (
  /* folded, with spaces for blanks */
  SELECT
    *,
    TRANSLATE(
      object,
      (
        N'ABCDEFGHIİJLMNOPRSſTUVWXYZ' + NCHAR(9) + NCHAR(10) + NCHAR(11) + NCHAR(12) + NCHAR(13) + NCHAR(133) + NCHAR(160) + NCHAR(5760) + NCHAR(8192) + NCHAR(8193) + NCHAR(8194) + NCHAR(8195) + NCHAR(8196) + NCHAR(8197) + NCHAR(8198) + NCHAR(8199) + NCHAR(8200) + NCHAR(8201) + NCHAR(8202) + NCHAR(8203) + NCHAR(8232) + NCHAR(8233) + NCHAR(8239) + NCHAR(8287) + NCHAR(12288) + NCHAR(65279)
      ),
      'abcdefghiijlmnoprsstuvwxyz                          '
    ) AS folded
  FROM objects
), object_kinds AS (
  /* 1 for paths and URLs */
  SELECT
    *,
    CASE
      WHEN (CHARINDEX('/', LTRIM(RTRIM(folded))) = 1)
      OR (CHARINDEX('www.', LTRIM(RTRIM(folded))) = 1)
      OR (
        CHARINDEX('://', LTRIM(RTRIM(folded))) >= 2
        AND CHARINDEX(' ', LEFT(LTRIM(RTRIM(folded)), CHARINDEX('://', LTRIM(RTRIM(folded))))) = 0
        AND CHARINDEX('/', LEFT(LTRIM(RTRIM(folded)), CHARINDEX('://', LTRIM(RTRIM(folded))))) = 0
        AND CHARINDEX('?', LEFT(LTRIM(RTRIM(folded)), CHARINDEX('://', LTRIM(RTRIM(folded))))) = 0
        AND CHARINDEX('#', LEFT(LTRIM(RTRIM(folded)), CHARINDEX('://', LTRIM(RTRIM(folded))))) = 0
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
        LEFT(LTRIM(RTRIM(folded)), (
          CHARINDEX('?', (LTRIM(RTRIM(folded)) + '?')) - 1
        )),
        (
          CHARINDEX(
            '#',
            (
              LEFT(LTRIM(RTRIM(folded)), (
                CHARINDEX('?', (LTRIM(RTRIM(folded)) + '?')) - 1
              )) + '#'
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
        WHEN (CHARINDEX('/', address) = 1) AND NOT (CHARINDEX('//', address) = 1)
        THEN address
        ELSE NCHAR(10) + CASE
          WHEN (CHARINDEX('://', address) > 0)
          THEN SUBSTRING(address, (CHARINDEX('://', address) + 3), 4000)
          WHEN (CHARINDEX('//', address) = 1)
          THEN SUBSTRING(address, 3, 4000)
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
      WHEN (CHARINDEX('/', tail) = 1)
      THEN tail
      ELSE SUBSTRING(tail, CHARINDEX('/', (tail + '/')), 4000)
    END AS path
  FROM object_tails
), object_stems AS (
  /* without slashes at the end */
  SELECT
    *,
    LEFT(path, (LEN(RTRIM(REPLACE(path, '/', ' ')) + '|') - 1)) AS stem
  FROM object_paths
), object_pages AS (
  /* without endings */
  SELECT
    *,
    CASE
      WHEN RIGHT(stem, 3) = '.md' AND NOT (CHARINDEX('/', RIGHT(stem, 4)) = 1)
      THEN LEFT(stem, (
        (LEN(stem + '|') - 1) - 3
      ))
      WHEN RIGHT(stem, 4) IN (
        '.asp', '.avi', '.cfm', '.cgi', '.csv', '.doc', '.dwg', '.dxf', '.gif', '.htm', '.igs',
        '.jpg', '.jsp', '.mov', '.mp3', '.mp4', '.odt', '.pdf', '.php', '.png', '.ppt', '.stl',
        '.stp', '.svg', '.txt', '.xls', '.zip'
      )
      AND NOT (CHARINDEX('/', RIGHT(stem, 5)) = 1)
      THEN LEFT(stem, (
        (LEN(stem + '|') - 1) - 4
      ))
      WHEN RIGHT(stem, 5) IN (
        '.aspx', '.docx', '.epub', '.html', '.iges', '.jpeg', '.pptx', '.step', '.webm', '.webp',
        '.xlsx'
      )
      AND NOT (CHARINDEX('/', RIGHT(stem, 6)) = 1)
      THEN LEFT(stem, (
        (LEN(stem + '|') - 1) - 5
      ))
      WHEN RIGHT(stem, 6) IN ('.shtml', '.xhtml') AND NOT (CHARINDEX('/', RIGHT(stem, 7)) = 1)
      THEN LEFT(stem, (
        (LEN(stem + '|') - 1) - 6
      ))
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
            ' ' + TRANSLATE(
              folded,
              N'!"$%&''()*+,-./:;<=>?@[\]^_`{|}~¡§«»¿·‐‑‒–—―‖‘’‚‛“”„‟†‡•…‰‹›⁄−、。〈〉《》「」『』【】〔〕・！＂＃＄％＆＇（）＊＋，－．／：；＜＝＞？＠［＼］＿｛｜｝～،؛؟։।',
              '                                                                                                               '
            ) + ' '
          ),
          ' ',
          (NCHAR(9) + NCHAR(10))
        ),
        (NCHAR(10) + NCHAR(9)),
        ''
      ),
      (NCHAR(9) + NCHAR(10)),
      ' '
    ) AS words,
    REPLACE(
      REPLACE(
        REPLACE(
          REPLACE(
            REPLACE(
              REPLACE(
                REPLACE(
                  REPLACE(REPLACE(REPLACE(('/' + page + '/'), '-', ' '), '_', ' '), ' ', (
                    NCHAR(9) + NCHAR(10)
                  )),
                  (NCHAR(10) + NCHAR(9)),
                  ''
                ),
                (NCHAR(9) + NCHAR(10)),
                ' '
              ),
              ' /',
              '/'
            ),
            '/ ',
            '/'
          ),
          '/',
          (NCHAR(9) + NCHAR(10))
        ),
        (NCHAR(10) + NCHAR(9)),
        ''
      ),
      (NCHAR(9) + NCHAR(10)),
      '/'
    ) AS segments
  FROM object_pages
), objects_met AS (
  /* a bit for each question about objects */
  SELECT
    object AS object,
    CASE
      WHEN (
        (
          is_path = 1 AND (CHARINDEX('/pricing/', segments) > 0)
        )
        OR (
          NOT (is_path = 1) AND (CHARINDEX(' pricing ', words) > 0)
        )
      )
      THEN 1
      ELSE 0
    END | CASE
      WHEN (
        (
          is_path = 1
          AND (
            (CHARINDEX('/case study/', segments) > 0) OR (CHARINDEX('/case/study/', segments) > 0)
          )
        )
        OR (
          NOT (is_path = 1) AND (CHARINDEX(' case study ', words) > 0)
        )
      )
      THEN 2
      ELSE 0
    END | CASE
      WHEN (
        (
          is_path = 1 AND (CHARINDEX('/demo/', segments) > 0)
        )
        OR (
          NOT (is_path = 1) AND (CHARINDEX(' demo ', words) > 0)
        )
      )
      THEN 4
      ELSE 0
    END AS object_met
  FROM object_forms
), object_bits AS (
  /* the bits of event clauses that an object leaves on */
  SELECT
    object AS object,
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
    [lead_id] AS [lead_id],
    happened AS happened,
    times AS times,
    bits & (
      6 | CASE WHEN happened > moment.as_of - CAST(2592000000000 AS BIGINT) THEN 1 ELSE 0 END
    ) AS seen
  FROM (
    SELECT
      [lead_id] AS [lead_id],
      MAX(happened) AS happened,
      CASE
        WHEN COALESCE(
          CASE
            WHEN LTRIM(
              RTRIM(
                TRANSLATE(
                  (CAST([event_id] AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2),
                  (
                    NCHAR(9) + NCHAR(10) + NCHAR(11) + NCHAR(12) + NCHAR(13) + NCHAR(133) + NCHAR(160) + NCHAR(5760) + NCHAR(8192) + NCHAR(8193) + NCHAR(8194) + NCHAR(8195) + NCHAR(8196) + NCHAR(8197) + NCHAR(8198) + NCHAR(8199) + NCHAR(8200) + NCHAR(8201) + NCHAR(8202) + NCHAR(8203) + NCHAR(8232) + NCHAR(8233) + NCHAR(8239) + NCHAR(8287) + NCHAR(12288) + NCHAR(65279)
                  ),
                  '                          '
                )
              )
            ) <> ''
            THEN 1
            ELSE 0
          END,
          0
        ) = 1
        THEN 1
        ELSE COUNT(*)
      END AS times,
      MAX(bits & 1) | MAX(bits & 2) | MAX(bits & 4) AS bits
    FROM (
      SELECT
        [lead_id] AS [lead_id],
        happened AS happened,
        [event_id] AS [event_id],
        [verb] AS [verb],
        [object] AS [object],
        able AS bits
      FROM (
        SELECT
          CAST(events.[lead_id] AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2 AS [lead_id],
          DATEDIFF_BIG(
            MICROSECOND,
            CAST('1970-01-01' AS DATETIME2),
            CAST(SWITCHOFFSET(CAST(events.[at] AS DATETIMEOFFSET(6)), '+00:00') AS DATETIME2)
          ) AS happened,
          CAST(events.[event_id] AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2 AS [event_id],
          CAST(events.[verb] AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2 AS [verb],
          CAST(events.[object] AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2 AS [object],
          (
            verb_bits.events_counted_bits & (
              6 | CASE
                WHEN DATEDIFF_BIG(
                  MICROSECOND,
                  CAST('1970-01-01' AS DATETIME2),
                  CAST(SWITCHOFFSET(CAST(events.[at] AS DATETIMEOFFSET(6)), '+00:00') AS DATETIME2)
                ) > moment.as_of - CAST(2592000000000 AS BIGINT)
                THEN 1
                ELSE 0
              END
            )
          ) & COALESCE(object_bits.events_counted_bits, 4) AS able
        FROM [events] AS events
        JOIN verb_bits
          ON verb_bits.verb = CAST(events.[verb] AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2
        CROSS JOIN moment
        LEFT JOIN object_bits
          ON object_bits.object = CAST(events.[object] AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2
        WHERE
          DATEDIFF_BIG(
            MICROSECOND,
            CAST('1970-01-01' AS DATETIME2),
            CAST(SWITCHOFFSET(CAST(events.[at] AS DATETIMEOFFSET(6)), '+00:00') AS DATETIME2)
          ) <= moment.as_of
      ) AS timely
      WHERE
        able <> 0
    ) AS heard
    GROUP BY
      [lead_id],
      [event_id],
      [verb],
      [object],
      CASE
        WHEN COALESCE(
          CASE
            WHEN LTRIM(
              RTRIM(
                TRANSLATE(
                  (CAST([event_id] AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2),
                  (
                    NCHAR(9) + NCHAR(10) + NCHAR(11) + NCHAR(12) + NCHAR(13) + NCHAR(133) + NCHAR(160) + NCHAR(5760) + NCHAR(8192) + NCHAR(8193) + NCHAR(8194) + NCHAR(8195) + NCHAR(8196) + NCHAR(8197) + NCHAR(8198) + NCHAR(8199) + NCHAR(8200) + NCHAR(8201) + NCHAR(8202) + NCHAR(8203) + NCHAR(8232) + NCHAR(8233) + NCHAR(8239) + NCHAR(8287) + NCHAR(12288) + NCHAR(65279)
                  ),
                  '                          '
                )
              )
            ) <> ''
            THEN 1
            ELSE 0
          END,
          0
        ) = 1
        THEN NULL
        ELSE heard.happened
      END
  ) AS single
  CROSS JOIN moment
), events_counted AS (
  /* one row a lead */
  SELECT
    [lead_id] AS [lead_id],
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
    [lead_id]
), events_met_events AS (
  /* each event with the clauses that it meets */
  SELECT
    [lead_id] AS [lead_id],
    able AS seen
  FROM (
    SELECT
      CAST(events.[lead_id] AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2 AS [lead_id],
      DATEDIFF_BIG(
        MICROSECOND,
        CAST('1970-01-01' AS DATETIME2),
        CAST(SWITCHOFFSET(CAST(events.[at] AS DATETIMEOFFSET(6)), '+00:00') AS DATETIME2)
      ) AS happened,
      verb_bits.events_met_bits & COALESCE(object_bits.events_met_bits, 2) AS able
    FROM [events] AS events
    JOIN verb_bits
      ON verb_bits.verb = CAST(events.[verb] AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2
    CROSS JOIN moment
    LEFT JOIN object_bits
      ON object_bits.object = CAST(events.[object] AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2
    WHERE
      DATEDIFF_BIG(
        MICROSECOND,
        CAST('1970-01-01' AS DATETIME2),
        CAST(SWITCHOFFSET(CAST(events.[at] AS DATETIMEOFFSET(6)), '+00:00') AS DATETIME2)
      ) <= moment.as_of
  ) AS timely
  WHERE
    able <> 0
), events_met AS (
  /* one row a lead */
  SELECT
    [lead_id] AS [lead_id],
    MAX(seen & 1) | MAX(seen & 2) AS seen
  FROM events_met_events
  GROUP BY
    [lead_id]
), tests AS (
  /* what each rule asks, answered for each lead */
  SELECT
    lead_values.lead_id AS lead_id,
    COALESCE(
      CASE
        WHEN country_name IN (
          'ameerika uhendriigid', N'ameerika ühendriigid', 'america', 'amerika birlesik devletleri',
          N'amerika birleşik devletleri', N'amerika birləsmis statlari',
          N'amerika birləşmiş ştatları', N'amerika qo‘shma shtatlari', 'amerika serikat',
          'amerika syarikat', 'amerikas savienotas valstis', N'amerikas savienotās valstis',
          'ee. uu.', 'eeuu', 'egyesult allamok', N'egyesült államok', 'estados unidos',
          'estados unidos da america', N'estados unidos da américa', 'estados unidos de america',
          N'estados unidos de américa', 'estats units', 'etats unis', 'etats unis d''amerique',
          'etats unis damerique', 'giappone', 'hoa ky', N'hoa kỳ', 'jaapan', 'japan', 'japana',
          'japani', 'japao', 'japo', 'japon', 'japonia', 'japonija', 'japonska', 'japonsko',
          'japonya', N'japán', N'japão', N'japó', N'japón', N'japāna', 'jepang', 'jepun', 'jp',
          'jpn', 'jungtines valstijos', N'jungtinės valstijos', 'nhat ban', N'nhật bản',
          'sjedinjene americke drzave', N'sjedinjene američke države', 'spojene staty',
          N'spojené státy', N'spojené štáty', 'stany zjednoczone', 'statele unite ale americii',
          'stati uniti', 'stati uniti d''america', 'stati uniti damerica', N'stati uniti d’america',
          'the united states', 'the united states of america', 'u.s.', 'u.s.a.', 'united states',
          'united states of america', 'us', 'usa', 'vereinigte staaten',
          'vereinigte staaten von amerika', 'verenigde staten', 'yaponiya', 'yhdysvallat',
          'zdruzene drzave amerike', N'združene države amerike', N'états unis',
          N'états unis d''amérique', N'états unis d’amérique', N'ηνωμένεσ πολιτείεσ', N'ιαπωνία',
          N'америка құрама штаттары', N'жапония', N'соединенные штаты',
          N'соединенные штаты америки', N'соединённые штаты америки', N'сполучені штати', N'сша',
          N'съединени щати', N'сједињене државе', N'япония', N'японія', N'јапан', N'ճապոնիա',
          N'միացյալ նահանգներ', N'ארצות הברית', N'יפן', N'الولايات المتحدة', N'اليابان',
          N'ایالات متحده', N'جاپان', N'ریاست ہائے متحدہ امریکہ', N'ژاپن', N'जापान',
          N'संयुक्त राज्य', N'জাপান', N'মার্কিন যুক্তরাষ্ট্র', N'ญี่ปุ่น', N'สหรัฐอเมริกา',
          N'ამერიკის შეერთებული შტატები', N'იაპონია', N'アメリカ', N'アメリカ合衆国', N'日本', N'米国', N'美利坚合众国',
          N'美国', N'美國', N'미국', N'미합중국', N'일본'
        )
        THEN 1
        ELSE 0
      END,
      0
    ) AS open_section_2, /* behavior counts */
    COALESCE(
      CASE
        WHEN (CHARINDEX(' head of ', title_words) > 0) OR (CHARINDEX(' manager ', title_words) > 0)
        THEN 1
        ELSE 0
      END,
      0
    ) AS fired_1, /* line 4: title contains manager, head of: +10 */
    COALESCE(
      CASE
        WHEN NOT employees_low IS NULL AND employees_low >= 50 AND employees_high <= 500
        THEN 1
        ELSE 0
      END,
      0
    ) AS fired_2, /* line 5: employees 50-500: +10 */
    COALESCE(
      CASE
        WHEN email_domain_name IN ('acme.com', 'acme.de')
        OR (RIGHT(email_domain_name, 9) = '.acme.com' OR RIGHT(email_domain_name, 8) = '.acme.de')
        THEN 1
        ELSE 0
      END,
      0
    ) AS fired_3, /* line 6: email domain in our partners: +5 */
    CASE
      WHEN COALESCE(events_counted.count_1, 0) >= 2
      THEN 1
      WHEN NOT (COALESCE(events_counted.count_1, 0) >= 2)
      THEN 0
    END AS fired_4, /* line 9: visited pricing 2+ times in 30d: +10 */
    CASE
      WHEN COALESCE(events_counted.count_2, 0) > 0
      THEN 1
      WHEN NOT (COALESCE(events_counted.count_2, 0) > 0)
      THEN 0
    END AS fired_5, /* line 10: downloaded case study: +5 each, max 20 */
    LEAST(COALESCE(events_counted.count_2, 0) * 500, 2000) AS points_5,
    COALESCE(CASE WHEN (
      events_met.seen & 3
    ) <> 0 THEN 1 ELSE 0 END, 0) AS fired_6 /* line 11: * requested demo: +25, flag "ask today" */
  FROM lead_values
  CROSS JOIN moment
  LEFT JOIN events_counted
    ON CAST(events_counted.[lead_id] AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2 = CAST(lead_values.lead_id AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2
  LEFT JOIN events_met
    ON CAST(events_met.[lead_id] AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2 = CAST(lead_values.lead_id AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2
), fired AS (
  /* rules of sections that count for the lead */
  SELECT
    lead_id AS lead_id,
    open_section_2 AS open_section_2,
    fired_1 AS fired_1,
    fired_2 AS fired_2,
    fired_3 AS fired_3,
    CASE
      WHEN fired_4 = 1 AND open_section_2 = 1
      THEN 1
      WHEN NOT (fired_4 = 1 AND open_section_2 = 1)
      THEN 0
    END AS fired_4,
    CASE
      WHEN fired_5 = 1 AND open_section_2 = 1
      THEN 1
      WHEN NOT (fired_5 = 1 AND open_section_2 = 1)
      THEN 0
    END AS fired_5,
    points_5 AS points_5,
    CASE
      WHEN fired_6 = 1 AND open_section_2 = 1
      THEN 1
      WHEN NOT (fired_6 = 1 AND open_section_2 = 1)
      THEN 0
    END AS fired_6
  FROM tests
), totals AS (
  /* sections, in 1/100 of a point */
  SELECT
    *,
    CAST(LEAST(
      CASE WHEN fired_1 = 1 THEN 1000 ELSE 0 END
      + CASE WHEN fired_2 = 1 THEN 1000 ELSE 0 END
      + CASE WHEN fired_3 = 1 THEN 500 ELSE 0 END,
      3000
    ) AS BIGINT) AS section_1, /* fit */
    CAST(CASE
      WHEN open_section_2 = 1
      THEN CASE WHEN fired_4 = 1 THEN 1000 ELSE 0 END
      + CASE WHEN fired_5 = 1 THEN points_5 ELSE 0 END
      + CASE WHEN fired_6 = 1 THEN 2500 ELSE 0 END
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
    0 AS disqualified
  FROM scores
), staged AS (
  /* the first stage that holds */
  SELECT
    *,
    CASE
      WHEN disqualified = 1
      THEN 0
      WHEN score_points >= 4000 AND fired_6 = 1
      THEN 1 /* line 14: hot */
      WHEN score_points < 4000
      THEN 2 /* line 15: cold */
    END AS stage_number
  FROM grades
)
SELECT
  CAST(lead_id AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2 AS lead_id,
  'Small' AS scorecard,
  'of this card' AS version,
  DATEADD(
    MICROSECOND,
    (
      SELECT
        as_of
      FROM moment
    ) % 1000000,
    DATEADD(
      SECOND,
      (
        SELECT
          as_of
        FROM moment
      ) / 1000000 % 86400,
      DATEADD(DAY, (
        SELECT
          as_of
        FROM moment
      ) / 1000000 / 86400, CAST('1970-01-01' AS DATETIME2(6)))
    )
  ) AS as_of,
  CAST(score_points AS NUMERIC(15, 0)) * 0.01 AS score,
  CAST(raw_points AS NUMERIC(15, 0)) * 0.01 AS raw_score,
  CAST(displayed_points AS NUMERIC(15, 0)) * 0.01 AS displayed,
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
  CASE WHEN fired_6 = 1 THEN 'ask today' ELSE '' END AS flags,
  CASE WHEN fired_6 = 1 THEN 'requested demo' ELSE '' END AS key_conversions,
  CAST(NULL AS BIT) AS must_haves,
  CASE WHEN stage_number = 1 THEN 'Sales' END AS route,
  CAST(NULL AS VARCHAR(MAX)) AS respond_within,
  CAST(NULL AS VARCHAR(MAX)) AS notify,
  CAST(section_1 AS NUMERIC(15, 0)) * 0.01 AS [section_fit],
  CAST(section_2 AS NUMERIC(15, 0)) * 0.01 AS [section_behavior]
FROM staged
