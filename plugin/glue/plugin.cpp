// SPDX-License-Identifier: GPL-2.0-or-later
// What Wireshark looks up in the shared object, and nothing more.
#include "glue/compat.h"

#include "glue/collect.h"
#include "glue/guard.h"
#include "glue/registration.h"
#include "rstcause_commit.h"
#include "rstcause_version.h"

#include <epan/proto.h>

#include <cstdint>

#define RSTCAUSE_EXPORT extern "C" __attribute__((visibility("default")))

// Declared first: a const object at namespace scope would else have internal linkage.
RSTCAUSE_EXPORT const char plugin_version[];
RSTCAUSE_EXPORT const int plugin_want_major;
RSTCAUSE_EXPORT const int plugin_want_minor;
RSTCAUSE_EXPORT void plugin_register();
RSTCAUSE_EXPORT std::uint32_t plugin_describe();

const char plugin_version[] = RSTCAUSE_VERSION RSTCAUSE_COMMIT;
const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

#define RSTCAUSE_TEXT(number) RSTCAUSE_TEXT_OF(number)
#define RSTCAUSE_TEXT_OF(number) #number

// Read from the file by cmake/doctor.sh: a Wireshark that it does not fit does not load it, so
// cannot tell.
[[gnu::used]] static const char built_for[] =
    "rstcause " RSTCAUSE_VERSION RSTCAUSE_COMMIT " for Wireshark " RSTCAUSE_TEXT(
        WIRESHARK_VERSION_MAJOR) "." RSTCAUSE_TEXT(WIRESHARK_VERSION_MINOR);

void plugin_register() {
  static proto_plugin plugin;
  // Epan does not jump while it registers: it ends the program. So this may stand inside a guard.
  plugin.register_protoinfo = [] { rstcause::glue::guarded(rstcause::glue::register_everything); };
  plugin.register_handoff = [] {
    rstcause::glue::make_collector();
    rstcause::glue::offer_decode_as();
  };
  proto_register_plugin(&plugin);
}

/// Since 4.4: WS_PLUGIN_DESC_DISSECTOR | WS_PLUGIN_DESC_TAP_LISTENER of wsutil/plugins.h,
/// which older versions neither install nor ask for.
std::uint32_t plugin_describe() {
  return (1U << 0U) | (1U << 3U);
}
