// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace rstcause::capture {

/// What Wireshark asks an extcap for, in the sentences of doc/extcap.adoc: the interface that we
/// offer, the link types of its packets, and its options in the dialog.
std::string extcap_interfaces(std::string_view version);
std::string extcap_dlts();
std::string extcap_config();

}  // namespace rstcause::capture
