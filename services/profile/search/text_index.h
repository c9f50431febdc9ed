// Finds documents by the beginnings of words, as typed so far, small typing errors allowed.
//
// A document has up to four texts, the most telling first (name, title, address). A word that was typed is found in a
// document when it is at most ForgivenErrors of its letters from the beginning of one of WordsToFind of its texts,
// written in either way. A document is found when all words are; of what was typed the first kMostWords words count.
// Best first: fewer errors over all words; then more telling texts; then a shorter first text; then the lower id.
//
// Every word has the list of documents it occurs in; a word that was typed gathers the lists of all words that begin
// like it, and the results are intersected. Errors are looked for only where fewer documents than wanted are found
// without: none of those would come before them.
// Thread contract: const members may be called by several threads at once, the others by one thread alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "services/profile/search/word_tree.h"

namespace cortado::profile {

class TextIndex {
 public:
  static constexpr size_t kMostTexts = 4;
  static constexpr size_t kMostWords = 8;

  // Adds a document, or replaces the one of this id, and returns its number, which stays until it is removed. Numbers
  // are small: those of documents that went are given again. `group` is what Search may be asked to keep to; upper and
  // lower case ASCII letters are the same. Texts beyond kMostTexts are not looked at.
  uint32_t Put(absl::string_view id, const std::vector<std::string>& texts, absl::string_view group = "");
  // Removes a document and returns the number it had; nothing when there is none, which is not an error.
  std::optional<uint32_t> Remove(absl::string_view id);

  // Lays memory out for searching: worth its time, that of adding a tenth of the documents, after many were added.
  // Changes no answer, and no number of a document.
  void Pack();

  // Returns the numbers of at most `limit` documents, the best first; only those of `group` unless it is empty. Nothing
  // for a query without any word.
  std::vector<uint32_t> Search(absl::string_view query, size_t limit, absl::string_view group = "") const;

  const std::string& id(uint32_t document) const { return documents_[document].id; }
  // How many documents there are.
  size_t size() const { return numbers_.size(); }
  const WordTree& words() const { return tree_; }

 private:
  // A word of a document and the most telling of its texts that has it; or the same seen from the word.
  using Occurrence = uint32_t;  // Number of the word, or of the document, times four, plus number of the text.

  struct Document {
    std::string id;
    std::vector<Occurrence> words;  // Sorted.
  };
  // What a document is ranked by, apart from its id, so small that those of all documents are read in no time.
  struct Trait {
    uint64_t id_head = 0;  // The first eight bytes of the id, to be compared as a number.
    uint32_t group = 0;
    uint32_t length = 0;
  };
  // Where documents stand with respect to one word typed: errors times four plus text; kNotFound.
  using Standing = std::vector<uint8_t>;
  static constexpr uint8_t kNotFound = 0xFF;
  struct Ranked {
    uint32_t cost;  // Errors, then texts.
    uint32_t document;
    Trait trait;
  };

  std::vector<std::pair<Word, uint32_t>> WordsOf(const std::vector<std::string>& texts) const;
  void Link(uint32_t document, const std::vector<std::pair<Word, uint32_t>>& words);
  void Unlink(uint32_t document, Occurrence occurrence);
  uint32_t GroupNumber(absl::string_view group);
  Standing Look(const TypedWord& typed, bool forgiving, const Standing* other) const;
  std::vector<Ranked> Rank(const std::vector<TypedWord>& typed, bool forgiving, size_t limit,
                           std::optional<uint32_t> group) const;
  bool IsBefore(const Ranked& a, const Ranked& b) const;
  Ranked RankOf(uint32_t document, const std::vector<Standing>& standings) const;

  WordTree tree_;
  std::vector<std::vector<Occurrence>> occurrences_;  // By word: the documents.
  std::vector<Word> spellings_;                       // By word.
  std::vector<Document> documents_;
  std::vector<Trait> traits_;  // By document.
  std::vector<uint32_t> free_documents_;
  absl::flat_hash_map<std::string, uint32_t> numbers_;  // By id.
  absl::flat_hash_map<std::string, uint32_t> groups_;
};

}  // namespace cortado::profile
