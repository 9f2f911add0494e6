-- Services that could not take connections: queue full, refused, too late. Takes since, until.
SELECT server, reason, detail, count(*) AS resets, count(DISTINCT client) AS clients,
  min(time) AS first, max(time) AS last, max(netstat) AS counter
FROM reset
WHERE reason IN ('accept_queue_full', 'port_closed', 'firewall_reject', 'listener_gone',
    'listener_closed', 'synack_expired', 'proxy_upstream_refused', 'accept_then_abort')
  AND time >= coalesce((SELECT value FROM asked WHERE name = 'since'), '')
  AND time < coalesce((SELECT value FROM asked WHERE name = 'until'), '9999')
GROUP BY server, reason, detail
ORDER BY resets DESC, server, reason;
