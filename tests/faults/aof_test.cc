// The end of the append-only file cut off, as a crash of the machine may leave it: what a real redis-server finds then
// is what was true after one of the last writes, whole, and no write before the cut is missing. Nor does what was cut
// off come back later: redis-server 7.0.15 by itself leaves the beginning of a transaction in the file, and runs it at
// the start after the next.
// CORTADO_TEST_SCALE multiplies the cuts; from 128 on every byte of the last 20 writes is one.
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/testing/matchers.h"
#include "common/testing/redis_server.h"
#include "common/testing/scale.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/allinone/append_only_file.h"
#include "services/allinone/testing/prompt.h"
#include "services/scheduling/testing/site.h"
#include "tests/faults/booking_state.h"

namespace cortado::testing {
namespace {

using scheduling::Colleague;
using scheduling::Utc;
using scheduling::v1::Chat;
using ::testing::IsEmpty;

namespace fs = std::filesystem;

constexpr int kLast = 20;        // Writes that the cuts go through.
constexpr int kBefore = 10;      // Bookings that stand before them.
constexpr double kStride = 128;  // Bytes from one cut to the next, at scale 1.

const std::vector<std::string>& People() {
  static const auto* people = new std::vector<std::string>{"ada", "bob", "cy", "dee"};
  return *people;
}

// The file that grows: the newest of the append-only directory.
fs::path GrowingFile(const std::string& directory) {
  for (const auto& entry : fs::directory_iterator(directory + "/appendonlydir")) {
    if (entry.path().extension() == ".aof" && entry.path().string().find(".incr.") != std::string::npos) {
      return entry.path();
    }
  }
  return {};
}

// How long the file was, and all there was in Redis, after a write that was acknowledged.
struct Moment {
  uintmax_t size = 0;
  std::string digest;
};

// A history of bookings, moves and cancellations, and what stood after each of the last ones.
class History {
 public:
  History() : site_(Everybody(), {"--enable-debug-command", "local"}) {
    for (int i = 0; i < kBefore; ++i) Book();
    Remember();
    for (int i = 0; i < kLast; ++i) Write(i);
  }

  // The moments from before the first of the last writes on.
  const std::vector<Moment>& moments() const { return moments_; }
  scheduling::Site& site() { return site_; }
  std::string directory() const { return site_.server.directory(); }

  // Sends the last bookings again, each with its request id, until there is an answer.
  void Repeat() {
    for (const auto& [host, request] : sent_) {
      EXPECT_TRUE(Eventually([&] { return site_.Send(host, request).ok(); }));
    }
  }

 private:
  static std::vector<Colleague> Everybody() {
    std::vector<Colleague> people;
    for (const std::string& id : People()) people.push_back(Colleague(id).Works(0, 1440).WeeklyMinutes(2400));
    return people;
  }
  void Book() {
    const int i = booked_++;
    const std::string host = People()[static_cast<size_t>(i) % 4];
    const auto request = site_.Asking({People()[static_cast<size_t>(i + 1 + i / 4 % 3) % 4]},
                                      Utc("2026-06-09 00:00") + absl::Minutes(30 * i));
    const absl::StatusOr<Chat> chat = site_.Send(host, request);
    ASSERT_THAT(chat, IsOk());
    chats_.push_back(*chat);
    if (!moments_.empty()) sent_.emplace_back(host, request);
  }
  // Of five writes three are bookings, one a move and one a cancellation.
  void Write(int i) {
    const std::string host = chats_.back().host().substr(7);
    if (i % 5 == 2) {
      const absl::Time later = Utc("2026-06-11 00:00") + absl::Minutes(30 * i);
      ASSERT_THAT(site_.Send(host, site_.Moving(chats_.back(), later)), IsOk());
    } else if (i % 5 == 4) {
      ASSERT_THAT(site_.Cancel(host, chats_.back()), IsOk());
    } else {
      Book();
    }
    Remember();
  }
  void Remember() {
    moments_.push_back({fs::file_size(GrowingFile(directory())), site_.server.Ask({"DEBUG", "DIGEST"})});
  }

  scheduling::Site site_;
  int booked_ = 0;
  std::vector<Chat> chats_;
  std::vector<Moment> moments_;
  std::vector<std::pair<std::string, scheduling::v1::BookChatRequest>> sent_;
};

// A redis-server that starts again and again on what is left of somebody else's files.
class Survivor {
 public:
  explicit Survivor(std::string directory)
      : files_(directory + "/appendonlydir"), growing_(GrowingFile(directory).filename()) {}

  // Starts as the keeper does, on a copy whose growing file has only its first `size` bytes.
  void StartOn(uintmax_t size) {
    server_.Kill();
    const fs::path copy = server_.directory() + "/appendonlydir";
    fs::remove_all(copy);
    fs::copy(files_, copy);
    fs::resize_file(copy / growing_, size);
    ASSERT_GE(allinone::CutIncompleteTail(server_.directory().c_str()), 0);
    server_.Start();
  }
  // Writes something, and starts once more.
  void WriteAndStartAgain() {
    ASSERT_EQ(server_.Ask({"SET", "written", "since"}), "OK");
    server_.Kill();
    ASSERT_EQ(allinone::CutIncompleteTail(server_.directory().c_str()), 0);
    server_.Start();
    ASSERT_EQ(server_.Ask({"DEL", "written"}), "1");
  }
  std::string Digest() const { return server_.Ask({"DEBUG", "DIGEST"}); }
  std::vector<std::string> Disagreements() {
    redis::Client client(server_.address(), loop_);
    return BookingState(client, "acme", People()).Disagreements();
  }

 private:
  const fs::path files_;
  const fs::path growing_;
  EventLoop loop_;
  RedisServer server_{{"--enable-debug-command", "local", "--aof-load-truncated", "no"}};
};

// Every size at which a write ended, the sizes beside it, and others at even steps from a random one on.
std::vector<uintmax_t> CutsThrough(const std::vector<Moment>& moments, uint64_t seed) {
  const uintmax_t first = moments.front().size;
  const uintmax_t last = moments.back().size;
  const auto stride = static_cast<uintmax_t>(std::max(1.0, kStride / Scale()));
  std::vector<uintmax_t> cuts;
  for (uintmax_t size = first + seed % stride; size <= last; size += stride) cuts.push_back(size);
  for (const Moment& moment : moments) {
    for (const uintmax_t size : {moment.size - 1, moment.size, moment.size + 1}) {
      if (size >= first && size <= last) cuts.push_back(size);
    }
  }
  std::sort(cuts.begin(), cuts.end());
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
  return cuts;
}

TEST(AppendOnlyFileTest, WhereverItIsCutEveryWriteIsThereWholeOrNotAtAll) {
  const uint64_t seed = std::random_device{}();
  History history;
  ASSERT_EQ(history.moments().size(), kLast + 1u);
  Survivor survivor(history.directory());
  const std::vector<uintmax_t> cuts = CutsThrough(history.moments(), seed);
  size_t looked_at = 0;
  for (const uintmax_t cut : cuts) {
    survivor.StartOn(cut);
    // The last of those that were acknowledged before the cut.
    auto expected = std::upper_bound(history.moments().begin(), history.moments().end(), cut,
                                     [](uintmax_t size, const Moment& moment) { return size < moment.size; });
    --expected;
    ASSERT_EQ(survivor.Digest(), expected->digest) << "cut at " << cut << ", seed " << seed;
    if (cut % 8 == 0) {
      survivor.WriteAndStartAgain();
      ASSERT_EQ(survivor.Digest(), expected->digest) << "the second start after a cut at " << cut << ", seed " << seed;
    }
    if (cut != expected->size) continue;
    EXPECT_THAT(survivor.Disagreements(), IsEmpty()) << "cut at " << cut;
    ++looked_at;
  }
  std::printf("%zu cuts in the %ju bytes of the last %d writes, seed %lu\n", cuts.size(),
              history.moments().back().size - history.moments().front().size, kLast, seed);
  EXPECT_EQ(looked_at, history.moments().size());
}

// Of what it does not understand it leaves the judgement to redis-server.
TEST(AppendOnlyFileTest, WhatIsNoFileOfCommandsStaysAsItIs) {
  RedisServer server;
  ASSERT_EQ(server.Ask({"SET", "a", "1"}), "OK");
  server.Kill();
  const fs::path file = GrowingFile(server.directory());
  const uintmax_t size = fs::file_size(file);
  EXPECT_EQ(allinone::CutIncompleteTail("/nowhere"), 0);
  EXPECT_EQ(allinone::CutIncompleteTail(server.directory().c_str()), 0);
  for (const char* tail : {"*1\r\n$-1\r\n", "$3\r\n", "*2\r\n$3\r\nSETS\r\n"}) {
    fs::resize_file(file, size);
    std::ofstream(file, std::ios::app) << tail;
    EXPECT_EQ(allinone::CutIncompleteTail(server.directory().c_str()), 0) << tail;
    EXPECT_GT(fs::file_size(file), size) << tail;
  }
  fs::resize_file(file, size);
  std::ofstream(file, std::ios::app) << "*1\r\n$5\r\nmulti\r\n*2\r\n$3\r\nDEL\r\n$1\r\na\r\n";
  EXPECT_EQ(allinone::CutIncompleteTail(server.directory().c_str()), 35);
  EXPECT_EQ(fs::file_size(file), size);
}

TEST(AppendOnlyFileTest, WhatWasCutOffIsDoneAgainByThoseWhoRepeatTheirRequest) {
  const uint64_t seed = std::random_device{}();
  SCOPED_TRACE(::testing::Message() << "seed " << seed);
  History history;
  const uintmax_t first = history.moments().front().size;
  const fs::path file = GrowingFile(history.directory());
  history.site().server.Kill();
  fs::resize_file(file, first + seed % (history.moments().back().size - first));
  ASSERT_GE(allinone::CutIncompleteTail(history.directory().c_str()), 0);
  history.site().server.Start();
  history.Repeat();
  const BookingState state(history.site().client, "acme", People());
  EXPECT_THAT(state.Disagreements(), IsEmpty());
  // Of the last writes three in five were bookings.
  EXPECT_EQ(state.chats().size(), static_cast<size_t>(kBefore + kLast * 3 / 5));
}

}  // namespace
}  // namespace cortado::testing
