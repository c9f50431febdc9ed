// The organisation's own questions: their slots, and their words. Pure functions; any thread.
#pragma once

#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cortado/matching/v1/guide.pb.h"
#include "services/matching/guide/question_bank.h"

namespace cortado::matching {

// Returns the bits of the slots that `text` names in braces. INVALID_ARGUMENT, naming `field` and the slots there are,
// for a name that is none and for a brace without its other half.
absl::StatusOr<uint8_t> SlotsIn(absl::string_view text, absl::string_view field);

// INVALID_ARGUMENT as above, and for kinds that are none; both languages name the same slots.
absl::Status CheckQuestion(const v1::Question& question);

// Returns the question as the bank has it. It must be sound (CheckQuestion).
BankQuestion AsBankQuestion(const v1::Question& question);

// Returns the words in a language with the slots filled in.
std::string WordsOf(const v1::Question& question, absl::string_view language,
                    const std::map<std::string, std::string>& slots);

}  // namespace cortado::matching
