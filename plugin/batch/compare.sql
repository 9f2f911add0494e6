-- SPDX-License-Identifier: GPL-2.0-or-later
--
-- Who sent each RST? Two captures of the same connections, taken at both ends, compared.
--
-- Expects what compare-pairs.sql leaves, and leaves the view "told", one row for each RST, however
-- many of the captures show it.
--
-- "Near" is the capture at the party that a RST names as its sender, "far" the other one.

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
