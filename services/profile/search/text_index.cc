#include "services/profile/search/text_index.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"

namespace cortado::profile {
namespace {

// Ids in order have heads in order.
uint64_t HeadOf(absl::string_view id) {
  uint64_t head = 0;
  for (size_t i = 0; i < 8; ++i) head = head << 8 | (i < id.size() ? static_cast<uint8_t>(id[i]) : 0);
  return head;
}

// The first place from `begin` on that is not 0xFF, or the end. Most are: eight are passed over at once.
size_t NextFound(const std::vector<uint8_t>& standing, size_t begin) {
  constexpr uint64_t kNobody = ~uint64_t{0};
  size_t at = begin;
  while (at + 8 <= standing.size()) {
    uint64_t eight;
    std::memcpy(&eight, standing.data() + at, 8);
    if (eight != kNobody) break;
    at += 8;
  }
  while (at < standing.size() && standing[at] == 0xFF) ++at;
  return at;
}

}  // namespace

// Every word once, with the first text that has it.
std::vector<std::pair<Word, uint32_t>> TextIndex::WordsOf(const std::vector<std::string>& texts) const {
  std::vector<std::pair<Word, uint32_t>> words;
  for (uint32_t text = 0; text < texts.size() && text < kMostTexts; ++text) {
    for (Word& word : WordsToFind(texts[text])) words.emplace_back(std::move(word), text);
  }
  std::sort(words.begin(), words.end());
  const auto end =
      std::unique(words.begin(), words.end(), [](const auto& a, const auto& b) { return a.first == b.first; });
  words.erase(end, words.end());
  return words;
}

uint32_t TextIndex::GroupNumber(absl::string_view group) {
  return groups_.try_emplace(absl::AsciiStrToLower(group), static_cast<uint32_t>(groups_.size())).first->second;
}

void TextIndex::Unlink(uint32_t document, Occurrence occurrence) {
  const uint32_t word = occurrence / kMostTexts;
  std::vector<Occurrence>& list = occurrences_[word];
  const Occurrence gone = document * kMostTexts + occurrence % kMostTexts;
  const auto found = std::find(list.begin(), list.end(), gone);
  *found = list.back();
  list.pop_back();
  if (!list.empty()) return;
  list.shrink_to_fit();
  tree_.Remove(spellings_[word]);
  spellings_[word] = Word();
}

// Changes what differs alone: most updates of a document leave nearly all of its words as they are.
void TextIndex::Link(uint32_t document, const std::vector<std::pair<Word, uint32_t>>& words) {
  std::vector<Occurrence> now;
  now.reserve(words.size());
  for (const auto& [word, text] : words) {
    const uint32_t number = tree_.Add(word);
    if (number >= occurrences_.size()) {
      occurrences_.resize(number + 1);
      spellings_.resize(number + 1);
    }
    if (spellings_[number].empty()) spellings_[number] = word;
    now.push_back(number * kMostTexts + text);
  }
  std::sort(now.begin(), now.end());
  std::vector<Occurrence> before = std::move(documents_[document].words);
  std::vector<Occurrence> added, gone;
  std::set_difference(now.begin(), now.end(), before.begin(), before.end(), std::back_inserter(added));
  std::set_difference(before.begin(), before.end(), now.begin(), now.end(), std::back_inserter(gone));
  // A word that only moves to another text must not go away between.
  for (const Occurrence occurrence : added) {
    occurrences_[occurrence / kMostTexts].push_back(document * kMostTexts + occurrence % kMostTexts);
  }
  for (const Occurrence occurrence : gone) Unlink(document, occurrence);
  documents_[document].words = std::move(now);
}

uint32_t TextIndex::Put(absl::string_view id, const std::vector<std::string>& texts, absl::string_view group) {
  const auto [entry, is_new] = numbers_.try_emplace(std::string(id), 0);
  if (is_new && free_documents_.empty()) {
    entry->second = static_cast<uint32_t>(documents_.size());
    documents_.emplace_back();
    traits_.emplace_back();
  } else if (is_new) {
    entry->second = free_documents_.back();
    free_documents_.pop_back();
  }
  const uint32_t number = entry->second;
  Document& document = documents_[number];
  document.id = std::string(id);
  traits_[number] = {HeadOf(id), GroupNumber(group), texts.empty() ? 0 : static_cast<uint32_t>(LengthOf(texts[0]))};
  Link(number, WordsOf(texts));
  return number;
}

std::optional<uint32_t> TextIndex::Remove(absl::string_view id) {
  const auto entry = numbers_.find(id);
  if (entry == numbers_.end()) return std::nullopt;
  const uint32_t number = entry->second;
  numbers_.erase(entry);
  Link(number, {});
  documents_[number] = Document();
  traits_[number] = Trait();
  free_documents_.push_back(number);
  return number;
}

void TextIndex::Pack() {
  const std::vector<uint32_t> renumbered = tree_.Pack();
  std::vector<std::vector<Occurrence>> occurrences(tree_.number_end());
  std::vector<Word> spellings(tree_.number_end());
  std::vector<uint32_t> old_numbers(tree_.number_end());
  for (uint32_t old = 0; old < renumbered.size(); ++old) {
    if (renumbered[old] != WordTree::kNoWord) old_numbers[renumbered[old]] = old;
  }
  // Copied, not moved, so that what is read one after the other lies so.
  for (uint32_t number = 0; number < old_numbers.size(); ++number) {
    occurrences[number] = std::vector<Occurrence>(occurrences_[old_numbers[number]]);
    std::sort(occurrences[number].begin(), occurrences[number].end());
    spellings[number] = std::move(spellings_[old_numbers[number]]);
  }
  occurrences_ = std::move(occurrences);
  spellings_ = std::move(spellings);
  for (Document& document : documents_) {
    for (Occurrence& word : document.words) word = renumbered[word / kMostTexts] * kMostTexts + word % kMostTexts;
    std::sort(document.words.begin(), document.words.end());
  }
}

// Looks only at documents that `other` (of a word before; null: none) found.
TextIndex::Standing TextIndex::Look(const TypedWord& typed, bool forgiving, const Standing* other) const {
  Standing standing(documents_.size(), kNotFound);
  const auto visit = [&](uint32_t word, int errors) {
    const auto cost = static_cast<uint32_t>(errors) * kMostTexts;
    for (const Occurrence occurrence : occurrences_[word]) {
      const uint32_t document = occurrence / kMostTexts;
      const auto found = static_cast<uint8_t>(cost + occurrence % kMostTexts);
      if (found >= standing[document] || (other != nullptr && (*other)[document] == kNotFound)) continue;
      standing[document] = found;
    }
  };
  tree_.Match(typed.plain, forgiving ? ForgivenErrors(typed.plain.size()) : 0, visit);
  if (typed.spelled != typed.plain) {
    tree_.Match(typed.spelled, forgiving ? ForgivenErrors(typed.spelled.size()) : 0, visit);
  }
  return standing;
}

bool TextIndex::IsBefore(const Ranked& a, const Ranked& b) const {
  if (a.cost != b.cost) return a.cost < b.cost;
  if (a.trait.length != b.trait.length) return a.trait.length < b.trait.length;
  if (a.trait.id_head != b.trait.id_head) return a.trait.id_head < b.trait.id_head;
  return documents_[a.document].id < documents_[b.document].id;
}

TextIndex::Ranked TextIndex::RankOf(uint32_t document, const std::vector<Standing>& standings) const {
  uint32_t errors = 0, texts = 0;
  for (const Standing& standing : standings) {
    errors += standing[document] / kMostTexts;
    texts += standing[document] % kMostTexts;
  }
  return {errors * 256 + texts, document, traits_[document]};
}

std::vector<TextIndex::Ranked> TextIndex::Rank(const std::vector<TypedWord>& typed, bool forgiving, size_t limit,
                                               std::optional<uint32_t> group) const {
  std::vector<Standing> standings;
  for (const TypedWord& word : typed) {
    standings.push_back(Look(word, forgiving, standings.empty() ? nullptr : &standings.back()));
  }
  std::vector<Ranked> best;  // A heap with the last of the best on top.
  const auto before = [this](const Ranked& a, const Ranked& b) { return IsBefore(a, b); };
  const Standing& last = standings.back();
  for (size_t next = NextFound(last, 0); next < last.size(); next = NextFound(last, next + 1)) {
    const auto document = static_cast<uint32_t>(next);
    if (group && traits_[document].group != *group) continue;
    const Ranked found = RankOf(document, standings);
    if (best.size() == limit && !IsBefore(found, best.front())) continue;
    if (best.size() == limit) {
      std::pop_heap(best.begin(), best.end(), before);
      best.pop_back();
    }
    best.push_back(found);
    std::push_heap(best.begin(), best.end(), before);
  }
  std::sort_heap(best.begin(), best.end(), before);
  return best;
}

std::vector<uint32_t> TextIndex::Search(absl::string_view query, size_t limit, absl::string_view group) const {
  std::vector<TypedWord> typed = TypedWords(query);
  if (typed.size() > kMostWords) typed.resize(kMostWords);
  std::optional<uint32_t> only;
  if (!group.empty()) {
    const auto known = groups_.find(absl::AsciiStrToLower(group));
    if (known == groups_.end()) return {};
    only = known->second;
  }
  if (typed.empty() || limit == 0) return {};
  std::vector<Ranked> found = Rank(typed, /*forgiving=*/false, limit, only);
  const bool may_forgive = std::any_of(typed.begin(), typed.end(), [](const TypedWord& word) {
    return ForgivenErrors(std::max(word.plain.size(), word.spelled.size())) > 0;
  });
  if (found.size() < limit && may_forgive) found = Rank(typed, /*forgiving=*/true, limit, only);
  std::vector<uint32_t> numbers;
  numbers.reserve(found.size());
  for (const Ranked& ranked : found) numbers.push_back(ranked.document);
  return numbers;
}

}  // namespace cortado::profile
