// The private redis-server of an all-in-one installation: started, watched and stopped, never two on one directory.
//
//   ASSIGN_OR_RETURN(DataDirectory data, DataDirectory::Open(path));
//   ASSIGN_OR_RETURN(std::unique_ptr<RedisSupervisor> redis, RedisSupervisor::Start(data));   // before any thread
//   redis::Client client(redis->AddressFor("profile"), loop);
//   ...
//   redis->Stop();
//
// It listens on a unix socket in a 0700 directory with a short path and nowhere else. DATA/lock is locked (flock) on a
// descriptor that redis-server inherits, so the lock lives as long as any redis-server on the directory, whoever
// started it. A redis-server that outlived its cortado is told to shut down, and waited for. Started again when it
// dies, by the keeper (redis_keeper.h); while the disk is full it stays down, and so callers get UNAVAILABLE.
//
// Start on the main thread while it is the only one: the kernel ends the keeper with the thread that forked it. All
// else from any thread, but Stop once.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/redis/address.h"
#include "services/allinone/data_directory.h"
#include "services/allinone/redis_control.h"
#include "services/allinone/redis_keeper.h"

namespace cortado::allinone {

// The services that have a Redis user each.
inline constexpr const char* kServices[] = {"profile", "matching", "scheduling"};

// Below so many bytes the disk counts as full.
inline constexpr uint64_t kLeastFreeBytes = 1 << 20;

class RedisSupervisor {
 public:
  // Starts redis-server on `data` and returns once it serves, however long it loads. `interrupted` is asked now and
  // then; when it says true the start is given up with CANCELLED. FAILED_PRECONDITION: redis-server is not installed,
  // or it does not start (the message holds its last words). UNAVAILABLE: the disk is full, a file cannot be written,
  // or another process holds DATA/lock and neither answers nor ends. The message is meant for whoever starts the
  // program.
  static absl::StatusOr<std::unique_ptr<RedisSupervisor>> Start(const DataDirectory& data,
                                                                std::function<bool()> interrupted = nullptr);
  ~RedisSupervisor();
  RedisSupervisor(const RedisSupervisor&) = delete;
  RedisSupervisor& operator=(const RedisSupervisor&) = delete;

  // Where `service`, one of kServices, connects, with its user and password.
  redis::Address AddressFor(absl::string_view service) const;

  // The path of a socket NAME.sock in the 0700 directory of Redis' own, gone with it.
  std::string SocketPath(absl::string_view name) const;

  // Ends redis-server (politely, after 4 s not so) and the keeper, and removes the socket. Idempotent.
  void Stop();

  pid_t server() const { return board_->server.load(); }  // 0 while none runs.
  pid_t keeper() const { return keeper_; }
  int starts() const { return board_->starts.load(); }            // 1 after Start.
  int last_status() const { return board_->last_status.load(); }  // As waitpid gave it.
  bool disk_full() const { return board_->disk_full.load() != 0; }
  // Whether the keeper has ended without being told: then nobody starts redis-server again, and the program should end.
  bool KeeperLost() const;

 private:
  struct Unmap {
    void operator()(KeeperBoard* board) const;
  };
  RedisSupervisor() = default;

  absl::Status Prepare(const DataDirectory& data);
  absl::Status TakeLock(const std::function<bool()>& interrupted);
  absl::Status Fork(const DataDirectory& data, const std::string& program);
  absl::Status AwaitFirstAnswer(const DataDirectory& data, const std::function<bool()>& interrupted) const;

  std::string socket_directory_;
  std::string record_;  // The file that tells the next start where the socket was.
  RedisControl control_;
  redis::Address addresses_[3];  // By index in kServices.
  int lock_ = -1;
  int stop_ = -1;  // Write end of the pipe to the keeper.
  pid_t keeper_ = -1;
  std::unique_ptr<KeeperBoard, Unmap> board_;
};

}  // namespace cortado::allinone
