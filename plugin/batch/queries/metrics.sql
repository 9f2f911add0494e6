-- OpenMetrics text for Prometheus: resets by cause, service and benign. Takes top (services told by name, default 200).
-- In whatever mode: it is text of its own form. What lies beyond the top is reported as service="other", for each
-- service more is a time series more.
.mode list
.headers off
CREATE TEMP TABLE named AS
SELECT server, reason, benign, bytes_lost,
  CASE WHEN server IN (SELECT server FROM reset GROUP BY server ORDER BY count(*) DESC, server
      LIMIT coalesce((SELECT CAST(value AS INTEGER) FROM asked WHERE name = 'top'), 200))
    THEN replace(replace(replace(server, '\', '\\'), '"', '\"'), char(10), '\n') ELSE 'other' END AS service,
  replace(replace(replace(reason, '\', '\\'), '"', '\"'), char(10), '\n') AS cause
FROM reset;
SELECT '# TYPE rstcause_resets counter
# HELP rstcause_resets TCP resets by cause, by the service whose connection it was, and by whether there is nothing to fix.';
SELECT 'rstcause_resets_total{cause="' || cause || '",service="' || service || '",benign="'
  || CASE WHEN benign THEN 'true' ELSE 'false' END || '"} ' || count(*)
FROM named GROUP BY cause, service, benign ORDER BY cause, service, benign;
SELECT '# TYPE rstcause_lost_bytes counter
# UNIT rstcause_lost_bytes bytes
# HELP rstcause_lost_bytes Payload that was seen and never acknowledged when its connection was reset.';
SELECT 'rstcause_lost_bytes_total{cause="' || cause || '",service="' || service || '"} ' || sum(bytes_lost)
FROM named GROUP BY cause, service HAVING sum(bytes_lost) > 0 ORDER BY cause, service;
SELECT '# TYPE rstcause_captures gauge
# HELP rstcause_captures Captures in which there was a reset.';
SELECT 'rstcause_captures ' || count(DISTINCT file) FROM reset;
SELECT '# TYPE rstcause_latest_reset_timestamp_seconds gauge
# UNIT rstcause_latest_reset_timestamp_seconds seconds
# HELP rstcause_latest_reset_timestamp_seconds The moment of the latest reset.';
SELECT 'rstcause_latest_reset_timestamp_seconds ' || strftime('%s', substr(max(time), 1, 19)) FROM reset
GROUP BY NULL;
SELECT '# EOF';
