// The definition of TextIndex's answers by brute force: every document, every word, the whole table of the distance.
// Slow and plain, to check the index against. Thread contract: one thread at a time.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace cortado::profile {

class NaiveSearch {
 public:
  void Put(const std::string& id, std::vector<std::string> texts, const std::string& group = "");
  void Remove(const std::string& id);

  // The ids that TextIndex::Search must find, in order.
  std::vector<std::string> Search(absl::string_view query, size_t limit, const std::string& group = "") const;

  size_t size() const { return documents_.size(); }

 private:
  struct Document {
    std::vector<std::vector<std::u32string>> texts;  // The words of each.
    std::string group;
    size_t length;
  };
  std::map<std::string, Document> documents_;
};

}  // namespace cortado::profile
