// What makes suggestions worth telling of, and what two people could talk about.
// Thread contract: pure functions.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cortado/matching/v1/matching_service.pb.h"
#include "cortado/profile/v1/catalog.pb.h"
#include "cortado/scheduling/v1/scheduling_service.pb.h"

namespace cortado::ctl {

// Whether somebody with a title is far enough away to be a story (another zone than `zone`) and near enough to meet
// (six hours of work in common a week).
bool IsElsewhere(const matching::v1::Suggestion& suggestion, absl::string_view zone);

// How good a story the suggestions for somebody in `zone` make; more is better.
int WorthTelling(const matching::v1::SuggestRoleModelsResponse& response, absl::string_view zone);

// How many of the person's `places` are free, as the score has it; fewer when many ask.
int FreePlaces(const matching::v1::Suggestion& suggestion, int places);

// The weightiest skill of the gap that the person has, by its display name; empty when there is none.
std::string CommonTopic(const matching::v1::Suggestion& suggestion, const profile::v1::SkillGap& gap);

// Whether somebody stands before one with a higher score, as nearly equal ones do.
bool TakesTurns(const matching::v1::SuggestRoleModelsResponse& response);

// Returns at most `limit` starts, on full half hours, at which both are free for `length`: the first of each day (UTC),
// and more of those days only when there are too few days.
std::vector<absl::Time> CommonTimes(const scheduling::v1::GetAvailabilityResponse& one,
                                    const scheduling::v1::GetAvailabilityResponse& other, absl::Duration length,
                                    size_t limit);

}  // namespace cortado::ctl
