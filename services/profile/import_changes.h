// What a row of HR changes, field by field, in words that HR may read: of what a person wrote themselves only what all
// of HR may see anyway is told (product rules 2.1).
// Thread contract: pure functions.
#pragma once

#include <vector>

#include "cortado/profile/v1/profile_service.pb.h"
#include "services/profile/import_store.h"
#include "services/profile/person_form.h"

namespace cortado::profile {

// Returns the fields of `file` that `row` changes, or would have changed had their person not edited them (`kept`), in
// the order of the person's, then offer and destination; the manager is left out. A field edited by its person that the
// row says nothing of is not kept but simply theirs. `person` is what the merge made of both.
std::vector<v1::FieldChange> ChangesOf(const v1::ImportRow& row, const PersonFile& file, const ImportedPerson& person);

// Makes one change. Texts are cut at 200 characters.
v1::FieldChange MakeChange(absl::string_view field, absl::string_view before, absl::string_view after,
                           bool kept = false);

}  // namespace cortado::profile
