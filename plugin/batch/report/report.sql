-- All that rstcause-report shows of the resets, as the members of one JSON object, a line each.
--
-- Takes since, until, end, server, reason, file (table asked); empty: all. What is read again and
-- again is picked out once, narrow, for a million rows are wide.
.mode list
.headers off
PRAGMA cache_size = -200000; -- what is sorted stays in memory
CREATE TEMP TABLE pick AS
WITH wanted AS (
  SELECT max(CASE name WHEN 'since' THEN value END) AS since, max(CASE name WHEN 'until' THEN value END) AS until,
    max(CASE name WHEN 'end' THEN value END) AS end, max(CASE name WHEN 'server' THEN value END) AS server,
    max(CASE name WHEN 'reason' THEN value END) AS reason, max(CASE name WHEN 'file' THEN '/' || value END) AS file
  FROM asked)
SELECT reset.rowid AS place, id, time, CAST(strftime('%s', substr(time, 1, 19)) AS INTEGER) * 1000 + CAST(substr(time, 21, 3) AS INTEGER) AS ms,
  reset.file, stream, reset.reason, confidence, basis, root IS NOT NULL AS follows, benign, idle, age, bytes_lost,
  client, reset.server,
  NOT benign AND basis <> 'unknown' AND confidence >= 80 AS mend, -- as to_mend.sql
  origin = 'server' AND mode = 'abort' OR reset.reason IN ('peer_restarted', 'listener_closed') AS wave -- as waves.sql
FROM reset, wanted
WHERE (wanted.since IS NULL OR time >= wanted.since) AND (wanted.until IS NULL OR time < wanted.until)
  AND (wanted.server IS NULL OR reset.server = wanted.server)
  AND (wanted.reason IS NULL OR reset.reason = wanted.reason)
  AND (wanted.file IS NULL OR substr('/' || reset.file, -length(wanted.file)) = wanted.file)
  AND (wanted.end IS NULL OR wanted.end IN (src, dst, -- as find.sql
    CASE WHEN src LIKE '%:%' THEN '[' || src || ']' ELSE src END || ':' || sport,
    CASE WHEN dst LIKE '%:%' THEN '[' || dst || ']' ELSE dst END || ':' || dport));

SELECT '"asked":' || json_group_array(json_array(name, value)) || ',' FROM asked;

-- By service and cause; of each its surest reset that follows from no other.
CREATE TEMP TABLE tally AS
SELECT server, reason, count(*) AS resets, sum(mend) AS mend, sum(benign) AS benign, sum(follows) AS follows,
  sum(bytes_lost) AS lost, sum(confidence) AS sure, min(time) AS first, max(time) AS last,
  max(confidence * 10000000000 - follows * 2000000000000 - id) AS best, place, id AS example
FROM pick GROUP BY server, reason;

-- A connection whose number is not known counts for itself.
CREATE TEMP TABLE connections AS
SELECT count(*) AS connections, count(DISTINCT file) AS captures
FROM (SELECT file FROM pick GROUP BY file, coalesce(stream, -id));
SELECT '"totals":' || json_object('resets', coalesce(sum(resets), 0),
  'connections', (SELECT connections FROM connections), 'captures', (SELECT captures FROM connections),
  'first', min(first), 'last', max(last), 'follows', coalesce(sum(follows), 0), 'mend', coalesce(sum(mend), 0),
  'unknown', (SELECT count(*) FROM pick WHERE basis = 'unknown')) || ',' FROM tally;

SELECT '"all":' || count(*) || ',' FROM reset;

-- How sure, in the bands of calibration.md.
SELECT '"bands":' || json_array(coalesce(sum(confidence >= 90), 0), coalesce(sum(confidence BETWEEN 80 AND 89), 0),
  coalesce(sum(confidence BETWEEN 60 AND 79), 0), coalesce(sum(confidence < 60), 0)) || ','
FROM pick WHERE basis <> 'unknown';

CREATE TEMP TABLE cause AS
SELECT reason, sum(resets) AS resets, sum(mend) AS mend, sum(benign) AS benign, count(*) AS servers, sum(lost) AS lost,
  round(1.0 * sum(sure) / sum(resets)) AS sure, max(best) AS best, place, example
FROM tally GROUP BY reason;
SELECT '"causes":' || json_group_array(json_object('reason', reason, 'resets', resets, 'mend', mend, 'benign', benign,
  'servers', servers, 'lost', lost, 'sure', sure,
  'example', json_object('id', example, 'file', file, 'frame', frame, 'time', time, 'confidence', confidence,
    'summary', summary, 'advice', advice, 'client', client, 'server', server))) || ','
FROM (SELECT cause.*, reset.file, reset.frame, reset.time, reset.confidence, reset.summary, reset.advice,
    reset.client, reset.server
  FROM cause JOIN reset ON reset.rowid = cause.place ORDER BY cause.mend DESC, cause.resets DESC, cause.reason);

-- What to mend, and where.
SELECT '"mend":' || json_group_array(json_object('reason', reason, 'server', server, 'resets', resets)) || ','
FROM (SELECT reason, server, mend AS resets FROM tally WHERE mend > 0 ORDER BY resets DESC, reason, server LIMIT 10);

-- Resets over time: the smallest step, of those that people count in, that makes at most 60 of them.
CREATE TEMP TABLE span AS SELECT min(ms) AS first, max(ms) AS last FROM pick;
CREATE TEMP TABLE step AS
WITH steps (ms) AS (VALUES (1), (10), (100), (1000), (5000), (10000), (30000), (60000), (300000), (600000), (1800000),
  (3600000), (10800000), (21600000), (43200000), (86400000), (604800000), (2592000000), (31536000000), (315360000000))
SELECT min(steps.ms) AS ms FROM steps, span WHERE (last - first) / steps.ms < 60;
SELECT '"time":' || json_object('step', (SELECT ms FROM step), 'from', (SELECT first / ms * ms FROM span, step),
  'counts', json_group_array(json_array(at, reason, resets))) || ','
FROM (SELECT (pick.ms - first / step.ms * step.ms) / step.ms AS at, reason, count(*) AS resets FROM pick, span, step
  WHERE pick.ms IS NOT NULL GROUP BY at, reason ORDER BY at);

-- Services and pairs with most resets, by cause; follow-ups are left out, as services.sql does.
CREATE TEMP TABLE service AS
SELECT server, sum(resets - follows) AS resets FROM tally GROUP BY server HAVING sum(resets - follows) > 0
ORDER BY resets DESC, server LIMIT 12;
CREATE TEMP TABLE visited AS
SELECT server, count(DISTINCT client) AS clients FROM pick
WHERE NOT follows AND server IN (SELECT server FROM service) GROUP BY server;
SELECT '"services":' || json_group_array(json_object('server', server, 'resets', resets, 'clients', clients,
  'causes', json((SELECT json_group_array(json_array(reason, n)) FROM (SELECT reason, resets - follows AS n FROM tally
    WHERE tally.server = service.server AND resets > follows ORDER BY n DESC, reason))))) || ','
FROM (SELECT * FROM service JOIN visited USING (server) ORDER BY resets DESC, server) service;
SELECT '"service_count":' || count(DISTINCT server) || ',' FROM tally WHERE resets > follows;

SELECT '"pairs":' || json_group_array(json_object('client', client, 'server', server, 'resets', resets,
  'reason', reason, 'of', n)) || ','
FROM (SELECT client, server, sum(n) AS resets, reason, max(n) AS n FROM (
    SELECT client, server, reason, count(*) AS n FROM pick WHERE NOT follows GROUP BY client, server, reason)
  GROUP BY client, server ORDER BY resets DESC, client, server LIMIT 12);

-- A service that ended many connections within a second.
SELECT '"waves":' || json_group_array(json_object('server', server, 'time', time, 'connections', connections,
  'clients', clients, 'ms', span, 'reason', reason, 'reasons', reasons)) || ','
FROM (SELECT server, min(time) AS time, sum(n) AS connections, max(clients) AS clients, max(last) - min(first) AS span,
    count(*) AS reasons, reason, max(n) AS of
  FROM (SELECT server, substr(time, 1, 19) AS second, reason, count(*) AS n, count(DISTINCT client) AS clients,
      min(ms) AS first, max(ms) AS last, min(time) AS time
    FROM pick WHERE wave GROUP BY server, second, reason)
  GROUP BY server, second HAVING sum(n) >= 3 ORDER BY connections DESC, time, server LIMIT 12);

-- Silence before the reset and age at it, in sixths of a decade of seconds; those of 1 ms and more.
SELECT '"idle":' || json_group_array(json_array(bin, n)) || ',' FROM (
  SELECT CAST(floor(log10(idle) * 6) AS INTEGER) AS bin, count(*) AS n FROM pick WHERE idle >= 0.001 AND NOT follows
  GROUP BY bin ORDER BY bin);
SELECT '"age":' || json_group_array(json_array(bin, n)) || ',' FROM (
  SELECT CAST(floor(log10(age) * 6) AS INTEGER) AS bin, count(*) AS n FROM pick WHERE age >= 0.001 AND NOT follows
  GROUP BY bin ORDER BY bin);
SELECT '"timers":' || json_group_array(json_array(name, n)) || ',' FROM (
  SELECT name, count(*) AS n FROM timer WHERE id IN (SELECT id FROM pick WHERE NOT follows)
  GROUP BY name ORDER BY n DESC, name LIMIT 40);

-- What a capture lacks, in the words of one reset each.
SELECT '"missing":' || json_group_array(json_array(reason, n, summary)) || ',' FROM (
  SELECT reset.reason, detail, count(*) AS n, min(summary) AS summary FROM pick JOIN reset ON reset.rowid = pick.place
  WHERE pick.basis = 'unknown' GROUP BY reset.reason, detail ORDER BY n DESC LIMIT 8);

-- Resets one by one: at most 2,000 and 1.2 million letters; first the surest of each cause and service.
CREATE TEMP TABLE shown AS
WITH placed AS (
  SELECT place AS at, id, mend, confidence, row_number() OVER (PARTITION BY reason, server ORDER BY follows, confidence DESC, id) AS place
  FROM pick)
SELECT at, mend FROM placed ORDER BY place, mend DESC, confidence DESC, id LIMIT 2000;
CREATE TEMP TABLE written AS
SELECT id, json_array(time, file, frame, reason, confidence, client, server, summary, benign, mend, root) AS json
FROM shown JOIN reset ON reset.rowid = at;
SELECT '"rows":[' || coalesce(group_concat(json, ',
'), '') || '],' FROM (
  SELECT json FROM (SELECT id, json, sum(length(json)) OVER (ORDER BY rowid) AS letters FROM written)
  WHERE letters <= 1200000 ORDER BY id);
