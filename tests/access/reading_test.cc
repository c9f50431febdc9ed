// Who reads what of a person (product rules 2): every field of every message about a person x everybody who may look.
// The rules are told twice: by the protos, which the binder goes by, and by the plain table below, which knows nothing
// of them. A field without a row fails.
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/rpc/view.h"
#include "cortado/matching/v1/matching_service.pb.h"
#include "cortado/profile/v1/profile_service.pb.h"
#include "cortado/scheduling/v1/notification.pb.h"
#include "cortado/scheduling/v1/scheduling_service.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cortado {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using profile::v1::Audience;

// Everybody who may look at Ada, whose manager is Bo.
enum class Viewer { kAda, kManager, kColleague, kHr, kHrWhoWorksHere, kProgramOwner, kAuditor, kOperator, kService };

constexpr Viewer kViewers[] = {Viewer::kAda,     Viewer::kManager,        Viewer::kColleague,
                               Viewer::kHr,      Viewer::kHrWhoWorksHere, Viewer::kProgramOwner,
                               Viewer::kAuditor, Viewer::kOperator,       Viewer::kService};

rpc::Call CallOf(Viewer viewer) {
  auto info = std::make_shared<rpc::CallInfo>();
  info->organization = "acme";
  info->subject = viewer == Viewer::kAda ? "ada" : viewer == Viewer::kManager ? "bo" : "somebody";
  switch (viewer) {
    case Viewer::kAda:
    case Viewer::kManager:
    case Viewer::kColleague:
      info->roles.Add(api::v1::ROLE_EMPLOYEE);
      break;
    case Viewer::kHrWhoWorksHere:
      info->roles.Add(api::v1::ROLE_EMPLOYEE);
      info->roles.Add(api::v1::ROLE_HR_ADMIN);
      break;
    case Viewer::kHr:
      info->roles.Add(api::v1::ROLE_HR_ADMIN);
      break;
    case Viewer::kProgramOwner:
      info->roles.Add(api::v1::ROLE_PROGRAM_OWNER);
      break;
    case Viewer::kAuditor:
      info->roles.Add(api::v1::ROLE_AUDITOR);
      break;
    case Viewer::kOperator:
      info->roles.Add(api::v1::ROLE_OPERATOR);
      break;
    case Viewer::kService:
      info->roles.Add(api::v1::ROLE_SERVICE);
      break;
  }
  return rpc::Call(std::move(info));
}

bool IsColleague(Viewer viewer) {
  return viewer == Viewer::kManager || viewer == Viewer::kColleague || viewer == Viewer::kHrWhoWorksHere;
}
bool IsHr(Viewer viewer) { return viewer == Viewer::kHr || viewer == Viewer::kHrWhoWorksHere; }
bool SeesAll(Viewer viewer) { return viewer == Viewer::kAda || viewer == Viewer::kService; }

// The readers of a field beside the person and Cortado itself: c a colleague, h HR, p whoever owns a programme.
const std::map<std::string, std::string>& Readers() {
  static const auto* readers = new std::map<std::string, std::string>{
      {"Person.name", "ch"},
      {"Person.etag", "ch"},
      {"Person.create_time", "ch"},
      {"Person.update_time", "ch"},
      {"Person.external_id", "h"},  // The HR system's own.
      {"Person.display_name", "ch"},
      {"Person.email", "ch"},
      {"Person.title", "ch"},
      {"Person.department", "ch"},
      {"Person.location", "ch"},
      {"Person.time_zone", "ch"},
      {"Person.languages", "ch"},
      {"Person.manager", "ch"},
      {"Person.start_date", "ch"},
      {"Person.years_experience", "ch"},
      {"Person.people_manager", "ch"},
      {"Person.active", "ch"},
      {"Person.slack_user", "ch"},
      {"Person.join_state", ""},  // How far somebody has come in is nobody's business.
      {"Person.skills_held", "ch"},
      {"Person.skills_wanted", "c"},  // HR sees no intent.
      {"Person.interests", "ch"},
      {"Person.journey", "ch"},
      {"Destination.name", "c"},
      {"Destination.etag", "c"},
      {"Destination.create_time", "c"},
      {"Destination.kind", "c"},
      {"Destination.role", "c"},
      {"Destination.text", "c"},
      {"Destination.motives", "c"},
      {"Destination.audience", "c"},
      {"Destination.shared_with", ""},
      {"Offer.name", "c"},
      {"Offer.etag", "c"},
      {"Offer.mentor", "c"},
      {"Offer.mentee", "c"},
      {"Offer.coffee", "c"},
      {"Offer.reverse", "c"},
      {"Offer.places", "c"},
      {"Offer.topics", "c"},
      {"Offer.pause_end_time", ""},  // A break, and nobody learns why.
      {"Offer.booking", "c"},
      {"Offer.observe_first", "c"},
      {"Groups.name", ""},
      {"Groups.etag", ""},
      {"Groups.answers", ""},
      {"Time.name", ""},
      {"Time.etag", ""},
      {"Time.working_hours", ""},
      {"Time.protected_blocks", ""},
      {"Time.weekly_minutes", ""},
      {"Time.chat_minutes", ""},
      {"Time.notice", ""},
      {"Time.buffer_minutes", ""},
      {"Time.follow_up_minutes", ""},
      {"Time.preferred_hours", ""},
      {"Block.name", ""},
      {"Block.person", ""},
      {"Block.create_time", ""},
      {"Calendar.name", ""},
      {"Calendar.etag", ""},
      {"Calendar.state", ""},
      {"Calendar.start_time", ""},
      {"Calendar.end_time", ""},
      {"Calendar.read_time", ""},
      {"Calendar.age", ""},
      {"Calendar.busy_count", ""},
      {"Calendar.offer_anyway", ""},
      {"Notification.name", ""},
      {"Notification.kind", ""},
      {"Notification.subject", ""},
      {"Notification.other", ""},
      {"Notification.text", ""},
      {"Notification.create_time", ""},
      {"Notification.deliveries", ""},
      {"NotificationPreferences.name", ""},
      {"NotificationPreferences.etag", ""},
      {"NotificationPreferences.channel", ""},
      {"NotificationPreferences.digest", ""},
      {"NotificationPreferences.any_time", ""},
      {"PersonCard.person", "chp"},
      {"PersonCard.display_name", "chp"},
      {"PersonCard.title", "chp"},
      {"PersonCard.department", "chp"},
      {"PersonCard.time_zone", "chp"},
      {"PersonCard.local_time", "chp"},
      {"PersonCard.slack_user", "c"},
  };
  return *readers;
}

bool Reads(const std::string& readers, Viewer viewer) {
  return SeesAll(viewer) || (IsColleague(viewer) && absl::StrContains(readers, "c")) ||
         (IsHr(viewer) && absl::StrContains(readers, "h")) ||
         (viewer == Viewer::kProgramOwner && absl::StrContains(readers, "p"));
}

bool ReadsAudience(Audience audience, Viewer viewer) {
  if (SeesAll(viewer)) return true;
  if (audience == profile::v1::AUDIENCE_MY_MANAGER) return viewer == Viewer::kManager;
  return audience == profile::v1::AUDIENCE_EVERYONE && (IsColleague(viewer) || IsHr(viewer));
}

// Every message that names a person it is about, of every file that has any.
std::vector<const Descriptor*> PersonalTypes() {
  std::vector<const Descriptor*> types;
  for (const auto* file :
       {profile::v1::Person::descriptor()->file(), profile::v1::GetPersonRequest::descriptor()->file(),
        type::v1::PersonCard::descriptor()->file(), matching::v1::Match::descriptor()->file(),
        scheduling::v1::Chat::descriptor()->file(), scheduling::v1::Notification::descriptor()->file(),
        scheduling::v1::Calendar::descriptor()->file()}) {
    for (int i = 0; i < file->message_type_count(); ++i) {
      const Descriptor& type = *file->message_type(i);
      if (!type.options().GetExtension(api::v1::personal).subject().empty()) types.push_back(&type);
    }
  }
  return types;
}

// Every field set; of each list one item.
void Fill(Message& message) {
  const google::protobuf::Reflection& set = *message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = message.GetDescriptor()->field(i);
    const bool many = field->is_repeated();
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        many ? set.AddString(&message, field, "x") : set.SetString(&message, field, "x");
        break;
      case FieldDescriptor::CPPTYPE_INT64:
        set.SetInt64(&message, field, 7);
        break;
      case FieldDescriptor::CPPTYPE_INT32:
        set.SetInt32(&message, field, 7);
        break;
      case FieldDescriptor::CPPTYPE_BOOL:
        set.SetBool(&message, field, true);
        break;
      case FieldDescriptor::CPPTYPE_ENUM: {
        // The last of an audience is everyone; the first of a booking is to ask.
        const auto* type = field->enum_type();
        const auto* value =
            type == profile::v1::Audience_descriptor() ? type->value(type->value_count() - 1) : type->value(1);
        many ? set.AddEnum(&message, field, value) : set.SetEnum(&message, field, value);
        break;
      }
      case FieldDescriptor::CPPTYPE_MESSAGE:
        Fill(many ? *set.AddMessage(&message, field) : *set.MutableMessage(&message, field));
        break;
      default:
        ADD_FAILURE() << field->full_name() << " is of a kind this test does not fill";
    }
  }
}

void NameIt(Message& message) {
  const bool card = message.GetDescriptor()->name() == "PersonCard";
  const FieldDescriptor* name = message.GetDescriptor()->FindFieldByName(card ? "person" : "name");
  message.GetReflection()->SetString(&message, name, absl::StrCat("people/ada", card ? "" : "/part"));
}

bool IsThere(const Message& message, const FieldDescriptor& field) {
  return field.is_repeated() ? message.GetReflection()->FieldSize(message, &field) > 0
                             : message.GetReflection()->HasField(message, &field);
}

void Show(Viewer viewer, Message& message) { rpc::View::Of(*message.GetDescriptor()).Show(CallOf(viewer), message); }

TEST(ReadingTest, EveryFieldIsShownToItsReadersAlone) {
  int shown = 0, hidden = 0;
  for (const Descriptor* type : PersonalTypes()) {
    const Descriptor& descriptor = *type;
    for (Viewer viewer : kViewers) {
      std::unique_ptr<Message> message(
          google::protobuf::MessageFactory::generated_factory()->GetPrototype(&descriptor)->New());
      Fill(*message);
      NameIt(*message);
      Show(viewer, *message);
      for (int i = 0; i < descriptor.field_count(); ++i) {
        const std::string path = absl::StrCat(type->name(), ".", descriptor.field(i)->name());
        ASSERT_EQ(Readers().count(path), 1) << path << " has no row: who reads it?";
        const bool reads = Reads(Readers().at(path), viewer);
        EXPECT_EQ(IsThere(*message, *descriptor.field(i)), reads) << path << ", viewer " << static_cast<int>(viewer);
        ++(reads ? shown : hidden);
      }
    }
  }
  EXPECT_GT(shown, 100);
  EXPECT_GT(hidden, 100);
}

// What of a message about a person has no readers is hidden; what is about nobody has nothing to hide. So whatever has
// an owner or a purpose must be about somebody, and so must everything about people.
TEST(ReadingTest, WhateverSomebodyOwnsIsInAMessageAboutThem) {
  int looked_at = 0;
  for (const auto* file :
       {profile::v1::Person::descriptor()->file(), profile::v1::GetPersonRequest::descriptor()->file(),
        matching::v1::Match::descriptor()->file(), scheduling::v1::Chat::descriptor()->file(),
        scheduling::v1::Calendar::descriptor()->file()}) {
    for (int i = 0; i < file->message_type_count(); ++i) {
      const Descriptor& type = *file->message_type(i);
      for (int j = 0; j < type.field_count(); ++j) {
        const api::v1::Field& field = type.field(j)->options().GetExtension(api::v1::field);
        const bool owned = field.owner() != api::v1::OWNER_UNSPECIFIED || !field.purpose().empty();
        if (!owned) continue;
        ++looked_at;
        EXPECT_FALSE(type.options().GetExtension(api::v1::personal).subject().empty()) << type.field(j)->full_name();
        EXPECT_EQ(Readers().count(absl::StrCat(type.name(), ".", type.field(j)->name())), 1);
      }
    }
  }
  EXPECT_GT(looked_at, 30);
}

TEST(ReadingTest, AnInterestIsShownToItsAudience) {
  for (Viewer viewer : kViewers) {
    for (int audience = profile::v1::Audience_MIN; audience <= profile::v1::Audience_MAX; ++audience) {
      profile::v1::Person person;
      person.set_name("people/ada");
      person.add_interests()->set_topic("before");
      person.add_interests()->set_topic("chess");
      person.mutable_interests(1)->set_audience(static_cast<Audience>(audience));
      person.add_interests()->set_topic("after");
      Show(viewer, person);
      std::vector<std::string> topics;
      for (const auto& interest : person.interests()) topics.push_back(interest.topic());
      const Audience meant = audience == 0 ? profile::v1::AUDIENCE_EVERYONE : static_cast<Audience>(audience);
      // The audiences of a destination are refused for an interest; one of old is its owner's alone.
      const bool sees = meant == profile::v1::AUDIENCE_MY_MANAGER ? SeesAll(viewer) : ReadsAudience(meant, viewer);
      const bool sees_person = SeesAll(viewer) || IsColleague(viewer) || IsHr(viewer);
      if (!sees_person) {
        EXPECT_THAT(topics, ::testing::IsEmpty());
      } else if (sees) {
        EXPECT_THAT(topics, ::testing::ElementsAre("before", "chess", "after"));
      } else {
        EXPECT_THAT(topics, ::testing::ElementsAre("before", "after"));
      }
    }
  }
}

TEST(ReadingTest, AStepIsItsOwnersAloneUntilConfirmed) {
  for (Viewer viewer : kViewers) {
    profile::v1::Person person;
    person.set_name("people/ada");
    person.add_journey()->set_role("derived");
    person.add_journey()->set_role("told");
    person.mutable_journey(1)->set_confirmed(true);
    Show(viewer, person);
    const int seen = SeesAll(viewer) ? 2 : IsColleague(viewer) || IsHr(viewer) ? 1 : 0;
    EXPECT_EQ(person.journey_size(), seen) << static_cast<int>(viewer);
    if (seen == 1) {
      EXPECT_EQ(person.journey(0).role(), "told");
    }
  }
}

TEST(ReadingTest, ADestinationOutsideItsAudienceIsNotThere) {
  for (Viewer viewer : kViewers) {
    for (int audience = profile::v1::Audience_MIN; audience <= profile::v1::Audience_MAX; ++audience) {
      profile::v1::ListDestinationsResponse list;
      profile::v1::Destination& destination = *list.add_destinations();
      Fill(destination);
      NameIt(destination);
      destination.set_shared_with("people/bo");
      destination.set_audience(static_cast<Audience>(audience));
      profile::v1::Destination alone = destination;
      const bool sees = ReadsAudience(static_cast<Audience>(audience), viewer);
      Show(viewer, list);
      Show(viewer, alone);
      EXPECT_EQ(list.destinations_size(), sees ? 1 : 0) << static_cast<int>(viewer) << " " << audience;
      if (!sees) {
        EXPECT_EQ(alone.ByteSizeLong(), 0);
      }
    }
  }
}

TEST(ReadingTest, AClosedDoorLooksLikeOneToAskAt) {
  for (Viewer viewer : kViewers) {
    profile::v1::Offer offer;
    offer.set_name("people/ada/offer");
    offer.set_booking(profile::v1::BOOKING_CLOSED);
    Show(viewer, offer);
    EXPECT_EQ(offer.booking(), SeesAll(viewer) ? profile::v1::BOOKING_CLOSED : profile::v1::BOOKING_UNSPECIFIED);
    offer.set_name("people/ada/offer");
    offer.set_booking(profile::v1::BOOKING_OPEN_DOOR);
    Show(viewer, offer);
    const bool sees = SeesAll(viewer) || IsColleague(viewer);
    EXPECT_EQ(offer.booking() == profile::v1::BOOKING_OPEN_DOOR, sees);
  }
}

// A person of one's own name is nobody to somebody without the role, and a message that names nobody is nobody's.
TEST(ReadingTest, WhoIsMeantIsSaidByTheNameAlone) {
  profile::v1::Time time;
  time.set_name("people/adam/time");
  time.set_weekly_minutes(60);
  Show(Viewer::kAda, time);
  EXPECT_EQ(time.ByteSizeLong(), 0);
  time.set_weekly_minutes(60);
  Show(Viewer::kAda, time);
  EXPECT_EQ(time.ByteSizeLong(), 0);
}

// In every message of the feed, every list and every nested message.
TEST(ReadingTest, ItHoldsHoweverDeepThePersonIs) {
  profile::v1::ListPeopleChangesResponse feed;
  auto& snapshot = *feed.add_changes()->mutable_person();
  snapshot.mutable_person()->set_name("people/ada");
  snapshot.mutable_person()->set_external_id("4711");
  snapshot.mutable_time()->set_name("people/ada/time");
  snapshot.mutable_time()->set_weekly_minutes(60);
  profile::v1::ListPeopleChangesResponse same = feed;
  Show(Viewer::kColleague, feed);
  EXPECT_EQ(feed.changes(0).person().person().external_id(), "");
  EXPECT_EQ(feed.changes(0).person().person().name(), "people/ada");
  EXPECT_EQ(feed.changes(0).person().time().ByteSizeLong(), 0);
  Show(Viewer::kService, same);
  EXPECT_EQ(same.changes(0).person().time().weekly_minutes(), 60);
}

}  // namespace
}  // namespace cortado
