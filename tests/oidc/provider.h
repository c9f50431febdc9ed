// A real OpenID provider in a process of its own (provider.mjs), for the time of a test. One thread.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/http/fetch.h"
#include "common/testing/process.h"

namespace cortado::testing {

inline constexpr char kProviderScript[] = "tests/oidc/provider.mjs";
inline constexpr char kProviderPackages[] = "node_modules/oidc-provider";
inline constexpr char kOwnNode[] = "build/tools/node/node_modules/.bin/node";

// The directory of one provider, and the provider.
class Provider {
 public:
  Provider() {
    EXPECT_TRUE(std::filesystem::exists(kProviderPackages)) << "deploy/setup.sh test installs it";
    std::string pattern = ::testing::TempDir() + "/cortado-oidc-XXXXXX";
    root_ = mkdtemp(pattern.data());
    const std::string node = std::filesystem::exists(kOwnNode) ? kOwnNode : "node";
    process_ = std::make_unique<Process>(std::vector<std::string>{node, kProviderScript, root_ + "/port"},
                                         std::map<std::string, std::string>(), root_ + "/log");
    const std::string port = WaitForLine(root_ + "/port", absl::Seconds(30));
    EXPECT_NE(port, "") << "the provider did not start; see " << root_ << "/log";
    issuer_ = "http://127.0.0.1:" + port;
  }
  ~Provider() {
    process_.reset();
    std::filesystem::remove_all(root_);
  }

  const std::string& Issuer() const { return issuer_; }

  // What the script answers to one of its own paths.
  nlohmann::json Do(absl::string_view what) const {
    http::FetchOptions options = Local();
    options.timeout = absl::Seconds(30);  // It stands for a person at a browser.
    const absl::StatusOr<std::string> body = http::GetBody(absl::StrCat(issuer_, "/test/", what), options);
    EXPECT_TRUE(body.ok()) << body.status();
    return nlohmann::json::parse(body.ok() ? *body : "{}");
  }
  // The ID token of such an answer.
  std::string Token(absl::string_view what) const {
    const nlohmann::json answer = Do(what);
    EXPECT_TRUE(answer.contains("id_token")) << what << ": " << answer;
    return answer.value("id_token", "");
  }

  static http::FetchOptions Local() { return {.addresses = {.allow_loopback = true}}; }

 private:
  std::string root_;
  std::string issuer_;
  std::unique_ptr<Process> process_;
};

}  // namespace cortado::testing
