// SPDX-License-Identifier: GPL-2.0-or-later
// Which program answers by HTTP, as it says itself.
#pragma once

#include <cstdint>
#include <string_view>

namespace rstcause::app {

/// Programs whose time-outs and limits are known by name (settings.h).
enum class WebServer : std::uint8_t {
  unknown,
  nginx,
  apache,
  tomcat,
  jetty,
  gunicorn,
  uvicorn,
  lighttpd,
  caddy,
  envoy,
  iis,
  kestrel,
};

/// The program of a response's Server field (RFC 9110, 10.2.4), where that stands within the first
/// octets of its head. A proxy may pass that field on: it then names what stands behind.
WebServer web_server_of(std::string_view response);

}  // namespace rstcause::app
