#include "common/redis/layout.h"

#include "gmock/gmock.h"

namespace cortado::redis {
namespace {

Reply Integer(int64_t value) { return {.kind = Reply::Kind::kInteger, .integer = value, .text = "", .elements = {}}; }
Reply Text(std::string text) { return {.kind = Reply::Kind::kString, .integer = 0, .text = text, .elements = {}}; }
Reply Array(std::vector<Reply> elements) {
  return {.kind = Reply::Kind::kArray, .integer = 0, .text = "", .elements = std::move(elements)};
}
Reply Node(std::string host, int port) { return Array({Text(std::move(host)), Integer(port), Text("id")}); }

// The specification's own example: the CRC of "123456789" is 0x31C3.
TEST(SlotOfTest, IsTheChecksumOfTheTag) {
  EXPECT_EQ(SlotOf("123456789"), 0x31C3 % kSlots);
  EXPECT_EQ(SlotOf(""), 0);
}

TEST(LayoutTest, GivesEachRangeToItsMaster) {
  const auto layout = ReadClusterSlots(
      Array({Array({Integer(0), Integer(99), Node("a", 1), Node("c", 3)}),
             Array({Integer(200), Integer(200), Node("b", 2)}), Array({Integer(300), Integer(16383), Node("a", 1)})}),
      "asked");
  ASSERT_TRUE(layout.ok()) << layout.status();
  EXPECT_EQ(layout->masters, (std::vector<Endpoint>{{"a", 1}, {"b", 2}}));
  EXPECT_EQ(layout->replicas, (std::vector<Endpoint>{{"c", 3}}));
  EXPECT_EQ(layout->followers, (std::vector<int>{1, 0}));
  EXPECT_EQ(layout->owners[99], 0);
  EXPECT_EQ(layout->owners[100], Layout::kNobody);
  EXPECT_EQ(layout->owners[200], 1);
  EXPECT_EQ(layout->owners[16383], 0);
}

TEST(LayoutTest, ANodeWithoutAHostIsWhereWeAsked) {
  const auto layout = ReadClusterSlots(
      Array({Array({Integer(0), Integer(9), Node("", 1)}), Array({Integer(10), Integer(19), Node("?", 2)})}), "asked");
  EXPECT_EQ(layout->masters, (std::vector<Endpoint>{{"asked", 1}, {"asked", 2}}));
}

TEST(LayoutTest, ANodeOnItsOwnIsNoCluster) {
  EXPECT_FALSE(ReadClusterSlots(Array({}), "asked").ok());
  EXPECT_FALSE(ReadClusterSlots(Array({Array({Integer(0), Integer(16384), Node("a", 1)})}), "asked").ok());
  EXPECT_FALSE(ReadClusterSlots(Array({Array({Integer(0), Integer(1)})}), "asked").ok());
}

TEST(LayoutTest, TheMasterOfSentinelsHasAllSlots) {
  const auto layout = ReadMasterAddress(Array({Text("10.0.0.1"), Text("6380")}));
  ASSERT_TRUE(layout.ok()) << layout.status();
  EXPECT_EQ(layout->masters, (std::vector<Endpoint>{{"10.0.0.1", 6380}}));
  EXPECT_EQ(layout->owners[0], 0);
  EXPECT_EQ(layout->owners[16383], 0);
  EXPECT_FALSE(ReadMasterAddress(Reply()).ok());
}

// One replica as SENTINEL REPLICAS has it.
Reply Replica(std::string flags, std::string offset, std::string link = "err") {
  return Array({Text("name"), Text("127.0.0.1:1"), Text("flags"), Text(std::move(flags)), Text("slave-repl-offset"),
                Text(std::move(offset)), Text("master-link-status"), Text(std::move(link))});
}

TEST(LayoutTest, AFollowerIsAliveAndHasData) {
  EXPECT_EQ(CountFollowers(Array({Replica("slave", "17"), Replica("slave", "1", "ok")})), 2);
  EXPECT_EQ(CountFollowers(Array({Replica("s_down,slave", "17", "ok")})), 0);
  EXPECT_EQ(CountFollowers(Array({Replica("slave,disconnected", "17")})), 0);
  EXPECT_EQ(CountFollowers(Array({Replica("slave", "1")})), 0);
  EXPECT_EQ(CountFollowers(Array({Replica("slave", "0")})), 0);
  EXPECT_EQ(CountFollowers(Array({})), 0);
}

TEST(RedirectionTest, IsReadFromTheError) {
  const Endpoint from{"h", 1};
  const auto moved = ReadRedirection("MOVED 3999 127.0.0.1:6381", from);
  EXPECT_EQ(moved->to, (Endpoint{"127.0.0.1", 6381}));
  EXPECT_FALSE(moved->ask);
  EXPECT_TRUE(ReadRedirection("ASK 3999 ::1:6381", from)->ask);
  EXPECT_EQ(ReadRedirection("ASK 3999 ::1:6381", from)->to, (Endpoint{"::1", 6381}));
  EXPECT_EQ(ReadRedirection("MOVED 3999 :6381", from)->to, (Endpoint{"h", 6381}));
  EXPECT_FALSE(ReadRedirection("ERR MOVED 1 h:1", from).has_value());
  EXPECT_FALSE(ReadRedirection("MOVED 3999 h", from).has_value());
}

TEST(RedirectionTest, WhatDidNotRunMayRunLater) {
  EXPECT_TRUE(MayRunLater("TRYAGAIN Multiple keys request during rehashing of slot"));
  EXPECT_TRUE(MayRunLater("CLUSTERDOWN The cluster is down"));
  EXPECT_TRUE(MayRunLater("READONLY You can't write against a read only replica."));
  EXPECT_FALSE(MayRunLater("READONLY You can't write against a read only replica. script: 1f, on @user_script:1."));
  EXPECT_FALSE(MayRunLater("WRONGTYPE Operation against a key holding the wrong kind of value"));
}

}  // namespace
}  // namespace cortado::redis
