// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/trace.h"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <tuple>

#include "engine/wire/options.h"

namespace rstcause::test {
namespace {

constexpr std::uint16_t kServerPort = 7000, kClientPort = 50000;

/// MSS, SACK permitted, timestamps, window scale: what Linux sends.
const std::vector<std::uint8_t> kSystemOptions = {2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0,
                                                  0, 1, 0, 0,    0, 0, 1, 3,  3, 7};
const std::vector<std::uint8_t> kUnscaledOptions = {2, 4, 5, 0xb4, 4, 2, 1, 1};
const std::vector<std::uint8_t> kBareOptions = {2, 4, 5, 0xb4};
const std::vector<std::uint8_t> kTimestamps = {1, 1, 8, 10, 0, 0, 0, 2, 0, 0, 0, 1};

struct Side {
  std::uint32_t isn = 0;
  SeqNum nxt;
  std::uint16_t window = 502;
  std::uint8_t ttl = 64;
  std::uint16_t id = 1000;
  bool bare = false;
};

struct Connection {
  Side ends[2];
  std::optional<Segment> last;  ///< No reset: what `reply` answers.
  std::optional<Segment> latest[2];
  std::size_t before = 0;  ///< The line before, whatever it was: what `copy` copies.
};

struct Line {
  Nanos time = 0;
  bool from_initiator = true;
  std::string flags;
  std::map<std::string, std::string> words;
  bool has(const std::string& word) const { return words.contains(word); }
  std::uint32_t number(const std::string& word) const {
    return static_cast<std::uint32_t>(std::stoul(words.at(word)));
  }
};

std::string unescaped(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 >= text.size()) {
      out += text[i];
      continue;
    }
    const char kind = text[++i];
    if (kind == 'r')
      out += '\r';
    else if (kind == 'n')
      out += '\n';
    else if (kind == 'x' && i + 2 < text.size()) {
      out += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
      i += 2;
    } else {
      out += kind;
    }
  }
  return out;
}

std::vector<std::uint8_t> octets_of(const std::string& hex) {
  std::vector<std::uint8_t> octets;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    octets.push_back(static_cast<std::uint8_t>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  return octets;
}

/// ICMP type and code by the words of the notation.
const std::map<std::string, std::pair<std::uint8_t, std::uint8_t>> kErrors = {
    {"net_unreachable", {3, 0}}, {"host_unreachable", {3, 1}}, {"port_unreachable", {3, 3}},
    {"too_big", {3, 4}},         {"prohibited", {3, 13}},      {"expired", {11, 0}}};

bool takes_a_number(const std::string& word) {
  static const std::vector<std::string> with = {
      "seq", "ack",  "rawseq", "rawack", "len",    "opts", "win", "isn", "ttl",
      "id",  "port", "to",     "tsecr",  "tcprst", "mtu",  "of",  "peer"};
  return std::find(with.begin(), with.end(), word) != with.end();
}

Nanos time_of(const std::string& text) {
  std::size_t used = 0;
  const double number = std::stod(text, &used);
  const std::string unit = text.substr(used);
  if (unit == "ms") return static_cast<Nanos>(number * 1e6);
  if (unit == "us") return static_cast<Nanos>(number * 1e3);
  if (unit == "s") return static_cast<Nanos>(number * 1e9);
  throw std::invalid_argument("trace: time " + text);
}

std::optional<Line> parse(const std::string& text) {
  std::istringstream in(text);
  std::string time, arrow;
  Line line;
  if (!(in >> time) || time[0] == '#') return std::nullopt;
  if (!(in >> arrow >> line.flags)) throw std::invalid_argument("trace: " + text);
  line.time = time_of(time);
  line.from_initiator = arrow == "->";
  for (std::string word; in >> word;) {
    if (word == "data" || word == "said") {
      std::string rest;
      std::getline(in >> std::ws, rest);
      line.words[word] = unescaped(rest);
    } else if (takes_a_number(word)) {
      in >> line.words[word];
    } else {
      line.words[word] = "";
    }
  }
  return line;
}

void set_flags(const std::string& letters, Segment& s) {
  for (const char letter : letters == "none" ? std::string() : letters) {
    switch (letter) {
      case 'S':
        s.syn = true;
        s.flags |= 0x02;
        break;
      case 'A':
        s.ack_set = true;
        s.flags |= 0x10;
        break;
      case 'F':
        s.fin = true;
        s.flags |= 0x01;
        break;
      case 'R':
        s.rst = true;
        s.flags |= 0x04;
        break;
      case 'P':
        s.flags |= 0x08;
        break;
      case 'U':
        s.flags |= 0x20;
        break;
      default:
        throw std::invalid_argument("trace: flags " + letters);
    }
  }
}

/// Makes segments out of lines; remembers what each end of each connection has sent.
class Maker {
 public:
  Maker(std::uint32_t initiator_isn, std::uint32_t responder_isn, Trace::Family family)
      : isns_{initiator_isn, responder_isn}, family_(family) {}

  Segment make(const Line& line, std::string& payload, std::vector<std::uint8_t>& options) {
    Connection& c = connection(line);
    const int me = line.from_initiator ? 0 : 1;
    if (line.has("copy")) {
      const Made& first = made_.at(line.has("of") ? line.number("of") - 1 : c.before);
      Segment again = first.segment;
      again.time = line.time;
      if (line.has("ttl")) again.ip.ttl = static_cast<std::uint8_t>(line.number("ttl"));
      payload = first.payload;
      options = first.options;
      made_.push_back({again, payload, options});
      return again;
    }
    Segment s;
    s.time = line.time;
    address(line, s);
    if (line.flags == "reply") {
      reply(c, me, s);
      adjust_options(line, options);
      s.options_len = static_cast<std::uint8_t>(options.size());
    } else
      ordinary(c, me, line, payload, options, s);
    if (line.has("ttl")) s.ip.ttl = static_cast<std::uint8_t>(line.number("ttl"));
    s.ip.may_fragment = line.has("nodf");
    if (line.has("id")) s.ip_id = static_cast<std::uint16_t>(line.number("id"));
    if (!s.rst) {
      c.last = s;
      c.latest[me] = s;
    }
    c.before = made_.size();
    made_.push_back({s, payload, options});
    return s;
  }

  /// An ICMP error about the latest segment of the end that is told.
  IcmpError error(const Line& line) {
    const Connection& c = connection(line);
    const std::optional<Segment>& quoted = c.latest[line.from_initiator ? 1 : 0];
    if (!quoted) throw std::invalid_argument("trace: nothing to quote");
    IcmpError made;
    for (const auto& [name, numbers] : kErrors) {
      if (line.has(name)) std::tie(made.type, made.code) = numbers;
    }
    made.time = line.time;
    made.quoted = quoted->tuple;
    made.seq = line.has("seq") ? quoted->seq + line.number("seq") : quoted->seq;
    made.from = line.has("itself") ? quoted->tuple.dst : Address::ipv4(192, 0, 2, 1);
    made.ip.version = 4;
    made.ip.ttl = line.has("ttl") ? static_cast<std::uint8_t>(line.number("ttl")) : 64;
    if (line.has("mtu")) made.mtu = line.number("mtu");
    return made;
  }

 private:
  Connection& connection(const Line& line) {
    const auto [found, fresh] =
        connections_.try_emplace({client_port(line), server_port(line), server(line)});
    if (fresh) {
      for (int end = 0; end < 2; ++end) {
        found->second.ends[end].isn = isns_[end];
        found->second.ends[end].nxt = SeqNum(isns_[end] + 1);
        found->second.ends[end].id = static_cast<std::uint16_t>(1000 + 100 * end);
      }
      found->second.ends[0].nxt = SeqNum(isns_[0]);
      found->second.ends[1].nxt = SeqNum(isns_[1]);
    }
    return found->second;
  }

  static std::uint16_t client_port(const Line& line) {
    return line.has("port") ? static_cast<std::uint16_t>(line.number("port")) : kClientPort;
  }
  static std::uint16_t server_port(const Line& line) {
    return line.has("to") ? static_cast<std::uint16_t>(line.number("to")) : kServerPort;
  }

  /// The last octet of its address.
  static std::uint8_t server(const Line& line) {
    return line.has("peer") ? static_cast<std::uint8_t>(line.number("peer")) : std::uint8_t{2};
  }

  Address host(std::uint8_t number) const {
    if (family_ == Trace::Family::ipv4) return Address::ipv4(10, 0, 0, number);
    std::array<std::uint8_t, 16> octets;
    octets.fill(0xDD);
    std::copy_n("\x20\x01\x0D\xB8", 4, octets.begin());
    octets.back() = number;
    return Address::of(Address::Kind::ipv6, octets);
  }

  void address(const Line& line, Segment& s) const {
    const Address client = host(1);
    const Address peer = host(server(line));
    s.tuple = line.from_initiator ? Tuple{client, peer, client_port(line), server_port(line)}
                                  : Tuple{peer, client, server_port(line), client_port(line)};
    s.ip.version = family_ == Trace::Family::ipv4 ? 4 : 6;
  }

  static void reply(Connection& c, int me, Segment& s) {
    const Segment& t = *c.last;
    s.ip.ttl = c.ends[me].ttl;
    if (t.ack_set) {
      set_flags("R", s);
      s.seq = t.ack;
    } else {
      set_flags("RA", s);
      s.seq = SeqNum(0);
      s.ack = t.seq_end();
    }
  }

  static void ordinary(Connection& c, int me, const Line& line, std::string& payload,
                       std::vector<std::uint8_t>& options, Segment& s) {
    Side& x = c.ends[me];
    Side& y = c.ends[1 - me];
    set_flags(line.flags == "probe" ? "A" : line.flags, s);
    if (s.syn && line.has("isn")) x.isn = line.number("isn");
    if (s.syn && !line.has("again")) x.nxt = SeqNum(x.isn);
    s.seq = line.flags == "probe" ? x.nxt - 1 : x.nxt;
    if (line.has("again") && c.latest[me]) s.seq = c.latest[me]->seq;
    if (line.has("seq")) s.seq = SeqNum(x.isn + line.number("seq"));
    if (line.has("rawseq")) s.seq = SeqNum(line.number("rawseq"));
    if (s.ack_set) s.ack = y.nxt;
    if (line.has("ack")) s.ack = SeqNum(y.isn + line.number("ack"));
    if (line.has("rawack")) s.ack = SeqNum(line.number("rawack"));
    if (line.has("data")) payload = line.words.at("data");
    s.len = line.has("len") ? line.number("len") : static_cast<std::uint32_t>(payload.size());
    if (payload.empty() && s.len != 0) payload.assign(s.len, 'x');
    s.wnd = line.has("win") ? static_cast<std::uint16_t>(line.number("win"))
            : s.syn         ? std::uint16_t{64240}
                            : x.window;
    if (s.syn) {
      const auto given = line.has("opts") ? octets_of(line.words.at("opts")) : kSystemOptions;
      x.bare =
          line.has("bare") || line.has("noscale") || !parse_options(given, given.size()).timestamps;
      options = line.has("bare") ? kBareOptions : line.has("noscale") ? kUnscaledOptions : given;
    } else if (!x.bare && !y.bare && (!s.rst || s.ack_set)) {
      options = kTimestamps;
    }
    if (!s.syn && line.has("opts")) options = octets_of(line.words.at("opts"));
    if (line.has("plain")) options.clear();
    adjust_options(line, options);
    s.options_len = static_cast<std::uint8_t>(options.size());
    s.ip.ttl = x.ttl;
    s.ip_id = ++x.id;
    if (!s.rst && s.seq_end().after(x.nxt)) x.nxt = s.seq_end();
  }

  /// MPTCP options (RFC 8684, 3) and changes to the timestamps.
  static void adjust_options(const Line& line, std::vector<std::uint8_t>& options) {
    if (line.has("notime")) options.clear();
    if (line.has("tsecr")) {
      const auto kind = std::find(options.begin(), options.end(), std::uint8_t{8});
      for (int i = 0; kind != options.end() && i < 4; ++i) {
        kind[6 + i] = static_cast<std::uint8_t>(line.number("tsecr") >> (24 - 8 * i));
      }
    }
    if (line.has("join")) options.insert(options.end(), {30, 12, 0x10, 1, 0, 0, 0, 1, 0, 0, 0, 2});
    if (line.has("fastclose"))
      options.insert(options.end(), {30, 12, 0x70, 0, 1, 2, 3, 4, 5, 6, 7, 8});
    if (line.has("tcprst")) {
      options.insert(options.end(),
                     {30, 4, 0x80, static_cast<std::uint8_t>(line.number("tcprst"))});
    }
  }

  struct Made {
    Segment segment;
    std::string payload;
    std::vector<std::uint8_t> options;
  };

  std::uint32_t isns_[2];
  Trace::Family family_;
  std::vector<Made> made_;  ///< All segments.
  /// By the client's port, and the server's port and address.
  std::map<std::tuple<std::uint16_t, std::uint16_t, std::uint8_t>, Connection> connections_;
};

}  // namespace

Trace::Trace(std::string_view text, std::uint32_t initiator_isn, std::uint32_t responder_isn,
             EngineOptions options, Family family)
    : engine_(options) {
  Maker maker(initiator_isn, responder_isn, family);
  std::istringstream in{std::string(text)};
  std::deque<std::string> payloads;
  std::deque<std::vector<std::uint8_t>> option_octets;
  Frame latest = 0;
  for (std::string line_text; std::getline(in, line_text);) {
    const auto line = parse(line_text);
    if (!line) continue;
    if (line->flags == "icmp") {
      IcmpError error = maker.error(*line);
      error.frame = ++latest;
      engine_.observe(error);
      continue;
    }
    std::string& payload = payloads.emplace_back();
    std::vector<std::uint8_t>& octets = option_octets.emplace_back();
    Segment segment = maker.make(*line, payload, octets);
    segment.shares_frame = line->has("aboard");
    segment.frame = segment.shares_frame ? latest : ++latest;
    if (!payload.empty()) segment.payload = payload;
    if (!octets.empty()) segment.option_octets = octets;
    const Word word =
        line->has("said") ? parse_word("rstcause: " + line->words.at("said")) : Word{};
    if (word.is_told()) segment.word = &word;
    engine_.observe(segment);
    payloads_.push_back(payload);
    options_.push_back(octets);
    segments_.push_back(segment);
    segments_.back().word = nullptr;  // the engine has taken it over
  }
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    segments_[i].payload = payloads_[i];
    segments_[i].option_octets = options_[i];
  }
}

const Explained& Trace::in_frame(Frame frame) const {
  const auto [first, last] = engine_.resets_in(frame);
  if (first == last) throw std::out_of_range("trace: no reset in frame " + std::to_string(frame));
  return engine_.explained()[first];
}

int Trace::confidence_in(std::string_view token) const {
  const Verdict& verdict = last().verdict;
  if (verdict.cause->token == token) return verdict.confidence;
  for (const Alternative& other : verdict.alternatives) {
    if (other.cause->token == token) return other.confidence;
  }
  return 0;
}

std::vector<Frame> Trace::evidence() const {
  std::vector<Frame> frames;
  for (const Finding& finding : last().verdict.evidence) {
    if (frames.empty() || frames.back() != finding.frame) frames.push_back(finding.frame);
  }
  return frames;
}

}  // namespace rstcause::test
