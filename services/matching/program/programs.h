// Programmes: made and changed by HR and owners, joined by each person's own answer (product rules 1.3 and 2.4).
// Thread-safe.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/matching/v1/matching_service.pb.h"
#include "services/matching/live_views.h"
#include "services/matching/program/program_store.h"
#include "services/matching/program/publication_store.h"
#include "services/matching/program/round_context.h"

namespace cortado::matching {

// FAILED_PRECONDITION (PROGRAM_ARCHIVED).
absl::Status ProgramArchived();

class Programs {
 public:
  // All outlive this.
  Programs(LiveViews& views, RoundSources sources, const Clock& clock)
      : views_(views),
        store_(sources.programs),
        rounds_(sources.rounds),
        publications_(sources.publications),
        clock_(clock) {}

  // Makes a programme. INVALID_ARGUMENT; FAILED_PRECONDITION (RULES_CONTRADICT).
  Task<absl::StatusOr<v1::Program>> Create(rpc::Call call, const v1::CreateProgramRequest& request);
  // Makes one with the terms of another, and nobody in it. NOT_FOUND to whoever does not manage the other.
  Task<absl::StatusOr<v1::Program>> Copy(rpc::Call call, const v1::CopyProgramRequest& request);
  // Returns one to whoever manages it or was invited, who see no rules and owners. NOT_FOUND to everybody else.
  Task<absl::StatusOr<v1::Program>> Get(rpc::Call call, const v1::GetProgramRequest& request);
  // Lists those that Get would return. INVALID_ARGUMENT (PAGE_TOKEN_INVALID).
  Task<absl::StatusOr<v1::ListProgramsResponse>> List(rpc::Call call, const v1::ListProgramsRequest& request);
  // Changes one. NOT_FOUND to whoever does not manage it; ABORTED (ETAG_MISMATCH); errors of Create.
  Task<absl::StatusOr<v1::Program>> Update(rpc::Call call, const v1::UpdateProgramRequest& request);

  // Invites people. NOT_FOUND as Update, and when one of them is not there. FAILED_PRECONDITION (PROGRAM_ARCHIVED).
  // UNAVAILABLE (LOADING).
  Task<absl::StatusOr<v1::InviteParticipantsResponse>> Invite(rpc::Call call,
                                                              const v1::InviteParticipantsRequest& request);
  // Writes the caller's own answer. NOT_FOUND to whoever was not invited. FAILED_PRECONDITION (PROGRAM_ARCHIVED) to
  // join. INVALID_ARGUMENT to join a cohort as neither mentee nor mentor.
  Task<absl::StatusOr<v1::Participant>> Respond(rpc::Call call, const v1::RespondToInvitationRequest& request);
  // Sits the next round out, or takes that back, for the caller. NOT_FOUND to whoever was not invited.
  Task<absl::StatusOr<v1::Participant>> Skip(rpc::Call call, const v1::SkipRoundRequest& request);
  // Lists who was invited or is enrolled. NOT_FOUND as Update. INVALID_ARGUMENT (PAGE_TOKEN_INVALID).
  Task<absl::StatusOr<v1::ListParticipantsResponse>> ListParticipants(rpc::Call call,
                                                                      const v1::ListParticipantsRequest& request);

  // Returns the programme with this id to whoever manages it. NOT_FOUND to everybody else.
  Task<absl::StatusOr<v1::Program>> FindManaged(rpc::Call call, std::string id);

 private:
  using Invitees = std::map<std::string, Invitee>;

  // Returns those the request names, by id. NOT_FOUND when one of them is not there.
  Task<absl::StatusOr<Invitees>> Find(rpc::Call call, const v1::Program& program,
                                      const v1::InviteParticipantsRequest& request);
  // FAILED_PRECONDITION (OPT_OUT_NOT_ALLOWED) where the organisation did not choose that. UNAVAILABLE (LOADING).
  Task<absl::Status> CheckOptOut(rpc::Call call, const v1::Program& program);
  // Says of each whether they sit the next round out, and whether a chat of theirs was booked.
  Task<absl::Status> FillRest(rpc::Call call, std::string program, std::vector<Enrollment>& people);
  // Writes a new one, owned by the caller too, if they are a person.
  Task<absl::StatusOr<v1::Program>> Insert(rpc::Call call, v1::Program program, std::string request_id,
                                           std::string fingerprint);

  LiveViews& views_;
  ProgramStore& store_;
  RoundStore& rounds_;
  PublicationStore& publications_;
  const Clock& clock_;
};

}  // namespace cortado::matching
