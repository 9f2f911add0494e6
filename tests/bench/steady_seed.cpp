// SPDX-License-Identifier: GPL-2.0-or-later
//
// Preloaded into tshark while instructions are counted: GLib's random numbers, with which Wireshark
// seeds its hash tables anew at each start, are always the same. Then two countings of one thing
// hardly differ, with a plugin or without.
#include <cstdint>

extern "C" std::uint32_t g_random_int() {
  return 0x12345678U;
}
