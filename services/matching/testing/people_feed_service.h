// A profile service that knows only its change feed, told by the test what to say. Thread-safe.
//
//   PeopleFeed feed;
//   feed.Put(Somebody("ada"));
//   feed.WaitUntilTaken();  // The follower has applied everything.
#pragma once

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cortado/profile/v1/profile_service.grpc.pb.h"

namespace cortado::matching::testing {

class PeopleFeed : public profile::v1::ProfileService::Service {
 public:
  PeopleFeed() {
    grpc::ServerBuilder builder;
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
  }
  // Whoever follows has stopped: a call to a server that was shut down crashes gRPC 1.51 on a channel within the
  // process.
  ~PeopleFeed() override { server_->Shutdown(); }

  std::shared_ptr<grpc::Channel> Channel() { return server_->InProcessChannel({}); }

  void Put(profile::v1::PersonSnapshot person) {
    profile::v1::PeopleChange change;
    *change.mutable_person() = std::move(person);
    Add(std::move(change));
  }
  void Add(profile::v1::PeopleChange change) {
    std::lock_guard lock(mutex_);
    log_.push_back(std::move(change));
    changed_.notify_all();
  }
  // From now on the snapshot never gets complete, until Release.
  void Hold() { SetHeld(true); }
  void Release() { SetHeld(false); }
  // Begins another history: whoever follows is told to resync.
  void Restart() {
    std::lock_guard lock(mutex_);
    ++epoch_;
    taken_ = 0;
    changed_.notify_all();
  }
  // Returns when the follower asks for what comes after everything there is.
  void WaitUntilTaken() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return taken_ >= log_.size(); });
  }
  // Returns when somebody has begun to read the present history.
  void WaitUntilAsked() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return asked_epoch_ == epoch_; });
  }
  // Nobody waits from now on, so that a follower can be stopped at once.
  void EndWaits() {
    std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }

  grpc::Status ListPeopleChanges(grpc::ServerContext*, const profile::v1::ListPeopleChangesRequest* request,
                                 profile::v1::ListPeopleChangesResponse* response) override {
    std::unique_lock lock(mutex_);
    size_t begin = 0;
    if (!request->resume_token().empty()) {
      const std::pair<std::string, std::string> token = absl::StrSplit(request->resume_token(), ':');
      if (token.first != absl::StrCat(epoch_)) return {grpc::StatusCode::OUT_OF_RANGE, "resync"};
      if (!absl::SimpleAtoi(token.second, &begin)) return {grpc::StatusCode::INVALID_ARGUMENT, "token"};
      taken_ = begin;
    }
    asked_epoch_ = epoch_;
    changed_.notify_all();
    const int64_t epoch = epoch_;
    changed_.wait_for(lock, std::chrono::seconds(request->wait().seconds()), [&] {
      return closed_ || epoch_ != epoch || (!held_ && (log_.size() > begin || request->resume_token().empty()));
    });
    if (epoch_ != epoch) return {grpc::StatusCode::OUT_OF_RANGE, "resync"};
    const size_t end = held_ ? begin : std::min(log_.size(), begin + std::max(1, request->page_size()));
    for (size_t i = begin; i < end; ++i) *response->add_changes() = log_[i];
    response->set_resume_token(absl::StrCat(epoch_, ":", end));
    response->set_snapshot_complete(!held_ && end == log_.size());
    response->set_people_count(static_cast<int64_t>(log_.size()));
    return grpc::Status::OK;
  }

 private:
  void SetHeld(bool held) {
    std::lock_guard lock(mutex_);
    held_ = held;
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<profile::v1::PeopleChange> log_;
  int64_t epoch_ = 1;
  int64_t asked_epoch_ = 0;
  size_t taken_ = 0;
  bool held_ = false;
  bool closed_ = false;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace cortado::matching::testing
