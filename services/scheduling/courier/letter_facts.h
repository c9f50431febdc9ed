// What a letter says of a request, a match or a programme beside its sentence, as that is by now: words, reasons,
// times, and where to answer without a login. Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/mail/smtp.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/matching/v1/match.pb.h"
#include "cortado/matching/v1/suggestion.pb.h"
#include "cortado/scheduling/v1/notification.pb.h"
#include "services/scheduling/courier/letters.h"

namespace cortado::scheduling {

// What a page without a login is about.
struct AnswerPage {
  std::string person;                 // Id of who answers there.
  std::string name;                   // `requests/R`, `matches/M` or `programs/P`.
  std::string etag;                   // Of what is answered once; empty: whatever it is.
  std::optional<absl::Time> expires;  // Nothing: after the usual time.
};

// How mail goes out. Without a client none does, and whoever has no Slack finds notifications in their list alone.
struct MailRoom {
  std::shared_ptr<mail::SmtpClient> client = nullptr;
  mail::Mailbox from = {};
  // Makes the address of such a page; empty: there is none.
  std::function<std::string(const rpc::Call& call, const AnswerPage& page)> answer_url = nullptr;
};

// What letters need of the matching service, in the call's organisation. Errors are matching's.
struct MatchingRoom {
  std::function<Task<absl::StatusOr<matching::v1::Request>>(rpc::Call call, std::string name)> get_request;
  // With times that suit all.
  std::function<Task<absl::StatusOr<matching::v1::Match>>(rpc::Call call, std::string name)> get_match;
  // What speaks for `mentor` (`people/P`) to `person`, in their language.
  std::function<Task<absl::StatusOr<matching::v1::Suggestion>>(rpc::Call call, std::string person, std::string mentor,
                                                               std::string language)>
      explain;
};

class LetterFacts {
 public:
  // `clock` outlives this.
  LetterFacts(MatchingRoom matching, decltype(MailRoom::answer_url) answer_url, const Clock& clock)
      : matching_(std::move(matching)), answer_url_(std::move(answer_url)), clock_(clock) {}

  // Adds what there is for `person` (id), who reads times in `zone`; false: what the notification told is over, and
  // needs no letter any more. References outlive the task. Errors are matching's.
  Task<absl::StatusOr<bool>> Add(rpc::Call call, const v1::Notification& notification, std::string person,
                                 absl::TimeZone zone, LetterParts& parts) const;

 private:
  Task<absl::StatusOr<bool>> AddRequest(rpc::Call call, const v1::Notification& notification, std::string person,
                                        absl::TimeZone zone, LetterParts& parts) const;
  Task<absl::StatusOr<bool>> AddMatch(rpc::Call call, const v1::Notification& notification, std::string person,
                                      absl::TimeZone zone, LetterParts& parts) const;
  // Of a programme: where to answer. False: the round that it told of has begun.
  bool AddProgram(const rpc::Call& call, const v1::Notification& notification, std::string person,
                  LetterParts& parts) const;
  Task<void> AddReasons(rpc::Call call, const matching::v1::Match& match, std::string person, LetterParts& parts) const;

  const MatchingRoom matching_;
  const decltype(MailRoom::answer_url) answer_url_;
  const Clock& clock_;
};

}  // namespace cortado::scheduling
