#include "services/profile/journey_drafts.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace cortado::profile {
namespace {

using Words = std::vector<std::string>;

constexpr int kUsual = 20;       // The height of a title that says nothing of it.
constexpr int kLeading = 50;     // From here on a title leads people.
constexpr size_t kStemSize = 5;  // So many letters make two words one craft.

// What a word of a title says about its height. Numerals add to it.
const absl::flat_hash_map<absl::string_view, int>& Heights() {
  static const auto& heights = *new absl::flat_hash_map<absl::string_view, int>{
      {"student", 0},   {"intern", 0},     {"trainee", 0},       {"apprentice", 0}, {"recruit", 0},
      {"junior", 10},   {"jr", 10},        {"assistant", 10},    {"asst", 10},      {"aide", 10},
      {"helper", 10},   {"senior", 30},    {"sr", 30},           {"lead", 40},      {"principal", 40},
      {"master", 40},   {"architect", 40}, {"supervisor", 50},   {"foreman", 50},   {"sergeant", 50},
      {"manager", 60},  {"mgr", 60},       {"lieutenant", 60},   {"head", 60},      {"captain", 65},
      {"director", 70}, {"commander", 70}, {"commissioner", 75}, {"vice", 80},      {"president", 90},
      {"chief", 90},    {"executive", 90}, {"founder", 90},      {"ceo", 90},       {"cfo", 90},
      {"cto", 90},      {"coo", 90}};
  return heights;
}

int NumeralOf(absl::string_view word) {
  static const auto& numerals = *new absl::flat_hash_map<absl::string_view, int>{
      {"i", 1}, {"ii", 2}, {"iii", 3}, {"iv", 4}, {"v", 5}, {"1", 1}, {"2", 2}, {"3", 3}, {"4", 4}, {"5", 5}};
  const auto found = numerals.find(word);
  return found == numerals.end() ? 0 : found->second;
}

// Words that say how somebody works, or nothing, and never at what.
bool IsPlain(absl::string_view word) {
  static const auto& plain = *new absl::flat_hash_set<absl::string_view>{"of",
                                                                         "the",
                                                                         "and",
                                                                         "or",
                                                                         "to",
                                                                         "for",
                                                                         "in",
                                                                         "a",
                                                                         "an",
                                                                         "per",
                                                                         "with",
                                                                         "specialist",
                                                                         "officer",
                                                                         "staff",
                                                                         "clerk",
                                                                         "worker",
                                                                         "role",
                                                                         "member",
                                                                         "general",
                                                                         "deputy",
                                                                         "team",
                                                                         "technician",
                                                                         "representative",
                                                                         "professional",
                                                                         "associate",
                                                                         "coordinator",
                                                                         "department",
                                                                         "group",
                                                                         "office",
                                                                         "other",
                                                                         "assigned",
                                                                         "as",
                                                                         "hourly",
                                                                         "unassigned"};
  return plain.contains(word);
}

Words WordsOf(absl::string_view text) {
  std::string folded;
  for (const char c : text) {
    // Letters beyond ASCII stay: they are parts of words.
    const bool part = absl::ascii_isalnum(c) || static_cast<unsigned char>(c) >= 0x80;
    folded += part ? absl::ascii_tolower(c) : ' ';
  }
  return absl::StrSplit(folded, ' ', absl::SkipEmpty());
}

// "Assistant to the Chief Financial Officer" is an assistant: what stands behind "to the" is somebody else's title.
Words OwnWords(absl::string_view title) {
  Words words = WordsOf(title);
  for (size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] == "to" && words[i + 1] == "the") words.resize(i);
  }
  return words;
}

// A manager of a product, a project or accounts leads no people by that.
bool ManagesNoPeople(const Words& words, size_t at) {
  static const auto& things =
      *new absl::flat_hash_set<absl::string_view>{"product", "project", "account", "program", "programme", "community"};
  return words[at] == "manager" && at > 0 && things.contains(words[at - 1]);
}

int HeightOf(const Words& words) {
  int height = kUsual, numeral = 0;
  bool said = false;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i + 1 == words.size()) numeral = NumeralOf(words[i]);
    const auto found = Heights().find(words[i]);
    if (found == Heights().end() || ManagesNoPeople(words, i)) continue;
    // The lowest word counts: an assistant manager is less than a manager, a vice president less than a president. But
    // "senior" lifts what it stands beside.
    const bool lifts = found->second == Heights().at("senior");
    if (lifts) {
      height = said ? height + 5 : 30;
    } else {
      height = said && height != 30 ? std::min(height, found->second) : found->second + (said ? 5 : 0);
    }
    said = true;
  }
  return height + numeral;
}

bool Leads(const Post& post, const Words& words) { return post.leads ? *post.leads : HeightOf(words) >= kLeading; }

// The beginnings of the words that name a craft.
void AddStems(const Words& words, std::set<std::string>& stems) {
  for (const std::string& word : words) {
    const bool height = Heights().contains(word) && word != "architect";
    if (word.size() < 2 || height || IsPlain(word) || NumeralOf(word) > 0) continue;
    stems.insert(word.substr(0, kStemSize));
  }
}

bool IsOneField(const Post& before, const Words& words_before, const Post& after, const Words& words_after) {
  std::set<std::string> from, to;
  AddStems(words_before, from);
  AddStems(words_after, to);
  if (from.empty() || to.empty()) return true;
  AddStems(WordsOf(before.department), from);
  AddStems(WordsOf(after.department), to);
  return std::any_of(from.begin(), from.end(), [&](const std::string& stem) { return to.count(stem) > 0; });
}

}  // namespace

DraftMove MoveBetween(const Post* before, const Post& after) {
  if (before == nullptr) return DraftMove::kStart;
  const Words from = OwnWords(before->title), to = OwnWords(after.title);
  if (!IsOneField(*before, from, after, to)) return DraftMove::kNewField;
  const bool led = Leads(*before, from), leads = Leads(after, to);
  if (!led && leads) return DraftMove::kUp;
  if (led && !leads) return DraftMove::kBackToCraft;
  const int height = HeightOf(to) - HeightOf(from);
  if (height > 0) return DraftMove::kUp;
  return height < 0 ? DraftMove::kDown : DraftMove::kSide;
}

bool IsSamePost(const Post& a, const Post& b) {
  const auto words = [](absl::string_view text) {
    return absl::StrJoin(absl::StrSplit(absl::AsciiStrToLower(text), ' ', absl::SkipEmpty()), " ");
  };
  return words(a.title) == words(b.title) && words(a.department) == words(b.department);
}

}  // namespace cortado::profile
