#include "common/jobs/jobs.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/log/log.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "common/store/side_write.h"

namespace cortado::jobs {
namespace {

// KEYS: due set, tokens. ARGV: now, until. Takes the job that is longest due: {name, token}, or nothing. None of an
// organisation that is frozen: it could do nothing.
const store::SideScript kTake("jobs.take", R"lua(
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, 1)[1]
if not due then return {} end
redis.call('ZADD', KEYS[1], ARGV[2], due)
return {due, redis.call('HINCRBY', KEYS[2], due, 1)}
)lua");

// KEYS: due set, tokens. ARGV: name, token, next. Only the one who holds the newest token says when it is due again.
const redis::Script kDone(R"lua(#!lua
if redis.call('HGET', KEYS[2], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
return 1
)lua");

constexpr char kRunner[] = "jobs";
constexpr char kFrozen[] = "ORGANIZATION_FROZEN";
constexpr absl::Duration kTick = absl::Seconds(1);
constexpr absl::Duration kLongestJob = absl::Minutes(15);

std::vector<std::string> Keys(const store::Store& store, absl::string_view organization) {
  std::vector<std::string> keys;
  keys.push_back(store.Key(organization, "jobs:due"));
  keys.push_back(store.Key(organization, "jobs:tokens"));
  return keys;
}

double Jitter() {
  thread_local std::minstd_rand random(std::random_device{}());
  return std::uniform_real_distribution<double>(0.9, 1.1)(random);
}

}  // namespace

struct Runner::Loop {
  std::atomic<bool> stop{false};
  std::mutex mutex;
  std::condition_variable stopped;
  bool running = false;
};

Runner::Runner(const store::Store& store, redis::Client& client, EventLoop& loop, const Clock& clock,
               absl::Duration lease)
    : store_(store), client_(client), loop_(loop), clock_(clock), lease_(lease), state_(std::make_shared<Loop>()) {}

Runner::~Runner() { Stop(); }

void Runner::Add(Job job) { jobs_.push_back(std::move(job)); }

void Runner::Start() {
  {
    std::lock_guard lock(state_->mutex);
    state_->running = true;
  }
  Drive(state_);
}

void Runner::Stop() {
  state_->stop.store(true);
  std::unique_lock lock(state_->mutex);
  state_->stopped.wait(lock, [this] { return !state_->running; });
}

Detached Runner::Drive(std::shared_ptr<Loop> state) {
  while (!state->stop.load()) {
    absl::StatusOr<int> ran = co_await RunDue();
    if (!ran.ok()) log::Warn("jobs.look_failed", {{"code", static_cast<int>(ran.status().code())}});
    // Short naps, so that Stop need not wait for a whole tick.
    for (int nap = 0; nap < 20 && !state->stop.load(); ++nap) co_await loop_.Sleep(kTick * Jitter() / 20);
  }
  std::lock_guard lock(state->mutex);
  state->running = false;
  state->stopped.notify_all();
}

// The directory belongs to no organisation: it is written after the organisation's own slot, idempotently.
std::string Runner::DirectoryKey() const { return absl::StrCat("cortado:{directory}:", store_.service(), ":jobs"); }

Task<absl::Status> Runner::Schedule(rpc::Call call, std::string job, absl::Time due) {
  std::vector<std::string> add;
  add.reserve(5);
  add.push_back("ZADD");
  add.push_back(store_.Key(call.organization(), "jobs:due"));
  add.push_back("NX");
  add.push_back(absl::StrCat(absl::ToUnixMillis(due)));
  add.push_back(std::move(job));
  absl::StatusOr<redis::Reply> added =
      co_await client_.Run(call.organization(), std::move(add), redis::Use::kWrite, call.deadline());
  CO_RETURN_IF_ERROR(added.status());
  std::vector<std::string> list;
  list.reserve(3);
  list.push_back("SADD");
  list.push_back(DirectoryKey());
  list.push_back(call.organization());
  absl::StatusOr<redis::Reply> listed =
      co_await client_.Run("directory", std::move(list), redis::Use::kWrite, call.deadline());
  CO_RETURN_IF_ERROR(listed.status());
  if (added->IsError() || listed->IsError()) co_return absl::InternalError("the store refused to schedule a job");
  co_return absl::OkStatus();
}

Task<absl::StatusOr<Runner::OrganizationPage>> Runner::Organizations(rpc::Call call, std::string cursor, int limit) {
  std::vector<std::string> command;
  command.reserve(5);
  command.push_back("SSCAN");
  command.push_back(DirectoryKey());
  command.push_back(cursor.empty() ? "0" : std::move(cursor));
  command.push_back("COUNT");
  command.push_back(absl::StrCat(limit));
  CO_ASSIGN_OR_RETURN(redis::Reply reply,
                      co_await client_.Run("directory", std::move(command), redis::Use::kRead, call.deadline()));
  if (reply.IsError() || reply.elements.size() != 2) co_return absl::InternalError("the store refused a read");
  OrganizationPage page;
  if (reply.elements[0].text != "0") page.cursor = reply.elements[0].text;
  for (const redis::Reply& organization : reply.elements[1].elements) page.organizations.push_back(organization.text);
  co_return page;
}

Task<absl::StatusOr<int>> Runner::RunDue() {
  std::vector<std::string> command;
  command.reserve(2);
  command.push_back("SMEMBERS");
  command.push_back(DirectoryKey());
  CO_ASSIGN_OR_RETURN(
      redis::Reply organizations,
      co_await client_.Run("directory", std::move(command), redis::Use::kRead, absl::Now() + absl::Seconds(5)));
  int ran = 0;
  absl::Status failed;
  for (const redis::Reply& organization : organizations.elements) {
    const absl::StatusOr<int> here = co_await RunDueOf(organization.text);
    if (here.ok()) ran += *here;
    // Others may live on a server that is well.
    failed.Update(here.status());
  }
  CO_RETURN_IF_ERROR(failed);
  co_return ran;
}

Task<absl::StatusOr<int>> Runner::RunDueOf(std::string organization) {
  for (int ran = 0;; ++ran) {
    if (state_->stop.load()) co_return ran;  // Before a job is taken: one that was taken is run.
    absl::Time now = clock_.Now();
    std::vector<std::string> arguments;
    arguments.reserve(2);
    arguments.push_back(absl::StrCat(absl::ToUnixMillis(now)));
    arguments.push_back(absl::StrCat(absl::ToUnixMillis(now + lease_)));
    absl::StatusOr<redis::Reply> looked = co_await store::WriteBeside(
        store_, client_, rpc::InternalCall(organization, kRunner, absl::Now() + absl::Seconds(5)), kTake,
        Keys(store_, organization), std::move(arguments));
    if (ReasonOf(looked.status()) == kFrozen) co_return ran;
    CO_ASSIGN_OR_RETURN(const redis::Reply taken, std::move(looked));
    if (taken.elements.size() < 2) co_return ran;
    const std::string name = taken.elements[0].text;
    auto job = std::find_if(jobs_.begin(), jobs_.end(), [&](const Job& j) { return j.name == name; });
    if (job == jobs_.end()) continue;  // Of a newer version of ours: it comes due again for whoever knows it.
    std::string token = absl::StrCat(taken.elements[1].integer);
    rpc::Call call = rpc::InternalCall(organization, absl::StrCat("job:", name), absl::Now() + kLongestJob);
    Fence fence{store_.Key(organization, "jobs:tokens"), name, token};
    absl::Status status = co_await job->run(call, std::move(fence));
    if (!status.ok()) {
      log::Warn("jobs.failed",
                {{"job", name}, {"organization", organization}, {"code", static_cast<int>(status.code())}});
      continue;
    }
    std::vector<std::string> done;
    done.reserve(3);
    done.push_back(name);
    done.push_back(std::move(token));
    done.push_back(absl::StrCat(absl::ToUnixMillis(clock_.Now() + job->period * Jitter())));
    absl::StatusOr<redis::Reply> said =
        co_await client_.Eval(organization, kDone, Keys(store_, organization), std::move(done), redis::Use::kWrite,
                              absl::Now() + absl::Seconds(5));
    CO_RETURN_IF_ERROR(said.status());
  }
}

}  // namespace cortado::jobs
