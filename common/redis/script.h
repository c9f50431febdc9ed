// A Lua script as constant text. Every script that exists is loaded on every connect, so that calls need only its hash.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace cortado::redis {

class Script {
 public:
  // `text` starts with `#!lua`, so that Redis refuses it whole when out of memory or when a key is foreign. Define
  // scripts at namespace scope, never on the way: they live as long as the program.
  explicit Script(std::string text);
  Script(const Script&) = delete;
  Script& operator=(const Script&) = delete;

  const std::string& text() const { return text_; }
  // SHA-1 in hex, as EVALSHA takes it.
  const std::string& hash() const { return hash_; }

  // Every script of the program, in no order.
  static const std::vector<const Script*>& All();

 private:
  std::string text_;
  std::string hash_;
};

}  // namespace cortado::redis
