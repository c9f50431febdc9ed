// What can be asked of Cortado: for every method at least one request, about one object. None of them changes what
// another one finds, so that all may be asked by anybody, in any order and again.
#pragma once

#include <string>
#include <vector>

namespace cortado::testing {

// What a request is about.
enum class Object {
  kNone,         // Nothing that belongs to anybody: for what is asked of an organisation as a whole.
  kPerson,       // `people/P`
  kStranger,     // A person who is not of the caller's organisation, or of none.
  kDestination,  // `people/P/destinations/D`
  kNoBlock,      // `people/P/blocks/Q`, which is not there, of a person who may be.
  kRequest,      // `requests/R`, not answered
  kMatch,        // `matches/M`
  kChat,         // `chats/C`
  kSeries,       // `series/S`
  kRole,         // `roles/R`
  kTeam,         // `T1`: a workspace of Slack
  kStrangeTeam,  // One that the caller's organisation has not.
  kStrangeKey,   // `serviceKeys/K`, likewise.
  kStrangeIssuer,
  kSession,  // The id of a session of `root`.
};

// A request in text format. $O stands for the object's name, $I for what is behind its first slash, $S for the id of a
// person: the caller, if they are one; $R for a request id. With the request ids that may stand for it, a repeat by the
// same caller is a repeat to the server.
struct Question {
  std::string name;  // Of the method, and more where it has several.
  Object object;
  std::string text;

  std::string method() const { return name.substr(0, name.find(' ')); }
};

const std::vector<Question>& AllQuestions();

}  // namespace cortado::testing
