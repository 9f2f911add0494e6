// SPDX-License-Identifier: GPL-2.0-or-later
//
// A post-dissector that does nothing: the floor under every other one.
#include "glue/compat.h"

#define EXPORT extern "C" __attribute__((visibility("default")))

EXPORT const char plugin_version[];
EXPORT const int plugin_want_major;
EXPORT const int plugin_want_minor;
EXPORT void plugin_register();

const char plugin_version[] = "0";
const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

namespace {

int do_nothing(tvbuff_t*, packet_info*, proto_tree*, void*) {
  return 0;
}

void register_protocol() {
  const int proto = proto_register_protocol("Nothing", "NOTHING", "nothing");
  register_postdissector(create_dissector_handle(do_nothing, proto));
}

}  // namespace

void plugin_register() {
  static proto_plugin plugin;
  plugin.register_protoinfo = register_protocol;
  proto_register_plugin(&plugin);
}
