// SPDX-License-Identifier: GPL-2.0-or-later
// What the time-outs and limits are called by those who speak a protocol.
#pragma once

#include <string_view>

#include "app/protocol.h"
#include "app/web_server.h"

namespace rstcause::app {

/// Names of settings as the usual programs of a protocol have them, for a sentence to put in
/// brackets; empty where none is known. Static text, each from the program's own documentation.
struct Settings {
  /// When a server ends a connection on which nothing is asked.
  std::string_view idle = {};
  /// How long it waits for the first words, a login or a request's head.
  std::string_view login = {};
  /// Where to see what takes so long, or how long a client waits for it.
  std::string_view slow = {};
  /// What keeps a silent connection alive, or finds out that it is dead.
  std::string_view probe = {};
  /// How long a server tries to send to a client that does not read.
  std::string_view send = {};
  /// How much a server takes on one connection.
  std::string_view limit = {};
};

/// Those of a protocol's programs; of HTTP those of the server that answered, where it is known.
/// All empty for a protocol of which nothing is known.
const Settings& settings_of(Protocol protocol, WebServer server = WebServer::unknown);

}  // namespace rstcause::app
