#include "bench/feed.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "bench/site.h"
#include "common/status/status.h"
#include "common/testing/wire.h"
#include "cortado/matching/v1/matching_service.grpc.pb.h"
#include "cortado/profile/v1/profile_service.grpc.pb.h"

namespace cortado::bench {
namespace {

using Profile = profile::v1::ProfileService::Stub;
using Matching = matching::v1::MatchingService::Stub;

constexpr int kPeople = 10'000;
constexpr int kWrites = 500;
constexpr absl::Duration kTooLate = absl::Seconds(1);
constexpr absl::Duration kLoadLimit = absl::Minutes(1);

std::shared_ptr<grpc::Channel> ChannelTo(const std::string& address) {
  return grpc::CreateChannel(address, grpc::InsecureChannelCredentials());
}

class Freshness {
 public:
  Freshness(const Site& site, const std::string& profile, const std::string& matching)
      : profile_(profile::v1::ProfileService::NewStub(ChannelTo(profile))),
        matching_(matching::v1::MatchingService::NewStub(ChannelTo(matching))),
        hr_{site.Token({"HR_ADMIN"})},
        site_(site) {}

  // Takes two people, and waits until matching has loaded everybody.
  absl::Status Prepare() {
    profile::v1::ListPeopleRequest list;
    list.set_page_size(2);
    ASSIGN_OR_RETURN(const auto page, testing::Ask(*profile_, &Profile::ListPeople, hr_, list));
    if (page.people_size() < 2) return absl::InternalError("nobody was imported");
    explain_.set_person(page.people(0).name());
    explain_.set_mentor(page.people(1).name());
    asker_ = {site_.Token({"EMPLOYEE"}, page.people(0).name().substr(sizeof("people/") - 1))};
    const absl::Time limit = absl::Now() + kLoadLimit;
    for (;;) {
      const auto explained = testing::Ask(*matching_, &Matching::ExplainMatch, asker_, explain_);
      if (explained.ok()) return absl::OkStatus();
      if (absl::Now() > limit) return explained.status();
    }
  }

  // Writes once, and returns how long it took from then on.
  absl::StatusOr<absl::Duration> Measure(int number) {
    profile::v1::GetPersonRequest get;
    get.set_name(explain_.mentor());
    ASSIGN_OR_RETURN(const profile::v1::Person person, testing::Ask(*profile_, &Profile::GetPerson, hr_, get));
    profile::v1::UpdatePersonRequest update;
    *update.mutable_person() = person;
    update.mutable_person()->set_title(absl::StrCat("Title ", number));
    update.mutable_update_mask()->add_paths("title");
    update.set_request_id(absl::StrCat("bench-feed-", number));
    RETURN_IF_ERROR(testing::Ask(*profile_, &Profile::UpdatePerson, hr_, update).status());
    const absl::Time acknowledged = absl::Now();
    for (;;) {
      ASSIGN_OR_RETURN(const auto seen, testing::Ask(*matching_, &Matching::ExplainMatch, asker_, explain_));
      const absl::Duration passed = absl::Now() - acknowledged;
      if (seen.person().title() == update.person().title()) return passed;
      if (passed > kTooLate) return absl::InternalError("a change was not seen within a second");
    }
  }

 private:
  const std::unique_ptr<Profile> profile_;
  const std::unique_ptr<Matching> matching_;
  const testing::Caller hr_;
  const Site& site_;
  testing::Caller asker_;
  matching::v1::ExplainMatchRequest explain_;
};

}  // namespace

absl::StatusOr<std::vector<Figure>> BenchFeed() {
  Site site;
  const std::string profile = site.StartProfile();
  if (profile.empty()) return absl::InternalError("profile_server did not start");
  RETURN_IF_ERROR(site.CreateOrganization(profile));
  RETURN_IF_ERROR(site.ImportGenerated(profile, kPeople));
  const std::string matching = site.StartMatching(profile);
  if (matching.empty()) return absl::InternalError("matching_server did not start");
  Freshness freshness(site, profile, matching);
  RETURN_IF_ERROR(freshness.Prepare());
  std::vector<double> taken;
  for (int i = 0; i < kWrites; ++i) {
    ASSIGN_OR_RETURN(const absl::Duration passed, freshness.Measure(i));
    taken.push_back(absl::ToDoubleMilliseconds(passed));
  }
  std::sort(taken.begin(), taken.end());
  const std::string note = absl::StrFormat("p50 %.2f ms, most %.2f ms; %d changes among %d people, each seen",
                                           taken[taken.size() / 2], taken.back(), kWrites, kPeople);
  return std::vector<Figure>{{"feed.p99_ms", taken[taken.size() * 99 / 100], "ms", 20, true, note}};
}

}  // namespace cortado::bench
