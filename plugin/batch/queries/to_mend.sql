-- What is sure and worth fixing: cause, service, advice. Takes since, until, sure (percent, default 80).
SELECT count(*) AS resets, reason, max(title) AS title, server, max(confidence) AS confidence, min(advice) AS advice
FROM reset
WHERE NOT benign
  AND basis <> 'unknown' -- sure that the capture cannot tell: nothing to fix
  AND confidence >= coalesce((SELECT CAST(value AS INTEGER) FROM asked WHERE name = 'sure'), 80)
  AND time >= coalesce((SELECT value FROM asked WHERE name = 'since'), '')
  AND time < coalesce((SELECT value FROM asked WHERE name = 'until'), '9999')
GROUP BY reason, server
ORDER BY resets DESC, reason, server;
