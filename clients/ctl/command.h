// What every command shares: what was said on the command line, where output goes, and the way to the server. Each noun
// has a file of its own, with one function that adds its verbs.
// Thread contract: one thread at a time.
#pragma once

#include <google/protobuf/message.h>

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clients/ctl/render/style.h"
#include "clients/ctl/render/table.h"
#include "clients/ctl/session.h"

namespace cortado::ctl {

// Returns the proto3 JSON form, every field printed, indented.
std::string JsonOf(const google::protobuf::Message& message);

class Ctl {
 public:
  Ctl();

  // Filled by the command line.
  Given given;
  Session::Options options;
  bool json = false;
  // What the command does; set by the verb that was typed.
  std::function<absl::Status()> act;

  const Style& style() const { return style_; }
  // Columns of the terminal; 0 where output goes elsewhere.
  int columns() const { return columns_; }

  // The session, opened at the first use. Errors of Discover.
  absl::StatusOr<Session*> session();
  // Whether a session was opened and made a request id: for what to type after a failure.
  std::string last_request_id() const { return session_ == nullptr ? "" : session_->last_request_id(); }

  // Prints to stdout. Nothing with --json, whose output is one document.
  void Say(absl::string_view text) const;
  void Say(const Table& table) const;
  // Prints JsonOf(message) with --json; else nothing.
  void Document(const google::protobuf::Message& message) const;
  // Prints JSON text with --json; else nothing.
  void Document(const std::string& json_text) const;

 private:
  const Style style_;
  const int columns_;
  std::unique_ptr<Session> session_;
};

// Adds a noun, which takes exactly one verb; a verb; and what a verb does. Global options may stand anywhere.
CLI::App* AddNoun(CLI::App& app, const std::string& noun, const std::string& description);
CLI::App* AddVerb(CLI::App* noun, const std::string& verb, const std::string& description);
void OnParsed(CLI::App* verb, Ctl& ctl, std::function<absl::Status()> act);

// The verbs of `match` that answer a request, or speak of a match.
void AddAnswers(CLI::App* match, Ctl& ctl);

// The verbs of `people` that are about their data as a whole, and `org retention`.
void AddErasure(CLI::App* people, Ctl& ctl);
void AddRetention(CLI::App* org, Ctl& ctl);
void AddWeights(CLI::App* org, Ctl& ctl);
// `org coffee`.
void AddCoffee(CLI::App* org, Ctl& ctl);
// `org groups`.
void AddGroupQuestions(CLI::App* org, Ctl& ctl);
// The verbs of `program` about its people.
void AddParticipants(CLI::App* program, Ctl& ctl);
// The verbs of `match` between a match and its first chat.
void AddProposals(CLI::App* match, Ctl& ctl);
// The verbs of `match` that look beyond the ranking.
void AddDiscovery(CLI::App* match, Ctl& ctl);

// The nouns. Each adds itself to `app`; `ctl` outlives it.
void AddPeople(CLI::App& app, Ctl& ctl);
void AddMe(CLI::App& app, Ctl& ctl);
void AddProfile(CLI::App& app, Ctl& ctl);
void AddInvitation(CLI::App& app, Ctl& ctl);
void AddGuide(CLI::App& app, Ctl& ctl);
void AddQuestion(CLI::App& app, Ctl& ctl);
void AddProgram(CLI::App& app, Ctl& ctl);
void AddRound(CLI::App& app, Ctl& ctl);
void AddDestination(CLI::App& app, Ctl& ctl);
void AddOffer(CLI::App& app, Ctl& ctl);
void AddTime(CLI::App& app, Ctl& ctl);
void AddBlock(CLI::App& app, Ctl& ctl);
void AddGroup(CLI::App& app, Ctl& ctl);
void AddSkill(CLI::App& app, Ctl& ctl);
void AddRole(CLI::App& app, Ctl& ctl);
void AddCatalog(CLI::App& app, Ctl& ctl);
void AddMatch(CLI::App& app, Ctl& ctl);
void AddCalendar(CLI::App& app, Ctl& ctl);
void AddChat(CLI::App& app, Ctl& ctl);
void AddSeries(CLI::App& app, Ctl& ctl);
void AddNotification(CLI::App& app, Ctl& ctl);
void AddToken(CLI::App& app, Ctl& ctl);
void AddAccess(CLI::App& app, Ctl& ctl);
void AddSession(CLI::App& app, Ctl& ctl);
void AddSlack(CLI::App& app, Ctl& ctl);
void AddServiceKey(CLI::App& app, Ctl& ctl);
void AddIssuer(CLI::App& app, Ctl& ctl);
void AddWebhook(CLI::App& app, Ctl& ctl);
void AddDeadLetter(CLI::App& app, Ctl& ctl);
void AddKey(CLI::App& app, Ctl& ctl);
void AddAudit(CLI::App& app, Ctl& ctl);
void AddOrg(CLI::App& app, Ctl& ctl);
void AddDoctor(CLI::App& app, Ctl& ctl);
void AddDemo(CLI::App& app, Ctl& ctl);
void AddDev(CLI::App& app, Ctl& ctl);

}  // namespace cortado::ctl
