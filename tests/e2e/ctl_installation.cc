#include "tests/e2e/ctl_installation.h"

#include <signal.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace cortado::testing {
namespace {

constexpr absl::Duration kLongest = absl::Minutes(1);

}  // namespace

CtlInstallation::CtlInstallation(const std::string& program) {
  std::string pattern = ::testing::TempDir() + "/cortado-ctl-XXXXXX";
  root_ = mkdtemp(pattern.data());
  server_ = std::make_unique<Process>(
      std::vector<std::string>{BinDirectory() + "/" + program, "--dev", "--data", data(), "--metrics_port", "-1"},
      std::map<std::string, std::string>(), root_ + "/log");
  const bool started = !WaitForLine(data() + "/run/address", kLongest).empty();
  EXPECT_TRUE(started) << Read(root_ + "/log");
  if (!started) std::abort();
}

CtlInstallation::~CtlInstallation() {
  server_->Signal(SIGTERM);
  EXPECT_EQ(server_->Wait(kLongest), 0) << Read(root_ + "/log");
  std::filesystem::remove_all(root_);
}

Said CtlInstallation::Ctl(const std::vector<std::string>& arguments,
                          std::map<std::string, std::string> environment) const {
  const std::string out = root_ + "/out";
  const std::string err = root_ + "/err";
  std::vector<std::string> command = {"/bin/sh", "-c", absl::StrCat("exec \"$@\" >", out, " 2>", err), "sh",
                                      BinDirectory() + "/cortadoctl"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  environment.emplace("CORTADO_DATA", data());
  for (const char* unset : {"CORTADO_ADDRESS", "CORTADO_TOKEN", "CORTADO_ORGANIZATION", "CORTADO_KEY_FILE"}) {
    environment.emplace(unset, "");
  }
  Said said;
  said.code = Process(std::move(command), std::move(environment)).Wait(kLongest);
  said.out = Read(out);
  said.err = Read(err);
  return said;
}

nlohmann::json CtlInstallation::Json(std::vector<std::string> arguments) const {
  arguments.emplace_back("--json");
  const Said said = Ctl(arguments);
  EXPECT_EQ(said.code, 0) << said.err;
  nlohmann::json document = nlohmann::json::parse(said.out, nullptr, false);
  EXPECT_FALSE(document.is_discarded()) << said.out;
  return document;
}

std::string CtlInstallation::File(const std::string& name, const std::string& text) const {
  std::string path = root_ + "/" + name;
  std::ofstream(path) << text;
  return path;
}

std::string CtlInstallation::Read(const std::string& path) const {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace cortado::testing
