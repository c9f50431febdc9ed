#include "services/profile/search/testing/naive_search.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/strings/ascii.h"
#include "services/profile/search/folding.h"

namespace cortado::profile {
namespace {

// The fewest errors between what was typed and any beginning of the word.
int Errors(const std::u32string& typed, const std::u32string& word) {
  int table[kLongestWord + 1][kLongestWord + 1];
  for (size_t i = 0; i <= word.size(); ++i) {
    for (size_t j = 0; j <= typed.size(); ++j) {
      if (i == 0 || j == 0) {
        table[i][j] = static_cast<int>(i + j);
        continue;
      }
      table[i][j] = std::min(
          {table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (word[i - 1] == typed[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && word[i - 1] == typed[j - 2] && word[i - 2] == typed[j - 1]) {
        table[i][j] = std::min(table[i][j], table[i - 2][j - 2] + 1);
      }
    }
  }
  int least = table[0][typed.size()];
  for (size_t i = 1; i <= word.size(); ++i) least = std::min(least, table[i][typed.size()]);
  return least;
}

int Forgiven(const std::u32string& typed) { return typed.size() >= 8 ? 2 : typed.size() >= 4 ? 1 : 0; }

}  // namespace

void NaiveSearch::Put(const std::string& id, std::vector<std::string> texts, const std::string& group) {
  Document document{{}, absl::AsciiStrToLower(group), LengthOf(texts[0])};
  for (const std::string& text : texts) document.texts.push_back(WordsToFind(text));
  documents_[id] = std::move(document);
}

void NaiveSearch::Remove(const std::string& id) { documents_.erase(id); }

std::vector<std::string> NaiveSearch::Search(absl::string_view query, size_t limit, const std::string& group) const {
  std::vector<TypedWord> typed = TypedWords(query);
  if (typed.size() > 8) typed.resize(8);
  std::vector<std::tuple<int, size_t, size_t, std::string>> found;
  for (const auto& [id, document] : documents_) {
    if (typed.empty() || (!group.empty() && document.group != absl::AsciiStrToLower(group))) continue;
    int errors = 0;
    size_t texts = 0;
    bool all = true;
    for (const TypedWord& word : typed) {
      std::optional<std::pair<int, size_t>> best;
      for (size_t text = 0; text < document.texts.size(); ++text) {
        for (const std::u32string& there : document.texts[text]) {
          for (const std::u32string& written : {word.plain, word.spelled}) {
            const std::pair<int, size_t> this_one = {Errors(written, there), text};
            if (this_one.first <= Forgiven(written) && (!best || this_one < *best)) best = this_one;
          }
        }
      }
      all = all && best.has_value();
      if (!best) break;
      errors += best->first;
      texts += best->second;
    }
    if (all) found.emplace_back(errors, texts, document.length, id);
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> ids;
  for (size_t i = 0; i < found.size() && i < limit; ++i) ids.push_back(std::get<3>(found[i]));
  return ids;
}

}  // namespace cortado::profile
