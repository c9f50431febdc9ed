// A running `cortado` on a directory of its own, and `cortadoctl` typed at it.
//
//   CtlInstallation cortado;
//   EXPECT_EQ(cortado.Ctl({"people", "list"}).code, 0);
//   nlohmann::json person = cortado.Json({"people", "get", "e1", "--json"});
//
// Thread contract: one thread at a time.
#pragma once

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "common/testing/process.h"

namespace cortado::testing {

// How a command ended, and what it said.
struct Said {
  int code = -1;
  std::string out;
  std::string err;
};

class CtlInstallation {
 public:
  // Starts it, with --dev, or another program of its kind, and waits until it listens; fails the test program when it
  // does not within a minute.
  explicit CtlInstallation(const std::string& program = "cortado");
  // Stops it as a user would, and removes the directory.
  ~CtlInstallation();

  const std::string& root() const { return root_; }
  std::string data() const { return root_ + "/data"; }

  // Runs one command and waits for its end; `environment` is added to one that names the data directory.
  Said Ctl(const std::vector<std::string>& arguments, std::map<std::string, std::string> environment = {}) const;

  // Runs a command with --json that must succeed, and returns its document.
  nlohmann::json Json(std::vector<std::string> arguments) const;

  // Writes a file below root() and returns its path.
  std::string File(const std::string& name, const std::string& text) const;
  std::string Read(const std::string& path) const;

 private:
  std::string root_;
  std::unique_ptr<Process> server_;
};

}  // namespace cortado::testing
