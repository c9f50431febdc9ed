// The access rules once more, as plain as can be: written from the product rules and the design alone, and ignorant of
// the options in the protos. Pure.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/access/questions.h"

namespace cortado::testing {

// Who asks, as far as it matters to what they may.
struct Somebody {
  bool has_token = true;
  bool is_good = true;            // The token counts: it is ours, for us, not expired, changed, revoked or of a leaver.
  std::string organization = {};  // Of the token; "*": every one.
  std::string named = {};         // The organisation that the call names besides.
  std::string id = {};            // Of the person, the program or the service.
  std::set<std::string> roles = {};  // "EMPLOYEE"
  std::string purpose = {};          // What alone the token is good for: "slack", "answer".
  std::string link = {};             // The request that a link of purpose "answer" opens.

  bool Is(const std::string& role) const { return roles.count(role) > 0; }
};

// What there is.
struct Facts {
  struct Thing {
    std::string organization;
    std::set<std::string> between;  // Those who take part.
    std::string asked;              // For requests: the one who may answer.
  };
  std::set<std::pair<std::string, std::string>> people;  // Organisation and id.
  std::map<std::string, Thing> things;                   // By name; of every other kind.
};

// What comes of a call. That it is let through says nothing about its success.
enum class Fate { kLetThrough, kDenied, kNotFound };

// "let through", "denied", "not found".
std::string Say(Fate fate);

// What shall come of a question (by its name) of somebody about an object. Dies when it knows no such question.
Fate Expect(const Facts& facts, const Somebody& who, const std::string& question, const std::string& object);

// Whether Expect knows of it.
bool KnowsQuestion(const std::string& question);

}  // namespace cortado::testing
