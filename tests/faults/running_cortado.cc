#include "tests/faults/running_cortado.h"

#include <signal.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/app/server.h"
#include "common/testing/matchers.h"
#include "services/allinone/testing/installation.h"
#include "services/allinone/testing/prompt.h"

namespace cortado::testing {
namespace {

constexpr absl::Duration kUpWithin = absl::Seconds(60);

std::string ReadAll(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

}  // namespace

RunningCortado::RunningCortado(std::string program, std::vector<std::string> flags)
    : program_(std::move(program)), flags_(std::move(flags)) {
  std::string name = (std::filesystem::temp_directory_path() / "cortado-run-XXXXXX").string();
  root_ = mkdtemp(name.data()) != nullptr ? name : "";
  data_ = root_ + "/data";
  Start();
  key_ = *auth::SigningKey::LoadOrCreate(data_ + "/keys/token.pem");
}

RunningCortado::~RunningCortado() {
  process_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(root_, ignored);
}

void RunningCortado::Start() {
  std::filesystem::remove(data_ + "/run/address");  // One that was killed left it.
  std::vector<std::string> command{BinDirectory() + "/" + program_, "--data=" + data_, "--listen=unix:" + root_ + "/s",
                                   "--metrics_port=-1"};
  command.insert(command.end(), flags_.begin(), flags_.end());
  process_.emplace(std::move(command), std::map<std::string, std::string>{{"XDG_RUNTIME_DIR", root_}}, root_ + "/log");
  if (!WaitForLine(data_ + "/run/address", kUpWithin).empty()) return;
  std::fprintf(stderr, "cortado does not come up: %s\n", log().c_str());
  std::abort();
}

void RunningCortado::Kill() {
  process_->Signal(SIGKILL);
  process_->Wait(kUpWithin);
}

int RunningCortado::Stop(absl::Duration limit) {
  process_->Signal(SIGTERM);
  return process_->Wait(limit);
}

pid_t RunningCortado::redis() const { return Prompt(KeeperAddress(data_)).Server(); }

void RunningCortado::SignalRedis(int signal) const {
  pid_t server = 0;
  ASSERT_TRUE(Eventually([&] { return (server = redis()) > 0; }, kUpWithin));
  kill(server, signal);
}

std::string RunningCortado::log() const { return ReadAll(root_ + "/log"); }

std::string RunningCortado::organization() const { return WaitForLine(data_ + "/run/organization", kUpWithin); }

Caller RunningCortado::As(const std::string& id) const { return TokenOf(*key_, organization(), id); }

Caller RunningCortado::Hr() const { return TokenOf(*key_, organization(), "hr", {"HR_ADMIN"}); }

std::shared_ptr<grpc::Channel> RunningCortado::Dial() const { return app::Dial("unix:" + root_ + "/s"); }

void RunningCortado::AddPerson(const std::string& id) {
  auto stub = profile::v1::ProfileService::NewStub(Dial());
  profile::v1::CreatePersonRequest create;
  create.set_person_id(id);
  create.mutable_person()->set_external_id(id);
  create.mutable_person()->set_display_name(id);
  create.mutable_person()->set_email(id + "@acme.example");
  create.mutable_person()->set_time_zone("Etc/UTC");
  create.mutable_person()->set_active(true);
  create.set_request_id(NewRequestId());
  ASSERT_THAT(Ask(*stub, &ProfileStub::CreatePerson, Hr(), create), IsOk());
  profile::v1::UpdateOfferRequest offer;
  offer.mutable_offer()->set_name(absl::StrCat("people/", id, "/offer"));
  offer.mutable_offer()->set_mentor(true);
  offer.mutable_offer()->set_places(3);
  offer.mutable_offer()->set_booking(profile::v1::BOOKING_OPEN_DOOR);
  for (const char* path : {"mentor", "places", "booking"}) offer.mutable_update_mask()->add_paths(path);
  offer.set_request_id(NewRequestId());
  ASSERT_THAT(Ask(*stub, &ProfileStub::UpdateOffer, As(id), offer), IsOk());
  profile::v1::UpdateTimeRequest time;
  time.mutable_time()->set_name(absl::StrCat("people/", id, "/time"));
  time.mutable_time()->set_weekly_minutes(2400);
  for (int day = 1; day <= 7; ++day) {
    auto* hours = time.mutable_time()->add_working_hours();
    hours->set_weekday(day);
    hours->set_start_minute(0);
    hours->set_end_minute(1440);
  }
  for (const char* path : {"weekly_minutes", "working_hours"}) time.mutable_update_mask()->add_paths(path);
  time.set_request_id(NewRequestId());
  ASSERT_THAT(Ask(*stub, &ProfileStub::UpdateTime, As(id), time), IsOk());
}

}  // namespace cortado::testing
