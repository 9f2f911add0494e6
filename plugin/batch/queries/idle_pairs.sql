-- Which pairs lose idle connections after so many seconds. Takes seconds (default: any), within (percent, default 5).
WITH silent AS (
  SELECT * FROM reset
  WHERE reason = 'idle_timeout'
    AND (NOT EXISTS (SELECT 1 FROM asked WHERE name = 'seconds')
      OR abs(idle - (SELECT CAST(value AS REAL) FROM asked WHERE name = 'seconds'))
        <= (SELECT CAST(value AS REAL) FROM asked WHERE name = 'seconds') / 100
          * coalesce((SELECT CAST(value AS REAL) FROM asked WHERE name = 'within'), 5))
)
SELECT client, server, count(*) AS resets,
  round(min(idle), 1) AS shortest, round(max(idle), 1) AS longest,
  (SELECT group_concat(name, ', ') FROM
    (SELECT DISTINCT name FROM timer
     WHERE id IN (SELECT id FROM silent s WHERE s.client = silent.client AND s.server = silent.server)
     ORDER BY name)) AS timers
FROM silent
GROUP BY client, server
ORDER BY resets DESC, client, server;
