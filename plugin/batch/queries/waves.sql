-- Services that ended many connections within a second: restarts, deployments, kills. Takes least (default 3).
SELECT server, substr(time, 1, 19) || 'Z' AS second, count(*) AS connections,
  count(DISTINCT client) AS clients, group_concat(DISTINCT reason) AS reasons
FROM reset
WHERE origin = 'server' AND mode = 'abort' OR reason IN ('peer_restarted', 'listener_closed')
GROUP BY server, second
HAVING count(*) >= coalesce((SELECT CAST(value AS INTEGER) FROM asked WHERE name = 'least'), 3)
ORDER BY connections DESC, second, server;
