-- SPDX-License-Identifier: GPL-2.0-or-later
--
-- Two captures of the same connections, taken at both ends: which of them are the same, which of
-- their parties, and how their clocks stand to each other.
--
-- Expects the tables
--   capture (point, name)   the two captures: 1 the client's, 2 the server's
--   line (point, ...)       every frame of both, as rstcause-compare has tshark print it
-- and leaves what compare.sql asks of the resets.
--
-- A party is an end of a connection, under the name that each capture has for it: a translator of
-- addresses between gives it two. Every time is that capture's own clock, if it does not say
-- otherwise.

-- ---- What was captured -------------------------------------------------------------

CREATE TABLE segment AS
WITH header AS (
  SELECT *,
    -- The inner of two IP headers: a tunnel's is the one behind.
    iif(src6 <> '' AND (src4 = '' OR protocols LIKE '%:ip:%ipv6:%'), '[' || src6 || ']', src4) AS source,
    iif(src6 <> '' AND (src4 = '' OR protocols LIKE '%:ip:%ipv6:%'), '[' || dst6 || ']', dst4) AS destination,
    iif(src6 <> '' AND (src4 = '' OR protocols LIKE '%:ip:%ipv6:%'), hops6, ttl4) AS ttl,
    instr('0123456789abcdef', substr(flags, -1)) - 1 AS low,
    instr('0123456789abcdef', substr(flags, -2, 1)) - 1 AS high
  FROM line WHERE stream <> '' AND seq <> ''
)
SELECT point, CAST(frame AS INTEGER) AS frame, CAST(time AS REAL) AS time, CAST(stream AS INTEGER) AS stream,
  source || ':' || sport AS party, destination || ':' || dport AS peer,
  CAST(seq AS INTEGER) AS seq, iif(high & 1, CAST(ack AS INTEGER), 0) AS ack, CAST(len AS INTEGER) AS len,
  -- Octets of sequence space: SYN and FIN take one each.
  CAST(len AS INTEGER) + (low & 1) + (low >> 1 & 1) AS span,
  low >> 1 & 1 AS syn, low >> 2 & 1 AS rst, (low & 7) | ((high & 1) << 4) AS control,
  CAST(ttl AS INTEGER) AS ttl, ip_id, nullif(reason, '') AS reason, nullif(confidence, '') AS confidence,
  CAST(nullif(trigger, '') AS INTEGER) AS trigger
FROM header;
CREATE INDEX segment_of_stream ON segment (point, stream, frame);

CREATE TABLE extent AS
SELECT capture.point, name, min(CAST(time AS REAL)) AS first, max(CAST(time AS REAL)) AS last
FROM capture LEFT JOIN line USING (point) GROUP BY capture.point;

-- ---- Which connections are the same ------------------------------------------------

CREATE TABLE mark AS
SELECT DISTINCT point, stream, party, peer, seq, ack, len, control FROM segment;
CREATE INDEX mark_by_numbers ON mark (point, seq, ack, len, control);

-- Streams that share segments, by numbers alone: what translates addresses leaves those. Those of a
-- RST may be all of it, and others' too (0): it counts between the same ends.
CREATE TABLE likeness AS
SELECT one.stream AS stream1, two.stream AS stream2, min(one.party) AS x1, two.party AS x2, one.peer AS y1,
  two.peer AS y2, sum(one.party = two.party AND one.peer = two.peer) > 0 AS same_ends, count(*) AS marks
FROM mark AS one JOIN mark AS two ON two.point = 2 AND (one.seq, one.ack, one.len, one.control)
  = (two.seq, two.ack, two.len, two.control)
WHERE one.point = 1 AND (NOT one.control & 4 OR (one.party, one.peer) = (two.party, two.peer))
GROUP BY one.stream, two.stream;

-- One to one: the best of both, and no other is as good.
CREATE TABLE pair AS
WITH ranked AS (
  SELECT *, rank() OVER (PARTITION BY stream1 ORDER BY same_ends DESC, marks DESC) AS rank1,
    rank() OVER (PARTITION BY stream2 ORDER BY same_ends DESC, marks DESC) AS rank2
  FROM likeness
)
SELECT stream1, stream2, x1, x2, y1, y2, same_ends FROM ranked WHERE rank1 = 1 AND rank2 = 1
GROUP BY stream1 HAVING count(*) = 1;
DELETE FROM pair WHERE stream2 IN (SELECT stream2 FROM pair GROUP BY stream2 HAVING count(*) > 1);

-- The same ends and no number in common: something between makes its own.
INSERT INTO pair
WITH alone AS (
  SELECT point, stream, min(min(party, peer)) AS x, max(max(party, peer)) AS y FROM segment
  WHERE NOT rst AND stream NOT IN (SELECT CASE point WHEN 1 THEN stream1 ELSE stream2 END FROM pair)
  GROUP BY point, stream
), only AS (
  SELECT point, min(stream) AS stream, x, y FROM alone GROUP BY point, x, y HAVING count(*) = 1
)
SELECT one.stream, two.stream, x, x, y, y, 1 FROM only AS one JOIN only AS two USING (x, y)
WHERE one.point = 1 AND two.point = 2;

ALTER TABLE pair ADD COLUMN rewritten INTEGER;  -- are the numbers of either party others there?
UPDATE pair SET rewritten = EXISTS (
  SELECT * FROM (SELECT x1 AS of1, x2 AS of2 UNION SELECT y1, y2)
  WHERE EXISTS (SELECT * FROM segment WHERE point = 1 AND stream = stream1 AND party = of1 AND syn)
    AND EXISTS (SELECT * FROM segment WHERE point = 2 AND stream = stream2 AND party = of2 AND syn)
    AND NOT EXISTS (
      SELECT * FROM mark AS one JOIN mark AS two ON two.point = 2 AND two.stream = stream2
        AND two.party = of2 AND (one.seq, one.control) = (two.seq, two.control)
      WHERE one.point = 1 AND one.stream = stream1 AND one.party = of1 AND one.control & 2));

-- ---- One name for each party, one count for its octets -----------------------------

CREATE INDEX pair_by_stream1 ON pair (stream1);
CREATE INDEX pair_by_stream2 ON pair (stream2);
ALTER TABLE segment ADD COLUMN pair INTEGER;    -- pair.rowid
ALTER TABLE segment ADD COLUMN side TEXT;       -- x or y
UPDATE segment SET pair = (SELECT rowid FROM pair WHERE stream1 = stream) WHERE point = 1;
UPDATE segment SET pair = (SELECT rowid FROM pair WHERE stream2 = stream) WHERE point = 2;
UPDATE segment SET side = (
  SELECT iif(party IN (x1, x2), 'x', 'y') FROM pair WHERE pair.rowid = segment.pair);

CREATE INDEX segment_of_pair ON segment (pair, side, point, frame);

-- Where a party's numbers begin, with room for what came before the first that was seen: in
-- both captures the same, or for rewritten ones its SYN's in each.
CREATE TABLE base AS
SELECT point, pair.rowid AS pair, side, coalesce(iif(rewritten,
    (SELECT seq FROM segment AS s WHERE (s.point, s.pair, s.side) = (capture.point, pair.rowid, sides.side)
      ORDER BY syn DESC, frame LIMIT 1),
    (SELECT seq FROM segment AS s WHERE (s.pair, s.side) = (pair.rowid, sides.side)
      ORDER BY rst, s.point, frame LIMIT 1)), 0) - (1 << 20) AS base
FROM pair, capture, (SELECT 'x' AS side UNION SELECT 'y') AS sides;
CREATE INDEX base_of ON base (point, pair, side);

ALTER TABLE segment ADD COLUMN place INTEGER;   -- the sequence number, counted from there
ALTER TABLE segment ADD COLUMN awaits INTEGER;  -- and the acknowledgment number
UPDATE segment SET
  place = seq - (SELECT base FROM base AS b WHERE (b.point, b.pair, b.side) = (segment.point, segment.pair, segment.side))
    & 0xFFFFFFFF,
  awaits = iif(control & 16, ack - (SELECT base FROM base AS b
    WHERE (b.point, b.pair) = (segment.point, segment.pair) AND b.side <> segment.side) & 0xFFFFFFFF, 0)
WHERE pair IS NOT NULL;
CREATE INDEX segment_by_place ON segment (pair, point, side, place);

-- Segments that both captures show, once each: which copy became which would be a guess.
CREATE TABLE met AS
WITH single AS (
  SELECT *, min(frame) FROM segment WHERE pair IS NOT NULL AND NOT rst
  GROUP BY point, pair, side, place, awaits, len, control HAVING count(*) = 1
)
SELECT one.pair, one.side, one.time AS time1, two.time AS time2, one.ttl AS ttl1, two.ttl AS ttl2,
  one.ip_id = two.ip_id AS same_id
FROM single AS one JOIN single AS two ON (one.pair, one.side, one.place, one.awaits, one.len, one.control)
  = (two.pair, two.side, two.place, two.awaits, two.len, two.control)
WHERE one.point = 1 AND two.point = 2;
CREATE INDEX met_of_pair ON met (pair, side);

-- ---- Which capture stands at which end, and its clock ------------------------------

-- A TTL falls on the way. Where nothing between lowers it: what goes from 1 to 2 shows the clocks'
-- difference plus its way, what comes back the difference less its way.
CREATE TABLE nearness AS
WITH slack AS (
  SELECT pair, sum(sign(ttl1 - ttl2) * iif(side = 'x', 1, -1)) AS falls,
    min(iif(side = 'x', time2 - time1, NULL)) AS x_least, max(iif(side = 'x', time2 - time1, NULL)) AS x_most,
    min(iif(side = 'y', time2 - time1, NULL)) AS y_least, max(iif(side = 'y', time2 - time1, NULL)) AS y_most
  FROM met GROUP BY pair
)
SELECT pair,
  CASE WHEN falls > 0 OR (falls = 0 AND x_least > y_most) THEN 'x'
    WHEN falls < 0 OR (falls = 0 AND y_least > x_most) THEN 'y' END AS at1,
  x_least, x_most, y_least, y_most
FROM slack;

-- Who began; the first capture was said to be taken there.
CREATE TABLE beginner AS
SELECT point, stream, coalesce(
    max(iif(syn AND NOT control & 16, party, NULL)), max(iif(syn, peer, NULL)),
    -- Neither SYN was seen, and a service has the lower port more often than not.
    max(iif(CAST(replace(party, rtrim(party, '0123456789'), '') AS INTEGER)
      > CAST(replace(peer, rtrim(peer, '0123456789'), '') AS INTEGER), party, peer))) AS party
FROM segment GROUP BY point, stream;

CREATE TABLE clock AS
WITH bounds AS (
  SELECT pair, at1, iif(at1 = 'x', x_least, y_least) AS most, iif(at1 = 'x', y_most, x_most) AS least
  FROM nearness WHERE at1 IS NOT NULL
), whole AS (
  SELECT max(least) AS least, min(most) AS most FROM bounds
)
-- What is to be added to a time of the first capture: 0 means all connections.
SELECT pair, coalesce((least + most) / 2, least, most) AS ahead, abs(most - least) / 2 AS doubt FROM bounds
UNION ALL
SELECT 0, coalesce((least + most) / 2, least, most), abs(most - least) / 2 FROM whole
WHERE coalesce(least, most) IS NOT NULL;
