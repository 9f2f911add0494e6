-- Which pairs lose idle connections after so many seconds. Takes seconds (default: any), within (percent, default 5).
WITH silent AS (
  SELECT * FROM reset
  WHERE reason = 'idle_timeout'
    AND (NOT EXISTS (SELECT 1 FROM asked WHERE name = 'seconds')
      OR abs(idle - (SELECT CAST(value AS REAL) FROM asked WHERE name = 'seconds'))
        <= (SELECT CAST(value AS REAL) FROM asked WHERE name = 'seconds') / 100
          * coalesce((SELECT CAST(value AS REAL) FROM asked WHERE name = 'within'), 5))
),
named AS (
  SELECT client, server, group_concat(name, ', ') AS timers
  FROM (SELECT DISTINCT client, server, name FROM silent JOIN timer ON timer.id = silent.id ORDER BY name) AS met
  GROUP BY client, server)
SELECT silent.client, silent.server, count(*) AS resets,
  round(min(idle), 1) AS shortest, round(max(idle), 1) AS longest, max(timers) AS timers
FROM silent LEFT JOIN named ON named.client = silent.client AND named.server = silent.server
GROUP BY silent.client, silent.server
ORDER BY resets DESC, silent.client, silent.server;
