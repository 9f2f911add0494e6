-- From a log's line to its reset: what ended the connections of one address, and what to do. Takes end (203.0.113.5 or 203.0.113.5:6379), since, until.
WITH wanted AS (SELECT value AS address FROM asked WHERE name = 'end'),
ends AS (
  SELECT *,
    CASE WHEN src LIKE '%:%' THEN '[' || src || ']' ELSE src END || ':' || sport AS from_end,
    CASE WHEN dst LIKE '%:%' THEN '[' || dst || ']' ELSE dst END || ':' || dport AS to_end
  FROM reset
)
SELECT time, from_end AS rst_from, to_end AS rst_to, reason, confidence, origin, file, frame, summary, advice
FROM ends
WHERE (NOT EXISTS (SELECT * FROM wanted)
    OR (SELECT address FROM wanted) IN (src, dst, from_end, to_end))
  AND time >= coalesce((SELECT value FROM asked WHERE name = 'since'), '')
  AND time < coalesce((SELECT value FROM asked WHERE name = 'until'), '9999')
ORDER BY time, id;
