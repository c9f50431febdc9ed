// The scheduling service as a server of its own.
#include <memory>
#include <utility>

#include "common/app/server_main.h"
#include "common/status/status.h"
#include "services/scheduling/courier/mail_flags.h"
#include "services/scheduling/scheduling.h"
#include "services/scheduling/scheduling_service.h"

int main(int argc, char** argv) {
  using Application = cortado::app::BoundApplication<cortado::scheduling::Scheduling>;
  using Made = absl::StatusOr<std::unique_ptr<cortado::app::Application>>;
  return cortado::app::RunServer(argc, argv, "scheduling", [](const cortado::app::Environment& e) -> Made {
    ASSIGN_OR_RETURN(cortado::scheduling::MailRoom mail, cortado::scheduling::MailRoomFromFlags(e.keys, e.clock));
    return std::make_unique<Application>(
        cortado::scheduling::Dependencies{e.redis, e.loop, e.executors, e.clock, e.profile, e.matching, e.archive,
                                          std::move(mail)},
        &cortado::scheduling::MakeServices);
  });
}
