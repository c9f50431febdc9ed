#include "services/matching/program/programs.h"

#include <algorithm>
#include <array>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "common/auth/answer_link.h"
#include "common/id/id.h"
#include "common/id/page_token.h"
#include "common/rpc/page.h"
#include "common/status/error.h"
#include "common/text/catalog.h"
#include "cortado/matching/v1/reason.pb.h"
#include "google/protobuf/util/field_mask_util.h"
#include "services/matching/person_cards.h"
#include "services/matching/program/program_rules.h"
#include "services/matching/readers.h"
#include "services/matching/request_rules.h"

namespace cortado::matching {
namespace {

constexpr std::array<absl::string_view, 14> kWritable = {
    "display_name", "description",     "owners",         "rules",    "goal",
    "distance",     "group_size",      "cooldown_weeks", "archived", "weights",
    "every_weeks",  "next_round_time", "time_zone",      "opt_out"};

// Those of them that say when rounds are run.
constexpr std::array<absl::string_view, 3> kCadence = {"every_weeks", "next_round_time", "time_zone"};

bool Manages(const rpc::Call& call, const v1::Program& program) {
  if (call.Has(api::v1::ROLE_HR_ADMIN)) return true;
  if (!call.Has(api::v1::ROLE_PROGRAM_OWNER)) return false;
  const std::string caller = "people/" + call.subject();
  return std::count(program.owners().begin(), program.owners().end(), caller) > 0;
}

// What the caller may see of a programme.
v1::Program Shown(const rpc::Call& call, v1::Program program) {
  if (Manages(call, program)) {
    ExplainRules(text::ChooseLanguage(call.accept_language(), "", ""), program);
  } else {
    program.clear_rules();
    program.clear_weights();
    program.clear_owners();
  }
  return program;
}

// Texts are made anew for every reader.
void Settle(v1::Program& program) {
  for (v1::ProgramRule& rule : *program.mutable_rules()) rule.clear_text();
}

// To all but themselves, "not now" is no answer yet.
bool IsShownToOthers(v1::Participant& participant) {
  // In an opt-out draw whoever says nothing looks like whoever said no, so that nobody learns who did.
  participant.clear_enroll_time();
  if (participant.state() == v1::Participant::STATE_NOT_NOW) participant.set_state(v1::Participant::STATE_INVITED);
  return participant.state() != v1::Participant::STATE_LEFT;
}

v1::Participant Invited(const v1::Program& program, const v1::Participant& asked) {
  v1::Participant participant;
  participant.set_state(v1::Participant::STATE_INVITED);
  const bool cohort = !IsDraw(program);
  participant.set_mentor(cohort && asked.mentor());
  participant.set_mentee(cohort && (asked.mentee() || !asked.mentor()));
  participant.set_places(asked.places());
  *participant.mutable_tags() = asked.tags();
  return participant;
}

// Applies an answer. What was not said stays as it was invited.
absl::Status Apply(const v1::Program& program, const v1::RespondToInvitationRequest& request,
                   v1::Participant& participant) {
  using Request = v1::RespondToInvitationRequest;
  if (request.answer() == Request::ANSWER_NOT_NOW) participant.set_state(v1::Participant::STATE_NOT_NOW);
  if (request.answer() == Request::ANSWER_LEAVE) participant.set_state(v1::Participant::STATE_LEFT);
  if (request.answer() != Request::ANSWER_JOIN) return absl::OkStatus();
  if (program.archived()) return ProgramArchived();
  participant.set_state(v1::Participant::STATE_ENROLLED);
  if (!request.has_participant() || IsDraw(program)) return absl::OkStatus();
  if (!request.participant().mentee() && !request.participant().mentor()) {
    return InvalidField("participant", "must be a mentee, a mentor, or both");
  }
  participant.set_mentee(request.participant().mentee());
  participant.set_mentor(request.participant().mentor());
  participant.set_places(request.participant().places());
  return absl::OkStatus();
}

}  // namespace

absl::Status ProgramArchived() {
  return Error(absl::StatusCode::kFailedPrecondition, v1::REASON_PROGRAM_ARCHIVED, "the programme is archived");
}

Task<absl::StatusOr<v1::Program>> Programs::FindManaged(rpc::Call call, std::string id) {
  CO_ASSIGN_OR_RETURN(v1::Program program, co_await store_.Get(call, std::move(id)));
  if (!Manages(call, program)) co_return NotFound();
  co_return program;
}

Task<absl::StatusOr<v1::Program>> Programs::Create(rpc::Call call, const v1::CreateProgramRequest& request) {
  std::string fingerprint = store::Fingerprint(call, request);
  co_return co_await Insert(std::move(call), request.program(), request.request_id(), std::move(fingerprint));
}

Task<absl::StatusOr<v1::Program>> Programs::Copy(rpc::Call call, const v1::CopyProgramRequest& request) {
  CO_ASSIGN_OR_RETURN(v1::Program program, co_await FindManaged(call, IdOf(request.program())));
  program.set_display_name(request.display_name());
  program.clear_archived();
  program.clear_every_weeks();
  program.clear_next_round_time();
  std::string fingerprint = store::Fingerprint(call, request);
  co_return co_await Insert(std::move(call), std::move(program), request.request_id(), std::move(fingerprint));
}

Task<absl::StatusOr<v1::Program>> Programs::Insert(rpc::Call call, v1::Program program, std::string request_id,
                                                   std::string fingerprint) {
  Settle(program);
  AddUsualRules(program);
  CO_RETURN_IF_ERROR(ValidateProgram(program));
  CO_RETURN_IF_ERROR(ValidateCadence(program, clock_.Now()));
  CO_RETURN_IF_ERROR(co_await CheckOptOut(call, program));
  program.clear_etag();
  program.set_name(id::MakeName("programs", id::New()));
  const std::string caller = "people/" + call.subject();
  const bool is_owner = std::count(program.owners().begin(), program.owners().end(), caller) > 0;
  if (call.Has(api::v1::ROLE_EMPLOYEE) && !is_owner) program.add_owners(caller);
  program.mutable_create_time()->set_seconds(absl::ToUnixSeconds(clock_.Now()));
  CO_ASSIGN_OR_RETURN(v1::Program made,
                      co_await store_.Put(call, std::move(program), std::move(request_id), std::move(fingerprint)));
  co_return Shown(call, std::move(made));
}

Task<absl::StatusOr<v1::Program>> Programs::Get(rpc::Call call, const v1::GetProgramRequest& request) {
  const std::string id = IdOf(request.name());
  if (!auth::MayAnswer(call.scope(), request.name())) co_return NotFound();
  CO_ASSIGN_OR_RETURN(v1::Program program, co_await store_.Get(call, id));
  if (!Manages(call, program)) {
    if (!call.Has(api::v1::ROLE_EMPLOYEE)) co_return NotFound();
    CO_RETURN_IF_ERROR((co_await store_.GetParticipant(call, id, call.subject())).status());
  }
  co_return Shown(call, std::move(program));
}

Task<absl::StatusOr<v1::ListProgramsResponse>> Programs::List(rpc::Call call, const v1::ListProgramsRequest& request) {
  const std::string arguments = absl::StrCat(call.organization(), "\n", call.subject());
  CO_ASSIGN_OR_RETURN(const std::string cursor, rpc::PageStart(request.page_token(), arguments));
  std::set<std::string> invited;
  if (call.Has(api::v1::ROLE_EMPLOYEE)) {
    CO_ASSIGN_OR_RETURN(const std::vector<std::string> ids, co_await store_.ListTakingPart(call, call.subject()));
    for (const std::string& id : ids) invited.insert("programs/" + id);
  }
  CO_ASSIGN_OR_RETURN(Page<v1::Program> page, co_await store_.List(call, cursor, rpc::PageSize(request.page_size())));
  v1::ListProgramsResponse response;
  for (v1::Program& program : page.items) {
    if (!Manages(call, program) && invited.count(program.name()) == 0) continue;
    *response.add_programs() = Shown(call, std::move(program));
  }
  response.set_next_page_token(id::MakePageToken(page.cursor, arguments));
  co_return response;
}

Task<absl::StatusOr<v1::Program>> Programs::Update(rpc::Call call, const v1::UpdateProgramRequest& request) {
  if (request.program().etag().empty()) co_return InvalidField("program.etag", "is required: send the one read");
  CO_ASSIGN_OR_RETURN(v1::Program program, co_await FindManaged(call, IdOf(request.program().name())));
  for (const std::string& path : request.update_mask().paths()) {
    if (std::count(kWritable.begin(), kWritable.end(), path) > 0) continue;
    co_return InvalidField("update_mask", absl::StrCat("names ", path, ", which is no field to write"));
  }
  google::protobuf::util::FieldMaskUtil::MergeOptions replace;
  replace.set_replace_repeated_fields(true);
  replace.set_replace_message_fields(true);
  google::protobuf::util::FieldMaskUtil::MergeMessageTo(request.program(), request.update_mask(), replace, &program);
  Settle(program);
  CO_RETURN_IF_ERROR(ValidateProgram(program));
  if (request.program().opt_out()) CO_RETURN_IF_ERROR(co_await CheckOptOut(call, program));
  const auto& written_fields = request.update_mask().paths();
  const bool moves = std::any_of(kCadence.begin(), kCadence.end(), [&](absl::string_view field) {
    return std::count(written_fields.begin(), written_fields.end(), field) > 0;
  });
  if (moves) CO_RETURN_IF_ERROR(ValidateCadence(program, clock_.Now()));
  program.set_etag(request.program().etag());
  CO_ASSIGN_OR_RETURN(v1::Program written, co_await store_.Put(call, std::move(program), request.request_id(),
                                                               store::Fingerprint(call, request)));
  if (written.archived()) CO_RETURN_IF_ERROR(co_await FreeDrafts(rounds_, call, IdOf(written.name()), ""));
  co_return Shown(call, std::move(written));
}

Task<absl::Status> Programs::CheckOptOut(rpc::Call call, const v1::Program& program) {
  if (!program.opt_out()) co_return absl::OkStatus();
  CO_ASSIGN_OR_RETURN(const std::shared_ptr<LiveView> live, co_await views_.Get(call));
  const bool allowed = live->Read([](const OrganizationView& view) { return view.allows_opt_out(); });
  if (allowed) co_return absl::OkStatus();
  co_return Error(absl::StatusCode::kFailedPrecondition, v1::REASON_OPT_OUT_NOT_ALLOWED,
                  "the organisation has not chosen that people are in coffee draws unless they say no");
}

Task<absl::StatusOr<Programs::Invitees>> Programs::Find(rpc::Call call, const v1::Program& program,
                                                        const v1::InviteParticipantsRequest& request) {
  CO_ASSIGN_OR_RETURN(std::shared_ptr<LiveView> live, co_await views_.Get(call));
  const absl::Time now = clock_.Now();
  Invitees people;
  bool all = true;
  live->Read([&](const OrganizationView& view) {
    for (const std::string& name : request.people()) {
      const std::optional<int32_t> person = FindActive(view, IdOf(name));
      all = all && person.has_value();
      if (!person) continue;
      Invitee& invitee = people[IdOf(name)];
      invitee.joined = view.organization().people()[*person].joined;
      // Whoever is not told of it has no time to say no.
      if (program.opt_out() && invitee.joined && view.allows_opt_out()) {
        invitee.enroll_time = AnswerTime(view, now, IdOf(name));
      }
    }
  });
  if (!all) co_return NotFound();
  co_return people;
}

Task<absl::StatusOr<v1::InviteParticipantsResponse>> Programs::Invite(rpc::Call call,
                                                                      const v1::InviteParticipantsRequest& request) {
  CO_ASSIGN_OR_RETURN(const v1::Program program, co_await FindManaged(call, IdOf(request.program())));
  if (program.archived()) co_return ProgramArchived();
  CO_ASSIGN_OR_RETURN(Invitees people, co_await Find(call, program, request));
  v1::InviteParticipantsResponse response;
  CO_ASSIGN_OR_RETURN(const int invited,
                      co_await store_.Invite(call, program, std::move(people), Invited(program, request.participant()),
                                             request.request_id(), store::Fingerprint(call, request)));
  response.set_invited_count(invited);
  co_return response;
}

Task<absl::Status> Programs::FillRest(rpc::Call call, std::string program, std::vector<Enrollment>& people) {
  std::vector<std::string> ids;
  for (const Enrollment& one : people) ids.push_back(one.person);
  CO_ASSIGN_OR_RETURN(const std::set<std::string> out, co_await publications_.SittingOut(call, program, ids));
  CO_ASSIGN_OR_RETURN(const std::set<std::string> chats, co_await publications_.HaveChats(call, program, ids));
  for (Enrollment& one : people) {
    one.participant.set_skips_next_round(out.count(one.person) > 0);
    one.participant.set_chat_booked(chats.count(one.person) > 0);
  }
  co_return absl::OkStatus();
}

Task<absl::StatusOr<v1::Participant>> Programs::Skip(rpc::Call call, const v1::SkipRoundRequest& request) {
  const std::string id = IdOf(request.program());
  if (!auth::MayAnswer(call.scope(), request.program())) co_return NotFound();
  CO_RETURN_IF_ERROR(co_await publications_.Skip(call, id, call.subject(), request.take_part(), request.request_id(),
                                                 store::Fingerprint(call, request)));
  std::vector<Enrollment> one(1);
  CO_ASSIGN_OR_RETURN(one[0], co_await store_.GetParticipant(call, id, call.subject()));
  CO_RETURN_IF_ERROR(co_await FillRest(call, id, one));
  co_return std::move(one[0].participant);
}

Task<absl::StatusOr<v1::Participant>> Programs::Respond(rpc::Call call, const v1::RespondToInvitationRequest& request) {
  std::string id = IdOf(request.program());
  if (!auth::MayAnswer(call.scope(), request.program())) co_return NotFound();
  CO_ASSIGN_OR_RETURN(const v1::Program program, co_await store_.Get(call, id));
  CO_ASSIGN_OR_RETURN(Enrollment enrollment, co_await store_.GetParticipant(call, id, call.subject()));
  CO_RETURN_IF_ERROR(Apply(program, request, enrollment.participant));
  CO_ASSIGN_OR_RETURN(v1::Participant participant,
                      co_await store_.Answer(call, std::move(id), std::move(enrollment), request.request_id(),
                                             store::Fingerprint(call, request)));
  co_return participant;
}

Task<absl::StatusOr<v1::ListParticipantsResponse>> Programs::ListParticipants(
    rpc::Call call, const v1::ListParticipantsRequest& request) {
  const std::string arguments = absl::StrCat(call.organization(), "\n", request.program());
  CO_ASSIGN_OR_RETURN(const std::string after, rpc::PageStart(request.page_token(), arguments));
  CO_ASSIGN_OR_RETURN(const v1::Program program, co_await FindManaged(call, IdOf(request.program())));
  CO_ASSIGN_OR_RETURN(Page<Enrollment> page, co_await store_.ListParticipants(call, IdOf(program.name()), after,
                                                                              rpc::PageSize(request.page_size())));
  CO_RETURN_IF_ERROR(co_await FillRest(call, IdOf(program.name()), page.items));
  CO_ASSIGN_OR_RETURN(std::shared_ptr<LiveView> live, co_await views_.Get(call));
  v1::ListParticipantsResponse response;
  live->Read([&](const OrganizationView& view) {
    for (Enrollment& one : page.items) {
      if (!IsShownToOthers(one.participant)) continue;
      FillCard(view, call, clock_.Now(), *one.participant.mutable_person());
      *response.add_participants() = std::move(one.participant);
    }
  });
  response.set_next_page_token(id::MakePageToken(page.cursor, arguments));
  co_return response;
}

}  // namespace cortado::matching
