// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/judge/stack.h"

#include <algorithm>
#include <array>

namespace rstcause {
namespace {

/// What the handshake shows of one end.
struct Look {
  const SynShape& shape;
  const SynShape& peer;
  bool answers = false;  ///< It is a SYN-ACK, and the peer's SYN was captured.
  bool counts = false;   ///< Some segment of this end had an IP ID.
  int initial_ttl = 0;   ///< 64, 128 or 255.
  SeqNum isn;

  bool is(std::string_view letters) const { return shape.order == in_order(letters); }
  bool has(std::string_view letters) const { return begins(shape.order, letters); }
  bool from_64() const { return initial_ttl == 64; }
  bool from_128() const { return initial_ttl == 128; }
  bool from_255() const { return initial_ttl == 255; }
  /// Linux gives a SYN-ACK, which may not be fragmented, the IP ID 0 (ip_build_and_send_pkt()).
  bool may_be_linux_syn_ack() const { return answers && shape.ip_id == 0 && !shape.may_fragment; }
  /// A SYN-ACK leaves out what the SYN did not offer.
  bool left_out_nothing() const {
    return peer.window_scale == shape.window_scale && peer.timestamps == shape.timestamps;
  }
};

/// gVisor, initialReceiveWindow(): twenty segments, rounded down to what its shift can express.
bool is_gvisors_window(const SynShape& s) {
  const std::uint32_t most = std::min(20U * s.mss, 65535U), step = 1U << s.shift;
  return s.mss != 0 && s.wnd != most && s.wnd == most / step * step;
}

/// F5's default profile: three segments at first.
bool is_f5s_window(const SynShape& s) {
  return s.mss != 0 && s.wnd == 3U * s.mss;
}

/// One way in which a family's handshake is known.
struct Mark {
  Stack stack;
  bool (*fits)(const Look&);
};

/// The first that fits is taken. Where two families write alike (Windows' order is lwIP's too) the
/// TTL or "don't fragment" must decide.
constexpr Mark kMarks[] = {
    // gVisor takes pains to write as Linux does, but lets its packets be fragmented.
    {Stack::usermode_nat,
     [](const Look& l) {
       return (l.has("mst") || l.is("m..t.w")) && l.shape.may_fragment &&
              is_gvisors_window(l.shape);
     }},
    // Linux tcp_syn_options() and tcp_options_write(); without timestamps SACK takes their place.
    {Stack::linux_kernel, [](const Look& l) { return l.has("mst") && !l.shape.may_fragment; }},
    {Stack::linux_kernel,
     [](const Look& l) {
       const bool plain =
           l.is("m..s.w") || l.is("m..s") || l.is("m..t.w") || l.is("m.w") || l.is("m");
       return plain && l.from_64() && l.may_be_linux_syn_ack() && l.left_out_nothing();
     }},
    {Stack::linux_kernel,
     [](const Look& l) {
       return l.is("m..s.w") && l.from_64() && !l.shape.may_fragment && !l.answers;
     }},
    // pasta: no options but these two, and never an IP ID.
    {Stack::usermode_nat,
     [](const Look& l) { return l.is("m.w") && l.from_255() && l.shape.ip_id == 0 && !l.counts; }},
    // slirp: an MSS alone, and the whole of its buffer as window.
    {Stack::usermode_nat,
     [](const Look& l) {
       return l.is("m") && l.from_64() && l.shape.may_fragment && l.shape.wnd == 65535;
     }},
    // lwIP's first number after a start is 6510 (tcp.c); whoever draws it at random is this low
    // once
    // in 65,536 times.
    {Stack::embedded,
     [](const Look& l) { return l.is("m") && l.answers && l.isn.raw() < 1U << 16U; }},
    {Stack::proxy_f5,
     [](const Look& l) {
       const bool copied = l.answers && l.shape.ip_id != 0 && l.shape.ip_id == l.peer.ip_id;
       return l.has("m") && l.from_255() && !l.shape.may_fragment &&
              (copied || is_f5s_window(l.shape));
     }},
    {Stack::windows,
     [](const Look& l) {
       return (l.has("m.w..s") || l.is("m.wst") || l.has("m.w..t") || l.is("m..s") ||
               l.is("m.w")) &&
              l.from_128() && !l.shape.may_fragment;
     }},
    {Stack::apple, [](const Look& l) { return l.is("m.w..tse"); }},
    {Stack::bsd, [](const Look& l) { return (l.is("m.wst") || l.is("m..s.w..t")) && l.from_64(); }},
    // smoltcp aligns no option; picoTCP's have an order of their own.
    {Stack::embedded, [](const Look& l) { return l.has("mw") || l.has("mswt"); }},
    // lwIP, uIP and their like let their packets be fragmented; few of them scale windows.
    {Stack::embedded,
     [](const Look& l) { return l.has("m") && l.from_255() && l.shape.may_fragment; }},
    {Stack::embedded,
     [](const Look& l) {
       constexpr std::uint16_t kFewSegments = 4 * 1460;
       return l.is("m") && l.answers && l.shape.may_fragment && l.shape.wnd <= kFewSegments;
     }},
};

struct Words {
  std::string_view token, name;
};
constexpr std::array<Words, 8> kWords = {{
    {"", ""},
    {"linux", "Linux"},
    {"windows", "Windows"},
    {"bsd", "BSD"},
    {"apple", "macOS and iOS"},
    {"embedded", "small embedded stacks (lwIP, uIP, smoltcp, picoTCP)"},
    {"usermode_nat", "user-mode network stacks (slirp, pasta, gVisor)"},
    {"proxy_f5", "proxies of F5's kind"},
}};

}  // namespace

std::string_view to_string(Stack stack) {
  return kWords[static_cast<std::size_t>(stack)].token;
}

std::string_view name_of(Stack stack) {
  return kWords[static_cast<std::size_t>(stack)].name;
}

Stack stack_by_handshake(const Endpoint& x, const Endpoint& y, bool is_server) {
  if (x.syn == 0 || x.shape.ttl == 0 || x.shape.options_cut) return Stack::unknown;
  const int initial = x.shape.ttl <= 64 ? 64 : x.shape.ttl <= 128 ? 128 : 255;
  const Look look{x.shape, y.shape, is_server && y.syn != 0, x.ip_id != 0, initial, x.isn};
  const auto* const mark = std::find_if(std::begin(kMarks), std::end(kMarks),
                                        [&](const Mark& m) { return m.fits(look); });
  return mark == std::end(kMarks) ? Stack::unknown : mark->stack;
}

}  // namespace rstcause
