// Whom the demo tells of: chosen from the file alone, so that the same file tells of the same people.
// Thread contract: pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "clients/ctl/import/people_columns.h"

namespace cortado::ctl {

// Returns the skills the row wants and does not hold, compared without case.
std::vector<std::string> MissingSkills(const ImportRow& row);

// Returns the indices of at most `limit` rows with a story to tell, the best first: some missing skills, a title and a
// zone, then a destination, a journey and interests. `everybody`: also those who have not joined.
std::vector<size_t> StoryCandidates(absl::Span<const ImportRow> rows, bool everybody, size_t limit);

// Returns the title, other than the row's own, among whose holders the missing skills are most common (at least
// `kFewestHolders` people hold it); empty when there is none.
inline constexpr int kFewestHolders = 10;
std::string TitleWhereSkillsAre(absl::Span<const ImportRow> rows, const ImportRow& row);

// Returns the indices of at most `limit` rows other than `row` for whom `start` is a usual time to work (Monday to
// Friday, 09:00 to 16:30 on their wall clock), those who share most of its missing skills first.
std::vector<size_t> Rivals(absl::Span<const ImportRow> rows, const ImportRow& row, absl::Time start, bool everybody,
                           size_t limit);

}  // namespace cortado::ctl
