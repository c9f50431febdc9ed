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
#include "clients/ctl/health.h"
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
  std::vector<std::string> command{programs_ + "/" + program_, "--data=" + data_, "--listen=unix:" + root_ + "/s",
                                   "--metrics_port=-1"};
  command.insert(command.end(), flags_.begin(), flags_.end());
  process_.emplace(std::move(command), std::map<std::string, std::string>{{"XDG_RUNTIME_DIR", root_}}, root_ + "/log");
  // A channel of this process that outlived the one before learns of its end by a call that fails.
  const auto answers = [this] { return ctl::AskHealth(Dial(), absl::Seconds(5)).ok(); };
  if (!WaitForLine(data_ + "/run/address", kUpWithin).empty() && Eventually(answers, kUpWithin)) return;
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

redis::Address RunningCortado::SchedulingRedis() const { return AddressOf(data_, "scheduling"); }

}  // namespace cortado::testing
