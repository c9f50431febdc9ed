#include "services/allinone/redis_keeper.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "services/allinone/append_only_file.h"

namespace cortado::allinone {
namespace {

// Descriptors of the keeper; redis-server inherits those up to kLock.
constexpr int kLock = 3;
constexpr int kControl = 4;
constexpr int kChildren = 5;  // A signalfd of SIGCHLD.

constexpr int64_t kFirstPause = 100;  // All in milliseconds.
constexpr int64_t kLongestPause = 10'000;
constexpr int64_t kSteady = 10'000;  // A server that lived so long had no trouble starting.
constexpr int64_t kLookAtDisk = 1'000;
constexpr int64_t kPatience = 4'000;  // Between the polite request to end and the other one.

int64_t Now() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1'000'000;
}

// Among redis-server's own words.
void Say(const char* line) {
  if (write(STDERR_FILENO, line, strlen(line)) < 0) return;  // Then there is nobody to say it to.
}

class Keeper {
 public:
  Keeper(const KeeperPlan& plan, KeeperBoard& board) : plan_(plan), board_(board) {}
  [[noreturn]] void Run(pid_t parent);

 private:
  enum class Event { kServerEnded, kStop, kTimeout };

  bool Settle();
  void ArrangeDescriptors();
  bool DiskFull() const;
  pid_t Launch() const;
  // Waits for the end of `server` (0: there is none), for the order to stop, or for `milliseconds` (-1: no limit).
  Event Wait(pid_t server, int64_t milliseconds);
  void End(pid_t server);

  const KeeperPlan plan_;
  KeeperBoard& board_;
};

void Keeper::Run(pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent || !Settle()) _exit(1);
  int64_t pause = kFirstPause;
  for (;;) {
    if (DiskFull()) {
      board_.disk_full.store(1);
      if (Wait(0, kLookAtDisk) == Event::kStop) _exit(0);
      continue;
    }
    board_.disk_full.store(0);
    int64_t began = Now();
    pid_t server = Launch();
    board_.starts.fetch_add(1);
    if (server > 0) {
      board_.server.store(server);
      if (Wait(server, -1) == Event::kStop) {
        End(server);
        _exit(0);
      }
    }
    board_.server.store(0);
    board_.ends.fetch_add(1);
    if (Now() - began >= kSteady) pause = kFirstPause;
    if (Wait(0, pause) == Event::kStop) _exit(0);
    pause = std::min(pause * 2, kLongestPause);
  }
}

// Makes the keeper a quiet process: its own session (Ctrl-C is for the parent, which then stops us in order), no
// signals but those it asks for, no descriptors but those it needs.
bool Keeper::Settle() {
  setsid();
  prctl(PR_SET_NAME, "cortado-keeper");
  sigset_t blocked;
  sigfillset(&blocked);
  sigprocmask(SIG_SETMASK, &blocked, nullptr);
  ArrangeDescriptors();
  sigset_t children;
  sigemptyset(&children);
  sigaddset(&children, SIGCHLD);
  signal(SIGCHLD, SIG_DFL);
  int fd = signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
  return fd == kChildren || (fd >= 0 && dup3(fd, kChildren, O_CLOEXEC) == kChildren);
}

void Keeper::ArrangeDescriptors() {
  // First out of the way of the numbers they shall have.
  int lock = fcntl(plan_.lock, F_DUPFD, 16);
  int log = fcntl(plan_.log, F_DUPFD, 16);
  int control = fcntl(plan_.control, F_DUPFD, 16);
  int nothing = open("/dev/null", O_RDONLY);
  dup2(nothing, 0);
  dup2(log, 1);
  dup2(log, 2);
  dup2(lock, kLock);
  dup3(control, kControl, O_CLOEXEC);
  // The parent's claim on the data directory and its sockets must not live on in us. Old kernels lack close_range.
  if (close_range(kChildren, ~0U, 0) != 0) {
    for (int fd = kChildren; fd < 4096; ++fd) close(fd);
  }
}

bool Keeper::DiskFull() const {
  struct statvfs space {};
  if (statvfs(plan_.directory, &space) != 0) return false;  // Then redis-server says what is wrong.
  return static_cast<uint64_t>(space.f_bavail) * space.f_frsize < plan_.least_free;
}

pid_t Keeper::Launch() const {
  const int64_t cut = CutIncompleteTail(plan_.directory);
  if (cut > 0) Say("the append-only file ended within a write, which was cut off\n");
  if (cut < 0) Say("cannot look at the end of the append-only file\n");
  pid_t keeper = getpid();
  pid_t server = fork();
  if (server != 0) return server;
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // Every acknowledged write is on the disk by then.
  if (getppid() != keeper) _exit(1);
  umask(0077);
  signal(SIGPIPE, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execve(plan_.program, plan_.arguments, plan_.environment);
  _exit(127);
}

Keeper::Event Keeper::Wait(pid_t server, int64_t milliseconds) {
  int64_t until = milliseconds < 0 ? -1 : Now() + milliseconds;
  for (;;) {
    int status = 0;
    if (server > 0 && waitpid(server, &status, WNOHANG) == server) {
      board_.last_status.store(status);
      return Event::kServerEnded;
    }
    int64_t left = until < 0 ? -1 : until - Now();
    if (until >= 0 && left <= 0) return Event::kTimeout;
    pollfd looked[] = {{kControl, POLLIN, 0}, {kChildren, POLLIN, 0}};
    poll(looked, 2, static_cast<int>(left));
    signalfd_siginfo drained;
    while (read(kChildren, &drained, sizeof drained) > 0) {
    }
    if (looked[0].revents != 0) return Event::kStop;
  }
}

void Keeper::End(pid_t server) {
  kill(server, SIGTERM);
  int64_t until = Now() + kPatience;
  for (int64_t left = kPatience; left > 0; left = until - Now()) {
    if (waitpid(server, nullptr, WNOHANG) == server) return;
    pollfd looked{kChildren, POLLIN, 0};
    poll(&looked, 1, static_cast<int>(left));
    signalfd_siginfo drained;
    while (read(kChildren, &drained, sizeof drained) > 0) {
    }
  }
  kill(server, SIGKILL);
  waitpid(server, nullptr, 0);
}

}  // namespace

pid_t ForkKeeper(const KeeperPlan& plan, KeeperBoard& board) {
  pid_t parent = getpid();
  pid_t keeper = fork();
  if (keeper == 0) Keeper(plan, board).Run(parent);
  return keeper;
}

}  // namespace cortado::allinone
