// The seeds of `cortadoctl dev seed`: people with fixed ids and names, and what is between them. Nobody of them is
// real. Thread contract: constant data and pure functions.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "clients/ctl/import/people_columns.h"

namespace cortado::ctl {

// What somebody does after everybody came in.
enum class Deed {
  kRole,           // HR adds the role `who`, called `text`, which takes the skill `whom` at level 4.
  kDestination,    // `who` wants to go to the role `whom`.
  kPause,          // `who` is not suggested for `days` days.
  kBlock,          // `who` blocks `whom`.
  kRequest,        // `who` asks `whom`, who has not answered yet.
  kDecline,        // `who` asks `whom`, who says no.
  kMatch,          // `who` asks `whom`, who says yes.
  kChat,           // `who` books `whom`: the first working day `days` days from now or later, at `hour`.
  kCancelledChat,  // The same, and `whom` cancels.
  kLeave,          // `who` leaves the company.
};

struct Act {
  Deed deed;
  const char* who;        // A person's id.
  const char* whom = "";  // As the deed says.
  const char* text = "";  // What the asker writes, the topic of a chat, or a display name.
  int days = 0;
  int hour = 0;  // On the wall clock of `who`.
};

struct Seed {
  const char* name;
  const char* about;   // For whoever plants it.
  const char* people;  // CSV, as clients/ctl/import/README.md has it; addresses are added.
  absl::Span<const Act> acts;
};

// The people of the seed `house`.
extern const char kHousePeople[];

// Returns the seed of this name, or null.
const Seed* FindSeed(absl::string_view name);
std::vector<std::string> SeedNames();

// Returns the people of a seed, each with the address ID@example.org. INTERNAL: its CSV has a problem.
absl::StatusOr<std::vector<ImportRow>> PeopleOf(const Seed& seed);

}  // namespace cortado::ctl
