-- SPDX-License-Identifier: GPL-2.0-or-later
--
-- Who sent each RST? Two captures of the same connections, taken at both ends, compared.
--
-- Expects the tables
--   capture (point, name)   the two captures: 1 the client's, 2 the server's
--   line (point, ...)       every frame of both, as rstcause-compare has tshark print it
-- and leaves the view "told", one row for each RST, however many of the captures show it.
--
-- A party is an end of a connection, under the name that each capture has for it: a translator of
-- addresses between gives it two. "Near" is the capture at the party that a RST names as its sender,
-- "far" the other one. Every time is that capture's own clock, if it does not say otherwise.

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

-- ---- The resets, each once ---------------------------------------------------------

CREATE TABLE reset AS
SELECT segment.*,
  row_number() OVER (PARTITION BY point, pair, side, place, awaits, control, ip_id ORDER BY frame) AS copy,
  NULL AS other
FROM segment WHERE rst;

-- The same numbers and IP ID first, then the same numbers alone; rewritten ones need the IP ID.
UPDATE reset SET other = (
  SELECT two.frame FROM reset AS two WHERE two.point = 2
    AND (reset.pair, reset.side, reset.place, reset.awaits, reset.control, reset.ip_id, reset.copy)
      = (two.pair, two.side, two.place, two.awaits, two.control, two.ip_id, two.copy)
    AND (two.ip_id <> '' AND two.ip_id NOT LIKE '0x%0000'
      OR NOT (SELECT rewritten FROM pair WHERE pair.rowid = two.pair)))
WHERE point = 1;
CREATE TABLE left_over AS
SELECT *, row_number() OVER (PARTITION BY point, pair, side, place, awaits, control ORDER BY frame) AS nth
FROM reset WHERE pair IN (SELECT rowid FROM pair WHERE NOT rewritten) AND (point = 1 AND other IS NULL
  OR point = 2 AND frame NOT IN (SELECT other FROM reset WHERE other IS NOT NULL));
UPDATE reset SET other = (
  SELECT two.frame FROM left_over AS one JOIN left_over AS two ON two.point = 2
    AND (one.pair, one.side, one.place, one.awaits, one.control, one.nth)
      = (two.pair, two.side, two.place, two.awaits, two.control, two.nth)
  WHERE one.point = 1 AND one.frame = reset.frame)
WHERE point = 1 AND other IS NULL;

-- ---- What the captures say of each -------------------------------------------------

CREATE TABLE event AS
WITH seen AS (
  SELECT * FROM reset WHERE point = 1 OR frame NOT IN (SELECT other FROM reset WHERE other IS NOT NULL)
), placed AS (
  SELECT seen.*, coalesce(nearness.at1, iif(beginner.party = seen.party, seen.side, iif(seen.side = 'x', 'y', 'x')),
      iif(beginner.party = seen.party, 'self', 'peer')) AS at1,
    nearness.at1 IS NULL AND seen.pair IS NOT NULL AS by_order
  FROM seen LEFT JOIN nearness USING (pair)
  JOIN beginner ON (beginner.point, beginner.stream) = (seen.point, seen.stream)
)
SELECT *, iif(at1 IN (side, 'self'), 1, 2) AS near, iif(point = 1, frame, other) AS frame1,
  iif(point = 2, frame, other) AS frame2
FROM placed;

CREATE TABLE fact AS
SELECT event.rowid AS id, event.*, near.name AS near_name, far.name AS far_name,
  iif(near = 1, frame1, frame2) AS near_frame, iif(near = 1, frame2, frame1) AS far_frame,
  -- Its moment by the clock of the capture that lacks it.
  time + iif(event.point = 1, 1, -1) * coalesce(own.ahead, every.ahead, 0) AS moment,
  coalesce(own.doubt, every.doubt, 0) AS doubt, coalesce(own.ahead, every.ahead) IS NULL AS no_clock,
  coalesce((SELECT rewritten FROM pair WHERE pair.rowid = event.pair), 0) AS rewritten
FROM event
JOIN extent AS near ON near.point = event.near JOIN extent AS far ON far.point = 3 - event.near
LEFT JOIN clock AS own ON own.pair = event.pair LEFT JOIN clock AS every ON every.pair = 0;

-- For one that a capture lacks: does that capture show what went before it?
CREATE TABLE around AS
WITH lacking AS (
  SELECT id, pair, side, point, 3 - point AS blind, frame, trigger, moment, doubt FROM fact WHERE other IS NULL
), before AS (
  SELECT id, blind, segment.*, row_number() OVER (PARTITION BY id ORDER BY segment.frame DESC) AS nth
  FROM lacking JOIN segment USING (pair, side, point)
  WHERE segment.frame < lacking.frame AND NOT segment.rst AND segment.span > 0
), compared AS (
  SELECT id, EXISTS (SELECT * FROM segment AS there
    WHERE there.pair = before.pair AND there.point = blind AND there.side = before.side AND there.span > 0
      AND there.place BETWEEN before.place - 0x10000 AND before.place + before.span - 1
      AND there.place + there.span > before.place) AS there
  FROM before WHERE nth <= 30
)
SELECT lacking.id, count(compared.id) AS before, count(compared.id) - coalesce(sum(there), 0) AS unseen,
  -- What drew it: its octets there, or for a bare acknowledgment its numbers.
  (SELECT EXISTS (SELECT * FROM segment AS there
      WHERE there.pair = drew.pair AND there.point = blind AND there.side = drew.side AND NOT there.rst
        AND iif(drew.span, there.place BETWEEN drew.place - 0x10000 AND drew.place + drew.span - 1
            AND there.place + there.span > drew.place AND there.span > 0,
          there.place = drew.place AND there.awaits = drew.awaits))
    FROM segment AS drew WHERE drew.point = lacking.point AND drew.frame = lacking.trigger
      AND drew.pair = lacking.pair AND drew.side <> lacking.side) AS drawn_there,
  (SELECT min(there.frame) FROM segment AS there
    WHERE there.pair = lacking.pair AND there.point = blind AND there.side = lacking.side AND NOT there.rst
      AND there.time > moment + lacking.doubt) AS went_on
FROM lacking LEFT JOIN compared USING (id) GROUP BY lacking.id;

-- How the sender's other segments come through: with which TTL, over how many hops, with their IP ID?
CREATE TABLE way AS
SELECT pair, side, max(ttl1) AS ttl1, max(ttl2) AS ttl2, min(ttl1 - ttl2) AS least, max(ttl1 - ttl2) AS most,
  min(same_id) AS same_id
FROM met GROUP BY pair, side;

-- A translator that changes its mind puts the same RST into connections of other names: the same
-- numbers, and one end the same.
CREATE TABLE twin AS
SELECT one.id, min(two.id) AS twin FROM fact AS one JOIN fact AS two
  ON (one.seq, one.ack, one.control) = (two.seq, two.ack, two.control) AND one.point <> two.point
    AND (one.party = two.party OR one.peer = two.peer)
WHERE one.other IS NULL AND two.other IS NULL GROUP BY one.id;

CREATE TABLE verdict AS
SELECT fact.*, before, unseen, drawn_there, went_on, lack.name AS lack_name,
  lack.last IS NULL OR moment - fact.doubt > lack.last AS ended, moment + fact.doubt < lack.first AS not_begun,
  abs(moment - iif(moment > lack.last, lack.last, lack.first)) AS gap,
  CASE WHEN other IS NOT NULL THEN 'sender' WHEN id IN (SELECT id FROM twin) THEN 'unknown'
    WHEN moment + fact.doubt < lack.first OR lack.last IS NULL THEN 'unknown'
    WHEN pair IS NULL AND no_clock THEN 'unknown'
    WHEN before > 0 AND unseen * 2 > before AND NOT rewritten THEN 'unknown'
    WHEN rewritten AND EXISTS (SELECT * FROM reset AS r WHERE (r.pair, r.side) = (fact.pair, fact.side)
      AND r.point <> fact.point) THEN 'unknown'
    WHEN far_frame IS NOT NULL THEN 'between' ELSE 'lost' END AS origin
FROM fact LEFT JOIN around USING (id) LEFT JOIN extent AS lack ON lack.point = 3 - fact.point;

-- ---- In words ----------------------------------------------------------------------

CREATE VIEW span_of_time AS
SELECT id, CASE WHEN gap < 0.001 THEN 'less than 1 ms' WHEN gap < 1 THEN printf('%.0f ms', gap * 1000) WHEN gap < 120 THEN printf('%.1f s', gap)
  ELSE printf('%.0f min', gap / 60) END AS gap_said FROM verdict;

CREATE TABLE sentence (id INTEGER, kind TEXT, text TEXT);  -- kind: says or doubt

INSERT INTO sentence
SELECT id, 'says', CASE origin
  WHEN 'sender' THEN party || ' sent it, or a packet filter on that machine: it left there and arrived.'
  WHEN 'lost' THEN party || ' sent it, or a packet filter on that machine: it left there and did not arrive.'
  WHEN 'between' THEN 'Something between the captures sent it in the name of ' || party || ', which did not.'
  ELSE 'These two captures do not tell who sent it.' END FROM verdict;

INSERT INTO sentence
SELECT id, 'says', CASE
  WHEN pair IS NULL THEN 'Nothing of this connection is in ' || near_name || ': a device in the path kept it and answered.'
  WHEN drawn_there = 0 THEN 'What drew it (frame ' || trigger || ' of ' || far_name || ') did not reach '
    || near_name || ': a device in the path kept that and answered.'
  WHEN drawn_there = 1 THEN 'What drew it (frame ' || trigger || ' of ' || far_name || ') did reach ' || near_name
    || ': who answered let it pass, or stands beside the path.'
  ELSE 'No segment of the other end drew it.' END
FROM verdict WHERE origin = 'between';

INSERT INTO sentence
SELECT id, 'says', 'That end went on as if it had sent nothing (frame ' || went_on || ' of ' || near_name || ').'
FROM verdict WHERE origin = 'between' AND went_on IS NOT NULL;

-- Hosts begin with 64, 128 or 255, devices too.
INSERT INTO sentence
SELECT id, 'says', printf('It has TTL %d in %s%s%s.', ttl, far_name,
  CASE CASE WHEN ttl <= 64 THEN 64 WHEN ttl <= 128 THEN 128 ELSE 255 END - ttl
    WHEN 0 THEN ', as sent by a neighbour' WHEN 1 THEN ', as from one hop away'
    ELSE printf(', as from %d hops away', CASE WHEN ttl <= 64 THEN 64 WHEN ttl <= 128 THEN 128 ELSE 255 END - ttl) END,
  coalesce('; what that end did send arrives with '
    || iif(near = 1, nullif(way.ttl2, verdict.ttl), nullif(way.ttl1, verdict.ttl)), ''))
FROM verdict LEFT JOIN way USING (pair, side) WHERE origin = 'between';

INSERT INTO sentence
SELECT id, 'says', 'Instead of it ' || far_name || ' has another RST of that end (frame ' || (
    SELECT min(frame) FROM reset AS r WHERE (r.pair, r.side, r.point) = (verdict.pair, verdict.side, 3 - near)) || '): '
  || 'something between sends its own.'
FROM verdict WHERE origin = 'lost' AND EXISTS (
  SELECT * FROM verdict AS v WHERE (v.pair, v.side) = (verdict.pair, verdict.side) AND v.origin = 'between');

INSERT INTO sentence
SELECT id, 'says', (SELECT name FROM capture WHERE point = other.point) || ' has a RST of that end, too (frame '
  || min(other.frame) || '): it may be this one, with other numbers.'
FROM verdict JOIN reset AS other ON (other.pair, other.side) = (verdict.pair, verdict.side) AND other.point <> verdict.point
WHERE origin = 'unknown' AND rewritten GROUP BY id;

INSERT INTO sentence
SELECT twin.id, 'says', own.party || ' sends the same numbers to ' || own.peer || ' in ' || name || ' (frame ' || own.frame
  || '): most likely this one, where something between translates addresses: then no device made it.'
FROM twin JOIN verdict AS own ON own.id = twin.twin JOIN capture ON capture.point = own.point;

-- One that both show, and that did not come as the others do.
CREATE VIEW changed AS
SELECT verdict.id, verdict.ttl - there.ttl AS hops, way.*, verdict.ip_id = there.ip_id AS kept_id,
  verdict.party AS here_end, there.party AS there_end, verdict.peer AS here_peer, there.peer AS there_peer
FROM verdict JOIN reset AS there ON there.point = 2 AND there.frame = verdict.other
LEFT JOIN way ON (way.pair, way.side) = (verdict.pair, verdict.side) WHERE origin = 'sender';

INSERT INTO sentence
SELECT id, 'says', 'Its ends are rewritten on the way: ' || here_end || ' to ' || here_peer || ' in ' || one.name || ', '
  || there_end || ' to ' || there_peer || ' in ' || two.name || '.'
FROM changed JOIN capture AS one ON one.point = 1 JOIN capture AS two ON two.point = 2
WHERE here_end <> there_end OR here_peer <> there_peer;
INSERT INTO sentence
SELECT id, 'doubt', 'Its TTL changes by ' || abs(hops) || ' on the way, that of the sender''s other segments by '
  || abs(least) || ': something between may have sent its own with the same numbers.'
FROM changed WHERE least = most AND hops <> least;
INSERT INTO sentence
SELECT id, 'doubt', 'Its IP ID changes on the way, that of the sender''s other segments does not: something between '
  || 'may have sent its own with the same numbers.'
FROM changed WHERE same_id AND NOT kept_id;

INSERT INTO sentence
SELECT id, 'doubt', CASE
  WHEN pair IS NULL AND no_clock THEN 'No connection is in both captures: nothing shows that ' || lack_name
    || ' saw this path then. If it did, ' || iif(far_frame IS NOT NULL, 'something between sent this RST.',
      'this RST was lost on the way.')
  WHEN not_begun THEN lack_name || ' begins ' || gap_said || ' after it.'
  WHEN ended THEN lack_name || ' ends ' || gap_said || ' before it: true only if that capture was still running.'
  END AS text
FROM verdict JOIN span_of_time USING (id)
WHERE other IS NULL AND text IS NOT NULL AND id NOT IN (SELECT id FROM twin);
INSERT INTO sentence
SELECT id, 'doubt', printf('%s lacks %d of the last %d segments of the same sender: it was not told all, the path '
  || 'has two ways, or they too come from between.', lack_name, unseen, before)
FROM verdict WHERE unseen > 0 AND NOT rewritten;
INSERT INTO sentence
SELECT id, 'doubt', 'The numbers of the connection are others in the other capture: something between rewrites them, '
  || 'or ends the connection and makes one of its own. Then each of the two needs its own two captures.'
FROM verdict WHERE rewritten;
INSERT INTO sentence
SELECT id, 'doubt', 'Which end each capture stands at is taken from the order of their names: neither TTL nor time tells.'
FROM verdict WHERE by_order AND other IS NULL;

-- ---- One row for each --------------------------------------------------------------

CREATE VIEW told AS
WITH shown AS (
  SELECT point, frame, json_object('file', name, 'frame', frame, 'from', party, 'to', peer, 'seq', seq,
    'ack', iif(control & 16, ack, NULL), 'ttl', ttl, 'ip_id', nullif(ip_id, ''), 'reason', reason,
    'confidence', CAST(confidence AS INTEGER)) AS json,
    printf('%s, frame %d: %s%s', name, frame, coalesce(reason, 'no verdict'),
      coalesce(', ' || confidence || ' %', '')) AS line
  FROM reset JOIN capture USING (point)
), ordered AS (
  SELECT id, party, peer, time, point, origin, frame1, frame2,
    (SELECT count(*) FROM sentence AS s WHERE s.id = verdict.id AND kind = 'doubt') = 0 AND origin <> 'unknown' AS sure
  FROM verdict
)
SELECT ordered.*, one.json AS shown1, two.json AS shown2,
  coalesce(one.line, first.name || ': not there') AS line1, coalesce(two.line, second.name || ': not there') AS line2
FROM ordered JOIN capture AS first ON first.point = 1 JOIN capture AS second ON second.point = 2
LEFT JOIN shown AS one ON one.point = 1 AND one.frame = frame1
LEFT JOIN shown AS two ON two.point = 2 AND two.frame = frame2
ORDER BY time - iif(ordered.point = 2, coalesce((SELECT ahead FROM clock WHERE pair = 0), 0), 0), id;
