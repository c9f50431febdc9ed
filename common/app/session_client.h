// Sessions looked up at the profile server, by the servers that keep none.
#pragma once

#include "common/rpc/binder.h"
#include "common/rpc/client.h"

namespace cortado::app {

// `profile` outlives it, and is connected before the first call.
rpc::SessionCheck AskProfile(rpc::Peer& profile);

}  // namespace cortado::app
