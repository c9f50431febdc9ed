// A catalogue of skills and roles as a file: the proto3 JSON of {"skills": [...], "roles": [...]}, where a role names
// skills by any of their names. And the starter catalogue, which was written for Cortado and is part of this program.
// Thread contract: pure functions.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cortado/profile/v1/skills.pb.h"

namespace cortado::ctl {

// Reads a catalogue. INVALID_ARGUMENT, saying where, for what is no JSON or no catalogue.
absl::StatusOr<profile::v1::ImportCatalogRequest> ParseCatalog(absl::string_view json);

// Returns the file of a catalogue as it is stored: without ids and etags of skills, and with the names of skills in
// place of their ids. One entry a line, in the order given; ends with a line feed.
std::string FormatCatalog(const std::vector<profile::v1::Skill>& skills, const std::vector<profile::v1::Role>& roles);

// Returns the starter catalogue: deploy/catalog.
const profile::v1::ImportCatalogRequest& StarterCatalog();

// Returns the catalogue in requests that a server takes: all skills before the first role, at most 500 entries and
// half a megabyte each.
std::vector<profile::v1::ImportCatalogRequest> InPortions(const profile::v1::ImportCatalogRequest& catalog);

}  // namespace cortado::ctl
