// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/web_server.h"

#include <gtest/gtest.h>

#include <string>

#include "app/settings.h"

namespace rstcause::app {
namespace {

WebServer of_field(const std::string& field) {
  return web_server_of("HTTP/1.1 200 OK\r\nDate: now\r\n" + field + "\r\n\r\n");
}

TEST(WebServer, IsKnownByTheFirstWordOfItsField) {
  EXPECT_EQ(of_field("Server: nginx/1.22.1"), WebServer::nginx);
  EXPECT_EQ(of_field("server:openresty"), WebServer::nginx);
  EXPECT_EQ(of_field("SERVER: Apache/2.4.62 (Debian)"), WebServer::apache);
  EXPECT_EQ(of_field("Server: Apache-Coyote/1.1"), WebServer::tomcat);
  EXPECT_EQ(of_field("Server: Jetty(9.4.50)"), WebServer::jetty);
}

TEST(WebServer, IsUnknownWhereTheFieldSaysNothingKnown) {
  EXPECT_EQ(of_field("Server: example"), WebServer::unknown);
  EXPECT_EQ(of_field("Server:"), WebServer::unknown);
  EXPECT_EQ(of_field("X-Server: nginx"), WebServer::unknown);
  EXPECT_EQ(web_server_of("HTTP/1.1 200 OK"), WebServer::unknown);
  EXPECT_EQ(web_server_of(""), WebServer::unknown);
}

TEST(WebServer, IsNotReadFromTheBody) {
  EXPECT_EQ(web_server_of("HTTP/1.1 200 OK\r\n\r\nServer: nginx\r\n"), WebServer::unknown);
  EXPECT_EQ(web_server_of("HTTP/1.1 200 OK\n\nServer: nginx\r\n"), WebServer::unknown);
}

TEST(WebServer, IsLookedForAmongTheFirstOctetsAlone) {
  EXPECT_EQ(of_field("X: " + std::string(600, 'x') + "\r\nServer: nginx"), WebServer::unknown);
}

TEST(WebServer, HasItsOwnSettingsNamedAndNoOthers) {
  const Settings& of_nginx = settings_of(Protocol::http, WebServer::nginx);
  EXPECT_EQ(of_nginx.idle, "nginx keepalive_timeout, or that of a proxy before it");
  EXPECT_EQ(of_nginx.limit.find("Apache"), std::string_view::npos);
  EXPECT_EQ(settings_of(Protocol::http, WebServer::unknown).idle, settings_of(Protocol::http).idle);
  EXPECT_EQ(settings_of(Protocol::mysql, WebServer::nginx).idle, settings_of(Protocol::mysql).idle);
}

}  // namespace
}  // namespace rstcause::app
