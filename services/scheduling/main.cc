// The scheduling service as a server of its own.
#include <memory>
#include <utility>

#include "absl/flags/flag.h"
#include "common/app/server_main.h"
#include "common/status/status.h"
#include "services/scheduling/courier/mail_flags.h"
#include "services/scheduling/scheduling.h"
#include "services/scheduling/scheduling_service.h"

ABSL_FLAG(bool, webhook_private_network, false,
          "Webhooks may stand in a private network, as in the company's own, not on the public internet alone.");

int main(int argc, char** argv) {
  using Application = cortado::app::BoundApplication<cortado::scheduling::Scheduling>;
  using Made = absl::StatusOr<std::unique_ptr<cortado::app::Application>>;
  return cortado::app::RunServer(argc, argv, "scheduling", [](const cortado::app::Environment& e) -> Made {
    // Without the one nobody is known here, without the other nobody's consent.
    if (e.profile.channel() == nullptr || e.matching.channel() == nullptr) {
      return absl::InvalidArgumentError("--profile and --matching are required");
    }
    ASSIGN_OR_RETURN(cortado::scheduling::MailRoom mail, cortado::scheduling::MailRoomFromFlags(e.keys, e.clock));
    cortado::http::FetchOptions webhook_calls;
    webhook_calls.addresses = {absl::GetFlag(FLAGS_webhook_private_network), e.dev};
    return std::make_unique<Application>(
        cortado::scheduling::Dependencies{e.redis, e.loop, e.executors, e.clock, e.profile, e.matching, e.archive,
                                          std::move(mail), std::move(webhook_calls), &e.metrics},
        &cortado::scheduling::MakeServices);
  });
}
