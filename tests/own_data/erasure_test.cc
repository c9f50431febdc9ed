// Erasing somebody from the whole program: no byte of theirs is left in its files, nor comes back with an older copy of
// them, and what others shared with them stays.
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/testing/matchers.h"
#include "common/testing/redis_server.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/allinone/testing/installation.h"
#include "services/allinone/testing/prompt.h"
#include "tests/faults/running_cortado.h"
#include "tests/own_data/planting.h"

namespace cortado::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr absl::Duration kWithin = absl::Seconds(30);

class ErasureTest : public ::testing::Test {
 protected:
  Ground GroundOf() {
    return {cortado_.Dial(), [this](const std::string& id) { return cortado_.As(id); }, cortado_.Hr()};
  }

  // Erases the person, as HR does.
  profile::v1::ErasureProof Erase(Planting& planting) {
    profile::v1::ErasePersonRequest request;
    request.set_person(absl::StrCat("people/", Planting::kPerson));
    request.set_etag(planting.Get(Planting::kPerson).etag());
    request.set_request_id(planting.NewRequestId());
    auto proof = Ask(planting.profile(), &ProfileStub::ErasePerson, cortado_.Hr(), request);
    EXPECT_THAT(proof, IsOk());
    return proof.ok() ? *proof : profile::v1::ErasureProof();
  }

  // Lets Redis write its file anew, and forget what it no longer holds.
  void RewriteFiles() const {
    Prompt keeper(KeeperAddress(cortado_.data()));
    ASSERT_THAT(keeper.Ask("BGREWRITEAOF"), ::testing::StartsWith("+"));
    ASSERT_TRUE(Eventually(
        [&] { return keeper.Info("aof_rewrite_in_progress") == "0" && keeper.Info("aof_rewrite_scheduled") == "0"; },
        kWithin));
  }

  // "KEY: WORD" for each word that Redis would still read out of its files; they may hold it compressed. A server of
  // our own reads a copy.
  std::vector<std::string> KeysWith(const std::vector<std::string>& words) const {
    RedisServer copy;
    copy.Kill();
    CopyData(cortado_.data() + "/redis/appendonlydir", copy.directory() + "/appendonlydir");
    copy.Start();
    copy.Ask({"CONFIG", "SET", "rdbcompression", "no"});
    std::vector<std::string> found;
    const std::vector<std::string> keys = absl::StrSplit(copy.Ask({"KEYS", "*"}), '\n', absl::SkipEmpty());
    for (const std::string& key : keys) {
      const std::string holds = absl::StrCat(key, copy.Ask({"DUMP", key}));
      for (const std::string& word : words) {
        if (absl::StrContains(holds, word)) found.push_back(absl::StrCat(key, ": ", word));
      }
    }
    EXPECT_GT(keys.size(), 10u);
    return found;
  }

  // "FILE: WORD" for each word that is in a file beneath the data directory, in the log, or in the ledger.
  std::vector<std::string> Traces(const std::vector<std::string>& words) const {
    std::vector<std::string> traces;
    std::vector<fs::path> files = {cortado_.data() + ".erasures"};
    for (const auto& entry : fs::recursive_directory_iterator(cortado_.data())) {
      if (entry.is_regular_file()) files.push_back(entry.path());
    }
    std::string texts = cortado_.log();
    for (const fs::path& file : files) {
      std::stringstream bytes;
      bytes << std::ifstream(file, std::ios::binary).rdbuf();
      for (const std::string& word : words) {
        if (absl::StrContains(bytes.str(), word)) traces.push_back(absl::StrCat(file.string(), ": ", word));
      }
    }
    for (const std::string& word : words) {
      if (absl::StrContains(texts, word)) traces.push_back(absl::StrCat("log: ", word));
    }
    return traces;
  }

  static void CopyData(const std::string& from, const std::string& to) {
    fs::remove_all(to);
    fs::copy(from, to, fs::copy_options::recursive);
  }

  RunningCortado cortado_;
};

TEST_F(ErasureTest, NoByteIsLeftNorComesBackWithAnOlderCopy) {
  Planting planting(GroundOf());
  planting.Plant();
  ASSERT_GE(planting.words().size(), 30u);
  ASSERT_THAT(Traces(planting.words()), ::testing::Not(IsEmpty()));
  const std::string older = cortado_.data() + ".older";
  ASSERT_EQ(cortado_.Stop(kWithin), 0);
  CopyData(cortado_.data(), older);
  cortado_.Start();

  Planting again(GroundOf());
  const profile::v1::ErasureProof proof = Erase(again);
  EXPECT_TRUE(proof.has_finish_time());
  RewriteFiles();
  EXPECT_THAT(Traces(planting.words()), IsEmpty());
  EXPECT_THAT(KeysWith(planting.words()), IsEmpty());
  EXPECT_THAT(KeysWith({planting.words_of_student()}), SizeIs(1));  // What is another's stays, and would be found.

  ASSERT_EQ(cortado_.Stop(kWithin), 0);
  CopyData(older, cortado_.data());
  fs::remove_all(older);
  cortado_.Start();
  Planting restored(GroundOf());
  profile::v1::GetPersonRequest get;
  get.set_name(absl::StrCat("people/", Planting::kPerson));
  EXPECT_THAT(Ask(restored.profile(), &ProfileStub::GetPerson, cortado_.Hr(), get),
              FailsWith(absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
  RewriteFiles();
  EXPECT_THAT(Traces(planting.words()), IsEmpty());
  EXPECT_THAT(KeysWith(planting.words()), IsEmpty());
}

TEST_F(ErasureTest, WhatOthersSharedStaysWithAFormerColleague) {
  Planting planting(GroundOf());
  planting.Plant();
  const profile::v1::ErasureProof proof = Erase(planting);
  EXPECT_GT(proof.removed_size(), 5);

  scheduling::v1::GetChatRequest get;
  get.set_name(planting.chat());
  Caller mentor = cortado_.As(Planting::kMentor);
  mentor.language = "en";
  const auto chat = Ask(planting.scheduling(), &SchedulingStub::GetChat, mentor, get);
  ASSERT_THAT(chat, IsOk());
  EXPECT_EQ(chat->state(), scheduling::v1::Chat::STATE_CANCELLED);
  EXPECT_EQ(chat->topic(), "");
  ASSERT_THAT(chat->attendees(), SizeIs(2));
  EXPECT_EQ(chat->attendees(0).person().display_name(), "Former colleague");

  matching::v1::GetMatchRequest get_match;
  get_match.set_name(planting.match());
  EXPECT_TRUE(Eventually([&] {
    const auto match = Ask(planting.matching(), &MatchingStub::GetMatch, mentor, get_match);
    return match.ok() && match->state() == matching::v1::Match::STATE_ENDED &&
           match->mentee().display_name() == "Former colleague";
  }));
  // The other one is told, as after any chat that is called off.
  scheduling::v1::ListNotificationsRequest list;
  list.set_parent(absl::StrCat("people/", Planting::kMentor));
  EXPECT_TRUE(Eventually([&] {
    const auto told = Ask(planting.notifications(), &NotificationStub::ListNotifications, mentor, list);
    if (!told.ok()) return false;
    for (const auto& one : told->notifications()) {
      if (one.kind() == scheduling::v1::NOTIFICATION_KIND_CHAT_CANCELLED) return true;
    }
    return false;
  }));
}

TEST_F(ErasureTest, ARepeatIsTheSameErasure) {
  Planting planting(GroundOf());
  planting.Plant();
  profile::v1::ErasePersonRequest request;
  request.set_person(absl::StrCat("people/", Planting::kPerson));
  request.set_etag(planting.Get(Planting::kPerson).etag());
  request.set_request_id(planting.NewRequestId());
  const auto first = Ask(planting.profile(), &ProfileStub::ErasePerson, cortado_.Hr(), request);
  ASSERT_THAT(first, IsOk());
  const auto second = Ask(planting.profile(), &ProfileStub::ErasePerson, cortado_.Hr(), request);
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(first->SerializeAsString(), second->SerializeAsString());
  std::stringstream ledger;
  ledger << std::ifstream(cortado_.data() + ".erasures").rdbuf();
  EXPECT_THAT(ledger.str(), ::testing::HasSubstr(first->erasure_id()));
}

}  // namespace
}  // namespace cortado::testing
