#include "services/scheduling/people_check.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/hash/hash.h"
#include "absl/time/civil_time.h"
#include "common/id/id.h"
#include "common/log/log.h"
#include "common/status/status.h"
#include "services/scheduling/participant.h"

namespace cortado::scheduling {
namespace {

constexpr absl::Duration kPeriod = absl::Hours(24);
constexpr int kHour = 2;  // UTC
constexpr absl::Duration kSpread = absl::Hours(2);

metrics::Family<metrics::Counter>* CounterIn(metrics::Registry* metrics) {
  if (metrics == nullptr) return nullptr;
  return &metrics->Counters("cortado_people_differences_total",
                            "People kept otherwise than the profile has them, found by the nightly look.",
                            {"service", "kind"});
}

// The next night, organisations one after the other.
absl::Time NextNight(absl::Time now, const std::string& organization) {
  const absl::CivilDay today = absl::ToCivilDay(now, absl::UTCTimeZone());
  const absl::Time two = absl::FromCivil(absl::CivilHour(today) + kHour, absl::UTCTimeZone());
  const absl::Duration spread = absl::Seconds(absl::HashOf(organization) % absl::ToInt64Seconds(kSpread));
  return (two > now ? two : two + kPeriod) + spread;
}

}  // namespace

PeopleCheck::PeopleCheck(PeopleStore& people, PeopleProjection& projection, Executors& executors, const Clock& clock,
                         metrics::Registry* metrics)
    : people_(people), projection_(projection), executors_(executors), clock_(clock), found_(CounterIn(metrics)) {}

void PeopleCheck::Register(store::Store& store, jobs::Runner& runner) {
  runner.Add({kJob, kPeriod, [this](rpc::Call call, jobs::Fence) -> Task<absl::Status> {
                co_return (co_await Run(std::move(call))).status();
              }});
  store.BeforeFirstWrite([this, &runner](rpc::Call call) {
    return runner.Schedule(call, kJob, NextNight(clock_.Now(), call.organization()));
  });
}

Task<absl::Status> PeopleCheck::ComparePage(rpc::Call call, const PeopleProjection::Page& page,
                                            std::set<std::string>& seen, Differences& differences) {
  std::vector<std::string> ids;
  for (const profile::v1::PeopleChange& change : page.changes()) {
    if (!change.has_person()) continue;
    CO_ASSIGN_OR_RETURN(std::string id, id::ParseName("people", change.person().person().name()));
    ids.push_back(std::move(id));
  }
  CO_ASSIGN_OR_RETURN(const People kept, co_await people_.Find(call, ids));
  co_await executors_.OnWorkers();
  size_t next = 0;
  for (const profile::v1::PeopleChange& change : page.changes()) {
    if (!change.has_person()) continue;
    const std::string& id = ids[next++];
    seen.insert(id);
    const auto found = kept.find(id);
    if (found == kept.end()) {
      differences[id] = "missing";
    } else if (found->second.SerializeAsString() != Keep(change.person()).SerializeAsString()) {
      differences[id] = "different";
    }
  }
  co_return absl::OkStatus();
}

Task<absl::StatusOr<PeopleCheck::Differences>> PeopleCheck::Compare(rpc::Call call) {
  Differences differences;
  std::set<std::string> seen;
  std::string token;
  for (bool more = true; more;) {
    CO_ASSIGN_OR_RETURN(const PeopleProjection::Page page, co_await projection_.ReadPage(call.organization(), token));
    CO_RETURN_IF_ERROR(co_await ComparePage(call, page, seen, differences));
    token = page.resume_token();
    more = !page.snapshot_complete();
  }
  CO_ASSIGN_OR_RETURN(const std::vector<std::string> kept, co_await people_.ListIds(call));
  for (const std::string& id : kept) {
    if (seen.count(id) == 0) differences[id] = "extra";
  }
  co_return differences;
}

Task<absl::StatusOr<int64_t>> PeopleCheck::Run(rpc::Call call) {
  CO_ASSIGN_OR_RETURN(const std::optional<std::string> token, co_await people_.FindToken(call));
  if (!token) co_return 0;
  CO_ASSIGN_OR_RETURN(Differences first, co_await Compare(call));
  if (first.empty()) co_return 0;
  co_await projection_.CatchUp(call);
  CO_ASSIGN_OR_RETURN(const Differences second, co_await Compare(call));
  int64_t count = 0;
  for (const auto& [id, kind] : second) {
    const auto before = first.find(id);
    if (before == first.end() || before->second != kind) continue;
    if (found_ != nullptr) found_->With({"scheduling", kind}).Increment();
    ++count;
  }
  if (count == 0) co_return 0;
  log::Warn("people.differ", {{"organization", call.organization()}, {"people", count}});
  projection_.StartOver(call.organization());
  co_return count;
}

}  // namespace cortado::scheduling
