// The real `cortado` as a child process on a data directory of its own, which a test may kill, freeze and start again.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "common/auth/keys.h"
#include "common/testing/process.h"
#include "common/testing/wire.h"
#include "tests/faults/bookable.h"

namespace cortado::testing {

class RunningCortado : public Bookable {
 public:
  // Starts it on a new directory and waits until it is up; aborts the test program when it does not come up.
  RunningCortado() : RunningCortado("cortado", {"--dev"}) {}
  // Another program of ours, as cortado_dev, or further flags.
  RunningCortado(std::string program, std::vector<std::string> flags);
  // Kills it and removes the directory.
  ~RunningCortado() override;
  RunningCortado(const RunningCortado&) = delete;
  RunningCortado& operator=(const RunningCortado&) = delete;

  void Start();                    // Again, on the same directory and address; waits until it is up.
  void Kill();                     // SIGKILL to the program alone, and waits for its end.
  int Stop(absl::Duration limit);  // SIGTERM; the exit code, -1 when it still runs at the limit.
  // Whoever is started from now on is of the programs in this directory.
  void Use(std::string programs) { programs_ = std::move(programs); }
  void Signal(int signal) { process_->Signal(signal); }
  pid_t redis() const;  // The process of its redis-server; 0 while there is none.
  // Waits until there is a redis-server, and signals it. Never another process: 0 would be all of the test's.
  void SignalRedis(int signal) const;

  const std::string& data() const { return data_; }
  std::string log() const;  // All it wrote to stdout and stderr.
  std::string organization() const override;
  Caller As(const std::string& id) const override;
  Caller Hr() const override;
  std::shared_ptr<grpc::Channel> Dial() const;  // To all of its services.
  std::shared_ptr<grpc::Channel> DialProfile() const override { return Dial(); }
  std::shared_ptr<grpc::Channel> DialScheduling() const override { return Dial(); }
  redis::Address SchedulingRedis() const override;

 private:
  const std::string program_;
  std::string programs_ = BinDirectory();
  const std::vector<std::string> flags_;
  std::string root_;
  std::string data_;
  std::optional<Process> process_;
  std::optional<auth::SigningKey> key_;
};

}  // namespace cortado::testing
