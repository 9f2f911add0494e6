// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/web_server.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace rstcause::app {
namespace {

/// Servers write the field among the first; no further octet is looked at.
constexpr std::size_t kLooked = 512;

struct Product {
  std::string_view name;  ///< In small letters; the field begins so.
  WebServer server;
};

/// The first that fits is taken.
constexpr auto kProducts = std::to_array<Product>({
    {"nginx", WebServer::nginx},
    {"openresty", WebServer::nginx},
    {"apache-coyote", WebServer::tomcat},
    {"apache", WebServer::apache},
    {"jetty", WebServer::jetty},
    {"gunicorn", WebServer::gunicorn},
    {"uvicorn", WebServer::uvicorn},
    {"lighttpd", WebServer::lighttpd},
    {"caddy", WebServer::caddy},
    {"envoy", WebServer::envoy},
    {"microsoft-iis", WebServer::iis},
    {"kestrel", WebServer::kestrel},
});

char lower(char octet) {
  return octet >= 'A' && octet <= 'Z' ? static_cast<char>(octet - 'A' + 'a') : octet;
}

bool begins_so(std::string_view text, std::string_view name) {
  return text.size() >= name.size() &&
         std::equal(name.begin(), name.end(), text.begin(),
                    [](char mine, char theirs) { return mine == lower(theirs); });
}

bool is_blank(char octet) {
  return octet == ' ' || octet == '\t';
}

}  // namespace

WebServer web_server_of(std::string_view response) {
  constexpr std::string_view kField = "server:";
  std::string_view rest = response.substr(0, kLooked);
  for (std::size_t end = rest.find('\n'); end != rest.npos; end = rest.find('\n')) {
    rest.remove_prefix(end + 1);
    if (rest.starts_with('\n') || rest.starts_with("\r\n")) break;  // the body begins
    if (!begins_so(rest, kField)) continue;
    rest.remove_prefix(kField.size());
    while (!rest.empty() && is_blank(rest.front())) rest.remove_prefix(1);
    const auto* const found =
        std::find_if(kProducts.begin(), kProducts.end(),
                     [&](const Product& product) { return begins_so(rest, product.name); });
    return found == kProducts.end() ? WebServer::unknown : found->server;
  }
  return WebServer::unknown;
}

}  // namespace rstcause::app
