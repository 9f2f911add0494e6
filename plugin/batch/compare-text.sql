-- SPDX-License-Identifier: GPL-2.0-or-later
--
-- What compare.sql told, to be read.
SELECT printf(iif(count(*) = 1, '%d connection is in both captures.', '%d connections are in both captures.'), count(*))
FROM pair;
SELECT CASE WHEN abs(ahead) <= doubt THEN printf('Their clocks agree within %.3f ms.', doubt * 1000)
  ELSE 'The clock of ' || two.name || ' is ' || printf(iif(abs(ahead) < 1, '%.3f ms', '%.3f s'),
      iif(abs(ahead) < 1, abs(ahead) * 1000, abs(ahead))) || iif(ahead < 0, ' behind', ' ahead of') || ' that of '
    || one.name || coalesce(printf(', give or take %.3f ms', doubt * 1000), '') || '.' END
FROM clock JOIN capture AS one ON one.point = 1 JOIN capture AS two ON two.point = 2 WHERE pair = 0;

SELECT char(10) || 'RST from ' || party || ' to ' || peer || char(10) || '  ' || line1 || char(10) || '  ' || line2
  || char(10) || (SELECT group_concat('  ' || iif(kind = 'doubt', 'But: ', '') || text, char(10))
    FROM (SELECT * FROM sentence AS s WHERE s.id = told.id ORDER BY kind DESC, rowid))
FROM told;

SELECT char(10) || printf('%d %s: ', (SELECT count(*) FROM verdict), iif((SELECT count(*) FROM verdict) = 1, 'RST', 'RSTs'))
  || coalesce(group_concat(n || ' ' || said, ', '), 'none in either capture') || '.'
FROM (
  SELECT count(*) AS n, CASE origin WHEN 'sender' THEN 'sent by the end it names' WHEN 'lost' THEN 'sent by that end and lost'
    WHEN 'between' THEN 'sent from between' ELSE 'not to be told' END AS said
  FROM verdict GROUP BY origin ORDER BY n DESC);
