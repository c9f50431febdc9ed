#include "bench/search.h"

#include <stdlib.h>

#include <algorithm>
#include <cstdio>
#include <random>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "bench/load.h"
#include "bench/site.h"
#include "common/status/status.h"
#include "common/testing/wire.h"
#include "cortado/profile/v1/profile_service.grpc.pb.h"
#include "services/profile/search/testing/naive_search.h"

namespace cortado::bench {
namespace {

using Stub = profile::v1::ProfileService::Stub;

constexpr char kSearchPeople[] = "/cortado.profile.v1.ProfileService/SearchPeople";
constexpr int kRounds = 5;
constexpr int kQueries = 2000;  // Different ones.
constexpr int kChecked = 10;    // Of each kind, against looking at everybody.
constexpr int kPage = 10;

int People() {
  const char* given = getenv("CORTADO_BENCH_PEOPLE");
  return given == nullptr ? 100'000 : std::max(100, atoi(given));
}

// Everybody, for the naive search, and the words of their names, for making queries of.
struct Directory {
  profile::NaiveSearch naive;
  std::vector<std::vector<std::string>> names;
};

absl::StatusOr<Directory> ReadDirectory(Stub& stub, const testing::Caller& caller) {
  Directory directory;
  profile::v1::ListPeopleRequest request;
  request.set_page_size(500);
  for (;;) {
    ASSIGN_OR_RETURN(const auto page, testing::Ask(stub, &Stub::ListPeople, caller, request));
    for (const profile::v1::Person& person : page.people()) {
      directory.naive.Put(person.name(), {person.display_name(), person.title(), person.email()}, person.department());
      directory.names.push_back(absl::StrSplit(person.display_name(), ' ', absl::SkipEmpty()));
    }
    if (page.next_page_token().empty()) return directory;
    request.set_page_token(page.next_page_token());
  }
}

// The first letters of a word, whole ones.
std::string Beginning(const std::string& word, std::mt19937_64& random) {
  size_t end = 1 + random() % word.size();
  while (end < word.size() && (static_cast<unsigned char>(word[end]) & 0xC0) == 0x80) ++end;
  return word.substr(0, end);
}

bool IsPlain(const std::string& word) {
  return std::all_of(word.begin(), word.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// As somebody types a name: a few letters of its first word, or that word and a few of the next.
std::string Prefix(const std::vector<std::string>& name, std::mt19937_64& random) {
  if (name.size() == 1 || random() % 2 == 0) return Beginning(name[0], random);
  return absl::StrCat(name[0], " ", Beginning(name[1], random));
}

// The whole name, with one word of at least five letters mistyped, if it has one.
std::string Mistyped(std::vector<std::string> name, std::mt19937_64& random) {
  for (std::string& word : name) {
    if (word.size() < 5 || !IsPlain(word)) continue;
    const size_t at = 1 + random() % (word.size() - 2);
    switch (random() % 3) {
      case 0:
        word.erase(at, 1);
        break;
      case 1:
        std::swap(word[at], word[at + 1]);
        break;
      default:
        word[at] = word[at] == 'x' ? 'q' : 'x';
    }
    break;
  }
  return name.size() > 1 ? absl::StrCat(name[0], " ", name[1]) : name[0];
}

absl::Status Check(Stub& stub, const testing::Caller& caller, const Directory& directory,
                   const std::vector<std::string>& queries) {
  for (int i = 0; i < kChecked; ++i) {
    profile::v1::SearchPeopleRequest request;
    request.set_query(queries[static_cast<size_t>(i)]);
    ASSIGN_OR_RETURN(const auto found, testing::Ask(stub, &Stub::SearchPeople, caller, request));
    std::vector<std::string> names;
    for (const auto& card : found.people()) names.push_back(card.person());
    if (names != directory.naive.Search(request.query(), kPage)) {
      return absl::InternalError(absl::StrCat("\"", request.query(), "\" finds others than looking at everybody"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Figure> Bench(const char* figure, double goal, const LoadOptions& options,
                             const std::vector<std::string>& queries) {
  const auto body = [&](int64_t i) {
    profile::v1::SearchPeopleRequest request;
    request.set_query(queries[static_cast<size_t>(i) % queries.size()]);
    return request.SerializeAsString();
  };
  const auto somebody = [](const std::string& bytes) {
    profile::v1::SearchPeopleResponse found;
    return found.ParseFromString(bytes) && found.people_size() > 0;
  };
  std::vector<double> p99s, p50s, rates;
  for (int round = -1; round < kRounds; ++round) {  // The first is for warming up.
    const LoadResult result = RunLoad(options, body, somebody);
    if (result.errors > 0) return absl::InternalError(absl::StrCat(figure, ": ", result.errors, " wrong answers"));
    if (round < 0) continue;
    p99s.push_back(absl::ToDoubleMilliseconds(result.p99));
    p50s.push_back(absl::ToDoubleMilliseconds(result.p50));
    rates.push_back(result.calls_per_second);
  }
  return Figure{figure,
                Median(p99s),
                "ms",
                goal,
                true,
                absl::StrFormat("%d people; p50 %.2f ms, %.0f/s, %d in flight; %d queries, %d checked", People(),
                                Median(p50s), Median(rates), options.in_flight, kQueries, kChecked)};
}

}  // namespace

absl::StatusOr<std::vector<Figure>> BenchSearch() {
  Site site;
  const std::string address = site.StartProfile();
  if (address.empty()) return absl::InternalError("profile_server did not start");
  RETURN_IF_ERROR(site.CreateOrganization(address));
  RETURN_IF_ERROR(site.ImportGenerated(address, People()));
  const auto stub =
      profile::v1::ProfileService::NewStub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  const testing::Caller caller{site.Token({"EMPLOYEE"})};
  ASSIGN_OR_RETURN(const Directory directory, ReadDirectory(*stub, caller));
  std::mt19937_64 random(7);
  std::vector<std::string> prefixes, mistyped;
  for (int i = 0; i < kQueries; ++i) {
    prefixes.push_back(Prefix(directory.names[random() % directory.names.size()], random));
    mistyped.push_back(Mistyped(directory.names[random() % directory.names.size()], random));
  }
  // The index loads at the first question.
  const absl::Time limit = absl::Now() + absl::Minutes(1);
  profile::v1::SearchPeopleRequest first;
  first.set_query(prefixes[0]);
  const absl::Time began = absl::Now();
  while (!testing::Ask(*stub, &Stub::SearchPeople, caller, first).ok() && absl::Now() < limit) {
  }
  std::fprintf(stderr, "  loaded in %.2f s\n", absl::ToDoubleSeconds(absl::Now() - began));
  RETURN_IF_ERROR(Check(*stub, caller, directory, prefixes));
  RETURN_IF_ERROR(Check(*stub, caller, directory, mistyped));
  LoadOptions options;
  options.address = address;
  options.method = kSearchPeople;
  options.token = "Bearer " + caller.token;
  options.channels = 2;
  options.in_flight = 4;
  ASSIGN_OR_RETURN(Figure prefix, Bench("search.prefix.p99_ms", 5, options, prefixes));
  ASSIGN_OR_RETURN(Figure typo, Bench("search.typo.p99_ms", 15, options, mistyped));
  return std::vector<Figure>{std::move(prefix), std::move(typo)};
}

}  // namespace cortado::bench
