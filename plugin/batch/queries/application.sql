-- What the application was doing when the reset came: Redis, heartbeats, by cause.
SELECT text AS context, reason, count(*) AS resets, count(DISTINCT server) AS servers
FROM context JOIN reset ON reset.id = context.id
GROUP BY context, reason
ORDER BY resets DESC, context, reason;
