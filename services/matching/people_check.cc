#include "services/matching/people_check.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/strip.h"
#include "common/log/log.h"
#include "common/status/status.h"

namespace cortado::matching {
namespace {

metrics::Family<metrics::Counter>* CounterIn(metrics::Registry* metrics) {
  if (metrics == nullptr) return nullptr;
  return &metrics->Counters("cortado_people_differences_total",
                            "People kept otherwise than the profile has them, found by the nightly look.",
                            {"service", "kind"});
}

}  // namespace

PeopleCheck::PeopleCheck(LiveViews& views, EventLoop& loop, Executors& executors, metrics::Registry* metrics,
                         absl::Duration settle)
    : views_(views),
      loop_(loop),
      executors_(executors),
      found_(CounterIn(metrics)),
      settle_(settle),
      ticker_(loop, kPeriod, [this] { return CheckAll(); }) {}

Task<void> PeopleCheck::CheckAll() {
  const std::vector<std::string> organizations = views_.ListFollowed();
  for (const std::string& organization : organizations) {
    if (stopping_.load()) co_return;
    const absl::StatusOr<int64_t> found = co_await Check(organization);
    if (found.ok()) continue;
    log::Warn("people.check_failed",
              {{"organization", organization}, {"code", static_cast<int>(found.status().code())}});
  }
}

void PeopleCheck::ComparePage(const PeoplePage& page, const LiveView& view, std::set<std::string>& seen,
                              Differences& differences) {
  std::vector<std::pair<std::string, uint64_t>> digests;
  for (const profile::v1::PeopleChange& change : page.changes()) {
    if (!change.has_person()) continue;
    std::string id(absl::StripPrefix(change.person().person().name(), "people/"));
    seen.insert(id);
    digests.emplace_back(std::move(id), DigestOf(change.person()));
  }
  view.Read([&](const OrganizationView& there) {
    for (const auto& [id, digest] : digests) {
      const std::optional<int32_t> person = there.Find(id);
      if (!person) {
        differences[id] = "missing";
      } else if (there.facts(*person).digest != digest) {
        differences[id] = "different";
      }
    }
  });
}

Task<absl::StatusOr<PeopleCheck::Differences>> PeopleCheck::Compare(std::shared_ptr<LiveView> view,
                                                                    std::string organization) {
  Differences differences;
  std::set<std::string> seen;
  std::string token;
  for (bool more = true; more;) {
    if (stopping_.load()) co_return absl::UnavailableError("the server stops");
    CO_ASSIGN_OR_RETURN(const PeoplePage page, co_await views_.ReadPage(organization, token));
    co_await executors_.OnWorkers();
    ComparePage(page, *view, seen, differences);
    token = page.resume_token();
    more = !page.snapshot_complete();
  }
  view->Read([&](const OrganizationView& there) {
    for (int32_t person = 0; person < there.organization().size(); ++person) {
      if (!there.facts(person).present || seen.count(there.person_id(person)) > 0) continue;
      differences[there.person_id(person)] = "extra";
    }
  });
  co_return differences;
}

Task<absl::StatusOr<int64_t>> PeopleCheck::Check(std::string organization) {
  const std::shared_ptr<LiveView> view = views_.FindReady(organization);
  if (view == nullptr) co_return 0;
  CO_ASSIGN_OR_RETURN(const Differences first, co_await Compare(view, organization));
  if (first.empty()) co_return 0;
  co_await loop_.Sleep(settle_);
  CO_ASSIGN_OR_RETURN(const Differences second, co_await Compare(view, organization));
  int64_t count = 0;
  for (const auto& [id, kind] : second) {
    const auto before = first.find(id);
    if (before == first.end() || before->second != kind) continue;
    if (found_ != nullptr) found_->With({"matching", kind}).Increment();
    ++count;
  }
  if (count == 0) co_return 0;
  log::Warn("people.differ", {{"organization", organization}, {"people", count}});
  views_.StartOver(organization);
  co_return count;
}

}  // namespace cortado::matching
