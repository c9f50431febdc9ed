#include "services/profile/import_merge.h"

#include <algorithm>
#include <utility>

#include "common/id/id.h"
#include "google/protobuf/util/message_differencer.h"
#include "services/profile/import_changes.h"
#include "services/profile/journey_drafts.h"
#include "services/profile/journey_steps.h"
#include "services/profile/person_rules.h"
#include "services/profile/values.h"

namespace cortado::profile {
namespace {

using google::protobuf::util::MessageDifferencer;

int YearOf(absl::Time now) { return static_cast<int>(absl::ToCivilYear(now, absl::UTCTimeZone()).year()); }

// Whether the first `steps` of the journey, which the row brought, tell this draft of ours.
bool Tells(const v1::Person& person, int steps, const v1::JourneyStep& draft) {
  const Post post{draft.role(), draft.department()};
  return std::any_of(person.journey().begin(), person.journey().begin() + steps, [&](const v1::JourneyStep& step) {
    return IsSamePost({step.role(), step.department()}, post);
  });
}

// Takes HR's fields of what the row says, and of the person's own those they never edited.
v1::Person MergePerson(v1::Person said, const PersonFile& file) {
  v1::Person merged = std::move(said);
  merged.clear_manager();
  merged.clear_slack_user();
  google::protobuf::FieldMask edited;
  for (const std::string& field : SelfFields()) {
    if (file.edited.count(field) > 0) edited.add_paths(field);
  }
  if (edited.paths_size() > 0) CopyFields(edited, file.person, merged);
  if (file.edited.count("journey") == 0) {
    const int steps = merged.journey_size();
    for (int i = file.imported_steps; i < file.person.journey_size(); ++i) {
      if (!Tells(merged, steps, file.person.journey(i))) *merged.add_journey() = file.person.journey(i);
    }
  }
  return merged;
}

PartChange MergeOffer(const v1::ImportRow& row, const PersonFile& file) {
  if (file.edited.count("offer") > 0) return {};
  if (!row.has_offer()) return {file.offer ? PartChange::Kind::kRemove : PartChange::Kind::kKeep, {}};
  std::string bytes = StoredBytes(row.offer());
  if (file.offer && StoredBytes(*file.offer) == bytes) return {};
  return {PartChange::Kind::kWrite, std::move(bytes)};
}

// Whether two destinations say the same, whenever they said it.
bool SaySame(v1::Destination a, v1::Destination b) {
  for (v1::Destination* destination : {&a, &b}) {
    destination->clear_name();
    destination->clear_etag();
    destination->clear_create_time();
  }
  return MessageDifferencer::Equals(a, b);
}

PartChange MergeDestination(const v1::ImportRow& row, const PersonFile& file, absl::Time now) {
  if (file.edited.count("destination") > 0) return {};
  const v1::Destination* stored = FindImportedDestination(file);
  if (!row.has_destination()) return {stored != nullptr ? PartChange::Kind::kRemove : PartChange::Kind::kKeep, {}};
  if (stored != nullptr && SaySame(*stored, row.destination())) return {};
  v1::Destination destination = row.destination();
  *destination.mutable_create_time() = Stamp(now);
  return {PartChange::Kind::kWrite, StoredBytes(std::move(destination))};
}

// Joined are those whose consent the row carries, and whoever joined before, unless it was by an offer of HR's that
// this row takes back.
bool IsJoined(const v1::ImportRow& row, const PersonFile& file, const PartChange& offer) {
  if (row.has_offer()) return true;
  const bool themselves = file.edited.count("offer") > 0 || file.edited.count("destination") > 0;
  return file.person.join_state() == v1::JOIN_STATE_JOINED && (themselves || offer.kind != PartChange::Kind::kRemove);
}

bool Differs(const ImportedPerson& person, const PersonFile& file) {
  if (person.offer.kind != PartChange::Kind::kKeep || person.destination.kind != PartChange::Kind::kKeep) return true;
  if (person.joined != (file.person.join_state() == v1::JOIN_STATE_JOINED)) return true;
  v1::Person after = person.after;
  *after.mutable_update_time() = file.person.update_time();
  return StoredBytes(std::move(after)) != StoredBytes(file.person);
}

}  // namespace

Merged MergeRow(const v1::ImportRow& row, const std::string& id, const std::optional<PersonFile>& file,
                absl::Time now) {
  static const auto& nobody = *new PersonFile();
  const PersonFile& known = file ? *file : nobody;
  Merged merged;
  ImportedPerson& person = merged.person;
  person.id = id;
  person.before = known.person;
  v1::Person said = row.person();
  DeriveMoves(said);
  person.steps = said.journey_size();
  person.after = MergePerson(std::move(said), known);
  if (file) LeavePost(known.person, YearOf(now), person.after);
  *person.after.mutable_create_time() = file ? known.person.create_time() : Stamp(now);
  *person.after.mutable_update_time() = Stamp(now);
  person.offer = MergeOffer(row, known);
  person.destination = MergeDestination(row, known, now);
  person.joined = IsJoined(row, known, person.offer);
  merged.changes = !file || Differs(person, *file);
  if (file) merged.fields = ChangesOf(row, *file, person);
  return merged;
}

ImportedPerson Leaver(const std::string& id, const PersonFile& file, absl::Time now) {
  ImportedPerson person;
  person.id = id;
  person.before = file.person;
  person.after = file.person;
  person.after.set_active(false);
  *person.after.mutable_update_time() = Stamp(now);
  person.steps = file.imported_steps;
  person.manager = PersonId(file.person.manager());
  person.joined = file.person.join_state() == v1::JOIN_STATE_JOINED;
  return person;
}

v1::Offer OpenOffer() {
  v1::Offer offer;
  offer.set_mentor(true);
  offer.set_mentee(true);
  offer.set_coffee(true);
  offer.set_places(2);
  offer.set_booking(v1::BOOKING_ASK_FIRST);
  return offer;
}

std::string DigestOf(v1::ImportRow& row, bool assume_open) {
  const int64_t line = row.line();
  row.clear_line();
  std::string bytes = assume_open ? "open\n" : "\n";
  row.AppendToString(&bytes);
  row.set_line(line);
  return id::Sha256(bytes).substr(0, 16);
}

}  // namespace cortado::profile
