-- Which service sees most resets, and why; follow-ups left out. Takes since, until, top (services, default 20).
WITH asked_for AS (
  SELECT * FROM reset
  WHERE root IS NULL
    AND time >= coalesce((SELECT value FROM asked WHERE name = 'since'), '')
    AND time < coalesce((SELECT value FROM asked WHERE name = 'until'), '9999')
),
by_reason AS (
  SELECT server, reason, count(*) AS resets, max(confidence) AS best
  FROM asked_for GROUP BY server, reason
),
ranked AS (
  SELECT *, sum(resets) OVER (PARTITION BY server) AS of_server,
    row_number() OVER (PARTITION BY server ORDER BY resets DESC, best DESC, reason) AS place
  FROM by_reason
)
SELECT server, of_server AS resets, reason AS main_reason, resets AS of_these,
  (SELECT summary FROM asked_for
   WHERE asked_for.server = ranked.server AND asked_for.reason = ranked.reason
   ORDER BY confidence DESC, time, id LIMIT 1) AS why
FROM ranked
WHERE place = 1
ORDER BY of_server DESC, server
LIMIT coalesce((SELECT CAST(value AS INTEGER) FROM asked WHERE name = 'top'), 20);
