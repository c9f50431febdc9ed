#include "services/scheduling/invitation.h"

#include <libical/ical.h>

#include <fstream>
#include <memory>
#include <random>

#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "common/text/unicode.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cortado::scheduling {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

Invitation Chat() {
  Invitation invitation;
  invitation.uid = "c1@acme.cortado.invalid";
  absl::ParseTime("%Y-%m-%d %H:%M", "2026-10-20 12:00", absl::UTCTimeZone(), &invitation.stamp, nullptr);
  invitation.start = invitation.stamp + absl::Hours(170);
  invitation.end = invitation.start + absl::Minutes(30);
  invitation.organizer = {"Ada Lovelace", "ada@example.com"};
  invitation.attendees = {{"Grace Hopper", "grace@example.com"}};
  invitation.summary = "Coffee: Ada and Grace";
  return invitation;
}

Invitation About(absl::string_view summary) {
  Invitation invitation = Chat();
  invitation.summary = std::string(summary);
  return invitation;
}

Invitation From(absl::string_view name) {
  Invitation invitation = Chat();
  invitation.organizer.display_name = std::string(name);
  return invitation;
}

// What libical reads in one calendar object.
class Reader {
 public:
  explicit Reader(const std::string& object) : calendar_(icalparser_parse_string(object.c_str())) {
    if (calendar_ != nullptr) event_ = icalcomponent_get_first_component(calendar_.get(), ICAL_VEVENT_COMPONENT);
  }

  // One calendar with one event, and no property that libical could not read.
  bool IsClean() const {
    return event_ != nullptr && icalcomponent_isa(calendar_.get()) == ICAL_VCALENDAR_COMPONENT &&
           icalcomponent_count_components(calendar_.get(), ICAL_ANY_COMPONENT) == 1 &&
           icalcomponent_count_errors(calendar_.get()) == 0 && icalrestriction_check(calendar_.get()) == 1;
  }
  int Properties() const { return icalcomponent_count_properties(event_, ICAL_ANY_PROPERTY); }
  icalproperty_method Method() const { return icalcomponent_get_method(calendar_.get()); }
  std::string Uid() const { return icalcomponent_get_uid(event_); }
  int Sequence() const { return icalcomponent_get_sequence(event_); }
  icalproperty_status Status() const { return icalcomponent_get_status(event_); }
  absl::Time Start() const { return Instant(icalcomponent_get_dtstart(event_)); }
  absl::Time End() const { return Instant(icalcomponent_get_dtend(event_)); }
  std::string Summary() const { return icalcomponent_get_summary(event_); }
  std::string Description() const { return icalcomponent_get_description(event_); }
  std::string Location() const { return icalcomponent_get_location(event_); }
  std::string Organizer() const {
    return icalproperty_get_organizer(icalcomponent_get_first_property(event_, ICAL_ORGANIZER_PROPERTY));
  }
  std::string OrganizerName() const {
    icalproperty* organizer = icalcomponent_get_first_property(event_, ICAL_ORGANIZER_PROPERTY);
    return icalproperty_get_parameter_as_string(organizer, "CN");
  }
  std::vector<std::string> Attendees() const {
    std::vector<std::string> attendees;
    for (icalproperty* next = icalcomponent_get_first_property(event_, ICAL_ATTENDEE_PROPERTY); next != nullptr;
         next = icalcomponent_get_next_property(event_, ICAL_ATTENDEE_PROPERTY)) {
      attendees.push_back(icalproperty_get_attendee(next));
    }
    return attendees;
  }

  // Of each attendee the PARTSTAT, and the RSVP where there is one.
  std::vector<std::string> Participation() const {
    std::vector<std::string> answers;
    for (icalproperty* next = icalcomponent_get_first_property(event_, ICAL_ATTENDEE_PROPERTY); next != nullptr;
         next = icalcomponent_get_next_property(event_, ICAL_ATTENDEE_PROPERTY)) {
      const char* rsvp = icalproperty_get_parameter_as_string(next, "RSVP");
      answers.push_back(icalproperty_get_parameter_as_string(next, "PARTSTAT"));
      if (rsvp != nullptr) answers.back() += std::string(" ") + rsvp;
    }
    return answers;
  }

 private:
  struct Free {
    void operator()(icalcomponent* component) const { icalcomponent_free(component); }
  };

  static absl::Time Instant(icaltimetype time) {
    EXPECT_TRUE(icaltime_is_utc(time));
    return absl::FromTimeT(icaltime_as_timet(time));
  }

  std::unique_ptr<icalcomponent, Free> calendar_;
  icalcomponent* event_ = nullptr;
};

std::string Format(const Invitation& invitation) {
  absl::StatusOr<std::string> object = FormatInvitation(invitation);
  EXPECT_TRUE(object.ok()) << object.status();
  return object.ok() ? *object : "";
}

// What a text becomes on its way: one kind of line break, no other controls, no spaces at either end.
std::string Survives(absl::string_view text) {
  std::string expected = absl::StrReplaceAll(
      text, {{"\r\n", "\n"}, {"\r", "\n"}, {"\xC2\x85", "\n"}, {"\xE2\x80\xA8", "\n"}, {"\xE2\x80\xA9", "\n"}});
  std::erase_if(expected, [](char c) { return (c >= 0 && c < ' ' && c != '\t' && c != '\n') || c == '\x7F'; });
  for (int latin = 0x80; latin < 0xA0; ++latin) {
    expected = absl::StrReplaceAll(expected, {{std::string{'\xC2', static_cast<char>(latin)}, ""}});
  }
  const size_t first = expected.find_first_not_of(" \t");
  return first == std::string::npos ? "" : expected.substr(first, expected.find_last_not_of(" \t") + 1 - first);
}

std::vector<std::string> Lines(const std::string& object) {
  std::vector<std::string> lines = absl::StrSplit(object, "\r\n");
  EXPECT_EQ(lines.back(), "");
  lines.pop_back();
  return lines;
}

TEST(InvitationTest, ACalendarProgramReadsTheChat) {
  const Invitation chat = Chat();
  const Reader read(Format(chat));
  ASSERT_TRUE(read.IsClean());
  EXPECT_EQ(read.Method(), ICAL_METHOD_REQUEST);
  EXPECT_EQ(read.Uid(), chat.uid);
  EXPECT_EQ(read.Sequence(), 0);
  EXPECT_EQ(read.Status(), ICAL_STATUS_CONFIRMED);
  EXPECT_EQ(read.Start(), chat.start);
  EXPECT_EQ(read.End(), chat.end);
  EXPECT_EQ(read.Summary(), chat.summary);
  EXPECT_EQ(read.Organizer(), "mailto:ada@example.com");
  EXPECT_EQ(read.OrganizerName(), "Ada Lovelace");
  EXPECT_THAT(read.Attendees(), ElementsAre("mailto:ada@example.com", "mailto:grace@example.com"));
}

TEST(InvitationTest, ACancellationNamesTheSameChatWithALaterSequence) {
  Invitation chat = Chat();
  chat.method = Invitation::Method::kCancel;
  chat.sequence = 1;
  const Reader read(Format(chat));
  ASSERT_TRUE(read.IsClean());
  EXPECT_EQ(read.Method(), ICAL_METHOD_CANCEL);
  EXPECT_EQ(read.Status(), ICAL_STATUS_CANCELLED);
  EXPECT_EQ(read.Uid(), chat.uid);
  EXPECT_EQ(read.Sequence(), 1);
}

TEST(InvitationTest, AMovedChatIsTheSameChatWithALaterSequence) {
  Invitation chat = Chat();
  const std::string first = Format(chat);
  chat.sequence = 1;
  chat.start += absl::Hours(24);
  chat.end += absl::Hours(24);
  chat.last_modified = chat.stamp + absl::Hours(1);
  const Reader moved(Format(chat));
  ASSERT_TRUE(moved.IsClean());
  EXPECT_EQ(moved.Method(), ICAL_METHOD_REQUEST);
  EXPECT_EQ(moved.Uid(), Reader(first).Uid());
  EXPECT_EQ(moved.Sequence(), 1);
  EXPECT_EQ(moved.Start(), Reader(first).Start() + absl::Hours(24));
  EXPECT_THAT(Lines(Format(chat)), testing::Contains("LAST-MODIFIED:20261020T130000Z"));
}

TEST(InvitationTest, AMailboxOfOursMayInviteEverybodyWithoutMeetingThem) {
  Invitation chat = Chat();
  chat.attendees.push_back(chat.organizer);
  chat.organizer = {"Cortado", "cortado@example.com"};
  chat.organizer_attends = false;
  const Reader read(Format(chat));
  ASSERT_TRUE(read.IsClean());
  EXPECT_EQ(read.Organizer(), "mailto:cortado@example.com");
  EXPECT_THAT(read.Attendees(), ElementsAre("mailto:grace@example.com", "mailto:ada@example.com"));
}

TEST(InvitationTest, WhoAnsweredIsNotAskedAgain) {
  using Answer = Invitee::Answer;
  Invitation chat = Chat();
  chat.attendees = {{"", "a@b.example"},
                    {"", "c@d.example", Answer::kAccepted},
                    {"", "e@f.example", Answer::kTentative},
                    {"", "g@h.example", Answer::kDeclined}};
  const Reader read(Format(chat));
  ASSERT_TRUE(read.IsClean());
  EXPECT_THAT(read.Participation(), ElementsAre("ACCEPTED", "NEEDS-ACTION TRUE", "ACCEPTED", "TENTATIVE", "DECLINED"));
}

TEST(InvitationTest, TimesAreUtcInstants) {
  EXPECT_THAT(Lines(Format(Chat())), testing::IsSupersetOf({"DTSTART:20261027T140000Z", "DTEND:20261027T143000Z"}));
}

TEST(InvitationTest, EveryLineEndsWithCrLfAndIsAtMost75Octets) {
  const std::vector<std::string> lines = Lines(Format(About(std::string(500, 'x') + std::string(300, '\\'))));
  EXPECT_THAT(lines, Each(SizeIs(testing::Le(75u))));
  EXPECT_THAT(lines, Each(testing::AllOf(Not(HasSubstr("\n")), Not(HasSubstr("\r")))));
}

TEST(InvitationTest, FoldingNeverCutsACharacter) {
  for (const absl::string_view letter : {"x", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"}) {
    std::string long_text(letter.size() == 1 ? 3 : 2, 'a');
    for (int i = 0; i < 100; ++i) long_text += std::string(letter);
    const std::string object = Format(About(long_text));
    for (const std::string& line : Lines(object)) ASSERT_TRUE(text::IsValidUtf8(line)) << line;
    EXPECT_EQ(Reader(object).Summary(), long_text);
  }
}

TEST(InvitationTest, TextsCannotAddLines) {
  const int properties = Reader(Format(Chat())).Properties();
  for (const absl::string_view newline : {"\r\n", "\n", "\r", "\xC2\x85", "\xE2\x80\xA8", "\v", "\f", "%0d%0a"}) {
    const std::string attack =
        absl::StrReplaceAll("Hi#ATTENDEE:mailto:eve@example.com#END:VEVENT#BEGIN:VEVENT", {{"#", newline}});
    Invitation chat = About(attack);
    chat.organizer.display_name = attack;
    const std::string object = Format(chat);
    const Reader read(object);
    ASSERT_TRUE(read.IsClean()) << object;
    EXPECT_EQ(read.Properties(), properties);
    EXPECT_EQ(read.Summary(), Survives(attack));
    EXPECT_THAT(read.Attendees(), SizeIs(2));
    EXPECT_THAT(Lines(object), Each(Not(testing::StartsWith("ATTENDEE:"))));
  }
}

TEST(InvitationTest, ANameCannotLeaveItsQuotes) {
  const Reader read(Format(From("Ada\";ROLE=CHAIR:mailto:eve@example.com;X=\"")));
  ASSERT_TRUE(read.IsClean());
  EXPECT_EQ(read.Organizer(), "mailto:ada@example.com");
  EXPECT_EQ(read.OrganizerName(), "Ada';ROLE=CHAIR:mailto:eve@example.com;X='");
}

TEST(InvitationTest, ABackslashAtTheEndOfANameDoesNotEatTheQuote) {
  const Reader read(Format(From("Ada\\")));
  ASSERT_TRUE(read.IsClean());
  EXPECT_EQ(read.Organizer(), "mailto:ada@example.com");
  EXPECT_EQ(read.OrganizerName(), "Ada/");
}

TEST(InvitationTest, ThereIsASummaryEvenIfNothingOfItIsLeft) {
  const Reader read(Format(About("\x01\x02\x7F")));
  ASSERT_TRUE(read.IsClean());
  EXPECT_EQ(read.Summary(), "-");
}

TEST(InvitationTest, CommasSemicolonsAndBackslashesStayText) {
  Invitation chat = About("One, two; three\\four \\n five");
  chat.description = "a:b;c,d\r\n\tx";
  chat.location = "Room \"7\", 2nd floor";
  EXPECT_THAT(Lines(Format(chat)), testing::Contains("SUMMARY:One\\, two\\; three\\\\four \\\\n five"));
  const Reader read(Format(chat));
  ASSERT_TRUE(read.IsClean());
  EXPECT_EQ(read.Summary(), chat.summary);
  EXPECT_EQ(read.Description(), "a:b;c,d\n\tx");
  EXPECT_EQ(read.Location(), chat.location);
}

TEST(InvitationTest, BytesThatAreNoUtf8BecomeReplacementCharacters) {
  EXPECT_EQ(Reader(Format(About("caf\xE9 \xC3"))).Summary(), "caf\xEF\xBF\xBD \xEF\xBF\xBD");
}

TEST(InvitationTest, NaughtyTextsStayTexts) {
  std::vector<std::string> naughty = {"BEGIN:VEVENT", "=cmd|' /C calc'!A0",
                                      "\xE2\x80\xAE"
                                      "abc",
                                      std::string(9000, ',')};
  std::ifstream list("../shared/data/adversarial/blns/blns.txt");
  for (std::string line; std::getline(list, line);) {
    if (!line.empty() && line.front() != '#') naughty.push_back(line);
  }
  for (const std::string& text : naughty) {
    Invitation chat = From(text);
    chat.summary = text;
    const std::string object = Format(chat);
    const Reader read(object);
    ASSERT_TRUE(read.IsClean()) << object;
    ASSERT_EQ(read.Summary(), Survives(text).empty() ? "-" : Survives(text)) << object;
    ASSERT_THAT(Lines(object), Each(SizeIs(testing::Le(75u))));
  }
}

TEST(InvitationTest, RandomBytesNeverBreakTheObject) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  const int properties = Reader(Format(Chat())).Properties();
  for (int trial = 0; trial < 2000; ++trial) {
    std::string text = "x";
    for (size_t length = random() % 200; length > 0; --length) {
      text += random() % 3 == 0 ? "\r\n;:,\"\\ \t"[random() % 9] : static_cast<char>(random() % 256);
    }
    Invitation chat = About(text);
    chat.organizer.display_name = text;
    const std::string object = Format(chat);
    const Reader read(object);
    ASSERT_TRUE(read.IsClean()) << object;
    ASSERT_EQ(read.Properties(), properties) << object;
    ASSERT_EQ(read.Organizer(), "mailto:ada@example.com");
  }
}

TEST(InvitationTest, AddressesOfOneFormAlone) {
  EXPECT_TRUE(IsMailAddress("ada.lovelace+coffee@example.co.uk"));
  EXPECT_TRUE(IsMailAddress("j\xC3\xBCrgen@example.com"));
  for (const absl::string_view bad :
       {"", "ada", "@example.com", "ada@", "a@b@c", "ada@example.com\r\nATTENDEE:x", "ada lovelace@example.com",
        "\"ada\"@example.com", "<ada@example.com>", "a\\@b.c", "a;b@c.d", "a,b@c.d", "caf\xE9@example.com"}) {
    EXPECT_FALSE(IsMailAddress(bad)) << bad;
  }
  EXPECT_FALSE(IsMailAddress(std::string(250, 'a') + "@b.cd"));
}

TEST(InvitationTest, WhatAUriGivesAMeaningIsPercentEncoded) {
  Invitation chat = Chat();
  chat.organizer.email = "a?subject=x&b#c%d@example.com";
  EXPECT_EQ(Reader(Format(chat)).Organizer(), "mailto:a%3Fsubject=x%26b%23c%25d@example.com");
}

TEST(InvitationTest, NonsenseIsRefused) {
  const auto refuses = [](const auto& spoil) {
    Invitation chat = Chat();
    spoil(chat);
    return FormatInvitation(chat).status().code() == absl::StatusCode::kInvalidArgument;
  };
  EXPECT_TRUE(refuses([](Invitation& chat) { chat.uid = ""; }));
  EXPECT_TRUE(refuses([](Invitation& chat) { chat.uid = "a\r\nATTENDEE:x"; }));
  EXPECT_TRUE(refuses([](Invitation& chat) { chat.uid = std::string(256, 'a'); }));
  EXPECT_TRUE(refuses([](Invitation& chat) { chat.sequence = -1; }));
  EXPECT_TRUE(refuses([](Invitation& chat) { chat.end = chat.start; }));
  EXPECT_TRUE(refuses([](Invitation& chat) { chat.organizer.email = "ada"; }));
  EXPECT_TRUE(refuses([](Invitation& chat) { chat.attendees[0].email = "grace@example.com\nX:y"; }));
}

}  // namespace
}  // namespace cortado::scheduling
