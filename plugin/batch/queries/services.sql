-- Which service sees most resets, and why; follow-ups left out, what no capture decides told apart. Takes since, until, top (services, default 20), sure (percent, default 50).
-- main_reason is the most frequent of the causes that are decided, the example is the surest reset of it,
-- and stands for no other. A service seen in many captures of strangers may be as many services that
-- have an address in common: captures says in how many.
WITH asked_for AS (
  SELECT *, basis <> 'unknown'
      AND confidence >= coalesce((SELECT CAST(value AS INTEGER) FROM asked WHERE name = 'sure'), 50)
    AS decided
  FROM reset
  WHERE root IS NULL
    AND time >= coalesce((SELECT value FROM asked WHERE name = 'since'), '')
    AND time < coalesce((SELECT value FROM asked WHERE name = 'until'), '9999')
),
by_reason AS (
  SELECT server, reason, max(title) AS title, count(*) AS resets, max(confidence) AS best
  FROM asked_for WHERE decided GROUP BY server, reason
),
ranked AS (
  SELECT *,
    row_number() OVER (PARTITION BY server ORDER BY resets DESC, best DESC, reason) AS place
  FROM by_reason
),
whole AS (
  SELECT server, count(*) AS resets, sum(NOT decided) AS undecided, sum(decided AND benign) AS benign,
    count(DISTINCT file) AS captures
  FROM asked_for GROUP BY server
)
SELECT server, whole.resets, undecided, benign, captures,
  coalesce(title, 'undecided') AS main_title, ranked.reason AS main_reason, ranked.resets AS of_these,
  (SELECT file || ' frame ' || frame || ': ' || summary FROM asked_for
   WHERE asked_for.server = whole.server AND decided = (ranked.reason IS NOT NULL)
     AND (ranked.reason IS NULL OR asked_for.reason = ranked.reason)
   ORDER BY confidence DESC, time, id LIMIT 1) AS example
FROM whole LEFT JOIN (SELECT * FROM ranked WHERE place = 1) AS ranked USING (server)
ORDER BY whole.resets DESC, server
LIMIT coalesce((SELECT CAST(value AS INTEGER) FROM asked WHERE name = 'top'), 20);
