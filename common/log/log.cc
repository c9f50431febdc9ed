#include "common/log/log.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <string>
#include <thread>

#include "absl/time/clock.h"
#include "common/log/line.h"
#include "common/sync/mutex.h"

namespace cortado::log {
namespace {

// How much may wait for the writer: about 20,000 lines, half a second of the busiest server.
constexpr size_t kQueueBytes = 4 << 20;

// How long a line may wait for others to be written with it. Waking the writer for each of 20,000 lines a second cost a
// quarter of a call.
constexpr absl::Duration kGather = absl::Milliseconds(10);
// This much is written without waiting longer.
constexpr size_t kBatchBytes = 64 << 10;

// A process must end even if nobody reads its log any more.
constexpr absl::Duration kExitLimit = absl::Seconds(2);

std::atomic<Severity> minimum_severity{Severity::kInfo};

// Writes everything; returns false when the sink is gone. A full pipe (O_NONBLOCK, as terminals set it) is waited for.
bool WriteAll(int fd, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = write(fd, bytes.data(), bytes.size());
    if (n >= 0) {
      bytes.remove_prefix(static_cast<size_t>(n));
    } else if (errno == EAGAIN) {
      pollfd ready{fd, POLLOUT, 0};
      poll(&ready, 1, -1);
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

int64_t CountLines(absl::string_view bytes) {
  int64_t lines = 0;
  for (char c : bytes) lines += c == '\n';
  return lines;
}

// The queue and its writer. Never destroyed: threads may still log while the process exits. The writer starts with the
// first line, so that a process that forks before it logs forks without threads.
class Writer {
 public:
  static Writer& Get() {
    static Writer* const writer = new Writer;
    return *writer;
  }

  void Push(absl::string_view line, bool urgent) {
    bool wake = false;
    {
      sync::MutexLock lock(mutex_);
      if (queue_.size() + line.size() > kQueueBytes) {
        ++dropped_;
        return;
      }
      const bool hurry = hurry_ || urgent || queue_.size() >= kBatchBytes;
      wake = queue_.empty() || hurry != hurry_;
      hurry_ = hurry;
      queue_.append(line.data(), line.size());
      if (!started_) Start();
    }
    if (wake) arrived_.NotifyOne();
  }

  void SetSink(int fd) {
    Flush();
    sync::MutexLock lock(mutex_);
    fd_ = fd;
  }

  void Flush(absl::Duration limit = absl::InfiniteDuration()) {
    const absl::Time deadline = absl::Now() + limit;
    sync::MutexLock lock(mutex_);
    hurry_ = true;
    arrived_.NotifyOne();
    // One batch may be under way and the next one waiting: both hold lines from before.
    const int64_t target = batches_ + (queue_.empty() ? 0 : 1) + (writing_ ? 1 : 0);
    while (batches_ < target && absl::Now() < deadline) written_.WaitFor(lock, deadline - absl::Now());
  }

  int64_t Dropped() {
    sync::MutexLock lock(mutex_);
    return dropped_;
  }

 private:
  void Start() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    started_ = true;
    std::thread(&Writer::Run, this).detach();
    std::atexit([] { Get().Flush(kExitLimit); });
  }

  [[noreturn]] void Run() {
    std::string batch;
    for (;;) {
      const int fd = TakeBatch(batch);
      const bool written = WriteAll(fd, batch);
      sync::MutexLock lock(mutex_);
      if (!written) dropped_ += CountLines(batch);
      ++batches_;
      writing_ = false;
      written_.NotifyAll();
    }
  }

  // Waits for lines, and a moment for more of them; moves them into `batch` and returns where they go.
  int TakeBatch(std::string& batch) {
    sync::MutexLock lock(mutex_);
    while (queue_.empty()) arrived_.Wait(lock);
    const absl::Time written_by = absl::Now() + kGather;
    for (absl::Time now = absl::Now(); !hurry_ && now < written_by; now = absl::Now()) {
      arrived_.WaitFor(lock, written_by - now);
    }
    hurry_ = false;
    batch.clear();
    batch.swap(queue_);
    if (dropped_ > reported_) {
      AppendLine(absl::Now(), Severity::kWarning, "log.dropped", {{"lines", dropped_ - reported_}}, batch);
      reported_ = dropped_;
    }
    writing_ = true;
    return fd_;
  }

  sync::Mutex mutex_;
  sync::CondVar arrived_;
  sync::CondVar written_;
  std::string queue_ ABSL_GUARDED_BY(mutex_);
  int fd_ ABSL_GUARDED_BY(mutex_) = STDERR_FILENO;
  bool started_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool hurry_ ABSL_GUARDED_BY(mutex_) = false;  // What waits is written at once.
  int64_t batches_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t dropped_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t reported_ ABSL_GUARDED_BY(mutex_) = 0;
};

void Log(Severity severity, absl::string_view event, std::initializer_list<Field> fields) {
  if (severity < minimum_severity.load(std::memory_order_relaxed)) return;
  thread_local std::string line;
  line.clear();
  AppendLine(absl::Now(), severity, event, fields, line);
  Writer::Get().Push(line, severity != Severity::kInfo);
}

Severity SeverityOf(absl::string_view code) {
  const bool ours = code == "INTERNAL" || code == "UNKNOWN" || code == "DATA_LOSS";
  return ours ? Severity::kError : Severity::kInfo;
}

}  // namespace

void Info(absl::string_view event, std::initializer_list<Field> fields) { Log(Severity::kInfo, event, fields); }
void Warn(absl::string_view event, std::initializer_list<Field> fields) { Log(Severity::kWarning, event, fields); }
void Error(absl::string_view event, std::initializer_list<Field> fields) { Log(Severity::kError, event, fields); }

void LogRequest(const Request& request) {
  // A field with an empty key is not written.
  const auto optional = [](absl::string_view key, absl::string_view value) {
    return Field(value.empty() ? absl::string_view() : key, value);
  };
  Log(SeverityOf(request.code), "rpc",
      {{"method", request.method},
       {"code", request.code},
       optional("reason", request.reason),
       optional("organization", request.organization),
       optional("subject", request.subject),
       optional("request_id", request.request_id),
       {"duration_us", absl::ToInt64Microseconds(request.duration)},
       {"request_bytes", request.request_bytes},
       {"response_bytes", request.response_bytes}});
}

void SetMinimumSeverity(Severity severity) { minimum_severity.store(severity, std::memory_order_relaxed); }

void SetSink(int fd) { Writer::Get().SetSink(fd); }

void Flush() { Writer::Get().Flush(); }

int64_t DroppedLines() { return Writer::Get().Dropped(); }

}  // namespace cortado::log
