#include "bench/book_chat.h"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "bench/load.h"
#include "bench/site.h"
#include "common/status/status.h"
#include "common/testing/wire.h"
#include "cortado/profile/v1/profile_service.grpc.pb.h"
#include "cortado/scheduling/v1/scheduling_service.grpc.pb.h"

namespace cortado::bench {
namespace {

using ProfileStub = profile::v1::ProfileService::Stub;
using SchedulingStub = scheduling::v1::SchedulingService::Stub;

constexpr int kRounds = 5;
constexpr int kPairs = 200;       // Of people who meet each other again and again.
constexpr int kChatsPerWeek = 8;  // Of each pair, ten minutes each.
constexpr int kWeeklyMinutes = 2400;
constexpr char kBookChat[] = "/cortado.scheduling.v1.SchedulingService/BookChat";
constexpr char kBareOrganization[] = "bare";

std::string PersonAt(int64_t number) { return absl::StrCat("p", number); }

// The number-th of the bookings: everybody's chats follow one another, week after week.
scheduling::v1::BookChatRequest BookingAt(int64_t number, absl::Time monday) {
  const int64_t pair = number % kPairs;
  const int64_t slot = number / kPairs;
  const absl::Time start = monday + slot / kChatsPerWeek * absl::Hours(7 * 24) + slot % kChatsPerWeek * absl::Hours(15);
  scheduling::v1::BookChatRequest request;
  request.set_host(absl::StrCat("people/", PersonAt(2 * pair)));
  request.add_attendees(absl::StrCat("people/", PersonAt(2 * pair + 1)));
  request.mutable_start_time()->set_seconds(absl::ToUnixSeconds(start));
  request.mutable_duration()->set_seconds(600);
  request.set_request_id(absl::StrCat("booking-", number));
  request.set_topic("How you became a staff engineer");
  return request;
}

absl::Time NextMonday() {
  const absl::CivilDay today = absl::ToCivilDay(absl::Now(), absl::UTCTimeZone());
  return absl::FromCivil(absl::NextWeekday(today, absl::Weekday::monday), absl::UTCTimeZone());
}

// Somebody who works at every hour and lets anybody book.
absl::Status AddPerson(const Site& site, ProfileStub& stub, const std::string& id) {
  profile::v1::CreatePersonRequest create;
  create.set_person_id(id);
  create.mutable_person()->set_external_id(id);
  create.mutable_person()->set_display_name(absl::StrCat("Person ", id));
  create.mutable_person()->set_email(absl::StrCat(id, "@example.com"));
  create.mutable_person()->set_time_zone("Etc/UTC");
  create.mutable_person()->set_active(true);
  create.set_request_id(absl::StrCat("bench-create-", id));
  RETURN_IF_ERROR(testing::Ask(stub, &ProfileStub::CreatePerson, {site.Token({"HR_ADMIN"})}, create).status());
  const testing::Caller self = {site.Token({"EMPLOYEE"}, id)};
  profile::v1::UpdateOfferRequest offer;
  offer.mutable_offer()->set_name(absl::StrCat("people/", id, "/offer"));
  offer.mutable_offer()->set_booking(profile::v1::BOOKING_OPEN_DOOR);
  offer.mutable_update_mask()->add_paths("booking");
  offer.set_request_id(absl::StrCat("bench-offer-", id));
  RETURN_IF_ERROR(testing::Ask(stub, &ProfileStub::UpdateOffer, self, offer).status());
  profile::v1::UpdateTimeRequest time;
  time.mutable_time()->set_name(absl::StrCat("people/", id, "/time"));
  time.mutable_time()->set_weekly_minutes(kWeeklyMinutes);
  for (int day = 1; day <= 7; ++day) {
    profile::v1::DayHours& hours = *time.mutable_time()->add_working_hours();
    hours.set_weekday(day);
    hours.set_end_minute(24 * 60);
  }
  for (const char* path : {"weekly_minutes", "working_hours"}) time.mutable_update_mask()->add_paths(path);
  time.set_request_id(absl::StrCat("bench-time-", id));
  return testing::Ask(stub, &ProfileStub::UpdateTime, self, time).status();
}

// One booking tells that the server knows everybody; its answer is what the bare server sends.
absl::StatusOr<std::string> FirstAnswer(const Site& site, const std::string& real, absl::Time monday) {
  auto stub = scheduling::v1::SchedulingService::NewStub(grpc::CreateChannel(real, grpc::InsecureChannelCredentials()));
  const testing::Caller caller = {site.Token({"SERVICE"})};
  const absl::Time limit = absl::Now() + absl::Seconds(60);
  for (;;) {
    auto chat = testing::Ask(*stub, &SchedulingStub::BookChat, caller, BookingAt(kPairs - 1, monday));
    if (chat.ok()) return chat->SerializeAsString();
    if (absl::Now() > limit) return chat.status();
    absl::SleepFor(absl::Milliseconds(100));
  }
}

// What the bare server needs: the answer, and everybody as the real one keeps them, with revision 1.
absl::Status Furnish(const Site& site, const std::string& answer) {
  std::vector<std::string> command = {"MSET", absl::StrCat(kBareKeys, "answer"), answer};
  for (int i = 0; i < 2 * kPairs; ++i) {
    const std::string kept =
        site.Ask({"GET", absl::StrCat("cortado:{", site.organization(), "}:scheduling:person:", PersonAt(i))});
    const size_t colon = kept.find(':');
    if (colon == std::string::npos) return absl::InternalError("scheduling does not know everybody");
    command.push_back(absl::StrCat("cortado:{", kBareOrganization, "}:scheduling:person:", PersonAt(i)));
    command.push_back(absl::StrCat("1", kept.substr(colon)));
  }
  if (site.Ask(command) != "OK") return absl::UnavailableError("the store took no people");
  return absl::OkStatus();
}

// How many chats the store has of all of them; each is of two.
int64_t CountChats(const Site& site, const std::string& organization) {
  int64_t sum = 0;
  for (int i = 0; i < 2 * kPairs; ++i) {
    int64_t count = 0;
    const std::string key = absl::StrCat("cortado:{", organization, "}:scheduling:chats:", PersonAt(i));
    if (absl::SimpleAtoi(site.Ask({"ZCARD", key}), &count)) sum += count;
  }
  return sum / 2;
}

// One of the two servers, and how many bookings it has acknowledged.
struct Side {
  std::string address;
  std::string organization;
  int64_t next = 0;  // Number of its next booking.
  int64_t acknowledged = 0;

  LoadResult Run(const Site& site, absl::Time monday, absl::Duration duration) {
    LoadOptions options;
    options.address = address;
    options.method = kBookChat;
    options.token = "Bearer " + site.Token({"SERVICE"});
    options.duration = duration;
    const int64_t first = next;
    LoadResult result = RunLoad(
        options, [&](int64_t i) { return BookingAt(first + i, monday).SerializeAsString(); },
        [](const std::string& bytes) {
          scheduling::v1::Chat chat;
          return chat.ParseFromString(bytes) && chat.state() == scheduling::v1::Chat::STATE_BOOKED;
        });
    next = first + (result.calls / kPairs + 1) * kPairs;
    acknowledged += result.calls - result.errors;
    return result;
  }
};

// Waits until the courier has told everybody of the bookings so far: that is the real server's work, not the bare
// one's.
absl::Status AwaitQuiet(const Site& site) {
  const absl::Time limit = absl::Now() + absl::Minutes(2);
  while (site.Ask({"XLEN", absl::StrCat("cortado:{", site.organization(), "}:scheduling:events")}) != "0") {
    if (absl::Now() > limit) return absl::DeadlineExceededError("the courier does not catch up");
    absl::SleepFor(absl::Milliseconds(20));
  }
  return absl::OkStatus();
}

absl::StatusOr<Figure> Compare(const Site& site, Side real, Side bare, absl::Time monday) {
  std::vector<double> ratios, tails, reals, bares, p99s;
  for (int round = -1; round < kRounds; ++round) {  // The first is for warming up.
    const absl::Duration duration = round < 0 ? absl::Milliseconds(500) : absl::Seconds(2);
    RETURN_IF_ERROR(AwaitQuiet(site));
    const LoadResult b = bare.Run(site, monday, duration);
    const LoadResult r = real.Run(site, monday, duration);
    if (b.errors + r.errors > 0) {
      return absl::InternalError(absl::StrCat("refused or wrong: bare ", b.errors, ", real ", r.errors));
    }
    std::fprintf(stderr, "  round %d: bare %.0f/s, p99 %.1f ms  real %.0f/s, p99 %.1f ms\n", round + 1,
                 b.calls_per_second, absl::ToDoubleMilliseconds(b.p99), r.calls_per_second,
                 absl::ToDoubleMilliseconds(r.p99));
    if (round < 0) continue;
    ratios.push_back(r.calls_per_second / b.calls_per_second);
    tails.push_back(absl::FDivDuration(r.p99, b.p99));
    reals.push_back(r.calls_per_second);
    bares.push_back(b.calls_per_second);
    p99s.push_back(absl::ToDoubleMilliseconds(r.p99));
  }
  for (const Side* side : {&real, &bare}) {
    const int64_t kept = CountChats(site, side->organization);
    if (kept < side->acknowledged) {
      return absl::InternalError(absl::StrCat(side->acknowledged, " bookings acknowledged, ", kept, " in the store"));
    }
  }
  return Figure{"rpc.book_chat",
                Median(ratios),
                "ratio",
                0.75,
                false,
                absl::StrFormat("real %.0f/s, bare %.0f/s, AOF always; p99 %.1f ms, %.2f of the bare one's (goal 1.5); "
                                "%d bookings checked; 64 in flight, 4 channels",
                                Median(reals), Median(bares), Median(p99s), Median(tails),
                                real.acknowledged + bare.acknowledged)};
}

}  // namespace

absl::StatusOr<std::vector<Figure>> BenchBookChat() {
  Site site;
  const absl::Time monday = NextMonday();
  const std::string profile = site.StartProfile();
  if (profile.empty()) return absl::InternalError("profile_server did not start");
  RETURN_IF_ERROR(site.CreateOrganization(profile));
  auto stub = profile::v1::ProfileService::NewStub(grpc::CreateChannel(profile, grpc::InsecureChannelCredentials()));
  for (int i = 0; i < 2 * kPairs; ++i) RETURN_IF_ERROR(AddPerson(site, *stub, PersonAt(i)));
  const std::string matching = site.StartMatching(profile);
  if (matching.empty()) return absl::InternalError("matching_server did not start");
  Side real = {site.StartScheduling(profile, matching), site.organization(), kPairs};
  if (real.address.empty()) return absl::InternalError("scheduling_server did not start");
  ASSIGN_OR_RETURN(const std::string answer, FirstAnswer(site, real.address, monday));
  RETURN_IF_ERROR(Furnish(site, answer));
  Side bare = {site.StartBare("bare", "--book"), kBareOrganization, kPairs};
  if (bare.address.empty()) return absl::InternalError("nothing to measure against");
  ASSIGN_OR_RETURN(Figure figure, Compare(site, std::move(real), std::move(bare), monday));
  return std::vector<Figure>{std::move(figure)};
}

}  // namespace cortado::bench
