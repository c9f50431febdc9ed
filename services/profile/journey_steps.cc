#include "services/profile/journey_steps.h"

#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "services/profile/journey_drafts.h"

namespace cortado::profile {
namespace {

constexpr int kMostSteps = 100;  // As the contract has it.

Post PostOf(const v1::Person& person) {
  Post post{person.title(), person.department()};
  if (person.has_people_manager()) post.leads = person.people_manager();
  return post;
}

Post PostOf(const v1::JourneyStep& step) { return {step.role(), step.department()}; }

v1::MoveKind KindOf(DraftMove move) {
  switch (move) {
    case DraftMove::kStart:
      return v1::MOVE_KIND_START;
    case DraftMove::kUp:
      return v1::MOVE_KIND_UP;
    case DraftMove::kSide:
      return v1::MOVE_KIND_SIDE;
    case DraftMove::kDown:
      return v1::MOVE_KIND_DOWN;
    case DraftMove::kBackToCraft:
      return v1::MOVE_KIND_BACK_TO_CRAFT;
    case DraftMove::kNewField:
      return v1::MOVE_KIND_NEW_FIELD;
  }
  return v1::MOVE_KIND_UNSPECIFIED;
}

// The year somebody came to the post they leave: the one they left the step before, or their first here.
int YearOfArrival(const v1::Person& person) {
  if (!person.journey().empty()) return person.journey(person.journey_size() - 1).to_year();
  int year = 0;
  return absl::SimpleAtoi(absl::string_view(person.start_date()).substr(0, 4), &year) ? year : 0;
}

}  // namespace

void LeavePost(const v1::Person& before, int year, v1::Person& after) {
  const Post left = PostOf(before), taken = PostOf(after);
  if (left.title.empty() || taken.title.empty() || IsSamePost(left, taken)) return;
  // A department that becomes known, or unknown, is no move.
  const bool other_title = !IsSamePost({left.title, ""}, {taken.title, ""});
  if (!other_title && (left.department.empty() || taken.department.empty())) return;
  if (after.journey_size() >= kMostSteps) return;
  const int steps = after.journey_size();
  if (steps > 0 && IsSamePost(PostOf(after.journey(steps - 1)), left)) return;
  v1::JourneyStep draft;
  draft.set_role(before.title());
  draft.set_department(before.department());
  const int arrival = YearOfArrival(after);
  draft.set_from_year(arrival <= year ? arrival : 0);
  draft.set_to_year(year);
  if (steps > 0) {
    const Post newest = PostOf(after.journey(steps - 1));
    draft.set_move(KindOf(MoveBetween(&newest, left)));
  } else {
    draft.set_move(KindOf(MoveBetween(nullptr, left)));
  }
  *after.add_journey() = std::move(draft);
}

void DeriveMoves(v1::Person& person) {
  for (int i = 0; i < person.journey_size(); ++i) {
    v1::JourneyStep& step = *person.mutable_journey(i);
    if (step.confirmed() || step.move() != v1::MOVE_KIND_UNSPECIFIED) continue;
    if (i == 0) {
      step.set_move(KindOf(MoveBetween(nullptr, PostOf(step))));
      continue;
    }
    const Post newest = PostOf(person.journey(i - 1));
    step.set_move(KindOf(MoveBetween(&newest, PostOf(step))));
  }
}

}  // namespace cortado::profile
