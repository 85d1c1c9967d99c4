/* the latest row a lead */
SELECT
  placed."lead_id",
  placed."created",
  placed."title",
  placed."employees",
  placed."country",
  placed."email",
  placed."industry",
  placed."annual_revenue",
  placed."annual_revenue_currency"
FROM (
  SELECT
    CAST(source.contact_key AS TEXT) AS "lead_id",
    MAKE_TIMESTAMP(CAST((
      CAST(source.created_ms AS BIGINT) * 1000
    ) AS BIGINT)) AS "created",
    CAST(source."Job {{ "{" }}{ Title }}" AS TEXT) AS "title",
    COALESCE(
      CASE WHEN TRIM(CAST(source.staff AS TEXT)) <> '' THEN CAST(source.staff AS TEXT) END,
      CASE WHEN TRIM(CAST(joined_1.staff AS TEXT)) <> '' THEN CAST(joined_1.staff AS TEXT) END
    ) AS "employees",
    CAST(source.country AS TEXT) AS "country",
    CAST(source.email_address AS TEXT) AS "email",
    CAST(joined_1.industry AS TEXT) AS "industry",
    joined_1.revenue AS "annual_revenue",
    UPPER(TRIM(CAST(joined_1.money AS TEXT))) AS "annual_revenue_currency",
    ROW_NUMBER() OVER (PARTITION BY CAST(source.contact_key AS TEXT) ORDER BY source.changed DESC) AS place
  FROM {{ source("shop", "crm_contact") }} AS source
  LEFT JOIN {{ source("shop", "crm_company") }} AS joined_1
    ON CASE WHEN TRIM(CAST(source.company_key AS TEXT)) <> '' THEN CAST(source.company_key AS TEXT) END = CAST(joined_1.company_key AS TEXT)
  WHERE
    CAST(source.kind AS TEXT) = 'lead'
    AND NOT COALESCE((
      LOWER(CAST(source.deleted AS TEXT)) IN ('true', 't', 'yes', 'y', '1')
    ), FALSE)
) AS placed
WHERE
  placed.place = 1
