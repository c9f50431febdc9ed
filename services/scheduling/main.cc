// The scheduling service as a server of its own.
#include <memory>

#include "common/app/server_main.h"
#include "services/scheduling/scheduling.h"
#include "services/scheduling/scheduling_service.h"

int main(int argc, char** argv) {
  using Application = cortado::app::BoundApplication<cortado::scheduling::Scheduling>;
  return cortado::app::RunServer(argc, argv, "scheduling", [](const cortado::app::Environment& e) {
    return std::make_unique<Application>(
        cortado::scheduling::Dependencies{e.redis, e.loop, e.executors, e.clock, e.profile, e.matching, e.archive},
        &cortado::scheduling::MakeServices);
  });
}
