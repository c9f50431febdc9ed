// A scheduling service that books what it is asked for, or answers with the error a test says. One chat per request id.
// Free is what the test says.
// Thread-safe.
#pragma once

#include <grpcpp/grpcpp.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/rpc/binder.h"
#include "cortado/scheduling/v1/scheduling_service.grpc.pb.h"

namespace cortado::matching::testing {

class BookingService : public scheduling::v1::SchedulingService::Service {
 public:
  BookingService() {
    grpc::ServerBuilder builder;
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
  }
  // Whoever calls has stopped: a call to a server that was shut down crashes gRPC 1.51 on a channel within the process.
  ~BookingService() override { server_->Shutdown(); }

  std::shared_ptr<grpc::Channel> Channel() { return server_->InProcessChannel({}); }

  // From now on every booking is answered so; OK: booked.
  void Answer(absl::Status status) {
    std::lock_guard lock(mutex_);
    answer_ = std::move(status);
  }
  // Each booking under way is held until it was booked, and its answer is then lost.
  void LoseAnswers(bool lose) {
    std::lock_guard lock(mutex_);
    lose_ = lose;
  }
  // Everything that was booked, by request id.
  std::map<std::string, scheduling::v1::BookChatRequest> booked() {
    std::lock_guard lock(mutex_);
    return booked_;
  }

  // From now on everybody is free then, in seconds since 1970, and at no other time.
  void Free(std::vector<int64_t> starts) {
    std::lock_guard lock(mutex_);
    free_ = std::move(starts);
  }

  // From now on every chat was cancelled.
  void CancelChats() {
    std::lock_guard lock(mutex_);
    cancelled_ = true;
  }
  grpc::Status GetChat(grpc::ServerContext*, const scheduling::v1::GetChatRequest* request,
                       scheduling::v1::Chat* response) override {
    std::lock_guard lock(mutex_);
    response->set_name(request->name());
    response->set_state(cancelled_ ? scheduling::v1::Chat::STATE_CANCELLED : scheduling::v1::Chat::STATE_BOOKED);
    return grpc::Status::OK;
  }

  grpc::Status FindTimes(grpc::ServerContext*, const scheduling::v1::FindTimesRequest* request,
                         scheduling::v1::FindTimesResponse* response) override {
    std::lock_guard lock(mutex_);
    for (const int64_t start : free_) {
      const bool too_early = request->has_start_time() && start < request->start_time().seconds();
      const bool too_late =
          request->has_end_time() && start + request->duration().seconds() > request->end_time().seconds();
      if (too_early || too_late || response->times_size() == request->page_size()) continue;
      response->add_times()->mutable_start_time()->set_seconds(start);
    }
    return grpc::Status::OK;
  }

  grpc::Status BookChat(grpc::ServerContext*, const scheduling::v1::BookChatRequest* request,
                        scheduling::v1::Chat* response) override {
    std::lock_guard lock(mutex_);
    if (!answer_.ok()) return rpc::ToGrpc(answer_, "en");
    booked_[request->request_id()] = *request;
    if (lose_) return {grpc::StatusCode::INTERNAL, "lost"};
    response->set_name(absl::StrCat("chats/", request->request_id().substr(0, 20)));
    return grpc::Status::OK;
  }

 private:
  std::mutex mutex_;
  absl::Status answer_;                                            // Guarded by mutex_.
  std::vector<int64_t> free_;                                      // Guarded by mutex_.
  bool cancelled_ = false;                                         // Guarded by mutex_.
  bool lose_ = false;                                              // Guarded by mutex_.
  std::map<std::string, scheduling::v1::BookChatRequest> booked_;  // Guarded by mutex_.
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace cortado::matching::testing
