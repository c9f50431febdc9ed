// The matching service as a server of its own.
#include <memory>

#include "common/app/server_main.h"
#include "services/matching/matching.h"
#include "services/matching/matching_service.h"

int main(int argc, char** argv) {
  using Application = cortado::app::BoundApplication<cortado::matching::Matching>;
  return cortado::app::RunServer(argc, argv, "matching", [](const cortado::app::Environment& e) {
    return std::make_unique<Application>(
        cortado::matching::Dependencies{e.redis, e.loop, e.executors, e.clock, e.profile, e.scheduling, e.archive,
                                        &e.metrics},
        &cortado::matching::MakeServices);
  });
}
