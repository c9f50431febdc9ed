// The profile service as a server of its own.
#include <memory>

#include "absl/flags/flag.h"
#include "common/app/server_main.h"
#include "services/profile/profile.h"
#include "services/profile/profile_service.h"

ABSL_FLAG(
    bool, issuer_private_network, false,
    "OpenID providers may stand in a private network, as in the company's own, not on the public internet alone.");

int main(int argc, char** argv) {
  using Application = cortado::app::BoundApplication<cortado::profile::Profile>;
  return cortado::app::RunServer(argc, argv, "profile", [](const cortado::app::Environment& e) {
    const cortado::http::AddressRule issuer_reach{absl::GetFlag(FLAGS_issuer_private_network), e.dev};
    return std::make_unique<Application>(
        cortado::profile::Dependencies{e.redis, e.loop, e.executors, e.clock, e.keys, e.archive, &e.matching,
                                       &e.scheduling, issuer_reach, nullptr, e.ledger},
        &cortado::profile::MakeServices, &cortado::profile::SessionCheckOf);
  });
}
