// How one post of a career relates to the one before it, as far as titles and departments tell: the kind of move of a
// draft, which its owner confirms or puts right. The rules are ours, in this order:
//   START          nothing stands before it
//   NEW_FIELD      titles and departments have no word of a craft in common ("Buyer" in Purchasing, "Nurse" in Care);
//                  where either names no craft at all ("Chief Executive Officer") the fields count as one
//   UP             into leading people, or higher by the words of the title ("Senior", "Director", "II")
//   BACK_TO_CRAFT  from leading people to a post that leads nobody
//   DOWN           lower by the words of the title
//   SIDE           all else: another department, another speciality at the same height
// Words of a craft are compared by how they begin, so that "Engineering" and "Engineer" are one. Titles in English.
// Thread contract: pure functions.
#pragma once

#include <optional>

#include "absl/strings/string_view.h"

namespace cortado::profile {

enum class DraftMove { kStart, kUp, kSide, kDown, kBackToCraft, kNewField };

// What is known of a post.
struct Post {
  absl::string_view title;
  absl::string_view department;
  std::optional<bool> leads = {};  // Leads people, where HR says so; else the title is asked.
};

// Returns how `after` relates to `before`, which may be null: nothing stands before it.
DraftMove MoveBetween(const Post* before, const Post& after);

// Returns whether two posts are told as one: title and department equal but for case and spaces.
bool IsSamePost(const Post& a, const Post& b);

}  // namespace cortado::profile
