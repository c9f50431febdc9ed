#include "services/matching/guide/own_questions.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/status/error.h"
#include "common/status/status.h"

namespace cortado::matching {
namespace {

std::string SlotList() {
  std::string list;
  for (int i = 0; i < kSlots; ++i) absl::StrAppend(&list, i == 0 ? "" : ", ", "{", SlotName(i), "}");
  return list;
}

}  // namespace

absl::StatusOr<uint8_t> SlotsIn(absl::string_view text, absl::string_view field) {
  uint8_t slots = 0;
  for (size_t at = text.find_first_of("{}"); at != absl::string_view::npos; at = text.find_first_of("{}", at + 1)) {
    const size_t end = text.find_first_of("{}", at + 1);
    const bool whole = text[at] == '{' && end != absl::string_view::npos && text[end] == '}';
    const uint8_t slot = whole ? SlotOf(std::string(text.substr(at + 1, end - at - 1))) : 0;
    if (slot == 0) return InvalidField(field, absl::StrCat("may name ", SlotList(), " in braces, and nothing else"));
    slots |= slot;
    at = end;
  }
  return slots;
}

absl::Status CheckQuestion(const v1::Question& question) {
  ASSIGN_OR_RETURN(const uint8_t in_english, SlotsIn(question.text_en(), "question.text_en"));
  ASSIGN_OR_RETURN(const uint8_t in_german, SlotsIn(question.text_de(), "question.text_de"));
  if (!question.text_de().empty() && in_english != in_german) {
    return InvalidField("question.text_de", "must name what text_en names");
  }
  if (std::count(question.kinds().begin(), question.kinds().end(), profile::v1::DESTINATION_KIND_UNSPECIFIED) > 0) {
    return InvalidField("question.kinds", "must be kinds of destinations; none: any");
  }
  return absl::OkStatus();
}

BankQuestion AsBankQuestion(const v1::Question& question) {
  BankQuestion known;
  known.source = question.name();
  known.group = static_cast<QuestionGroup>(std::max(0, question.group() - v1::QUESTION_GROUP_DAYS));
  // The kinds of the API and of the rules are numbered alike.
  for (const int kind : question.kinds()) known.kinds |= KindBit(static_cast<DestinationKind>(kind));
  known.needs = SlotsIn(question.text_en(), "").value_or(0);
  return known;
}

std::string WordsOf(const v1::Question& question, absl::string_view language,
                    const std::map<std::string, std::string>& slots) {
  std::vector<std::pair<std::string, std::string>> filled;
  for (const auto& [name, value] : slots) filled.emplace_back(absl::StrCat("{", name, "}"), value);
  const bool in_german = language == "de" && !question.text_de().empty();
  return absl::StrReplaceAll(in_german ? question.text_de() : question.text_en(), filled);
}

}  // namespace cortado::matching
