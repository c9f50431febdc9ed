// cortado_bench: the figures of the goals, each beside its peer in the same run, interleaved, medians, with the answers
// checked. Prints a table and writes results.json.
//
// Usage: cortado_bench [RESULTS [PART]]
#include <signal.h>
#include <stdlib.h>

#include <cstdio>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "bench/book_chat.h"
#include "bench/feed.h"
#include "bench/find_times.h"
#include "bench/import.h"
#include "bench/load.h"
#include "bench/results.h"
#include "bench/search.h"
#include "bench/site.h"
#include "bench/solvers.h"
#include "common/status/status.h"
#include "common/testing/process.h"
#include "common/testing/wire.h"
#include "cortado/profile/v1/profile_service.grpc.pb.h"

namespace cortado::bench {
namespace {

constexpr int kRounds = 5;
constexpr char kGetPerson[] = "/cortado.profile.v1.ProfileService/GetPerson";

// Stores the real server's answers for ten thousand people where the bare server looks, and returns their ids.
absl::StatusOr<std::vector<std::string>> CopyAnswers(const Site& site, const std::string& real) {
  using Stub = profile::v1::ProfileService::Stub;
  auto stub = profile::v1::ProfileService::NewStub(grpc::CreateChannel(real, grpc::InsecureChannelCredentials()));
  std::vector<std::string> ids;
  profile::v1::ListPeopleRequest request;
  request.set_page_size(500);
  while (ids.size() < 10'000) {
    ASSIGN_OR_RETURN(auto page, testing::Ask(*stub, &Stub::ListPeople, {site.Token({"EMPLOYEE"})}, request));
    std::vector<std::string> command = {"MSET"};
    for (const profile::v1::Person& person : page.people()) {
      ids.push_back(person.name().substr(sizeof("people/") - 1));
      command.push_back(absl::StrCat(kBareKeys, "person:", ids.back()));
      command.push_back("0:" + person.SerializeAsString());
    }
    if (command.size() > 1 && site.Ask(command) != "OK") return absl::UnavailableError("the store took no answers");
    if (page.next_page_token().empty()) break;
    request.set_page_token(page.next_page_token());
  }
  if (ids.empty()) return absl::InternalError("nobody was imported");
  return ids;
}

absl::StatusOr<Figure> BenchGetPerson(Site& site, const std::string& real) {
  std::string bare = site.StartBare("bare");
  std::string echo = site.StartBare("echo", "--echo");
  if (bare.empty() || echo.empty()) return absl::InternalError("nothing to measure against");
  ASSIGN_OR_RETURN(std::vector<std::string> ids, CopyAnswers(site, real));
  auto body = [&](int64_t i) {
    profile::v1::GetPersonRequest request;
    request.set_name("people/" + ids[static_cast<size_t>(i * 7919) % ids.size()]);
    return request.SerializeAsString();
  };
  auto is_person = [](const std::string& bytes) {
    profile::v1::Person person;
    return person.ParseFromString(bytes) && !person.display_name().empty();
  };
  auto anything = [](const std::string& bytes) { return !bytes.empty(); };
  LoadOptions options;
  options.method = kGetPerson;
  options.token = "Bearer " + site.Token({"EMPLOYEE"});
  std::vector<double> ratios, reals, bares, echoes, p99s;
  for (int round = -1; round < kRounds; ++round) {  // The first is for warming up.
    options.duration = round < 0 ? absl::Milliseconds(500) : absl::Seconds(2);
    options.address = echo;
    LoadResult e = RunLoad(options, body, anything);
    options.address = bare;
    LoadResult b = RunLoad(options, body, is_person);
    options.address = real;
    LoadResult r = RunLoad(options, body, is_person);
    if (e.errors + b.errors + r.errors > 0) {
      return absl::InternalError(
          absl::StrCat("wrong answers: echo ", e.errors, ", bare ", b.errors, ", real ", r.errors));
    }
    std::fprintf(stderr, "  round %d: echo %.0f/s  bare %.0f/s  real %.0f/s\n", round + 1, e.calls_per_second,
                 b.calls_per_second, r.calls_per_second);
    if (round < 0) continue;
    ratios.push_back(r.calls_per_second / b.calls_per_second);
    reals.push_back(r.calls_per_second);
    bares.push_back(b.calls_per_second);
    echoes.push_back(e.calls_per_second);
    p99s.push_back(absl::ToDoubleMilliseconds(r.p99));
  }
  char note[200];
  std::snprintf(note, sizeof note, "real %.0f/s, bare %.0f/s, echo %.0f/s, p99 %.2f ms; 64 in flight, 4 channels",
                Median(reals), Median(bares), Median(echoes), Median(p99s));
  return Figure{"rpc.get_person", Median(ratios), "ratio", 0.75, false, note};
}

// What asks servers.
absl::StatusOr<std::vector<Figure>> BenchServers() {
  Site site;
  const std::string profile = site.StartProfile();
  if (profile.empty()) return absl::InternalError("profile_server did not start");
  RETURN_IF_ERROR(site.CreateOrganization(profile));
  std::fprintf(stderr, "import ...\n");
  ASSIGN_OR_RETURN(std::vector<Figure> figures, BenchImport(site, profile));
  std::fprintf(stderr, "rpc.get_person ...\n");
  ASSIGN_OR_RETURN(Figure get, BenchGetPerson(site, profile));
  figures.insert(figures.begin(), std::move(get));
  return figures;
}

struct Part {
  const char* name;
  absl::StatusOr<std::vector<Figure>> (*run)();
};

// In the order measured; each prints what it is about to do.
constexpr Part kParts[] = {{"find_times", BenchFindTimes}, {"book_chat", BenchBookChat}, {"servers", BenchServers},
                           {"search", BenchSearch},        {"feed", BenchFeed},          {"cohort", BenchCohorts},
                           {"round", BenchRounds}};

// Runs the part of that name, or all of them.
int Run(const std::string& output, const std::string& only) {
  std::vector<Figure> figures;
  for (const Part& part : kParts) {
    if (!only.empty() && only != part.name) continue;
    std::fprintf(stderr, "%s ...\n", part.name);
    absl::StatusOr<std::vector<Figure>> found = part.run();
    if (!found.ok()) {
      std::fprintf(stderr, "%s\n", found.status().ToString().c_str());
      return 1;
    }
    for (Figure& figure : *found) figures.push_back(std::move(figure));
  }
  Print(figures);
  absl::Status written = Write(figures, output);
  if (!written.ok()) std::fprintf(stderr, "%s\n", written.ToString().c_str());
  return written.ok() ? 0 : 1;
}

}  // namespace
}  // namespace cortado::bench

int main(int argc, char** argv) {
  signal(SIGPIPE, SIG_IGN);
  std::string output = argc > 1 ? argv[1] : "build/bench/results.json";
  if (output == "--version") {
    std::printf("cortado_bench %s\n", CORTADO_VERSION);
    return 0;
  }
  return cortado::bench::Run(output, argc > 2 ? argv[2] : "");
}
