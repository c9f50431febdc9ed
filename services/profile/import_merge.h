// What a row of HR makes of a person: HR's fields follow the row, the person's own are left where they ever edited
// them. The post that a new title or department leaves behind becomes a draft of their journey.
// Thread contract: pure functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "cortado/profile/v1/profile_service.pb.h"
#include "services/profile/import_store.h"
#include "services/profile/person_store.h"

namespace cortado::profile {

struct Merged {
  ImportedPerson person;  // Without digest and manager.
  bool changes = false;   // Whether anything is to be written.
  // Of somebody stored: what changes, and what is kept, see import_changes.h.
  std::vector<v1::FieldChange> fields;
};

// Merges `row`, whose skills are settled and whose offer is final, into what is stored of the person, if anything.
Merged MergeRow(const v1::ImportRow& row, const std::string& id, const std::optional<PersonFile>& file, absl::Time now);

// The person of `file`, whom HR no longer lists: inactive from now on, all else as it was, but that the next row of
// theirs counts as another.
ImportedPerson Leaver(const std::string& id, const PersonFile& file, absl::Time now);

// The offer of everybody who does not say otherwise, on runs with test data: mentor, mentee and coffee, two places.
v1::Offer OpenOffer();

// A digest of what the row says, its line aside: equal for rows that ask for the same.
// `row` is as before when it returns.
std::string DigestOf(v1::ImportRow& row, bool assume_open);

}  // namespace cortado::profile
