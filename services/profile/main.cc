// The profile service as a server of its own.
#include <memory>

#include "common/app/server_main.h"
#include "services/profile/profile.h"
#include "services/profile/profile_service.h"

int main(int argc, char** argv) {
  using Application = cortado::app::BoundApplication<cortado::profile::Profile>;
  return cortado::app::RunServer(argc, argv, "profile", [](const cortado::app::Environment& e) {
    return std::make_unique<Application>(
        cortado::profile::Dependencies{e.redis, e.loop, e.executors, e.clock, e.keys, e.archive, &e.matching,
                                       &e.scheduling},
        &cortado::profile::MakeServices, &cortado::profile::SessionCheckOf);
  });
}
