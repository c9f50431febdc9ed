// The middle of the story: one asks with three times, the other wants to know more, gets a reply, and says yes with one
// of the times, which books it. Thread contract: as Session.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/ctl/demo/scene.h"
#include "cortado/matching/v1/match.pb.h"
#include "cortado/scheduling/v1/chat.pb.h"

namespace cortado::ctl {

// What came of it.
struct Agreed {
  std::string match;  // `matches/M`.
  scheduling::v1::Chat chat;
};

class Asking {
 public:
  explicit Asking(const Scene& scene) : scene_(scene), session_(scene.session), stage_(scene.stage) {}

  // The asker asks, proposing times. FAILED_PRECONDITION: no time suits both.
  absl::Status Ask(const std::string& message);
  // The mentor asks a question, the asker replies.
  absl::Status TellMore(const std::string& question, const std::string& reply);
  // The mentor says yes with one of the times, by the link in the mail where there is one. INTERNAL: nothing was
  // booked.
  absl::StatusOr<Agreed> SayYes();

 private:
  absl::Status HearAtAnyTime(const Actor& who);
  absl::StatusOr<std::vector<absl::Time>> Propose();
  // Shows the mail about the request to the mentor, and keeps its link.
  absl::Status MailToMentor();
  absl::StatusOr<Caller> Answerer();
  absl::StatusOr<matching::v1::Match> WithChat(const matching::v1::Match& accepted);

  const Scene& scene_;
  Session& session_;
  Stage& stage_;
  std::string request_;
  std::vector<absl::Time> proposed_;
  std::string link_;
};

}  // namespace cortado::ctl
