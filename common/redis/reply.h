// What Redis answered: a value of our own, so that nobody else sees hiredis.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace cortado::redis {

struct Reply {
  enum class Kind { kNil, kInteger, kString, kStatus, kError, kArray };

  Kind kind = Kind::kNil;
  int64_t integer = 0;          // kInteger
  std::string text;             // kString, kStatus, kError; binary safe
  std::vector<Reply> elements;  // kArray

  bool IsNil() const { return kind == Kind::kNil; }
  bool IsError() const { return kind == Kind::kError; }
};

}  // namespace cortado::redis
