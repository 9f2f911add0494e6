-- What the application was doing when the reset came: Redis, heartbeats, by cause.
-- How long something was awaited ("... unanswered for 1.2 s") is another time each time.
WITH parted AS (
  SELECT id, text, instr(text, ' for ') AS place, substr(text, instr(text, ' for ') + 5) AS span
  FROM context),
said AS (
  SELECT id,
    CASE WHEN place > 0 AND (span GLOB '[0-9]* [mu]s' OR span GLOB '[0-9]* s'
                          OR span GLOB '[0-9]* min' OR span GLOB '[0-9]* [hd]')
      THEN substr(text, 1, place - 1) ELSE text END AS context
  FROM parted)
SELECT context, reason, count(*) AS resets, count(DISTINCT server) AS servers
FROM said JOIN reset ON reset.id = said.id
GROUP BY context, reason
ORDER BY resets DESC, context, reason;
