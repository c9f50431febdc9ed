// cortadoctl me export; and what HR does about a person's data: people export | erase
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/ctl/command.h"
#include "clients/ctl/discovery.h"
#include "clients/ctl/render/words.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

// An export looks through the whole record of who did what.
constexpr absl::Duration kLongest = absl::Minutes(15);

// One call that may take long; not repeated.
template <class Request, class Response>
absl::StatusOr<Response> CallLong(Session& session,
                                  grpc::Status (Profile::*method)(grpc::ClientContext*, const Request&, Response*),
                                  const Caller& caller, const Request& request) {
  grpc::ClientContext context;
  RETURN_IF_ERROR(session.Prepare(context, caller, kLongest));
  Response response;
  RETURN_IF_ERROR(rpc::FromGrpc((session.profile().*method)(&context, request, &response)));
  return response;
}

absl::Status ExportMe(Ctl& ctl, const std::string& out) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  profile::v1::ExportPersonRequest request;
  request.set_person("people/" + me.person);
  ASSIGN_OR_RETURN(const auto whole, CallLong(*session, &Profile::ExportPerson, me, request));
  if (out.empty()) {
    if (!ctl.json) ctl.Say(JsonOf(whole) + "\n");
    ctl.Document(whole);
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(WriteFile(out, JsonOf(whole) + "\n", 0600));
  ctl.Say(absl::StrCat("Wrote everything that is held about you to ", out, ": ",
                       Count(whole.records_size(), "record", "records"), ". Only you can read the file.\n"));
  ctl.Document(whole);
  return absl::OkStatus();
}

absl::Status ExportPerson(Ctl& ctl, const std::string& person) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  profile::v1::ExportPersonRequest request;
  request.set_person("people/" + ShortName(person));
  ASSIGN_OR_RETURN(const auto told, CallLong(*session, &Profile::ExportPerson, caller, request));
  ctl.Say(absl::StrCat(ShortName(person), " is told that their export can be fetched; it is theirs alone.\n"));
  ctl.Document(told);
  return absl::OkStatus();
}

struct EraseArguments {
  std::string person;
  std::string proof;
  bool yes = false;
};

absl::Status Erase(Ctl& ctl, const EraseArguments& arguments) {
  if (!arguments.yes) {
    return absl::InvalidArgumentError("an erasure cannot be taken back: add --yes when it is meant");
  }
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  profile::v1::ErasePersonRequest request;
  request.set_person("people/" + ShortName(arguments.person));
  profile::v1::GetPersonRequest get;
  get.set_name(request.person());
  const auto person = session->Call(session->profile(), &Profile::GetPerson, caller, get);
  // Somebody who is gone may have been erased before: the server knows, and has the proof.
  if (!person.ok() && !absl::IsNotFound(person.status())) return person.status();
  request.set_etag(person.ok() ? person->etag() : "0");
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const auto proof, CallLong(*session, &Profile::ErasePerson, caller, request));
  if (!arguments.proof.empty()) RETURN_IF_ERROR(WriteFile(arguments.proof, JsonOf(proof) + "\n", 0600));
  Table table({{"SERVICE"}, {"WHAT"}, {"REMOVED", Align::kRight}});
  for (const auto& kind : proof.removed()) table.Add({kind.service(), kind.kind(), Grouped(kind.count())});
  ctl.Say(absl::StrCat("Erased ", proof.person(), " everywhere (erasure ", proof.erasure_id(), ").\n"));
  if (!table.empty()) ctl.Say(table);
  ctl.Document(proof);
  return absl::OkStatus();
}

}  // namespace

void AddMe(CLI::App& app, Ctl& ctl) {
  CLI::App* noun = AddNoun(app, "me", "what is held about you");
  auto out = std::make_shared<std::string>();
  CLI::App* mine = AddVerb(noun, "export", "everything that is held about you, as one JSON document");
  mine->add_option("--out", *out, "write it to this file, for you alone, instead of stdout");
  OnParsed(mine, ctl, [&ctl, out] { return ExportMe(ctl, *out); });
}

void AddErasure(CLI::App* people, Ctl& ctl) {
  auto person = std::make_shared<std::string>();
  CLI::App* theirs = AddVerb(people, "export", "tell somebody that they can fetch everything held about them");
  theirs->add_option("person", *person, "an id, as e1")->required();
  OnParsed(theirs, ctl, [&ctl, person] { return ExportPerson(ctl, *person); });

  auto arguments = std::make_shared<EraseArguments>();
  CLI::App* erase = AddVerb(people, "erase", "erase a person everywhere, for good");
  erase->add_option("person", arguments->person, "an id, as e1")->required();
  erase->add_option("--proof", arguments->proof, "write the proof, which holds ids and counts, to this file");
  erase->add_flag("--yes", arguments->yes, "it is meant");
  OnParsed(erase, ctl, [&ctl, arguments] { return Erase(ctl, *arguments); });
}

}  // namespace cortado::ctl
