// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/judge/scene.h"

namespace rstcause {

void Scene::look_up_service() const {
  const End server = flow.is_server(End::a) ? End::a : End::b;
  const bool known = flow.role_basis() != RoleBasis::none;
  service_ = {known ? hosts.find_service(flow, server) : nullptr, true};
}

}  // namespace rstcause
