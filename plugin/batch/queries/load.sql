-- Turns lines of -z rstcause,json (table line) into the tables that the queries ask.
--
-- reset: one row for each TCP reset; what its JSON leaves out is NULL. Copies of a frame
-- (duplicate_of) are left out, as the statistics do.
-- client, server: the ends of the connection. The server is the end that did not send the
-- reset where the client did, and the other way round; where the sender is neither or not
-- known, the end with the lower port is taken for it.
CREATE TABLE reset AS
WITH told AS (
SELECT
  rowid AS id,
  json_extract(json, '$.file') AS file,
  json_extract(json, '$.frame') AS frame,
  json_extract(json, '$.time') AS time,
  json_extract(json, '$.stream') AS stream,
  json_extract(json, '$.src') AS src,
  json_extract(json, '$.sport') AS sport,
  json_extract(json, '$.dst') AS dst,
  json_extract(json, '$.dport') AS dport,
  json_extract(json, '$.reason') AS reason,
  json_extract(json, '$.title') AS title,
  json_extract(json, '$.confidence') AS confidence,
  json_extract(json, '$.basis') AS basis,
  json_extract(json, '$.origin') AS origin,
  json_extract(json, '$.mode') AS mode,
  json_extract(json, '$.state') AS state,
  json_extract(json, '$.detail') AS detail,
  json_extract(json, '$.root') AS root,
  json_extract(json, '$.kernel_reason') AS kernel_reason,
  json_extract(json, '$.netstat') AS netstat,
  json_extract(json, '$.idle') AS idle,
  json_extract(json, '$.age') AS age,
  json_extract(json, '$.bytes_lost') AS bytes_lost,
  json_extract(json, '$.benign') AS benign,
  json_extract(json, '$.declared') AS declared,
  json_extract(json, '$.fingerprint') AS fingerprint,
  json_extract(json, '$.summary') AS summary,
  json_extract(json, '$.advice') AS advice
FROM line
WHERE json_extract(json, '$.duplicate_of') IS NULL)
SELECT *,
  CASE WHEN origin = 'client' OR (origin <> 'server' AND sport > dport) THEN src ELSE dst END AS client,
  CASE WHEN origin = 'client' OR (origin <> 'server' AND sport > dport)
    THEN CASE WHEN dst LIKE '%:%' THEN '[' || dst || ']' ELSE dst END || ':' || dport
    ELSE CASE WHEN src LIKE '%:%' THEN '[' || src || ']' ELSE src END || ':' || sport END AS server
FROM told;

-- What else each reset could have been.
CREATE TABLE alternative AS
SELECT line.rowid AS id, json_extract(value, '$.reason') AS reason,
  json_extract(value, '$.confidence') AS confidence
FROM line, json_each(line.json, '$.alternatives');

-- What the application was doing at each reset.
CREATE TABLE context AS
SELECT line.rowid AS id, value AS text FROM line, json_each(line.json, '$.context');

-- The known timers that each silence matches.
CREATE TABLE timer AS
SELECT line.rowid AS id, value AS name FROM line, json_each(line.json, '$.timer');

-- Without them a query that looks for the reset of a row reads all resets for each.
CREATE UNIQUE INDEX reset_by_id ON reset (id);
CREATE INDEX alternative_by_id ON alternative (id);
CREATE INDEX context_by_id ON context (id);
CREATE INDEX timer_by_id ON timer (id);

DROP TABLE line;
