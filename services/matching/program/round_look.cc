#include "services/matching/program/round_look.h"

#include <algorithm>
#include <utility>

#include "common/status/error.h"
#include "common/status/status.h"
#include "cortado/matching/v1/reason.pb.h"
#include "services/matching/person_cards.h"
#include "services/matching/program/trial.h"

namespace cortado::matching {

Task<absl::StatusOr<FoundRound>> RoundLooks::Find(rpc::Call call, std::string name) {
  const RoundName parsed = ParseRoundName(name);
  FoundRound found;
  CO_ASSIGN_OR_RETURN(v1::Program program, co_await parts_.programs.FindManaged(call, parsed.program));
  CO_ASSIGN_OR_RETURN(found.round, co_await parts_.store.Get(call, parsed));
  found.program = WithTrial(std::move(program), found.round);
  co_return found;
}

Task<absl::StatusOr<std::shared_ptr<const RoundScene>>> RoundLooks::Look(rpc::Call call, FoundRound found) {
  const RoundSources sources{parts_.program_store, parts_.store, parts_.publications};
  CO_ASSIGN_OR_RETURN(const RoundContext context,
                      co_await LoadRoundContext(sources, call, found.program, found.round, parts_.clock.Now()));
  CO_ASSIGN_OR_RETURN(const std::shared_ptr<LiveView> live, co_await parts_.views.Get(call));
  auto scene = std::make_shared<RoundScene>(parts_.executors, found);
  co_await parts_.executors.OnWorkers();
  const int64_t now = absl::ToUnixSeconds(parts_.clock.Now());
  live->Read([&](const OrganizationView& view) { scene->run().Take(view, context, now); });
  co_return std::shared_ptr<const RoundScene>(std::move(scene));
}

Task<absl::StatusOr<std::vector<v1::Pair>>> RoundLooks::Pairs(rpc::Call call, v1::Round round) {
  CO_ASSIGN_OR_RETURN(std::vector<v1::Pair> pairs, co_await LoadPairs(parts_.store, std::move(call), std::move(round)));
  pairs.erase(std::remove_if(pairs.begin(), pairs.end(), [](const v1::Pair& pair) { return pair.dropped(); }),
              pairs.end());
  co_return pairs;
}

Task<absl::StatusOr<std::vector<v1::Pair>>> RoundLooks::WithCards(rpc::Call call, std::vector<v1::Pair> pairs) {
  CO_ASSIGN_OR_RETURN(const std::shared_ptr<LiveView> live, co_await parts_.views.Get(call));
  live->Read([&](const OrganizationView& view) {
    for (v1::Pair& pair : pairs) {
      for (type::v1::PersonCard& card : *pair.mutable_people()) FillCard(view, call, parts_.clock.Now(), card);
    }
  });
  co_return pairs;
}

absl::Status CheckMayChange(const v1::Round& round) {
  constexpr absl::StatusCode kWrongState = absl::StatusCode::kFailedPrecondition;
  switch (round.state()) {
    case v1::Round::STATE_CREATED:
    case v1::Round::STATE_SUCCEEDED:
    case v1::Round::STATE_FAILED:
      return absl::OkStatus();
    case v1::Round::STATE_RUNNING:
      return Error(kWrongState, v1::REASON_ROUND_RUNNING, "the round is being worked out");
    default:
      return Error(kWrongState, v1::REASON_ROUND_NOT_READY, "the round is published: make another to change pairs");
  }
}

absl::Status CheckEtag(const v1::Round& round, const std::string& etag) {
  if (etag.empty() || etag == round.etag()) return absl::OkStatus();
  return EtagMismatch();
}

std::string PairWords(const std::string& person, const std::string& other) { return absl::StrCat(person, ", ", other); }

}  // namespace cortado::matching
