#include "clients/ctl/suggestion_text.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/ctl/person_text.h"
#include "clients/ctl/render/width.h"
#include "clients/ctl/render/words.h"

namespace cortado::ctl {
namespace {

using google::protobuf::RepeatedPtrField;
using matching::v1::ScorePart;
using matching::v1::Suggestion;
using matching::v1::Term;

const ScorePart* FindPart(const Suggestion& suggestion, int term) {
  for (const ScorePart& part : suggestion.parts()) {
    if (part.term() == term) return &part;
  }
  return nullptr;
}

// The terms that are worth something, or may be once their data is known, for anybody of the list.
std::vector<int> TermsOf(const RepeatedPtrField<Suggestion>& suggestions) {
  std::vector<int> terms;
  for (int term = matching::v1::Term_MIN + 1; term <= matching::v1::Term_MAX; ++term) {
    for (const Suggestion& suggestion : suggestions) {
      const ScorePart* part = FindPart(suggestion, term);
      if (part == nullptr || part->points() == 0) continue;
      terms.push_back(term);
      break;
    }
  }
  return terms;
}

std::string Points(const ScorePart* part) {
  if (part == nullptr) return "";
  return part->unknown() ? "?" : Grouped(part->points());
}

}  // namespace

std::string StrengthWords(matching::v1::Strength strength) {
  switch (strength) {
    case matching::v1::STRENGTH_ONE:
      return "one thing in common";
    case matching::v1::STRENGTH_SOME:
      return "some things in common";
    case matching::v1::STRENGTH_STRONG:
      return "strong";
    default:
      return "";
  }
}

std::string TermWords(Term term) { return EnumWords(term); }

std::string TermTitle(Term term) {
  switch (term) {
    case matching::v1::TERM_GAP_COVERAGE:
      return "GAP";
    case matching::v1::TERM_JOURNEY:
      return "JOURNEY";
    case matching::v1::TERM_INTERESTS:
      return "INTERESTS";
    case matching::v1::TERM_MOTIVES:
      return "MOTIVES";
    case matching::v1::TERM_DEEPENING:
      return "DEEPENING";
    case matching::v1::TERM_ELSEWHERE:
      return "ELSEWHERE";
    case matching::v1::TERM_COMMON_HOURS:
      return "HOURS";
    case matching::v1::TERM_HEADROOM:
      return "ROOM";
    default:
      return "?";
  }
}

Table PartsTable(const RepeatedPtrField<Suggestion>& suggestions) {
  const std::vector<int> terms = TermsOf(suggestions);
  std::vector<TableColumn> columns = {{"PERSON"}, {"NAME", Align::kLeft, true}, {"SCORE", Align::kRight}};
  for (int term : terms) columns.push_back({TermTitle(static_cast<Term>(term)), Align::kRight});
  Table table(std::move(columns));
  for (const Suggestion& suggestion : suggestions) {
    std::vector<std::string> cells = {ShortName(suggestion.person().person()), suggestion.person().display_name(),
                                      Grouped(suggestion.score())};
    for (int term : terms) cells.push_back(Points(FindPart(suggestion, term)));
    table.Add(std::move(cells));
  }
  return table;
}

Table ExplanationTable(const Suggestion& suggestion) {
  Table table({{"PART"},
               {"VALUE", Align::kRight},
               {"WEIGHT", Align::kRight},
               {"POINTS", Align::kRight},
               {"WHY", Align::kLeft, true}});
  for (const ScorePart& part : suggestion.parts()) {
    table.Add({TermWords(part.term()), part.unknown() ? "unknown" : Grouped(part.value()), Grouped(part.weight()),
               Grouped(part.points()), part.reason().text()});
  }
  table.Add({"score", "", "", Grouped(suggestion.score())});
  return table;
}

std::string RenderSuggestion(const Suggestion& suggestion, const Style& style) {
  const auto& card = suggestion.person();
  std::vector<std::string> facts;
  for (const std::string& fact : {card.title(), card.department(), StrengthWords(suggestion.strength())}) {
    if (!fact.empty()) facts.push_back(Clean(fact));
  }
  std::string text = absl::StrCat(style.Bold(Clean(card.display_name())), " ",
                                  style.Dim(absl::StrCat("(", ShortName(card.person()), ")")), "  ",
                                  absl::StrJoin(facts, " · "), "\n");
  if (!suggestion.reason().text().empty()) absl::StrAppend(&text, "  ", Clean(suggestion.reason().text()), "\n");
  for (const auto& time : suggestion.times()) absl::StrAppend(&text, "  ", Clean(time.local_start().text()), "\n");
  return text;
}

}  // namespace cortado::ctl
