-- Where the captures do not decide: the cause, its rivals, and how often. Takes sure (percent, default 70).
SELECT reset.reason, group_concat(DISTINCT alternative.reason) AS or_else,
  count(DISTINCT reset.id) AS resets, count(DISTINCT reset.file) AS captures,
  round(avg(reset.confidence)) AS confidence
FROM reset LEFT JOIN alternative ON alternative.id = reset.id
WHERE reset.confidence < coalesce((SELECT CAST(value AS INTEGER) FROM asked WHERE name = 'sure'), 70)
GROUP BY reset.reason
ORDER BY resets DESC, reset.reason;
