// The export of a person over all services: every key that names them, and every field of every message about them.
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "common/testing/matchers.h"
#include "cortado/scheduling/v1/notification.pb.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "tests/own_data/planting.h"
#include "tests/testing/site.h"

namespace cortado::testing {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::util::MessageDifferencer;
using ::testing::IsEmpty;

constexpr char kDocument[] = "docs/my-data.md";

// Puts something into every field of a message, and of the messages in it; a number that is never used twice.
class Filler {
 public:
  void Fill(Message& message) {
    const Reflection& reflection = *message.GetReflection();
    for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
      const FieldDescriptor* field = message.GetDescriptor()->field(i);
      if (field->containing_oneof() != nullptr && !field->has_optional_keyword()) continue;
      FillField(reflection, field, message);
    }
  }

 private:
  void FillField(const Reflection& reflection, const FieldDescriptor* field, Message& message) {
    const int number = ++used_;
    const bool many = field->is_repeated();
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return Fill(many ? *reflection.AddMessage(&message, field) : *reflection.MutableMessage(&message, field));
      case FieldDescriptor::CPPTYPE_STRING: {
        const std::string text = absl::StrCat("Planted", number);
        return many ? reflection.AddString(&message, field, text) : reflection.SetString(&message, field, text);
      }
      case FieldDescriptor::CPPTYPE_BOOL:
        return reflection.SetBool(&message, field, true);
      case FieldDescriptor::CPPTYPE_INT32:
        return reflection.SetInt32(&message, field, number);
      case FieldDescriptor::CPPTYPE_INT64:
        return reflection.SetInt64(&message, field, number);
      case FieldDescriptor::CPPTYPE_ENUM: {
        const int last = field->enum_type()->value(field->enum_type()->value_count() - 1)->number();
        return many ? reflection.AddEnumValue(&message, field, last) : reflection.SetEnumValue(&message, field, last);
      }
      default:
        FAIL() << field->full_name() << " has a type that this test does not fill";
    }
  }

  int used_ = 1000;
};

class ExportTest : public ::testing::Test {
 protected:
  ExportTest() : acme_(site_.CreateOrganization("Acme")) {
    planting_ = std::make_unique<Planting>(
        Ground{site_.channel(), [this](const std::string& id) { return site_.As(acme_, id); }, site_.Hr(acme_)});
  }

  std::string Key(const std::string& rest) const { return absl::StrCat("cortado:{", acme_, "}:", rest); }
  std::string Redis(const std::vector<std::string>& command) { return site_.redis().Ask(command); }
  static std::string Record(const Message& message) { return absl::StrCat("7:", message.SerializeAsString()); }

  absl::StatusOr<profile::v1::PersonExport> Export(const Caller& caller, const std::string& person) {
    profile::v1::ExportPersonRequest request;
    request.set_person("people/" + person);
    return Ask(site_.profile(), &ProfileStub::ExportPerson, caller, request);
  }
  std::vector<api::v1::PersonRecord> Records() {
    const auto whole = Export(site_.As(acme_, Planting::kPerson), Planting::kPerson);
    EXPECT_THAT(whole, IsOk());
    if (!whole.ok()) return {};
    return {whole->records().begin(), whole->records().end()};
  }

  // The fields of `planted` that are not in the one record of its type under `name`; "*" when there is none.
  std::vector<std::string> Missing(const std::vector<api::v1::PersonRecord>& records, const std::string& name,
                                   const Message& planted, const std::set<std::string>& made_by_reading) {
    for (const api::v1::PersonRecord& record : records) {
      if (record.type() != planted.GetDescriptor()->full_name() || record.name() != name) continue;
      const std::unique_ptr<Message> found(planted.New());
      EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(record.json(), found.get()).ok());
      MessageDifferencer differencer;
      for (const std::string& field : made_by_reading) {
        const FieldDescriptor* ignored = planted.GetDescriptor()->FindFieldByName(field);
        if (ignored != nullptr) differencer.IgnoreField(ignored);
      }
      std::string report;
      differencer.ReportDifferencesToString(&report);
      differencer.Compare(planted, *found);
      std::vector<std::string> missing;
      for (absl::string_view line : absl::StrSplit(report, '\n', absl::SkipEmpty())) {
        if (!absl::StartsWith(line, "ignored: ")) missing.emplace_back(line);
      }
      return missing;
    }
    return {"*"};
  }

  Site site_;
  const std::string acme_;
  std::unique_ptr<Planting> planting_;
};

// What a key is, with ids of people, records and requests taken out: `matching:request:R`.
std::string PatternOf(const std::string& key, const std::string& person) {
  std::vector<std::string> parts = absl::StrSplit(key.substr(key.find("}:") + 2), ':');
  static const auto& plain =
      *new std::set<std::string>{"open", "head", "due", "tokens", "slack", "mail", "told", "dead"};
  for (size_t i = 2; i < parts.size(); ++i) {
    if (plain.count(parts[i]) > 0) continue;
    parts[i] = parts[i] == person ? "P" : absl::StartsWith(parts[i], person + "/") ? "P/N" : "?";
  }
  return absl::StrJoin(parts, ":");
}

// The patterns of both tables of the document, with every id but the person's as "?".
std::set<std::string> DocumentedPatterns() {
  std::ifstream file(kDocument);
  std::set<std::string> patterns;
  for (std::string line; std::getline(file, line);) {
    if (!absl::StartsWith(line, "| `")) continue;
    const std::string cell = line.substr(1, line.find(" |", 2) - 1);
    const std::vector<std::string> codes = absl::StrSplit(cell, '`');
    for (size_t i = 1; i < codes.size(); i += 2) {
      patterns.insert(absl::StrReplaceAll(
          codes[i],
          {{":Q", ":?"}, {":R", ":?"}, {":M", ":?"}, {":C", ":?"}, {":S", ":?"}, {":H", ":?"}, {":G", ":?"}}));
    }
  }
  return patterns;
}

TEST_F(ExportTest, EveryKeyThatNamesThePersonIsInItOrSaidNotToBe) {
  planting_->Plant();
  const std::set<std::string> documented = DocumentedPatterns();
  ASSERT_GT(documented.size(), 30u);
  Redis({"CONFIG", "SET", "rdbcompression", "no"});  // So that what a key holds can be searched.
  std::set<std::string> unknown;
  int named = 0;
  const std::vector<std::string> keys = absl::StrSplit(Redis({"KEYS", Key("*")}), '\n', absl::SkipEmpty());
  for (const std::string& key : keys) {
    const std::string holds = absl::StrCat(key, Redis({"DUMP", key}));
    bool names = absl::StrContains(holds, Planting::kPerson);
    for (const std::string& word : planting_->words()) names = names || absl::StrContains(holds, word);
    if (!names) continue;
    ++named;
    if (documented.count(PatternOf(key, Planting::kPerson)) == 0) unknown.insert(PatternOf(key, Planting::kPerson));
  }
  EXPECT_GT(named, 30);
  EXPECT_THAT(unknown, IsEmpty()) << "say in " << kDocument << " where they are in an export, or why they are not";
}

TEST_F(ExportTest, EveryWordIsInIt) {
  planting_->Plant();
  std::string whole;
  for (const api::v1::PersonRecord& record : Records()) whole += record.json();
  std::vector<std::string> missing;
  for (const std::string& word : planting_->words()) {
    if (!absl::StrContains(whole, word)) missing.push_back(word);
  }
  EXPECT_THAT(missing, IsEmpty());
}

TEST_F(ExportTest, EveryFieldOfThePersonAndTheirPartsIsInIt) {
  site_.CreatePerson(acme_, "ada", "Ada");
  Filler filler;
  profile::v1::Person person;
  profile::v1::Offer offer;
  profile::v1::Time time;
  profile::v1::Destination destination;
  profile::v1::Block block;
  profile::v1::Groups groups;
  for (Message* one :
       {static_cast<Message*>(&person), static_cast<Message*>(&offer), static_cast<Message*>(&time),
        static_cast<Message*>(&destination), static_cast<Message*>(&block), static_cast<Message*>(&groups)}) {
    filler.Fill(*one);
  }
  // Kept beside the record.
  person.set_manager("people/boss");
  person.set_slack_user("U777");
  Redis({"HSET",    Key("profile:person:ada"),
         "person",  Record(person),
         "offer",   Record(offer),
         "time",    Record(time),
         "d:d1",    Record(destination),
         "b:b1",    Record(block),
         "groups",  Record(groups),
         "manager", "boss",
         "joined",  "1",
         "slack",   "T1/U777 L1"});
  const auto whole = Export(site_.As(acme_, "ada"), "ada");
  ASSERT_THAT(whole, IsOk());
  const std::vector<api::v1::PersonRecord> records(whole->records().begin(), whole->records().end());
  const std::set<std::string> made = {"name", "etag", "join_state"};
  EXPECT_THAT(Missing(records, "people/ada", person, made), IsEmpty());
  EXPECT_THAT(Missing(records, "people/ada/offer", offer, made), IsEmpty());
  EXPECT_THAT(Missing(records, "people/ada/time", time, made), IsEmpty());
  EXPECT_THAT(Missing(records, "people/ada/destinations/d1", destination, made), IsEmpty());
  EXPECT_THAT(Missing(records, "people/ada/blocks/b1", block, made), IsEmpty());
  EXPECT_THAT(Missing(records, "people/ada/groups", groups, made), IsEmpty());
}

TEST_F(ExportTest, AFactWithoutAMessageIsInItByItsName) {
  site_.CreatePerson(acme_, "ada", "Ada");
  Redis({"HSET", Key("profile:person:ada"), "something_new", "Planted"});
  const auto whole = Export(site_.As(acme_, "ada"), "ada");
  ASSERT_THAT(whole, IsOk());
  EXPECT_THAT(whole->ShortDebugString(), ::testing::HasSubstr("something_new"));
}

TEST_F(ExportTest, EveryFieldOfRequestsAndMatchesIsInItButWhatBelongsToTheOther) {
  site_.CreatePerson(acme_, "ada", "Ada");
  Filler filler;
  matching::v1::Request own, asked;
  matching::v1::Match match;
  matching::v1::ConversationGuide guide;
  filler.Fill(guide);
  filler.Fill(own);
  filler.Fill(asked);
  filler.Fill(match);
  own.set_name("requests/r1");
  own.mutable_requester()->set_person("people/ada");
  asked.set_name("requests/r2");
  asked.mutable_requester()->set_person("people/bo");
  match.set_name("matches/m1");
  match.set_fit(matching::v1::Match::FIT_NOT);
  Redis({"SET", Key("matching:request:r1"), Record(own)});
  Redis({"SET", Key("matching:request:r2"), Record(asked)});
  Redis({"SET", Key("matching:match:m1"), Record(match)});
  Redis({"SET", Key("matching:guide:m1"), Record(guide)});
  Redis({"ZADD", Key("matching:requests:ada"), "0", "1800000000000:r1", "0", "1800000000001:r2"});
  Redis({"ZADD", Key("matching:matches:ada"), "0", "1800000000000:m1"});
  Redis({"HSET", Key("matching:fits:ada"), "m1", "FIT_NOT"});
  const auto whole = Export(site_.As(acme_, "ada"), "ada");
  ASSERT_THAT(whole, IsOk());
  const std::vector<api::v1::PersonRecord> records(whole->records().begin(), whole->records().end());
  EXPECT_THAT(Missing(records, "requests/r1", own, {"etag"}), IsEmpty());
  EXPECT_THAT(Missing(records, "matches/m1", match, {"etag"}), IsEmpty());
  EXPECT_THAT(Missing(records, "matches/m1/guide", guide, {"name", "etag"}), IsEmpty());
  asked.clear_next_choices();
  asked.clear_next_request();
  EXPECT_THAT(Missing(records, "requests/r2", asked, {"etag"}), IsEmpty());
}

TEST_F(ExportTest, EveryFieldOfChatsAndNotificationsIsInIt) {
  site_.CreatePerson(acme_, "ada", "Ada");
  Filler filler;
  scheduling::v1::Chat chat;
  scheduling::v1::Series series;
  scheduling::v1::Hold hold;
  scheduling::v1::Notification notification;
  scheduling::v1::NotificationPreferences preferences;
  for (Message* one : {static_cast<Message*>(&chat), static_cast<Message*>(&series), static_cast<Message*>(&hold),
                       static_cast<Message*>(&notification), static_cast<Message*>(&preferences)}) {
    filler.Fill(*one);
  }
  chat.set_series("series/s1");
  series.mutable_chats(0)->set_name("chats/c1");
  notification.set_name("people/ada/notifications/n1");
  Redis({"SET", Key("scheduling:chat:c1"), Record(chat)});
  Redis({"SET", Key("scheduling:series:s1"), Record(series)});
  Redis({"SET", Key("scheduling:hold:h1"), Record(hold)});
  Redis({"SET", Key("scheduling:notification:ada/n1"), Record(notification)});
  Redis({"SET", Key("scheduling:preferences:ada"), Record(preferences)});
  Redis({"ZADD", Key("scheduling:chats:ada"), "1800000000", "c1"});
  Redis({"ZADD", Key("scheduling:holds:ada"), "1800000000", "1:2:hold:h1:ada:1800000000"});
  Redis({"ZADD", Key("scheduling:inbox:ada"), "1800000000", "ada/n1"});
  const auto whole = Export(site_.As(acme_, "ada"), "ada");
  ASSERT_THAT(whole, IsOk());
  const std::vector<api::v1::PersonRecord> records(whole->records().begin(), whole->records().end());
  EXPECT_THAT(Missing(records, "chats/c1", chat, {"name", "etag"}), IsEmpty());
  EXPECT_THAT(Missing(records, "series/s1", series, {"name", "etag", "chats"}), IsEmpty());
  EXPECT_THAT(Missing(records, "holds/h1", hold, {"name"}), IsEmpty());
  EXPECT_THAT(Missing(records, "people/ada/notifications/n1", notification, {"etag"}), IsEmpty());
  EXPECT_THAT(Missing(records, "people/ada/notificationPreferences", preferences, {"name", "etag"}), IsEmpty());
}

TEST_F(ExportTest, HrLearnsNothingAndThePersonIsTold) {
  planting_->Plant();
  const auto asked = Export(site_.Hr(acme_), Planting::kPerson);
  ASSERT_THAT(asked, IsOk());
  EXPECT_TRUE(asked->told());
  EXPECT_THAT(asked->records(), IsEmpty());
  scheduling::v1::ListNotificationsRequest list;
  list.set_parent(absl::StrCat("people/", Planting::kPerson));
  const absl::Time limit = absl::Now() + absl::Seconds(30);
  bool told = false;
  while (!told && absl::Now() < limit) {
    const auto heard =
        Ask(planting_->notifications(), &NotificationStub::ListNotifications, site_.As(acme_, Planting::kPerson), list);
    ASSERT_THAT(heard, IsOk());
    for (const auto& one : heard->notifications()) {
      told = told || one.kind() == scheduling::v1::NOTIFICATION_KIND_EXPORT_READY;
    }
  }
  EXPECT_TRUE(told);
}

TEST_F(ExportTest, NobodyElseGetsIt) {
  site_.CreatePerson(acme_, "ada", "Ada");
  site_.CreatePerson(acme_, "bo", "Bo");
  EXPECT_THAT(Export(site_.As(acme_, "bo"), "ada"), FailsWith(absl::StatusCode::kPermissionDenied, "ACCESS_DENIED"));
}

TEST_F(ExportTest, ItShowsWhoInHrOpenedTheRecord) {
  site_.CreatePerson(acme_, "ada", "Ada");
  planting_->Get("ada");
  const auto whole = Export(site_.As(acme_, "ada"), "ada");
  ASSERT_THAT(whole, IsOk());
  EXPECT_THAT(whole->ShortDebugString(), ::testing::HasSubstr("ProfileService/GetPerson"));
}

}  // namespace
}  // namespace cortado::testing
