-- Octets lost by cause: sent by either end and never acknowledged, once for each connection. Takes since, until.
-- No octet is told by two resets of a connection: their sum counts, under the cause of its first
-- reset that follows from no other.
WITH connection AS (
  SELECT file, stream, sum(bytes_lost) AS octets,
    min(CASE WHEN root IS NULL THEN id END) AS first
  FROM reset
  WHERE time >= coalesce((SELECT value FROM asked WHERE name = 'since'), '')
    AND time < coalesce((SELECT value FROM asked WHERE name = 'until'), '9999')
  GROUP BY file, stream
)
SELECT coalesce(reset.reason, 'its reset was not captured') AS reason,
  sum(connection.octets) AS octets, count(*) AS connections, max(connection.octets) AS most
FROM connection LEFT JOIN reset ON reset.id = connection.first
WHERE connection.octets > 0
GROUP BY 1
ORDER BY octets DESC, 1;
