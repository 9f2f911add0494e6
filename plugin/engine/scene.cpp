// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/scene.h"

namespace rstcause {

const Service* Scene::service() const {
  const End server = flow.is_server(End::a) ? End::a : End::b;
  if (flow.role_basis() == RoleBasis::none) return nullptr;
  return hosts.find_service(flow, server);
}

}  // namespace rstcause
