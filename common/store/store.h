// The one way to write: every write is a prologue (replay of the request id, next revision), a body (the store's own
// decisions and writes) and an epilogue (change feed, event outbox, audit entry, request id, wake-up), composed from
// constant text into one Lua script, which Redis runs whole or not at all.
//
//   const store::WriteScript kRename("profile.rename", R"lua(
//     local held = redis.call('GET', K[1])
//     if not held then return refuse('ABSENT') end
//     if revision_of(held) ~= A[1] then return refuse('ETAG') end
//     redis.call('SET', K[1], record(A[2]))
//     changed('person', A[3], 'u')
//     resource = 'people/' .. A[3]
//   )lua");
//   CO_ASSIGN_OR_RETURN(store::Outcome outcome, co_await store_.Write(call, std::move(write)));
//
// A body first reads and decides, then writes what cannot fail: a Lua error keeps earlier writes. It finds:
//   K, A                      its own keys and arguments, from 1 (arguments are strings)
//   rev                       the revision this write gets, as text
//   now                       the caller's clock in ms since 1970, as text
//   record(bytes)             the stored form of a resource: its revision, then the bytes
//   revision_of(value)        that revision, as text; body_of(value): the bytes again
//   refuse(code, ...)         return it: nothing is written, nothing is saved under the request id
//   unchanged(name, ...)      return it: the resource is already as asked; nothing is written
//   changed(kind, id, op)     one entry of the change feed; op 'u' or 'd'
//   event(kind, subject, ...) one entry of the event outbox, with further key, value pairs
//   resource                  set it: the resource name that a replay returns
//   object                    set it: what the audit names (default: resource)
//   people                    set it, for a write to many: their ids, a table, for the audit
//   out                       a table: what else the caller gets (Outcome::values)
// Thread-safe.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/redis/client.h"
#include "common/rpc/call.h"
#include "common/sync/mutex.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "google/protobuf/message.h"

namespace cortado::store {

// A body with its prologue and epilogue. Define at namespace scope.
class WriteScript {
 public:
  WriteScript(absl::string_view name, absl::string_view body);
  const redis::Script& script() const { return script_; }

 private:
  redis::Script script_;
};

// One write.
struct Write {
  const WriteScript* script = nullptr;
  std::vector<std::string> keys;       // K
  std::vector<std::string> arguments;  // A
  std::string request_id = {};         // Empty: none (an import row, a reaction): the body itself must be idempotent.
  std::string fingerprint = {};        // Fingerprint of the request; required with a request id.
};

struct Outcome {
  enum class Kind { kWritten, kReplayed, kUnchanged, kRefused };

  Kind kind = Kind::kWritten;
  std::string resource;              // Resource name; on a replay that of the first time.
  int64_t revision = 0;              // Of this write; on a replay of the first time.
  std::string refusal;               // kRefused: the code.
  std::vector<redis::Reply> values;  // What the body put out, or gave refuse() and unchanged().

  bool refused() const { return kind == Kind::kRefused; }
  // Whether the resource has to be read again, because this call did not write it.
  bool replayed() const { return kind == Kind::kReplayed; }
};

// A stored resource: its bytes and the revision that wrote them, which is its etag.
struct Record {
  int64_t revision = 0;
  std::string bytes;

  std::string etag() const;
};

// Reads the stored form. INTERNAL when it is none.
absl::StatusOr<Record> ParseRecord(absl::string_view stored);
// Parses a record's bytes into a message. INTERNAL when they do not parse.
absl::Status ParseMessage(const Record& record, google::protobuf::Message& message);
// SHA-256 over the method and the request's deterministic bytes.
std::string Fingerprint(const rpc::Call& call, const google::protobuf::Message& request);

class Store {
 public:
  // `service` is "profile", "matching" or "scheduling": the keys are `cortado:{ORG}:SERVICE:...`. All outlive the
  // store.
  Store(redis::Client& client, std::string service, const Clock& clock);

  const std::string& service() const { return service_; }
  // `cortado:{ORG}:SERVICE:REST`.
  std::string Key(absl::string_view organization, absl::string_view rest) const;
  // The channel that this service's writes publish their organisation on.
  std::string Channel() const;

  // Runs one write. INVALID_ARGUMENT (REQUEST_ID_REUSED) when the request id was used with another request; UNAVAILABLE
  // when the store does not answer - then repeat with the same request id. A refusal of the body is not an error: look
  // at the outcome.
  Task<absl::StatusOr<Outcome>> Write(rpc::Call call, store::Write write);

  // Writes the audit entry of a read that shows people with these ids, under `object`, without a new revision. One id
  // is named by the object alone. UNAVAILABLE when it cannot be written: then nothing may be shown.
  Task<absl::Status> RecordRead(rpc::Call call, std::string object, std::vector<std::string> ids);

  // Runs `prepare`, behind those given before, before the first write to each organisation that goes through this
  // store; a write whose preparation fails is not made. Call before the first write.
  void BeforeFirstWrite(std::function<Task<absl::Status>(rpc::Call)> prepare) {
    prepare_.push_back(std::move(prepare));
  }

  // Returns a record, or nothing when it is absent, which is not an error.
  Task<absl::StatusOr<std::optional<Record>>> Find(rpc::Call call, std::string key);
  // Returns records in the order of the keys; absent ones are nothing. Asks in portions of 500.
  Task<absl::StatusOr<std::vector<std::optional<Record>>>> FindAll(rpc::Call call, std::vector<std::string> keys);
  // Runs a read command on this service's keys. INTERNAL when Redis answers with an error.
  Task<absl::StatusOr<redis::Reply>> Read(rpc::Call call, std::vector<std::string> command);
  // Runs a script that reads (its text begins with `#!lua flags=no-writes`).
  Task<absl::StatusOr<redis::Reply>> ReadScript(rpc::Call call, const redis::Script& script,
                                                std::vector<std::string> keys, std::vector<std::string> arguments);

 private:
  // Prepares the organisation of the call, once.
  Task<absl::Status> Prepare(rpc::Call call);

  redis::Client& client_;
  const std::string service_;
  const Clock& clock_;
  std::vector<std::function<Task<absl::Status>(rpc::Call)>> prepare_;
  sync::Mutex mutex_;
  absl::flat_hash_set<std::string> prepared_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cortado::store
