#include "tests/load/probe.h"

#include <algorithm>
#include <atomic>

#include "common/status/error.h"
#include "cortado/profile/v1/profile_service.grpc.pb.h"

namespace cortado::testing {

struct Probe::Lane {
  std::shared_ptr<grpc::Channel> channel;
  Caller caller;
  absl::Duration pause;
  std::atomic<bool> stop{false};
  ProbeResult result;
  std::thread thread;

  void Run() {
    auto stub = profile::v1::ProfileService::NewStub(channel);
    profile::v1::GetPersonRequest request;
    request.set_name("people/ada");
    absl::Time next = absl::Now();
    while (!stop.load()) {
      One(*stub, request);
      next = std::max(next + pause, absl::Now());
      absl::SleepFor(next - absl::Now());
    }
  }
  void One(profile::v1::ProfileService::Stub& stub, const profile::v1::GetPersonRequest& request) {
    grpc::ClientContext context;
    Prepare(context, caller);
    profile::v1::Person person;
    const absl::Time began = absl::Now();
    const absl::Status status = rpc::FromGrpc(stub.GetPerson(&context, request, &person));
    const absl::Duration took = absl::Now() - began;
    const bool pushback = context.GetServerTrailingMetadata().count("grpc-retry-pushback-ms") == 1;
    if (status.ok()) {
      result.admitted.push_back(took);
    } else if (absl::IsResourceExhausted(status) && ReasonOf(status) == "RATE_LIMITED" && pushback) {
      result.refused.push_back(took);
    } else {
      ++result.wrong;
    }
  }
};

absl::Duration P99(std::vector<absl::Duration> times) {
  if (times.empty()) return absl::ZeroDuration();
  std::sort(times.begin(), times.end());
  return times[(times.size() - 1) * 99 / 100];
}

Probe::Probe(const std::string& address, Caller caller, int per_second, int threads) {
  for (int i = 0; i < threads; ++i) {
    auto lane = std::make_unique<Lane>();
    grpc::ChannelArguments arguments;
    arguments.SetInt("cortado.probe.lane", static_cast<int>(reinterpret_cast<uintptr_t>(lane.get()) >> 4));
    lane->channel = grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
    lane->channel->WaitForConnected(absl::ToChronoTime(absl::Now() + absl::Seconds(10)));
    lane->caller = caller;
    lane->pause = absl::Seconds(1) * threads / per_second;
    lanes_.push_back(std::move(lane));
  }
  for (auto& lane : lanes_) lane->thread = std::thread([lane = lane.get()] { lane->Run(); });
}

Probe::~Probe() { Stop(); }

ProbeResult Probe::Stop() {
  ProbeResult all;
  for (auto& lane : lanes_) lane->stop.store(true);
  for (auto& lane : lanes_) {
    if (lane->thread.joinable()) lane->thread.join();
    all.admitted.insert(all.admitted.end(), lane->result.admitted.begin(), lane->result.admitted.end());
    all.refused.insert(all.refused.end(), lane->result.refused.begin(), lane->result.refused.end());
    all.wrong += lane->result.wrong;
  }
  return all;
}

ProbeResult ProbeFor(const std::string& address, const Caller& caller, int per_second, absl::Duration duration) {
  Probe probe(address, caller, per_second, 2);
  absl::SleepFor(duration);
  return probe.Stop();
}

}  // namespace cortado::testing
