// Puts an older copy of the store's data directory in the place of the newer one, as a restored backup does.
// Thread contract: one thread at a time.
#pragma once

#include <filesystem>
#include <string>

#include "common/testing/redis_server.h"

namespace cortado::profile {

class StoreCopy {
 public:
  // Stops the server, copies what it holds, and starts it again. It outlives the copy.
  explicit StoreCopy(testing::RedisServer& server)
      : server_(server), copy_(server.directory() + "/older"), data_(server.directory() + "/appendonlydir") {
    server_.Kill();
    std::filesystem::copy(data_, copy_, std::filesystem::copy_options::recursive);
    server_.Start();
  }
  // Stops the server, puts the copy in place, and starts it again. Once.
  void Restore() {
    server_.Kill();
    std::filesystem::remove_all(data_);
    std::filesystem::rename(copy_, data_);
    server_.Start();
  }

 private:
  testing::RedisServer& server_;
  const std::string copy_;
  const std::string data_;
};

}  // namespace cortado::profile
