// The questions of one pair: which, with what is true of the two filled in, and in words. Pure but for the protos; safe
// from any thread, as long as the view does not change.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "cortado/matching/v1/guide.pb.h"
#include "services/matching/organization_view.h"

namespace cortado::matching {

// Returns five to seven questions for this pair, of the bank and of `own` (archived ones are left out), without those
// that were asked according to `before`; its etag is kept. Each has its source, its group and what fills its slots, and
// no words yet. Where the mentee wants to go counts only as far as those they ask may read it.
v1::ConversationGuide ComposeGuide(const OrganizationView& view, absl::Time now, int32_t mentee, int32_t mentor,
                                   const v1::ConversationGuide& before, const std::vector<v1::Question>& own);

// Returns the words of a question that nobody changed; empty where its source is gone.
std::string QuestionWords(const v1::GuideQuestion& question, const std::vector<v1::Question>& own,
                          const std::string& language);

// Returns whether there is such a question, in the bank or among `own`.
bool IsQuestion(const std::string& source, const std::vector<v1::Question>& own);

}  // namespace cortado::matching
