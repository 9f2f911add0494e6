// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "engine/judge/scene.h"

namespace rstcause::forgery {

/// The class of connection tampering that this reset's form would fall into: how far the client
/// had come, and the flags of the reset, or of two in one name. "Post-PSH:RST+ACK". Empty where
/// the SYN was not captured or an end had closed, for then there is no class.
///
/// Sundara Raman et al., Global, Passive Detection of Connection Tampering, SIGCOMM 2023. The
/// classes are shapes: ordinary aborts have them too, so they are told and never weighed.
std::string tampering_class(const Scene& scene);

}  // namespace rstcause::forgery
