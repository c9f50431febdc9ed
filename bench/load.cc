#include "bench/load.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>

#include "absl/time/clock.h"

namespace cortado::bench {
namespace {

struct Shared {
  Shared(const LoadOptions& o, const std::function<std::string(int64_t)>& b,
         const std::function<bool(const std::string&)>& c)
      : options(o), body(b), check(c), end(absl::Now() + o.duration) {}

  const LoadOptions& options;
  const std::function<std::string(int64_t)>& body;
  const std::function<bool(const std::string&)>& check;
  absl::Time end;
  std::atomic<int64_t> next{0};
  std::atomic<int64_t> errors{0};
  std::atomic<int> open{0};
  std::mutex mutex;
  std::condition_variable done;
  std::vector<int64_t> microseconds;  // Guarded by mutex.
};

// One of the calls in flight: starts the next when one ends.
class Lane {
 public:
  Lane(Shared& shared, std::shared_ptr<grpc::Channel> channel) : shared_(shared), stub_(std::move(channel)) {}

  void Next() {
    if (absl::Now() >= shared_.end) return Finish();
    number_ = shared_.next.fetch_add(1);
    context_ = std::make_unique<grpc::ClientContext>();
    context_->AddMetadata("authorization", shared_.options.token);
    context_->set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(10)));
    std::string bytes = shared_.body(number_);
    grpc::Slice slice(bytes);
    request_ = grpc::ByteBuffer(&slice, 1);
    began_ = absl::Now();
    stub_.UnaryCall(context_.get(), shared_.options.method, grpc::StubOptions(), &request_, &response_,
                    [this](grpc::Status status) { Answered(status); });
  }

 private:
  void Answered(const grpc::Status& status) {
    microseconds_.push_back(absl::ToInt64Microseconds(absl::Now() - began_));
    if (!status.ok() || (number_ % 64 == 0 && !Right())) shared_.errors.fetch_add(1);
    response_.Clear();
    Next();
  }
  bool Right() {
    std::vector<grpc::Slice> slices;
    if (!response_.Dump(&slices).ok()) return false;
    std::string bytes;
    for (const grpc::Slice& slice : slices) bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
    return shared_.check(bytes);
  }
  void Finish() {
    std::lock_guard lock(shared_.mutex);
    shared_.microseconds.insert(shared_.microseconds.end(), microseconds_.begin(), microseconds_.end());
    if (shared_.open.fetch_sub(1) == 1) shared_.done.notify_one();
  }

  Shared& shared_;
  grpc::GenericStub stub_;
  std::unique_ptr<grpc::ClientContext> context_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer response_;
  int64_t number_ = 0;
  absl::Time began_;
  std::vector<int64_t> microseconds_;
};

}  // namespace

LoadResult RunLoad(const LoadOptions& options, const std::function<std::string(int64_t)>& body,
                   const std::function<bool(const std::string&)>& check) {
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  for (int i = 0; i < options.channels; ++i) {
    grpc::ChannelArguments arguments;
    arguments.SetInt("cortado.bench.channel", i);  // Different arguments, different connection.
    channels.push_back(grpc::CreateCustomChannel(options.address, grpc::InsecureChannelCredentials(), arguments));
    channels.back()->WaitForConnected(absl::ToChronoTime(absl::Now() + absl::Seconds(10)));
  }
  Shared shared(options, body, check);
  shared.open.store(options.in_flight);
  std::vector<std::unique_ptr<Lane>> lanes;
  for (int i = 0; i < options.in_flight; ++i) {
    lanes.push_back(std::make_unique<Lane>(shared, channels[static_cast<size_t>(i) % channels.size()]));
  }
  absl::Time began = absl::Now();
  for (auto& lane : lanes) lane->Next();
  std::unique_lock lock(shared.mutex);
  shared.done.wait(lock, [&] { return shared.open.load() == 0; });
  LoadResult result;
  result.calls = static_cast<int64_t>(shared.microseconds.size());
  result.errors = shared.errors.load();
  result.calls_per_second = static_cast<double>(result.calls) / absl::ToDoubleSeconds(absl::Now() - began);
  std::sort(shared.microseconds.begin(), shared.microseconds.end());
  auto at = [&](double q) {
    if (shared.microseconds.empty()) return absl::ZeroDuration();
    return absl::Microseconds(shared.microseconds[static_cast<size_t>(q * static_cast<double>(result.calls - 1))]);
  };
  result.p50 = at(0.5);
  result.p99 = at(0.99);
  return result;
}

}  // namespace cortado::bench
