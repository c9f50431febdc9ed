// What an import would do, or did, in a form that a person can read: who is added, changed field by field, kept,
// leaving, and which rows are wrong.
// Thread contract: pure functions.
#pragma once

#include <string>
#include <vector>

#include "clients/ctl/import/people_csv.h"
#include "clients/ctl/render/style.h"
#include "cortado/profile/v1/profile_service.pb.h"

namespace cortado::ctl {

struct DiffOptions {
  bool all = false;  // Every person of every group, instead of the first 20.
  int columns = 0;   // Room in a line; 0: as much as needed.
};

// `problems` are those of the file that were found before anything was sent.
std::string RenderImportDiff(const profile::v1::ImportPeopleResponse& response,
                             const std::vector<FileProblem>& problems, const Style& style, const DiffOptions& options);

}  // namespace cortado::ctl
