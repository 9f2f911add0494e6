-- Resets that neither end sent: devices, injectors, attackers, by pair.
SELECT client, server, reason, detail, count(*) AS resets, max(confidence) AS confidence,
  max(fingerprint) AS fingerprint, max(declared) AS declared, min(summary) AS why
FROM reset
WHERE origin = 'middlebox'
GROUP BY client, server, reason, detail
ORDER BY resets DESC, client, server;
