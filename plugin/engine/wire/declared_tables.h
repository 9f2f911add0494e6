// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

// What is known of the statements that a RST can carry; only declared.cpp reads it. A token
// stands in a row only where the statement means that token and no other.
namespace rstcause::tables {

/// A cause text of F5 BIG-IP, matched as a prefix without regard to case.
struct F5Cause {
  std::string_view text;
  std::string_view token = {};
  std::string_view peer_token = {};  ///< After "{peer}": the cause arose on the proxy's other leg.
};

// Source of all rows: the counters of `tmsh show net rst-cause` and log 01230140; seen on a wire in
// public write-ups: "No local listener", "No flow found for ACK", "Policy action",
// "TCP RST from remote system" after {peer}. "M": from memory alone.
inline constexpr F5Cause kF5Causes[] = {
    {"No local listener", "port_closed"},
    {"No flow found for ACK", "connection_unknown"},
    {"Flow expired (sweeper)", "idle_timeout", "idle_timeout"},  // Both legs are one flow.
    {"TCP RST from remote system"},                              // Relayed: the other leg knows.
    {"TCP retransmit timeout", "retransmit_timeout"},
    {"TCP 3WHS rejected", {}, "proxy_upstream_refused"},
    {"handshake timeout"},                                   // Whose handshake is not said.
    {"No pool member available", "proxy_upstream_refused"},  // Its monitors found all of them down.
    {"No route to host"},
    {"No server selected"},
    {"Connection limit exceeded"},
    {"HA disconnect"},
    {"Port denied"},  // Port lockdown, packet filter or a listener that never opened.
    {"Policy action", "firewall_reset", "firewall_reset"},  // As NetScaler's 9814.
    {"RST from BIG-IP internal Linux host"},
    {"Closing"},
    {"TCP keep-alive timeout", "keepalive_timeout"},     // M
    {"TCP zero window timeout", "zero_window_timeout"},  // M
    {"Unable to obtain local port"},                     // M
    {"SSL handshake timeout exceeded"},                  // M
    {"VIP disabled"},                                    // M
    {"iRule reject"},                                    // M
    {"License limit"},                                   // M
    {"DOS signature"},                                   // M
    {"SYN cookie"},                                      // M
    {"Unknown reason"},                                  // M
};

/// A registered code of the RST diagnostic payload (enterprise number 0).
struct DiagnosticCode {
  std::uint16_t code;
  std::string_view meaning;
  std::string_view token = {};
};

// Meanings: draft-ietf-tcpm-rst-diagnostic-payload, registry "TCP Failure Causes". The
// tokens are ours. 8 to 14 may be a box's word. 0 is reserved and must not be sent.
inline constexpr DiagnosticCode kDiagnosticCodes[] = {
    {1, "illegal option length"},                               // RFC 9293, 3.1
    {2, "desynchronized state", "connection_unknown"},          // RFC 9293, 3.5.1
    {3, "new data received after CLOSE", "data_after_close"},   // RFC 9293, 3.6.1
    {4, "ABORT process", "linger0"},                            // RFC 9293, 3.10.5
    {5, "unexpected ACK in a non-synchronized state"},          // 3.10.7; two tokens
    {6, "unexpected SYN in the window", "syn_in_synrecv"},      // RFC 9293, 3.10.7
    {7, "unexpected security compartment"},                     // RFC 9293, A.1
    {8, "malformed message"},                                   // The draft.
    {9, "not authorized", "firewall_reset"},                    // The draft.
    {10, "resource exceeded", "memory_pressure"},               // The draft.
    {11, "network failure"},                                    // The draft.
    {12, "reset received from the peer"},                       // The other leg knows.
    {13, "destination unreachable", "proxy_upstream_refused"},  // The draft.
    {14, "connection timeout"},                                 // Three tokens.
    {15, "too much outstanding data"},                          // RFC 8684, 3.6
    {16, "unacceptable performance"},                           // RFC 8684, 3.6
    {17, "middlebox interference"},                             // RFC 8684, 3.6
};

/// Neighbouring codes of NetScaler with one meaning.
struct NetScalerCodes {
  std::uint16_t first, last;
  std::string_view meaning;
  std::string_view token = {};
};

// Codes: vendor article CTX200852 (as published by bunnis/Wireshark-Lua-Plugin-NetScaler-TCP-
// Window-Reset-Codes), in our words; not the copy that invents SNMP codes from 9897 up. The
// tokens are ours. Codes of single features, above 9855, are left out: each more is one more
// window that a code can be mistaken for.
inline constexpr NetScalerCodes kNetScalerCodes[] = {
    {8196, 8196, "bad TLS record"},
    {8201, 8201, "packet for a connection already closed", "connection_unknown"},
    {8202, 8202, "data without a connection, the SYN cookie expired", "synack_expired"},
    {8204, 8204, "SYN repeated with another sequence number", "syn_in_synrecv"},
    {8205, 8205, "wrong acknowledgment in the final ACK of the handshake", "bad_handshake_ack"},
    {8206, 8206, "bad packet in answer to a SYN", "synack_unacceptable"},
    {8207, 8207, "SYN in the window of an established connection"},
    {8208, 8208, "too many retransmissions", "retransmit_timeout"},
    {8209, 8209, "out of memory", "memory_pressure"},
    {8210, 8210, "HTTP DoS protection", "firewall_reset"},
    {8211, 8211, "idle or zombie timeout, or service down", "idle_timeout"},
    {8212, 8212, "stray SYN, no service listens", "port_closed"},
    {8213, 8213, "POST on a closing connection (Sure Connect)"},
    {8214, 8214, "MSS of the SYN exceeds the interface"},
    {9100, 9100, "orphaned HTTP connection timed out", "idle_timeout"},
    {9201, 9203, "data of an earlier transaction on a reused server connection"},
    {9205, 9205, "bad chunked encoding"},
    {9206, 9208, "invalid or incomplete HTTP header"},
    {9209, 9209, "bad chunked encoding"},
    {9210, 9210, "corrupt packets"},
    {9212, 9212, "invalid HTTP request"},
    {9217, 9217, "HTTP body longer than its Content-Length"},
    {9218, 9218, "data after the end of the HTTP message"},
    {9222, 9222, "invalid Content-Length and Transfer-Encoding"},
    {9300, 9303, "idle or zombie timeout, or service down", "idle_timeout"},
    {9304, 9304, "zero window probes exhausted", "zero_window_timeout"},
    {9305, 9305, "server acknowledged another number than that of the SYN", "synack_unacceptable"},
    {9306, 9306, "TCP buffering undone"},
    {9307, 9309, "small window protection", "zero_window_timeout"},
    {9310, 9310, "keepalive probes unanswered", "keepalive_timeout"},
    {9400, 9400, "pooled server connection not reusable", "linger0"},
    {9401, 9401, "flushed for capacity or by removal of its entity", "admin_abort"},
    {9450, 9460, "database protocol error"},
    {9600, 9601, "too many sequence mismatches", "firewall_reset"},
    {9602, 9602, "SSL VPN probe limit exceeded"},
    {9700, 9701, "reset of the other side passed on"},  // The other leg knows.
    {9702, 9702, "data received after FIN", "data_after_close"},
    {9704, 9704, "buffer dropped at its hold limit", "memory_pressure"},
    {9800, 9800, "monitor probe timed out", "connect_probe"},
    {9811, 9811, "after a fatal TLS alert"},
    {9812, 9812, "IP address removed from the configuration", "admin_abort"},
    {9814, 9814, "policy with action RESET", "firewall_reset"},
    {9816, 9816, "bad TLS record"},
    {9817, 9817, "certificate being changed"},
    {9818, 9818, "bad TLS header"},
    {9830, 9830, "denied by ACL", "firewall_reset"},
    {9833, 9833, "fatal TLS error"},
    {9838, 9838, "bad TLS record"},
    {9845, 9845, "application firewall policy", "firewall_reset"},
    {9855, 9855, "surge queue overflow", "accept_queue_full"},
};

// RFC 8684, 3.6, in the order of the codes.
inline constexpr std::string_view kMpTcprstReasons[] = {
    "unspecified error",           "MPTCP-specific error",      "lack of resources",
    "administratively prohibited", "too much outstanding data", "unacceptable performance",
    "middlebox interference",
};

/// How text that is data of an application begins; the words of protocols by lines need no row,
/// since their CRLF betrays them.
// HTTP: RFC 9110, 9; RFC 5789; RFC 9113, 3.4. SSH: RFC 4253, 4.2. Redis and heartbeats: PING,
// PONG; RESP's simple strings and errors: + and -. JSON (RFC 8259) and markup.
inline constexpr std::string_view kApplicationStarts[] = {
    "HTTP/",  "GET ",   "HEAD ",    "POST ",  "PUT ", "DELETE ", "CONNECT ",
    "TRACE ", "PATCH ", "OPTIONS ", "PRI * ", "SSH-", "PING",    "PONG",
    "+",      "-",      "{",        "[{",     "[[",   "[\"",     "<",
};

/// Commands that carry a password, in any case: their line's end may lie beyond the segment or the
/// capture. Redis (AUTH, HELLO ... AUTH, CONFIG SET requirepass, ACL SETUSER, MIGRATE ... AUTH),
/// FTP and POP3 (RFC 959, 4.1.1; RFC 1939, 7).
inline constexpr std::string_view kSecretStarts[] = {
    "AUTH ", "HELLO ", "CONFIG SET ", "ACL SETUSER ", "MIGRATE ", "PASS ",
};

}  // namespace rstcause::tables
