// SPDX-License-Identifier: GPL-2.0-or-later
//
// Loaded before tshark (LD_PRELOAD): plugins stay loaded to the end. The leak detector looks when
// the process ends, and the frames of a library that was unloaded before have no name any more.
extern "C" __attribute__((visibility("default"))) int dlclose(void*) {
  return 0;
}
