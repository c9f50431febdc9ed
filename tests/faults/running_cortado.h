// The real `cortado` as a child process on a data directory of its own, which a test may kill, freeze and start again.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/auth/keys.h"
#include "common/testing/process.h"
#include "common/testing/wire.h"
#include "cortado/profile/v1/profile_service.grpc.pb.h"
#include "cortado/scheduling/v1/scheduling_service.grpc.pb.h"

namespace cortado::testing {

using ProfileStub = profile::v1::ProfileService::Stub;
using SchedulingStub = scheduling::v1::SchedulingService::Stub;

class RunningCortado {
 public:
  // Starts it on a new directory and waits until it is up; aborts the test program when it does not come up.
  RunningCortado() : RunningCortado("cortado", {"--dev"}) {}
  // Another program of ours, as cortado_dev, or further flags.
  RunningCortado(std::string program, std::vector<std::string> flags);
  // Kills it and removes the directory.
  ~RunningCortado();
  RunningCortado(const RunningCortado&) = delete;
  RunningCortado& operator=(const RunningCortado&) = delete;

  void Start();                    // Again, on the same directory and address; waits until it is up.
  void Kill();                     // SIGKILL to the program alone, and waits for its end.
  int Stop(absl::Duration limit);  // SIGTERM; the exit code, -1 when it still runs at the limit.
  void Signal(int signal) { process_->Signal(signal); }
  pid_t redis() const;  // The process of its redis-server; 0 while there is none.
  // Waits until there is a redis-server, and signals it. Never another process: 0 would be all of the test's.
  void SignalRedis(int signal) const;

  const std::string& data() const { return data_; }
  std::string log() const;  // All it wrote to stdout and stderr.
  std::string organization() const;
  // The person `id` of its organisation.
  Caller As(const std::string& id) const;
  Caller Hr() const;
  // A channel of its own, which connects again after a restart.
  std::shared_ptr<grpc::Channel> Dial() const;

  // Brings in somebody who works at every hour of every day and lets anybody book: 2,400 minutes a week. Mentors three
  // people at once, and reads mail at ID@acme.example.
  void AddPerson(const std::string& id);

 private:
  std::string NewRequestId() { return "people-request-" + std::to_string(++requests_); }

  const std::string program_;
  const std::vector<std::string> flags_;
  std::string root_;
  std::string data_;
  std::optional<Process> process_;
  std::optional<auth::SigningKey> key_;
  int requests_ = 0;
};

}  // namespace cortado::testing
