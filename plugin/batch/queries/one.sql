-- One capture's resets, a line each. Takes file (default: all).
SELECT file, frame, time, reason, confidence, summary
FROM reset
WHERE file = coalesce((SELECT value FROM asked WHERE name = 'file'), file)
ORDER BY id;
