#include "common/sync/shared.h"

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include "gtest/gtest.h"

namespace cortado::sync {
namespace {

TEST(SharedTest, WhatIsWrittenIsRead) {
  Shared<std::string> text(std::make_unique<std::string>("a"));
  text.Write([](std::string& value) { value += "b"; });
  EXPECT_EQ(text.Read([](const std::string& value) { return value; }), "ab");
  text.Replace(std::make_unique<std::string>("c"));
  EXPECT_EQ(text.Read([](const std::string& value) { return value; }), "c");
}

TEST(SharedTest, SeveralLookAtOnce) {
  const Shared<int> number(std::make_unique<int>(7));
  EXPECT_EQ(number.Read([&number](const int& first) {
    int second = 0;
    std::thread([&] { number.Read([&second](const int& value) { second = value; }); }).join();
    return first + second;
  }),
            14);
}

TEST(SharedTest, NothingChangesWhileSomebodyLooks) {
  Shared<std::atomic<int>> number(std::make_unique<std::atomic<int>>(1));
  std::promise<void> begins;
  std::thread writer;
  const int seen = number.Read([&](const std::atomic<int>& there) {
    writer = std::thread([&] {
      begins.set_value();
      number.Write([](std::atomic<int>& mine) { ++mine; });
    });
    begins.get_future().wait();
    // Long enough for a writer who would not wait.
    for (int i = 0; i < 10'000; ++i) std::this_thread::yield();
    return there.load();
  });
  writer.join();
  EXPECT_EQ(seen, 1);
  EXPECT_EQ(number.Read([](const std::atomic<int>& there) { return there.load(); }), 2);
}

}  // namespace
}  // namespace cortado::sync
