// cortadoctl dev now | advance | seed
#include <memory>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/ctl/command.h"
#include "clients/ctl/hours_text.h"
#include "clients/ctl/render/words.h"
#include "clients/ctl/seed/planting.h"
#include "clients/ctl/seed/seeds.h"
#include "common/status/status.h"
#include "cortado/dev/v1/dev_service.grpc.pb.h"

namespace cortado::ctl {
namespace {

using dev::v1::Clock;
using Dev = dev::v1::DevService::Stub;

// Calls DevService as whoever the command line says.
template <class Request>
absl::StatusOr<Clock> Ask(Session& session, grpc::Status (Dev::*method)(grpc::ClientContext*, const Request&, Clock*),
                          const Request& request) {
  ASSIGN_OR_RETURN(const Caller caller, session.Default());
  const auto stub = dev::v1::DevService::NewStub(session.channel(session.target().addresses.profile));
  absl::StatusOr<Clock> clock = session.Call(*stub, method, caller, request);
  if (!absl::IsUnimplemented(clock.status())) return clock;
  return absl::FailedPreconditionError("the clock of this server cannot be moved: only `cortado_dev` has one that can");
}

void Show(const Ctl& ctl, const Clock& clock) {
  const absl::Duration ahead = absl::Seconds(clock.offset().seconds());
  ctl.Say(absl::StrCat(
      absl::FormatTime("%Y-%m-%d %H:%M:%S UTC, ", ToTime(clock.current_time()), absl::UTCTimeZone()),
      ahead == absl::ZeroDuration() ? "as on this machine" : absl::FormatDuration(ahead) + " ahead of this machine",
      "\n"));
  ctl.Document(clock);
}

absl::Status Now(Ctl& ctl) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Clock clock, Ask(*session, &Dev::GetClock, dev::v1::GetClockRequest()));
  Show(ctl, clock);
  return absl::OkStatus();
}

absl::Status Advance(Ctl& ctl, const std::string& text) {
  ASSIGN_OR_RETURN(const absl::Duration step, ParseSpan(text));
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  dev::v1::AdvanceClockRequest request;
  request.mutable_step()->set_seconds(absl::ToInt64Seconds(step));
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const Clock clock, Ask(*session, &Dev::AdvanceClock, request));
  Show(ctl, clock);
  return absl::OkStatus();
}

absl::Status PlantOne(Ctl& ctl, const std::string& name) {
  const Seed* seed = FindSeed(name);
  if (seed == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("there is no seed \"", name, "\": take ", absl::StrJoin(SeedNames(), " or ")));
  }
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Clock clock, Ask(*session, &Dev::GetClock, dev::v1::GetClockRequest()));
  ASSIGN_OR_RETURN(const Planted planted, Plant(*session, *seed, ToTime(clock.current_time())));
  Table table({{"WHAT"}, {"WHO"}, {"WHOM"}, {"NAME", Align::kLeft, true}});
  nlohmann::json document = {{"seed", name}, {"people", planted.people}, {"things", nlohmann::json::array()}};
  for (const PlantedThing& thing : planted.things) {
    table.Add({thing.what, thing.who, thing.whom, thing.name});
    document["things"].push_back(
        {{"what", thing.what}, {"who", thing.who}, {"whom", thing.whom}, {"name", thing.name}});
  }
  ctl.Say(absl::StrCat(seed->about, "\nPeople: ", absl::StrJoin(planted.people, " "), "\n"));
  ctl.Say(table);
  ctl.Document(document.dump(1));
  return absl::OkStatus();
}

}  // namespace

void AddDev(CLI::App& app, Ctl& ctl) {
  CLI::App* noun = AddNoun(app, "dev", "time and people to try things on; needs a server started as cortado_dev");

  OnParsed(AddVerb(noun, "now", "what time it is for the server"), ctl, [&ctl] { return Now(ctl); });

  auto step = std::make_shared<std::string>();
  CLI::App* advance = AddVerb(noun, "advance", "move the time of all services on; jobs that came due have run then");
  advance->add_option("step", *step, "how far, as 90m, 3d or 2w; never back")->required();
  advance->footer("Tokens live by this time too: those made before may be over.\nExample: cortadoctl dev advance 3d");
  OnParsed(advance, ctl, [&ctl, step] { return Advance(ctl, *step); });

  auto name = std::make_shared<std::string>();
  CLI::App* seed = AddVerb(noun, "seed", "people with fixed ids, and what is between them; again changes nothing");
  seed->add_option("name", *name, absl::StrJoin(SeedNames(), " or "))->required();
  seed->footer("Example: cortadoctl dev seed duo; cortadoctl match suggest --as ada");
  OnParsed(seed, ctl, [&ctl, name] { return PlantOne(ctl, *name); });
}

}  // namespace cortado::ctl
