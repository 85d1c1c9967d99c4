-- scorecard: Small
-- version: of this card
-- made by leadcard; to change it, change the scorecard and compile it again
-- to score at another moment, change the instant in `moment`, the first query
WITH moment AS (
  /* as_of, in UTC microseconds */
  SELECT
    TIMESTAMPDIFF(MICROSECOND, '1970-01-01', LEFT(said, 19)) + CAST(RPAD(SUBSTRING(COALESCE(REGEXP_SUBSTR(SUBSTRING(said, 20), '[.][0-9]+'), ''), 2, 6), 6, '0') AS SIGNED) - CASE LEFT(REPLACE(COALESCE(REGEXP_SUBSTR(SUBSTRING(said, 20), '[+-][0-9:]+$'), ''), ':', ''), 1)
      WHEN '-'
      THEN -60000000
      ELSE 60000000
    END * (
      CAST(CONCAT(
        '0',
        SUBSTRING(REPLACE(COALESCE(REGEXP_SUBSTR(SUBSTRING(said, 20), '[+-][0-9:]+$'), ''), ':', ''), 2, 2)
      ) AS SIGNED) * 60 + CAST(CONCAT(
        '0',
        SUBSTRING(REPLACE(COALESCE(REGEXP_SUBSTR(SUBSTRING(said, 20), '[+-][0-9:]+$'), ''), ':', ''), 4, 2)
      ) AS SIGNED)
    ) AS as_of
  FROM (
    SELECT
      '2026-11-21 12:00:00+00:00' AS said
  ) AS given
), lead_columns AS (
  /* leads with the columns that count */
  SELECT
    CAST(leads.lead_id AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin AS `lead_id`,
    CAST(leads.`country` AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin AS country_said,
    CAST(leads.`title` AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin AS title_said,
    CASE
      WHEN COLLATION(leads.`employees`) = 'binary'
      THEN TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM CAST(CASE
        WHEN ABS(leads.`employees`) < 1e21
        THEN CASE
          WHEN CHAR_LENGTH(TRIM(LEADING '0' FROM REGEXP_SUBSTR(CAST(leads.`employees` AS CHAR), '[0-9]+'))) <= 20
          AND ABS(CAST(CAST(leads.`employees` AS CHAR) AS DECIMAL(65, 6))) < 100000000000000000000
          THEN CAST(CAST(leads.`employees` AS CHAR) AS DECIMAL(26, 6))
        END
      END AS CHAR)))
      ELSE CAST(leads.`employees` AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin
    END AS employees_said,
    CASE
      WHEN (
        LOCATE('@', (
          CAST(leads.`email` AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin
        )) > 0
      )
      THEN SUBSTRING_INDEX((
        CAST(leads.`email` AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin
      ), '@', -1)
    END AS email_domain_said,
    CAST(leads.`created` AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin AS created_said
  FROM `leads` AS leads
), lead_bare AS (
  /* numbers without blanks, separators of thousands and currency signs; times trimmed */
  SELECT
    *,
    REPLACE(
      REGEXP_REPLACE(
        employees_said,
        (
          CONCAT(
            '[',
            CAST(UNHEX(
              '090A0B0C0DC285C2A0E19A80E28080E28081E28082E28083E28084E28085E28086E28087E28088E28089E2808AE2808BE280A8E280A9E280AFE2819FE38080EFBBBF'
            ) AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin,
            ',''’$€£¥₽₩₹]'
          )
        ),
        ' '
      ),
      ' ',
      ''
    ) AS employees_bare,
    REPLACE(
      REPLACE(
        REPLACE(
          REPLACE(
            TRIM(
              REGEXP_REPLACE(
                created_said,
                (
                  CONCAT(
                    '[',
                    CAST(UNHEX(
                      '090A0B0C0DC285C2A0E19A80E28080E28081E28082E28083E28084E28085E28086E28087E28088E28089E2808AE2808BE280A8E280A9E280AFE2819FE38080EFBBBF'
                    ) AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin,
                    ']'
                  )
                ),
                ' '
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
  LIMIT 18446744073709551615
), lead_pieces AS (
  /* numbers cut in two (51-200 is 51 and -200; 10001+ is 10001 and +); times cut into day, clock and zone */
  SELECT
    *,
    LEFT(
      employees_bare,
      LOCATE('-', (CONCAT(REPLACE(REPLACE(SUBSTRING(employees_bare, 2), '+', '-'), '–', '-'), '-')))
    ) AS employees_first,
    SUBSTRING(
      employees_bare,
      (
        LOCATE('-', (
          CONCAT(REPLACE(REPLACE(SUBSTRING(employees_bare, 2), '+', '-'), '–', '-'), '-')
        )) + 1
      )
    ) AS employees_rest,
    SUBSTRING(created_bare, 1, 10) AS created_day,
    LEFT(
      SUBSTRING(created_bare, 11),
      (
        LOCATE(
          '+',
          (
            CONCAT(REPLACE(REPLACE(REPLACE(SUBSTRING(created_bare, 11), 'Z', '+'), 'z', '+'), '-', '+'), '+')
          )
        ) - 1
      )
    ) AS created_clock,
    SUBSTRING(
      SUBSTRING(created_bare, 11),
      LOCATE(
        '+',
        (
          CONCAT(REPLACE(REPLACE(REPLACE(SUBSTRING(created_bare, 11), 'Z', '+'), 'z', '+'), '-', '+'), '+')
        )
      )
    ) AS created_offset
  FROM lead_bare
  LIMIT 18446744073709551615
), lead_days AS (
  /* which days the calendar has */
  SELECT
    *,
    REPLACE(
      REPLACE(
        REPLACE(
          REPLACE(
            REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(created_day, '1', '0'), '2', '0'), '3', '0'), '4', '0'), '5', '0'),
            '6',
            '0'
          ),
          '7',
          '0'
        ),
        '8',
        '0'
      ),
      '9',
      '0'
    ) = '0000-00-00'
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
          '00', '04', '08', '12', '16', '20', '24', '28', '32', '36', '40', '44', '48', '52', '56',
          '60', '64', '68', '72', '76', '80', '84', '88', '92', '96'
        )
      )
    ) AS created_is_day
  FROM lead_pieces
  LIMIT 18446744073709551615
), lead_readings AS (
  /* both ends of each number; times as UTC microseconds */
  SELECT
    *,
    CASE
      WHEN (REGEXP_INSTR(employees_first, '^[+-]?[0-9]+([.][0-9]+)?$') > 0)
      THEN CASE
        WHEN CHAR_LENGTH(TRIM(LEADING '0' FROM REGEXP_SUBSTR(employees_first, '[0-9]+'))) <= 20
        AND ABS(CAST(employees_first AS DECIMAL(65, 6))) < 100000000000000000000
        THEN CAST(employees_first AS DECIMAL(26, 6))
      END
    END AS employees_one,
    CASE
      WHEN employees_rest = ''
      THEN CASE
        WHEN (REGEXP_INSTR(employees_first, '^[+-]?[0-9]+([.][0-9]+)?$') > 0)
        THEN CASE
          WHEN CHAR_LENGTH(TRIM(LEADING '0' FROM REGEXP_SUBSTR(employees_first, '[0-9]+'))) <= 20
          AND ABS(CAST(employees_first AS DECIMAL(65, 6))) < 100000000000000000000
          THEN CAST(employees_first AS DECIMAL(26, 6))
        END
      END
      WHEN employees_rest = '+'
      THEN 99999999999999999999.999999
      ELSE CASE
        WHEN (REGEXP_INSTR(SUBSTRING(employees_rest, 2), '^[+-]?[0-9]+([.][0-9]+)?$') > 0)
        THEN CASE
          WHEN CHAR_LENGTH(TRIM(LEADING '0' FROM REGEXP_SUBSTR(SUBSTRING(employees_rest, 2), '[0-9]+'))) <= 20
          AND ABS(CAST(SUBSTRING(employees_rest, 2) AS DECIMAL(65, 6))) < 100000000000000000000
          THEN CAST(SUBSTRING(employees_rest, 2) AS DECIMAL(26, 6))
        END
      END
    END AS employees_other,
    CASE
      WHEN created_clock = '' AND created_offset = '' AND created_is_day
      THEN CAST(DATEDIFF(created_day, '1970-01-01') AS SIGNED) * 86400000000
      WHEN created_is_day
      AND (
        REPLACE(
          REPLACE(
            REPLACE(
              REPLACE(
                REPLACE(
                  REPLACE(
                    REPLACE(
                      REPLACE(REPLACE(REPLACE(REPLACE(SUBSTRING(created_clock, 1, 6), ' ', 'T'), 't', 'T'), '1', '0'), '2', '0'),
                      '3',
                      '0'
                    ),
                    '4',
                    '0'
                  ),
                  '5',
                  '0'
                ),
                '6',
                '0'
              ),
              '7',
              '0'
            ),
            '8',
            '0'
          ),
          '9',
          '0'
        ) = 'T00:00'
        AND (
          SUBSTRING(created_clock, 7) = ''
          OR (
            REPLACE(
              REPLACE(
                REPLACE(
                  REPLACE(
                    REPLACE(
                      REPLACE(REPLACE(REPLACE(REPLACE(SUBSTRING(created_clock, 7, 3), '1', '0'), '2', '0'), '3', '0'), '4', '0'),
                      '5',
                      '0'
                    ),
                    '6',
                    '0'
                  ),
                  '7',
                  '0'
                ),
                '8',
                '0'
              ),
              '9',
              '0'
            ) = ':00'
            AND (
              SUBSTRING(created_clock, 10) = ''
              OR (
                SUBSTRING(created_clock, 10, 1) IN ('.', ',')
                AND (
                  REGEXP_INSTR((
                    CONCAT('0.', SUBSTRING(created_clock, 11))
                  ), '^[+-]?[0-9]+([.][0-9]+)?$') > 0
                )
              )
            )
          )
        )
        AND REPLACE(
          REPLACE(
            REPLACE(
              REPLACE(
                REPLACE(
                  REPLACE(
                    REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(created_offset, 'z', 'Z'), '-', '+'), '1', '0'), '2', '0'), '3', '0'),
                    '4',
                    '0'
                  ),
                  '5',
                  '0'
                ),
                '6',
                '0'
              ),
              '7',
              '0'
            ),
            '8',
            '0'
          ),
          '9',
          '0'
        ) IN ('', 'Z', '+00', '+0000', '+00:00')
        AND SUBSTRING(created_clock, 2, 2) <= '23'
        AND SUBSTRING(created_clock, 5, 2) <= '59'
        AND SUBSTRING(created_clock, 8, 2) <= '59'
        AND SUBSTRING(REPLACE(created_offset, ':', ''), 2, 2) <= '23'
        AND SUBSTRING(REPLACE(created_offset, ':', ''), 4, 2) <= '59'
      )
      THEN CAST(DATEDIFF(created_day, '1970-01-01') AS SIGNED) * 86400000000 + CAST((
        CONCAT('0', SUBSTRING(created_clock, 2, 2))
      ) AS SIGNED) * 3600000000 + CAST((
        CONCAT('0', SUBSTRING(created_clock, 5, 2))
      ) AS SIGNED) * 60000000 + CAST((
        CONCAT('0', SUBSTRING(created_clock, 8, 2))
      ) AS SIGNED) * 1000000 + CAST(SUBSTRING((
        CONCAT(SUBSTRING(created_clock, 11, 6), '000000')
      ), 1, 6) AS SIGNED) + CASE
        WHEN SUBSTRING(created_offset, 1, 1) = '-'
        THEN CAST((
          CONCAT('0', SUBSTRING(REPLACE(created_offset, ':', ''), 2, 2))
        ) AS SIGNED) * 3600000000 + CAST((
          CONCAT('0', SUBSTRING(REPLACE(created_offset, ':', ''), 4, 2))
        ) AS SIGNED) * 60000000
        ELSE -(
          CAST((
            CONCAT('0', SUBSTRING(REPLACE(created_offset, ':', ''), 2, 2))
          ) AS SIGNED) * 3600000000 + CAST((
            CONCAT('0', SUBSTRING(REPLACE(created_offset, ':', ''), 4, 2))
          ) AS SIGNED) * 60000000
        )
      END
    END AS created_value
  FROM lead_days
  LIMIT 18446744073709551615
), lead_rows AS (
  /* leads that are known at that moment */
  SELECT
    lead_readings.*
  FROM lead_readings
  CROSS JOIN moment
  WHERE
    created_value IS NULL OR created_value <= moment.as_of
  LIMIT 18446744073709551615
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
          REPLACE(
            REPLACE(REPLACE(folded, '-', ' '), '_', ' '),
            ' ',
            (CAST(UNHEX('090A') AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin)
          ),
          (CAST(UNHEX('0A09') AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin),
          ''
        ),
        (CAST(UNHEX('090A') AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin),
        ' '
      )
    ) AS name
  FROM (
    SELECT
      value,
      REGEXP_REPLACE(
        (
          LOWER(
            REPLACE(
              REPLACE(
                REPLACE(
                  REPLACE(
                    REPLACE(
                      REPLACE(
                        REPLACE(
                          REPLACE(
                            REPLACE(
                              REPLACE(
                                REPLACE(
                                  REPLACE(
                                    REPLACE(
                                      REPLACE(
                                        REPLACE(
                                          REPLACE(
                                            REPLACE(
                                              REPLACE(
                                                REPLACE(
                                                  REPLACE(
                                                    REPLACE(
                                                      REPLACE(
                                                        REPLACE(
                                                          REPLACE(
                                                            REPLACE(
                                                              REPLACE(
                                                                REPLACE(
                                                                  REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(value, 'ſ', 's'), 'Έ', 'έ'), 'Ί', 'ί'), 'ϵ', 'ε'), 'ͅ', 'ι'),
                                                                  'ι',
                                                                  'ι'
                                                                ),
                                                                'µ',
                                                                'μ'
                                                              ),
                                                              'ϖ',
                                                              'π'
                                                            ),
                                                            'ς',
                                                            'σ'
                                                          ),
                                                          'ᲀ',
                                                          'в'
                                                        ),
                                                        'ᲁ',
                                                        'д'
                                                      ),
                                                      'ᲂ',
                                                      'о'
                                                    ),
                                                    'ᲃ',
                                                    'с'
                                                  ),
                                                  'ᲄ',
                                                  'т'
                                                ),
                                                'ᲅ',
                                                'т'
                                              ),
                                              'ᲆ',
                                              'ъ'
                                            ),
                                            'Ა',
                                            'ა'
                                          ),
                                          'Ბ',
                                          'ბ'
                                        ),
                                        'Ე',
                                        'ე'
                                      ),
                                      'Თ',
                                      'თ'
                                    ),
                                    'Ი',
                                    'ი'
                                  ),
                                  'Კ',
                                  'კ'
                                ),
                                'Ლ',
                                'ლ'
                              ),
                              'Მ',
                              'მ'
                            ),
                            'Ნ',
                            'ნ'
                          ),
                          'Ო',
                          'ო'
                        ),
                        'Პ',
                        'პ'
                      ),
                      'Რ',
                      'რ'
                    ),
                    'Ს',
                    'ს'
                  ),
                  'Ტ',
                  'ტ'
                ),
                'Უ',
                'უ'
              ),
              'Შ',
              'შ'
            ) COLLATE utf8mb4_0900_as_cs
          ) COLLATE utf8mb4_0900_bin
        ),
        (
          CONCAT(
            '[',
            CAST(UNHEX(
              '090A0B0C0DC285C2A0E19A80E28080E28081E28082E28083E28084E28085E28086E28087E28088E28089E2808AE2808BE280A8E280A9E280AFE2819FE38080EFBBBF'
            ) AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin,
            ']'
          )
        ),
        ' '
      ) AS folded
    FROM country_values
  ) AS folded_values
  LIMIT 18446744073709551615
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
        REGEXP_REPLACE(
          value,
          (
            CONCAT(
              '[',
              CAST(UNHEX(
                '090A0B0C0DC285C2A0E19A80E28080E28081E28082E28083E28084E28085E28086E28087E28088E28089E2808AE2808BE280A8E280A9E280AFE2819FE38080EFBBBF'
              ) AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin,
              ']'
            )
          ),
          ' '
        )
      ) <> ''
    )
  LIMIT 18446744073709551615
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
          REPLACE(
            REPLACE(REPLACE(folded, '-', ' '), '_', ' '),
            ' ',
            (CAST(UNHEX('090A') AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin)
          ),
          (CAST(UNHEX('0A09') AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin),
          ''
        ),
        (CAST(UNHEX('090A') AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin),
        ' '
      )
    ) AS name
  FROM (
    SELECT
      value,
      REGEXP_REPLACE(
        (
          LOWER(
            REPLACE(
              REPLACE(
                REPLACE(
                  REPLACE(
                    REPLACE(
                      REPLACE(
                        REPLACE(
                          REPLACE(
                            REPLACE(
                              REPLACE(
                                REPLACE(
                                  REPLACE(
                                    REPLACE(
                                      REPLACE(
                                        REPLACE(
                                          REPLACE(
                                            REPLACE(
                                              REPLACE(
                                                REPLACE(
                                                  REPLACE(
                                                    REPLACE(
                                                      REPLACE(
                                                        REPLACE(
                                                          REPLACE(
                                                            REPLACE(
                                                              REPLACE(
                                                                REPLACE(
                                                                  REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(value, 'ſ', 's'), 'Έ', 'έ'), 'Ί', 'ί'), 'ϵ', 'ε'), 'ͅ', 'ι'),
                                                                  'ι',
                                                                  'ι'
                                                                ),
                                                                'µ',
                                                                'μ'
                                                              ),
                                                              'ϖ',
                                                              'π'
                                                            ),
                                                            'ς',
                                                            'σ'
                                                          ),
                                                          'ᲀ',
                                                          'в'
                                                        ),
                                                        'ᲁ',
                                                        'д'
                                                      ),
                                                      'ᲂ',
                                                      'о'
                                                    ),
                                                    'ᲃ',
                                                    'с'
                                                  ),
                                                  'ᲄ',
                                                  'т'
                                                ),
                                                'ᲅ',
                                                'т'
                                              ),
                                              'ᲆ',
                                              'ъ'
                                            ),
                                            'Ა',
                                            'ა'
                                          ),
                                          'Ბ',
                                          'ბ'
                                        ),
                                        'Ე',
                                        'ე'
                                      ),
                                      'Თ',
                                      'თ'
                                    ),
                                    'Ი',
                                    'ი'
                                  ),
                                  'Კ',
                                  'კ'
                                ),
                                'Ლ',
                                'ლ'
                              ),
                              'Მ',
                              'მ'
                            ),
                            'Ნ',
                            'ნ'
                          ),
                          'Ო',
                          'ო'
                        ),
                        'Პ',
                        'პ'
                      ),
                      'Რ',
                      'რ'
                    ),
                    'Ს',
                    'ს'
                  ),
                  'Ტ',
                  'ტ'
                ),
                'Უ',
                'უ'
              ),
              'Შ',
              'შ'
            ) COLLATE utf8mb4_0900_as_cs
          ) COLLATE utf8mb4_0900_bin
        ),
        (
          CONCAT(
            '[',
            CAST(UNHEX(
              '090A0B0C0DC285C2A0E19A80E28080E28081E28082E28083E28084E28085E28086E28087E28088E28089E2808AE2808BE280A8E280A9E280AFE2819FE38080EFBBBF'
            ) AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin,
            ']'
          )
        ),
        ' '
      ) AS folded
    FROM title_values
  ) AS folded_values
  LIMIT 18446744073709551615
), title_forms AS (
  /* normal forms of `title` */
  SELECT
    value,
    REPLACE(
      REPLACE(
        REPLACE(
          (
            CONCAT(
              ' ',
              REGEXP_REPLACE(
                REPLACE(
                  REPLACE(
                    REPLACE(
                      REPLACE(REPLACE(REPLACE(folded, '&', ' '), '-', ' '), '[', ' '),
                      (CAST(UNHEX('5C') AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin),
                      ' '
                    ),
                    ']',
                    ' '
                  ),
                  '^',
                  ' '
                ),
                '[!"$%''()*+,./:;<=>?@_`{|}~¡§«»¿·‐‑‒–—―‖‘’‚‛“”„‟†‡•…‰‹›⁄−、。〈〉《》「」『』【】〔〕・！＂＃＄％＆＇（）＊＋，－．／：；＜＝＞？＠［＼］＿｛｜｝～،؛؟։।]',
                ' '
              ),
              ' '
            )
          ),
          ' ',
          (CAST(UNHEX('090A') AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin)
        ),
        (CAST(UNHEX('0A09') AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin),
        ''
      ),
      (CAST(UNHEX('090A') AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin),
      ' '
    ) AS title_words
  FROM title_names
  WHERE
    (
      name <> ''
      OR TRIM(
        REGEXP_REPLACE(
          value,
          (
            CONCAT(
              '[',
              CAST(UNHEX(
                '090A0B0C0DC285C2A0E19A80E28080E28081E28082E28083E28084E28085E28086E28087E28088E28089E2808AE2808BE280A8E280A9E280AFE2819FE38080EFBBBF'
              ) AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin,
              ']'
            )
          ),
          ' '
        )
      ) <> ''
    )
  LIMIT 18446744073709551615
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
          REPLACE(
            REPLACE(REPLACE(folded, '-', ' '), '_', ' '),
            ' ',
            (CAST(UNHEX('090A') AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin)
          ),
          (CAST(UNHEX('0A09') AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin),
          ''
        ),
        (CAST(UNHEX('090A') AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin),
        ' '
      )
    ) AS name
  FROM (
    SELECT
      value,
      REGEXP_REPLACE(
        (
          LOWER(
            REPLACE(
              REPLACE(
                REPLACE(
                  REPLACE(
                    REPLACE(
                      REPLACE(
                        REPLACE(
                          REPLACE(
                            REPLACE(
                              REPLACE(
                                REPLACE(
                                  REPLACE(
                                    REPLACE(
                                      REPLACE(
                                        REPLACE(
                                          REPLACE(
                                            REPLACE(
                                              REPLACE(
                                                REPLACE(
                                                  REPLACE(
                                                    REPLACE(
                                                      REPLACE(
                                                        REPLACE(
                                                          REPLACE(
                                                            REPLACE(
                                                              REPLACE(
                                                                REPLACE(
                                                                  REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(value, 'ſ', 's'), 'Έ', 'έ'), 'Ί', 'ί'), 'ϵ', 'ε'), 'ͅ', 'ι'),
                                                                  'ι',
                                                                  'ι'
                                                                ),
                                                                'µ',
                                                                'μ'
                                                              ),
                                                              'ϖ',
                                                              'π'
                                                            ),
                                                            'ς',
                                                            'σ'
                                                          ),
                                                          'ᲀ',
                                                          'в'
                                                        ),
                                                        'ᲁ',
                                                        'д'
                                                      ),
                                                      'ᲂ',
                                                      'о'
                                                    ),
                                                    'ᲃ',
                                                    'с'
                                                  ),
                                                  'ᲄ',
                                                  'т'
                                                ),
                                                'ᲅ',
                                                'т'
                                              ),
                                              'ᲆ',
                                              'ъ'
                                            ),
                                            'Ა',
                                            'ა'
                                          ),
                                          'Ბ',
                                          'ბ'
                                        ),
                                        'Ე',
                                        'ე'
                                      ),
                                      'Თ',
                                      'თ'
                                    ),
                                    'Ი',
                                    'ი'
                                  ),
                                  'Კ',
                                  'კ'
                                ),
                                'Ლ',
                                'ლ'
                              ),
                              'Მ',
                              'მ'
                            ),
                            'Ნ',
                            'ნ'
                          ),
                          'Ო',
                          'ო'
                        ),
                        'Პ',
                        'პ'
                      ),
                      'Რ',
                      'რ'
                    ),
                    'Ს',
                    'ს'
                  ),
                  'Ტ',
                  'ტ'
                ),
                'Უ',
                'უ'
              ),
              'Შ',
              'შ'
            ) COLLATE utf8mb4_0900_as_cs
          ) COLLATE utf8mb4_0900_bin
        ),
        (
          CONCAT(
            '[',
            CAST(UNHEX(
              '090A0B0C0DC285C2A0E19A80E28080E28081E28082E28083E28084E28085E28086E28087E28088E28089E2808AE2808BE280A8E280A9E280AFE2819FE38080EFBBBF'
            ) AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin,
            ']'
          )
        ),
        ' '
      ) AS folded
    FROM email_domain_values
  ) AS folded_values
  LIMIT 18446744073709551615
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
        REGEXP_REPLACE(
          value,
          (
            CONCAT(
              '[',
              CAST(UNHEX(
                '090A0B0C0DC285C2A0E19A80E28080E28081E28082E28083E28084E28085E28086E28087E28088E28089E2808AE2808BE280A8E280A9E280AFE2819FE38080EFBBBF'
              ) AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin,
              ']'
            )
          ),
          ' '
        )
      ) <> ''
    )
  LIMIT 18446744073709551615
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
  LIMIT 18446744073709551615
), verbs AS (
  /* each verb of the data once */
  SELECT
    CAST(events.`verb` AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin AS verb
  FROM `events` AS events
  GROUP BY
    CAST(events.`verb` AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin
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
    END AS SIGNED) AS events_counted_bits,
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
    END AS SIGNED) AS events_met_bits
  FROM (
    SELECT
      verb,
      TRIM(
        REPLACE(
          REPLACE(
            REPLACE(
              REPLACE(
                REPLACE(
                  REGEXP_REPLACE(
                    (
                      LOWER(REPLACE(verb, 'ſ', 's') COLLATE utf8mb4_0900_as_cs) COLLATE utf8mb4_0900_bin
                    ),
                    (
                      CONCAT(
                        '[',
                        CAST(UNHEX(
                          '090A0B0C0DC285C2A0E19A80E28080E28081E28082E28083E28084E28085E28086E28087E28088E28089E2808AE2808BE280A8E280A9E280AFE2819FE38080EFBBBF'
                        ) AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin,
                        ']'
                      )
                    ),
                    ' '
                  ),
                  '-',
                  ' '
                ),
                '_',
                ' '
              ),
              ' ',
              (CAST(UNHEX('090A') AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin)
            ),
            (CAST(UNHEX('0A09') AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin),
            ''
          ),
          (CAST(UNHEX('090A') AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin),
          ' '
        )
      ) AS name
    FROM verbs
  ) AS named
), objects AS (
  /* each object once */
  SELECT
    CAST(events.`object` AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin AS object
  FROM `events` AS events
  JOIN verb_bits
    ON verb_bits.verb = CAST(events.`verb` AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin
  WHERE
    (verb_bits.events_counted_bits & 3) <> 0 OR (verb_bits.events_met_bits & 1) <> 0
  GROUP BY
    CAST(events.`object` AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin
), object_letters AS (
  /* folded, with spaces for blanks */
  SELECT
    *,
    REGEXP_REPLACE(
      (LOWER(REPLACE(object, 'ſ', 's') COLLATE utf8mb4_0900_as_cs) COLLATE utf8mb4_0900_bin),
      (
        CONCAT(
          '[',
          CAST(UNHEX(
            '090A0B0C0DC285C2A0E19A80E28080E28081E28082E28083E28084E28085E28086E28087E28088E28089E2808AE2808BE280A8E280A9E280AFE2819FE38080EFBBBF'
          ) AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin,
          ']'
        )
      ),
      ' '
    ) AS folded
  FROM objects
  LIMIT 18446744073709551615
), object_kinds AS (
  /* 1 for paths and URLs */
  SELECT
    *,
    CASE
      WHEN (LEFT(TRIM(folded), CHAR_LENGTH('/')) = '/')
      OR (LEFT(TRIM(folded), CHAR_LENGTH('www.')) = 'www.')
      OR (
        LOCATE('://', TRIM(folded)) >= 2
        AND LOCATE(' ', LEFT(TRIM(folded), LOCATE('://', TRIM(folded)))) = 0
        AND LOCATE('/', LEFT(TRIM(folded), LOCATE('://', TRIM(folded)))) = 0
        AND LOCATE('?', LEFT(TRIM(folded), LOCATE('://', TRIM(folded)))) = 0
        AND LOCATE('#', LEFT(TRIM(folded), LOCATE('://', TRIM(folded)))) = 0
      )
      THEN 1
      ELSE 0
    END AS is_path
  FROM object_letters
  LIMIT 18446744073709551615
), object_addresses AS (
  /* paths and URLs without query and fragment */
  SELECT
    *,
    CASE
      WHEN is_path = 1
      THEN LEFT(
        LEFT(TRIM(folded), (
          LOCATE('?', (CONCAT(TRIM(folded), '?'))) - 1
        )),
        (
          LOCATE(
            '#',
            (
              CONCAT(LEFT(TRIM(folded), (
                LOCATE('?', (CONCAT(TRIM(folded), '?'))) - 1
              )), '#')
            )
          ) - 1
        )
      )
      ELSE folded
    END AS address
  FROM object_kinds
  LIMIT 18446744073709551615
), object_tails AS (
  /* after the scheme */
  SELECT
    *,
    CASE
      WHEN is_path = 1
      THEN CASE
        WHEN (LEFT(address, CHAR_LENGTH('/')) = '/') AND NOT (
          LEFT(address, CHAR_LENGTH('//')) = '//'
        )
        THEN address
        ELSE CONCAT(
          CAST(UNHEX('0A') AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin,
          CASE
            WHEN (LOCATE('://', address) > 0)
            THEN SUBSTRING(address, (LOCATE('://', address) + 3))
            WHEN (LEFT(address, CHAR_LENGTH('//')) = '//')
            THEN SUBSTRING(address, 3)
            ELSE address
          END
        )
      END
    END AS tail
  FROM object_addresses
  LIMIT 18446744073709551615
), object_paths AS (
  /* after the host */
  SELECT
    *,
    CASE
      WHEN (LEFT(tail, CHAR_LENGTH('/')) = '/')
      THEN tail
      ELSE SUBSTRING(tail, LOCATE('/', (CONCAT(tail, '/'))))
    END AS path
  FROM object_tails
  LIMIT 18446744073709551615
), object_stems AS (
  /* without slashes at the end */
  SELECT
    *,
    LEFT(path, CHAR_LENGTH(RTRIM(REPLACE(path, '/', ' ')))) AS stem
  FROM object_paths
  LIMIT 18446744073709551615
), object_pages AS (
  /* without endings */
  SELECT
    *,
    CASE
      WHEN RIGHT(stem, 3) = '.md' AND NOT (LEFT(RIGHT(stem, 4), CHAR_LENGTH('/')) = '/')
      THEN LEFT(stem, (CHAR_LENGTH(stem) - 3))
      WHEN RIGHT(stem, 4) IN (
        '.asp', '.avi', '.cfm', '.cgi', '.csv', '.doc', '.dwg', '.dxf', '.gif', '.htm', '.igs',
        '.jpg', '.jsp', '.mov', '.mp3', '.mp4', '.odt', '.pdf', '.php', '.png', '.ppt', '.stl',
        '.stp', '.svg', '.txt', '.xls', '.zip'
      )
      AND NOT (LEFT(RIGHT(stem, 5), CHAR_LENGTH('/')) = '/')
      THEN LEFT(stem, (CHAR_LENGTH(stem) - 4))
      WHEN RIGHT(stem, 5) IN (
        '.aspx', '.docx', '.epub', '.html', '.iges', '.jpeg', '.pptx', '.step', '.webm', '.webp',
        '.xlsx'
      )
      AND NOT (LEFT(RIGHT(stem, 6), CHAR_LENGTH('/')) = '/')
      THEN LEFT(stem, (CHAR_LENGTH(stem) - 5))
      WHEN RIGHT(stem, 6) IN ('.shtml', '.xhtml') AND NOT (
        LEFT(RIGHT(stem, 7), CHAR_LENGTH('/')) = '/'
      )
      THEN LEFT(stem, (CHAR_LENGTH(stem) - 6))
      ELSE stem
    END AS page
  FROM object_stems
  LIMIT 18446744073709551615
), object_forms AS (
  /* in the forms that are compared */
  SELECT
    *,
    REPLACE(
      REPLACE(
        REPLACE(
          (
            CONCAT(
              ' ',
              REGEXP_REPLACE(
                REPLACE(
                  REPLACE(
                    REPLACE(
                      REPLACE(REPLACE(REPLACE(folded, '&', ' '), '-', ' '), '[', ' '),
                      (CAST(UNHEX('5C') AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin),
                      ' '
                    ),
                    ']',
                    ' '
                  ),
                  '^',
                  ' '
                ),
                '[!"$%''()*+,./:;<=>?@_`{|}~¡§«»¿·‐‑‒–—―‖‘’‚‛“”„‟†‡•…‰‹›⁄−、。〈〉《》「」『』【】〔〕・！＂＃＄％＆＇（）＊＋，－．／：；＜＝＞？＠［＼］＿｛｜｝～،؛؟։।]',
                ' '
              ),
              ' '
            )
          ),
          ' ',
          (CAST(UNHEX('090A') AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin)
        ),
        (CAST(UNHEX('0A09') AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin),
        ''
      ),
      (CAST(UNHEX('090A') AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin),
      ' '
    ) AS words,
    REPLACE(
      REPLACE(
        REPLACE(
          REPLACE(
            REPLACE(
              REPLACE(
                REPLACE(
                  REPLACE(
                    REPLACE(REPLACE((CONCAT('/', page, '/')), '-', ' '), '_', ' '),
                    ' ',
                    (CAST(UNHEX('090A') AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin)
                  ),
                  (CAST(UNHEX('0A09') AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin),
                  ''
                ),
                (CAST(UNHEX('090A') AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin),
                ' '
              ),
              ' /',
              '/'
            ),
            '/ ',
            '/'
          ),
          '/',
          (CAST(UNHEX('090A') AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin)
        ),
        (CAST(UNHEX('0A09') AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin),
        ''
      ),
      (CAST(UNHEX('090A') AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin),
      '/'
    ) AS segments
  FROM object_pages
  LIMIT 18446744073709551615
), objects_met AS (
  /* a bit for each question about objects */
  SELECT
    object,
    CASE
      WHEN (
        (
          is_path = 1 AND (LOCATE('/pricing/', segments) > 0)
        )
        OR (
          NOT (is_path = 1) AND (LOCATE(' pricing ', words) > 0)
        )
      )
      THEN 1
      ELSE 0
    END | CASE
      WHEN (
        (
          is_path = 1
          AND (
            (LOCATE('/case study/', segments) > 0) OR (LOCATE('/case/study/', segments) > 0)
          )
        )
        OR (
          NOT (is_path = 1) AND (LOCATE(' case study ', words) > 0)
        )
      )
      THEN 2
      ELSE 0
    END | CASE
      WHEN (
        (
          is_path = 1 AND (LOCATE('/demo/', segments) > 0)
        )
        OR (
          NOT (is_path = 1) AND (LOCATE(' demo ', words) > 0)
        )
      )
      THEN 4
      ELSE 0
    END AS object_met
  FROM object_forms
  LIMIT 18446744073709551615
), object_bits AS (
  /* the bits of event clauses that an object leaves on */
  SELECT
    object,
    CAST((
      4 | CASE WHEN (object_met & 1) <> 0 THEN 1 ELSE 0 END | CASE WHEN (
        object_met & 2
      ) <> 0 THEN 2 ELSE 0 END
    ) AS SIGNED) AS events_counted_bits,
    CAST((
      2 | CASE WHEN (object_met & 4) <> 0 THEN 1 ELSE 0 END
    ) AS SIGNED) AS events_met_bits
  FROM objects_met
  LIMIT 18446744073709551615
), events_counted_events AS (
  /* each event once, at its latest time, with the clauses that it meets */
  SELECT
    `lead_id`,
    happened,
    times,
    bits & (6 | CASE WHEN happened > moment.as_of - 2592000000000 THEN 1 ELSE 0 END) AS seen
  FROM (
    SELECT
      `lead_id`,
      MAX(happened) AS happened,
      CASE
        WHEN COALESCE(
          TRIM(
            REGEXP_REPLACE(
              (CAST(`event_id` AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin),
              (
                CONCAT(
                  '[',
                  CAST(UNHEX(
                    '090A0B0C0DC285C2A0E19A80E28080E28081E28082E28083E28084E28085E28086E28087E28088E28089E2808AE2808BE280A8E280A9E280AFE2819FE38080EFBBBF'
                  ) AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin,
                  ']'
                )
              ),
              ' '
            )
          ) <> '',
          FALSE
        )
        THEN 1
        ELSE COUNT(*)
      END AS times,
      BIT_OR(bits) AS bits
    FROM (
      SELECT
        `lead_id`,
        happened,
        `event_id`,
        `verb`,
        `object`,
        able AS bits
      FROM (
        SELECT
          CAST(events.`lead_id` AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin AS `lead_id`,
          TIMESTAMPDIFF(MICROSECOND, '1970-01-01', events.`at`) AS happened,
          CAST(events.`event_id` AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin AS `event_id`,
          CAST(events.`verb` AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin AS `verb`,
          CAST(events.`object` AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin AS `object`,
          (
            verb_bits.events_counted_bits & (
              6 | CASE
                WHEN TIMESTAMPDIFF(MICROSECOND, '1970-01-01', events.`at`) > moment.as_of - 2592000000000
                THEN 1
                ELSE 0
              END
            )
          ) & COALESCE(object_bits.events_counted_bits, 4) AS able
        FROM `events` AS events
        JOIN verb_bits
          ON verb_bits.verb = CAST(events.`verb` AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin
        CROSS JOIN moment
        LEFT JOIN object_bits
          ON object_bits.object = CAST(events.`object` AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin
        WHERE
          TIMESTAMPDIFF(MICROSECOND, '1970-01-01', events.`at`) <= moment.as_of
      ) AS timely
      WHERE
        able <> 0
    ) AS heard
    GROUP BY
      `lead_id`,
      `event_id`,
      `verb`,
      `object`,
      CASE
        WHEN COALESCE(
          TRIM(
            REGEXP_REPLACE(
              (CAST(`event_id` AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin),
              (
                CONCAT(
                  '[',
                  CAST(UNHEX(
                    '090A0B0C0DC285C2A0E19A80E28080E28081E28082E28083E28084E28085E28086E28087E28088E28089E2808AE2808BE280A8E280A9E280AFE2819FE38080EFBBBF'
                  ) AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin,
                  ']'
                )
              ),
              ' '
            )
          ) <> '',
          FALSE
        )
        THEN NULL
        ELSE heard.happened
      END
  ) AS single
  CROSS JOIN moment
  LIMIT 18446744073709551615
), events_counted AS (
  /* one row a lead */
  SELECT
    `lead_id`,
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
    `lead_id`
), events_met_events AS (
  /* each event with the clauses that it meets */
  SELECT
    `lead_id`,
    able AS seen
  FROM (
    SELECT
      CAST(events.`lead_id` AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin AS `lead_id`,
      TIMESTAMPDIFF(MICROSECOND, '1970-01-01', events.`at`) AS happened,
      verb_bits.events_met_bits & COALESCE(object_bits.events_met_bits, 2) AS able
    FROM `events` AS events
    JOIN verb_bits
      ON verb_bits.verb = CAST(events.`verb` AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin
    CROSS JOIN moment
    LEFT JOIN object_bits
      ON object_bits.object = CAST(events.`object` AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin
    WHERE
      TIMESTAMPDIFF(MICROSECOND, '1970-01-01', events.`at`) <= moment.as_of
  ) AS timely
  WHERE
    able <> 0
  LIMIT 18446744073709551615
), events_met AS (
  /* one row a lead */
  SELECT
    `lead_id`,
    BIT_OR(seen) AS seen
  FROM events_met_events
  GROUP BY
    `lead_id`
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
    COALESCE((LOCATE(' head of ', title_words) > 0) OR (
      LOCATE(' manager ', title_words) > 0
    ), FALSE) AS fired_1, /* line 4: title contains manager, head of: +10 */
    COALESCE(NOT employees_low IS NULL AND employees_low >= 50 AND employees_high <= 500, FALSE) AS fired_2, /* line 5: employees 50-500: +10 */
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
    ON CAST(events_counted.`lead_id` AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin = CAST(lead_values.lead_id AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin
  LEFT JOIN events_met
    ON CAST(events_met.`lead_id` AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin = CAST(lead_values.lead_id AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin
  LIMIT 18446744073709551615
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
  LIMIT 18446744073709551615
), totals AS (
  /* sections, in 1/100 of a point */
  SELECT
    *,
    CAST(LEAST(
      CASE WHEN fired_1 THEN 1000 ELSE 0 END
      + CASE WHEN fired_2 THEN 1000 ELSE 0 END
      + CASE WHEN fired_3 THEN 500 ELSE 0 END,
      3000
    ) AS SIGNED) AS section_1, /* fit */
    CAST(CASE
      WHEN open_section_2
      THEN CASE WHEN fired_4 THEN 1000 ELSE 0 END
      + CASE WHEN fired_5 THEN points_5 ELSE 0 END
      + CASE WHEN fired_6 THEN 2500 ELSE 0 END
      ELSE 0
    END AS SIGNED) AS section_2 /* behavior */
  FROM fired
  LIMIT 18446744073709551615
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
  LIMIT 18446744073709551615
), grades AS (
  /* tier and grade */
  SELECT
    *,
    CAST(NULL AS CHAR) AS tier,
    score_points AS displayed_points,
    CAST(NULL AS CHAR) AS grade,
    FALSE AS disqualified
  FROM scores
  LIMIT 18446744073709551615
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
  LIMIT 18446744073709551615
)
SELECT
  CAST(lead_id AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin AS lead_id,
  'Small' AS scorecard,
  'of this card' AS version,
  (
    '1970-01-01' + INTERVAL ((
      SELECT
        as_of
      FROM moment
    )) MICROSECOND
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
  CAST(NULL AS SIGNED) AS must_haves,
  CASE WHEN stage_number = 1 THEN 'Sales' END AS route,
  CAST(NULL AS CHAR) AS respond_within,
  CAST(NULL AS CHAR) AS notify,
  CAST(section_1 AS DECIMAL(15, 0)) * 0.01 AS `section_fit`,
  CAST(section_2 AS DECIMAL(15, 0)) * 0.01 AS `section_behavior`
FROM staged
