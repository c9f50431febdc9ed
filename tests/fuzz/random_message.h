// Requests that nobody of good will would send: random messages of any type, with the strings, numbers and counts that
// break programs, and bytes that are no message at all. Deterministic for a seed. One thread at a time.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "google/protobuf/message.h"

namespace cortado::testing {

class RandomMessage {
 public:
  // `texts` are added to the strings it knows itself; `names` are resource names that exist.
  RandomMessage(uint64_t seed, std::vector<std::string> texts, std::vector<std::string> names);

  // Fills about half of the fields, to `depth` levels.
  void Fill(google::protobuf::Message& message, int depth = 4);

  // Changes some bytes: flips, cuts, repeats, inserts.
  std::string Mutate(std::string bytes);

  // A number below `n`.
  size_t Below(size_t n) { return std::uniform_int_distribution<size_t>(0, n - 1)(random_); }

 private:
  void FillField(google::protobuf::Message& message, const google::protobuf::FieldDescriptor& field, int depth);
  std::string Text();
  int64_t Number();

  std::mt19937_64 random_;
  std::vector<std::string> texts_;
  std::vector<std::string> names_;
};

}  // namespace cortado::testing
