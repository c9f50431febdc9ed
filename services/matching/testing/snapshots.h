// People as the profile service tells them, in the words of a test.
//
//   feed.Put(Somebody("ada").Wants("Go"));
//   feed.Put(Somebody("bob").Has("Go", 4).In("Data"));
#pragma once

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "cortado/profile/v1/feed.pb.h"

namespace cortado::matching::testing {

class Somebody {
 public:
  // Somebody who has joined and offers to mentor two people.
  explicit Somebody(const std::string& id) {
    profile::v1::Person& person = *snapshot_.mutable_person();
    person.set_name("people/" + id);
    person.set_display_name(id);
    person.set_active(true);
    person.set_join_state(profile::v1::JOIN_STATE_JOINED);
    snapshot_.mutable_offer()->set_mentor(true);
    snapshot_.mutable_offer()->set_places(2);
  }

  Somebody& Has(const std::string& skill, int level = 0) {
    profile::v1::HeldSkill& held = *snapshot_.mutable_person()->add_skills_held();
    held.set_skill(NameOf(skill));
    held.set_display_name(skill);
    held.set_level(level);
    return *this;
  }
  Somebody& Wants(const std::string& skill, int level = 0) {
    profile::v1::WantedSkill& wanted = *snapshot_.mutable_person()->add_skills_wanted();
    wanted.set_skill(NameOf(skill));
    wanted.set_display_name(skill);
    wanted.set_level(level);
    return *this;
  }
  Somebody& Likes(const std::string& topic, profile::v1::Audience audience = profile::v1::AUDIENCE_UNSPECIFIED) {
    profile::v1::Interest& interest = *snapshot_.mutable_person()->add_interests();
    interest.set_topic(topic);
    interest.set_audience(audience);
    return *this;
  }
  Somebody& As(const std::string& title) {
    snapshot_.mutable_person()->set_title(title);
    return *this;
  }
  Somebody& In(const std::string& department) {
    snapshot_.mutable_person()->set_department(department);
    return *this;
  }
  Somebody& At(const std::string& zone) {
    snapshot_.mutable_person()->set_time_zone(zone);
    for (int day = 1; day <= 5; ++day) {
      profile::v1::DayHours& hours = *snapshot_.mutable_time()->add_working_hours();
      hours.set_weekday(day);
      hours.set_start_minute(9 * 60);
      hours.set_end_minute(17 * 60);
    }
    return *this;
  }
  Somebody& Says(const std::string& question, const std::string& choice, int64_t seconds) {
    profile::v1::GroupAnswer& answer = *snapshot_.mutable_groups()->add_answers();
    answer.set_question(question);
    answer.set_choice(choice);
    answer.mutable_create_time()->set_seconds(seconds);
    return *this;
  }
  Somebody& Was(const std::string& role, profile::v1::MoveKind move = profile::v1::MOVE_KIND_START,
                bool confirmed = true) {
    profile::v1::JourneyStep& step = *snapshot_.mutable_person()->add_journey();
    step.set_role(role);
    step.set_move(move);
    step.set_confirmed(confirmed);
    return *this;
  }
  Somebody& WantsToBe(const std::string& text) {
    snapshot_.mutable_destination()->set_kind(profile::v1::DESTINATION_KIND_NEW_FIELD);
    snapshot_.mutable_destination()->set_text(text);
    return *this;
  }
  Somebody& Under(const std::string& manager) {
    snapshot_.mutable_person()->set_manager("people/" + manager);
    return *this;
  }
  Somebody& Blocks(const std::string& other) {
    snapshot_.add_blocks("people/" + other);
    return *this;
  }
  Somebody& Paused() {
    snapshot_.mutable_offer()->mutable_pause_end_time()->set_seconds(4'000'000'000);
    return *this;
  }
  Somebody& Closed() {
    snapshot_.mutable_offer()->set_booking(profile::v1::BOOKING_CLOSED);
    return *this;
  }
  Somebody& Gone() {
    snapshot_.mutable_person()->set_active(false);
    return *this;
  }
  Somebody& NotJoined() {
    snapshot_.mutable_person()->set_join_state(profile::v1::JOIN_STATE_IMPORTED);
    snapshot_.clear_offer();
    return *this;
  }
  Somebody& WithPlaces(int places) {
    snapshot_.mutable_offer()->set_places(places);
    return *this;
  }
  Somebody& OffersNothing() {
    snapshot_.clear_offer();
    return *this;
  }
  profile::v1::PersonSnapshot& snapshot() { return snapshot_; }
  operator profile::v1::PersonSnapshot() const { return snapshot_; }  // NOLINT: reads as the snapshot it makes.

 private:
  static std::string NameOf(const std::string& skill) {
    return absl::StrCat("skills/", absl::StrReplaceAll(absl::AsciiStrToLower(skill), {{" ", "-"}}));
  }

  profile::v1::PersonSnapshot snapshot_;
};

}  // namespace cortado::matching::testing
