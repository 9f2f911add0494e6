-- Causes by number: in how many captures, between how many pairs, when. Takes since, until.
SELECT reason, max(title) AS title, count(*) AS resets,
  round(100.0 * count(*) / sum(count(*)) OVER (), 1) AS percent,
  count(DISTINCT file) AS captures,
  count(DISTINCT client || ' ' || server) AS pairs,
  round(avg(confidence)) AS confidence,
  min(time) AS first, max(time) AS last
FROM reset
WHERE time >= coalesce((SELECT value FROM asked WHERE name = 'since'), '')
  AND time < coalesce((SELECT value FROM asked WHERE name = 'until'), '9999')
GROUP BY reason
ORDER BY resets DESC, reason;
