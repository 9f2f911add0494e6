// SPDX-License-Identifier: GPL-2.0-or-later
// The one place where rstcause-explain asks for a Wireshark version.
#pragma once

#include <glib.h>

#include <ws_version.h>

#include <wiretap/wtap.h>
#include <wsutil/buffer.h>
#include <wsutil/filesystem.h>
#include <wsutil/wslog.h>

#include <cstdint>

#define RSTCAUSE_WS_AT_LEAST(major, minor) \
  (WIRESHARK_VERSION_MAJOR > (major) ||    \
   (WIRESHARK_VERSION_MAJOR == (major) && WIRESHARK_VERSION_MINOR >= (minor)))

namespace rstcause::explain {

/// One record as wiretap reads it, and the octets of its packet: since 4.6 both are one.
class WiretapRecord {
 public:
#if RSTCAUSE_WS_AT_LEAST(4, 6)
  WiretapRecord() {
    wtap_rec_init(&record_, kFirstSpace);
  }
  ~WiretapRecord() {
    wtap_rec_cleanup(&record_);
  }
#else
  WiretapRecord() {
    wtap_rec_init(&record_);
    ws_buffer_init(&octets_, kFirstSpace);
  }
  ~WiretapRecord() {
    wtap_rec_cleanup(&record_);
    ws_buffer_free(&octets_);
  }
#endif
  WiretapRecord(const WiretapRecord&) = delete;
  WiretapRecord& operator=(const WiretapRecord&) = delete;

  /// Reads the file's next one. At its end, and at an error, false; of an error `error` and
  /// `details`, which the caller frees, tell.
  bool read(wtap* file, int& error, char*& details) {
    gint64 offset = 0;
    wtap_rec_reset(&record_);
#if RSTCAUSE_WS_AT_LEAST(4, 6)
    return wtap_read(file, &record_, &error, &details, &offset);
#else
    ws_buffer_clean(&octets_);
    return wtap_read(file, &record_, &octets_, &error, &details, &offset) != FALSE;
#endif
  }

  const wtap_rec& record() const {
    return record_;
  }
  const wtap_packet_header& header() const {
    return record_.rec_header.packet_header;
  }
  const std::uint8_t* octets() {
#if RSTCAUSE_WS_AT_LEAST(4, 6)
    return ws_buffer_start_ptr(&record_.data);
#else
    return ws_buffer_start_ptr(&octets_);
#endif
  }

 private:
  static constexpr gsize kFirstSpace = 2048;
  wtap_rec record_{};
#if !RSTCAUSE_WS_AT_LEAST(4, 6)
  Buffer octets_{};
#endif
};

/// Has Wireshark's libraries say what they must on standard error, and find their files. An error's
/// text, which the caller frees, or null.
inline char* set_up_wireshark(const char* program) {
#if RSTCAUSE_WS_AT_LEAST(4, 6)
  ws_log_init(nullptr);
  return configuration_init(program);
#else
  ws_log_init("rstcause-explain", nullptr);
  return configuration_init(program, nullptr);
#endif
}

}  // namespace rstcause::explain
