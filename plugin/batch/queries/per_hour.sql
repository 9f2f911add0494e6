-- Resets by hour and cause: when did it begin? Takes since, until, reason (default: all), server (default: all).
SELECT substr(time, 1, 13) || ':00Z' AS hour, reason, count(*) AS resets,
  count(DISTINCT client) AS clients, count(DISTINCT server) AS servers
FROM reset
WHERE reason = coalesce((SELECT value FROM asked WHERE name = 'reason'), reason)
  AND server = coalesce((SELECT value FROM asked WHERE name = 'server'), server)
  AND time >= coalesce((SELECT value FROM asked WHERE name = 'since'), '')
  AND time < coalesce((SELECT value FROM asked WHERE name = 'until'), '9999')
GROUP BY hour, reason
ORDER BY hour, resets DESC, reason;
