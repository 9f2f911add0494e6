-- SPDX-License-Identifier: GPL-2.0-or-later
--
-- What compare.sql told, one JSON object a line.
SELECT json_object('schema', 1, 'from', party, 'to', peer, 'origin', origin, 'sure', json(iif(sure, 'true', 'false')),
  'first', json(shown1), 'second', json(shown2),
  'says', json((SELECT json_group_array(text) FROM sentence AS s WHERE s.id = told.id AND kind = 'says')),
  'doubts', json((SELECT json_group_array(text) FROM sentence AS s WHERE s.id = told.id AND kind = 'doubt')),
  'clock_ahead', (SELECT round(ahead, 6) FROM clock WHERE pair = 0))
FROM told;
