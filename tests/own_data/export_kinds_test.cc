// Every kind of record with a person in it, found by the schema of all services, is exported or it is said here why
// not: a new kind fails until somebody has decided.
#include <google/protobuf/descriptor.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cortado/api/v1/options.pb.h"
#include "cortado/matching/v1/matching_service.pb.h"
#include "cortado/profile/v1/auth_service.pb.h"
#include "cortado/profile/v1/profile_service.pb.h"
#include "cortado/scheduling/v1/notification_service.pb.h"
#include "cortado/scheduling/v1/scheduling_service.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cortado::testing {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using ::testing::IsEmpty;

// Kinds that ExportTest finds in an export, field by field or by their words.
const std::set<std::string>& Exported() {
  static const auto& kinds = *new std::set<std::string>{"profile.v1.Person",
                                                        "profile.v1.Offer",
                                                        "profile.v1.Time",
                                                        "profile.v1.Destination",
                                                        "profile.v1.Groups",
                                                        "profile.v1.Block",
                                                        "matching.v1.Request",
                                                        "matching.v1.Match",
                                                        "matching.v1.ConversationGuide",
                                                        "matching.v1.Participant",
                                                        "scheduling.v1.Chat",
                                                        "scheduling.v1.Series",
                                                        "scheduling.v1.Notification",
                                                        "scheduling.v1.NotificationPreferences"};
  return kinds;
}

// Kinds that no store holds as such, or that are not the person's, and why.
const std::map<std::string, std::string>& NotExported() {
  static const auto& kinds = *new std::map<std::string, std::string>{
      {"matching.v1.Program", "names its owners; what somebody is in it is the Participant"},
      {"matching.v1.Round", "what its owners asked for; nobody is told before there is anything to tell"},
      {"matching.v1.Pair", "likewise"},
      {"scheduling.v1.Calendar", "when it was read and what is busy are the facts people/P/times"}};
  return kinds;
}

bool NamesAPerson(const FieldDescriptor& field) {
  const std::string& pattern = field.options().GetExtension(api::v1::field).pattern();
  return absl::StartsWith(pattern, "people/") ||
         (field.message_type() != nullptr && field.message_type()->name() == "PersonCard");
}

bool IsAboutAPerson(const Descriptor& type, std::set<const Descriptor*>& seen) {
  if (!seen.insert(&type).second) return false;
  if (!type.options().GetExtension(api::v1::personal).subject().empty()) return true;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (NamesAPerson(field)) return true;
    const bool ours =
        field.message_type() != nullptr && absl::StartsWith(field.message_type()->full_name(), "cortado.");
    if (ours && IsAboutAPerson(*field.message_type(), seen)) return true;
  }
  return false;
}

// A record has a name of its own; questions and answers of a call have none.
bool IsRecord(const Descriptor& type) {
  if (absl::EndsWith(type.name(), "Request") && type.name() != "Request") return false;
  if (absl::EndsWith(type.name(), "Response")) return false;
  const FieldDescriptor* name = type.FindFieldByName("name");
  return name != nullptr && name->type() == FieldDescriptor::TYPE_STRING;
}

void Collect(const FileDescriptor& file, std::set<const FileDescriptor*>& files, std::set<std::string>& kinds) {
  if (!absl::StartsWith(file.package(), "cortado.") || !files.insert(&file).second) return;
  for (int i = 0; i < file.dependency_count(); ++i) Collect(*file.dependency(i), files, kinds);
  for (int i = 0; i < file.message_type_count(); ++i) {
    const Descriptor& type = *file.message_type(i);
    std::set<const Descriptor*> seen;
    if (IsRecord(type) && IsAboutAPerson(type, seen))
      kinds.insert(type.full_name().substr(std::string("cortado.").size()));
  }
}

std::set<std::string> KindsWithAPerson() {
  std::set<const FileDescriptor*> files;
  std::set<std::string> kinds;
  for (const FileDescriptor* file :
       {profile::v1::GetSkillGapRequest::descriptor()->file(), profile::v1::ExchangeTokenRequest::descriptor()->file(),
        matching::v1::SuggestRoleModelsRequest::descriptor()->file(),
        scheduling::v1::BookChatRequest::descriptor()->file(),
        scheduling::v1::ListNotificationsRequest::descriptor()->file()}) {
    Collect(*file, files, kinds);
  }
  return kinds;
}

TEST(ExportKindsTest, EveryKindOfRecordWithAPersonIsExportedOrSaidNotToBe) {
  const std::set<std::string> kinds = KindsWithAPerson();
  EXPECT_GT(kinds.size(), 10u);
  std::vector<std::string> undecided;
  for (const std::string& kind : kinds) {
    if (Exported().count(kind) == 0 && NotExported().count(kind) == 0) undecided.push_back(kind);
  }
  EXPECT_THAT(undecided, IsEmpty()) << "are they in an export? See docs/my-data.md, and say so here";
}

TEST(ExportKindsTest, WhatIsSaidHereIsOfKindsThereAre) {
  const std::set<std::string> kinds = KindsWithAPerson();
  std::vector<std::string> gone;
  for (const std::string& kind : Exported()) {
    if (kinds.count(kind) == 0) gone.push_back(kind);
  }
  for (const auto& [kind, why] : NotExported()) {
    if (kinds.count(kind) == 0 || Exported().count(kind) > 0) gone.push_back(kind);
  }
  EXPECT_THAT(gone, IsEmpty());
}

}  // namespace
}  // namespace cortado::testing
