-- One capture's resets, a line each. Takes file (its name, or its path; default: all).
WITH named AS (SELECT '/' || value AS name FROM asked WHERE name = 'file')
SELECT file, frame, time, reason, confidence, summary
FROM reset
WHERE NOT EXISTS (SELECT * FROM named)
  OR substr('/' || file, -length((SELECT name FROM named))) = (SELECT name FROM named)
ORDER BY id;
