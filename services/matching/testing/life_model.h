// The life of requests in its plainest form: what the rules say (product rules 1.4 and 1.5), with nothing stored but a
// list of requests and nothing counted but by looking through it. What the service does must look the same.
// Thread-compatible. Only whole seconds.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"

namespace cortado::matching::testing {

class LifeModel {
 public:
  enum class State { kOpen, kAccepted, kClosed, kWithdrawn, kPostponed };
  struct Somebody {
    std::string id;
    int places = 1;
    bool here = true;
    bool on_a_break = false;
    bool door_closed = false;
    std::set<int> blocks;
  };
  struct Asked {
    std::string name;  // Empty until the service was asked what it is.
    int asker = 0;
    int mentor = 0;
    std::vector<int> next_choices;
    State state = State::kOpen;
    bool waits_for_asker = false;
    int questions = 0;
    absl::Time until;   // Expires, opens again, or came to nothing then.
    int next = -1;      // Index of the request to the next choice.
    int match = -1;     // Index of the match.
    bool gone = false;  // Deleted.
    int origin = -1;    // Index of the one it is the next choice of.
    absl::Time made;
  };
  struct Matched {
    std::string name;
    int mentee = 0;
    int mentor = 0;
    bool active = true;
  };

  // Every step returns the reason of its refusal, or nothing. `person` is whoever takes it.
  std::string Ask(int person, int mentor, std::vector<int> next_choices, absl::Time now);
  std::string Accept(int person, int request);
  std::string Decline(int person, int request, absl::Time now);
  std::string Question(int person, int request, absl::Time now);
  std::string Reply(int person, int request, absl::Time now);
  std::string Postpone(int person, int request, absl::Time until);
  std::string Withdraw(int person, int request, absl::Time now);
  std::string End(int person, int match);
  // What follows when somebody has changed.
  void LookAt(int person, absl::Time now);
  // What follows from time going by.
  void RunDue(absl::Time now);

  bool Waits(int request) const {
    return all[request].state == State::kOpen || all[request].state == State::kPostponed;
  }
  int OpenBy(int person) const;
  int OpenTo(int person) const;
  int ActiveOf(int mentor) const;

  std::vector<Somebody> people;
  std::vector<Asked> all;
  std::vector<Matched> matches;

 private:
  bool AreMatched(int one, int other) const;
  bool AreApart(int one, int other) const;
  // Whether the pair can have a request: both here and neither blocks the other; with `now_free` the one asked takes
  // requests at the moment.
  bool CanMeet(int asker, int mentor, bool now_free) const;
  std::string Obstacle(int asker, int mentor, int spare, absl::Time now) const;
  // Why `person` may not answer, or as the asker reply.
  std::string WrongPerson(int person, int request, bool asker) const;
  void Add(int asker, int mentor, std::vector<int> next_choices, int origin, absl::Time now);
  void Close(int request, absl::Time now);
  void Look(int request, absl::Time now);
};

}  // namespace cortado::matching::testing
