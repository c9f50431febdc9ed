// Which questions two people could talk about. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "services/matching/affinity/person.h"
#include "services/matching/guide/question_bank.h"

namespace cortado::matching {

inline constexpr int kFewestQuestions = 5;
inline constexpr int kMostQuestions = 7;

// What is known of the two.
struct Conversation {
  DestinationKind kind = DestinationKind::kUnspecified;  // Of the mentee, where the mentor may know it.
  uint8_t known = 0;                                     // Bits of Slot that can be filled.
  bool is_first_chat = true;
  std::set<std::string> asked;  // Sources that were asked before.
  uint64_t pair = 0;            // Of the two: other pairs get other questions of equal worth.
};

// Returns whether the question may be asked in this conversation: it is for the destination, what it names is known,
// the profile does not answer it, its chat has come, and it was not asked before.
bool MayAsk(const BankQuestion& question, const Conversation& conversation);

// Returns indices into `bank`: of every group the best question that may be asked, then the best further ones, at most
// two of a group, until there are kMostQuestions; when even then there are fewer than kFewestQuestions, whatever else
// may be asked. In the order of the groups. Better is what is for this destination alone, what names more of
// what is known of the two, and what the organisation asks; of equal ones the pair decides.
std::vector<int> ChooseQuestions(const std::vector<BankQuestion>& bank, const Conversation& conversation);

}  // namespace cortado::matching
