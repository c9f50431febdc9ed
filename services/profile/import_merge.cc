#include "services/profile/import_merge.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/id/id.h"
#include "google/protobuf/util/message_differencer.h"
#include "google/protobuf/util/time_util.h"
#include "services/profile/person_rules.h"

namespace cortado::profile {
namespace {

using google::protobuf::Timestamp;
using google::protobuf::util::MessageDifferencer;

Timestamp Stamp(absl::Time now) {
  return google::protobuf::util::TimeUtil::MillisecondsToTimestamp(absl::ToUnixMillis(now));
}

// Takes HR's fields of the row, and of the person's own those they never edited.
v1::Person MergePerson(const v1::Person& said, const PersonFile& file, int& kept) {
  v1::Person merged = said;
  merged.clear_manager();
  merged.clear_slack_user();
  google::protobuf::FieldMask edited;
  for (const std::string& field : SelfFields()) {
    if (file.edited.count(field) > 0) edited.add_paths(field);
  }
  if (edited.paths_size() > 0) {
    CopyFields(edited, file.person, merged);
    for (const std::string& field : edited.paths()) {
      v1::Person ours, theirs;
      google::protobuf::FieldMask one;
      one.add_paths(field);
      CopyFields(one, file.person, ours);
      CopyFields(one, said, theirs);
      if (!MessageDifferencer::Equals(ours, theirs)) ++kept;
    }
  }
  return merged;
}

PartChange MergeOffer(const v1::ImportRow& row, const PersonFile& file, int& kept) {
  if (file.edited.count("offer") > 0) {
    if (row.has_offer()) ++kept;
    return {};
  }
  if (row.has_offer()) return {PartChange::Kind::kWrite, StoredBytes(row.offer())};
  return {file.offer ? PartChange::Kind::kRemove : PartChange::Kind::kKeep, {}};
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

PartChange MergeDestination(const v1::ImportRow& row, const std::string& name, const PersonFile& file, absl::Time now,
                            int& kept) {
  if (file.edited.count("destination") > 0) {
    if (row.has_destination()) ++kept;
    return {};
  }
  const v1::Destination* stored = nullptr;
  for (const StoredDestination& said : file.destinations) {
    if (said.destination.name() == name) stored = &said.destination;
  }
  if (!row.has_destination()) return {stored != nullptr ? PartChange::Kind::kRemove : PartChange::Kind::kKeep, {}};
  if (stored != nullptr && SaySame(*stored, row.destination())) return {};
  v1::Destination destination = row.destination();
  *destination.mutable_create_time() = Stamp(now);
  return {PartChange::Kind::kWrite, StoredBytes(std::move(destination))};
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
  person.after = MergePerson(row.person(), known, merged.kept);
  *person.after.mutable_create_time() = file ? known.person.create_time() : Stamp(now);
  *person.after.mutable_update_time() = Stamp(now);
  person.offer = MergeOffer(row, known, merged.kept);
  const std::string destination = absl::StrCat("people/", id, "/destinations/", ImportStore::kDestinationId);
  person.destination = MergeDestination(row, destination, known, now, merged.kept);
  // Joined are those who asked or offered themselves, and those whose consent the row carries.
  const bool themselves = known.edited.count("offer") > 0 || known.edited.count("destination") > 0;
  person.joined = (themselves && known.person.join_state() == v1::JOIN_STATE_JOINED) || row.has_offer();
  return merged;
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
