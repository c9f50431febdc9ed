// cortadoctl webhook create | list | delete | test, and dead-letter list | retry
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/ctl/command.h"
#include "clients/ctl/pages.h"
#include "clients/ctl/render/words.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using scheduling::v1::DeadLetter;
using scheduling::v1::Webhook;

struct NewWebhook {
  std::string url;
  std::vector<std::string> events;
};

absl::Status Create(Ctl& ctl, const NewWebhook& wish) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  scheduling::v1::CreateWebhookRequest request;
  request.mutable_webhook()->set_url(wish.url);
  for (const std::string& event : wish.events) request.mutable_webhook()->add_events(event);
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const Webhook made,
                   session->Call(session->notification(), &Notifications::CreateWebhook, caller, request));
  ctl.Say(RenderFacts({{"webhook", ShortName(made.name())},
                       {"address", made.url()},
                       {"secret", made.secret().empty() ? "told the first time, and never again" : made.secret()}},
                      ctl.style()));
  if (!made.secret().empty()) {
    ctl.Say(absl::StrCat("Keep the secret: it is not told again. Try it: cortadoctl webhook test ",
                         ShortName(made.name()), "\n"));
  }
  ctl.Document(made);
  return absl::OkStatus();
}

absl::Status List(Ctl& ctl) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  ASSIGN_OR_RETURN(const auto found, session->Call(session->notification(), &Notifications::ListWebhooks, caller,
                                                   scheduling::v1::ListWebhooksRequest()));
  Table table({{"WEBHOOK"},
               {"ADDRESS", Align::kLeft, true},
               {"EVENTS", Align::kLeft, true},
               {"ARRIVED"},
               {"PROBLEM", Align::kLeft, true}});
  for (const Webhook& one : found.webhooks()) {
    table.Add({ShortName(one.name()), one.url(), one.events().empty() ? "all" : absl::StrJoin(one.events(), ", "),
               one.has_deliver_time() ? WallClock(ToTime(one.deliver_time()), absl::UTCTimeZone()) : "never",
               one.problem()});
  }
  ctl.Say(table.empty() ? "There is no webhook.\n" : table.Render(ctl.style(), ctl.columns()));
  ctl.Document(found);
  return absl::OkStatus();
}

absl::Status Delete(Ctl& ctl, const std::string& name) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  scheduling::v1::DeleteWebhookRequest request;
  request.set_name("webhooks/" + ShortName(name));
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const google::protobuf::Empty done,
                   session->Call(session->notification(), &Notifications::DeleteWebhook, caller, request));
  ctl.Say("It is told nothing any more.\n");
  ctl.Document(done);
  return absl::OkStatus();
}

absl::Status Test(Ctl& ctl, const std::string& name) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  scheduling::v1::TestWebhookRequest request;
  request.set_name("webhooks/" + ShortName(name));
  ASSIGN_OR_RETURN(const auto answer,
                   session->Call(session->notification(), &Notifications::TestWebhook, caller, request));
  ctl.Say(answer.problem().empty() ? absl::StrCat("It answered with ", answer.status(), ": all is well.\n")
                                   : absl::StrCat("It did not work: ", answer.problem(), ".\n"));
  ctl.Document(answer);
  return absl::OkStatus();
}

absl::Status ListDead(Ctl& ctl, int64_t limit) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  ASSIGN_OR_RETURN(const auto found, ListPages(*session, session->notification(), &Notifications::ListDeadLetters,
                                               caller, scheduling::v1::ListDeadLettersRequest(), limit));
  Table table(
      {{"DEAD LETTER"}, {"GIVEN UP"}, {"OF"}, {"BY"}, {"TRIES", Align::kRight}, {"PROBLEM", Align::kLeft, true}});
  for (const DeadLetter& one : found.dead_letters()) {
    const std::string channel = EnumWords(one.channel());
    table.Add({ShortName(one.name()), WallClock(ToTime(one.create_time()), absl::UTCTimeZone()), one.resource(),
               channel.empty() ? "webhook" : channel, one.attempts() > 0 ? absl::StrCat(one.attempts()) : "",
               one.problem()});
  }
  ctl.Say(table.empty() ? "Everything arrived, or is still tried.\n" : table.Render(ctl.style(), ctl.columns()));
  ctl.Document(found);
  return absl::OkStatus();
}

absl::Status Retry(Ctl& ctl, const std::string& name) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  scheduling::v1::RetryDeliveryRequest request;
  request.set_name("deadLetters/" + ShortName(name));
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const google::protobuf::Empty done,
                   session->Call(session->notification(), &Notifications::RetryDelivery, caller, request));
  ctl.Say("It is tried again, for 24 hours from now on.\n");
  ctl.Document(done);
  return absl::OkStatus();
}

}  // namespace

void AddWebhook(CLI::App& app, Ctl& ctl) {
  CLI::App* noun = AddNoun(app, "webhook", "systems of yours that are told of events, signed");
  auto wish = std::make_shared<NewWebhook>();
  CLI::App* create = AddVerb(noun, "create", "tell an address; its secret is shown once");
  create->add_option("url", wish->url, "https://... on the public internet")->required();
  create->add_option("--event", wish->events, "only this kind, as request.accepted; may be given again");
  create->footer("Example: cortadoctl webhook create https://hooks.example.com/cortado --event chat.booked");
  OnParsed(create, ctl, [&ctl, wish] { return Create(ctl, *wish); });
  OnParsed(AddVerb(noun, "list", "all webhooks"), ctl, [&ctl] { return List(ctl); });
  auto name = std::make_shared<std::string>();
  CLI::App* remove = AddVerb(noun, "delete", "tell it nothing any more; what waits for it is dropped");
  remove->add_option("webhook", *name, "as the list shows it")->required();
  OnParsed(remove, ctl, [&ctl, name] { return Delete(ctl, *name); });
  CLI::App* test = AddVerb(noun, "test", "send a signed test event now, and say what came back");
  test->add_option("webhook", *name, "as the list shows it")->required();
  OnParsed(test, ctl, [&ctl, name] { return Test(ctl, *name); });
}

void AddDeadLetter(CLI::App& app, Ctl& ctl) {
  CLI::App* noun = AddNoun(app, "dead-letter", "mails and webhooks' events that could not be delivered");
  auto limit = std::make_shared<int64_t>(50);
  CLI::App* list = AddVerb(noun, "list", "all of them, newest first");
  list->add_option("--limit", *limit, "at most this many; 0: all")->check(CLI::NonNegativeNumber);
  OnParsed(list, ctl, [&ctl, limit] { return ListDead(ctl, *limit); });
  auto name = std::make_shared<std::string>();
  CLI::App* retry = AddVerb(noun, "retry", "try one anew");
  retry->add_option("name", *name, "as the list shows it")->required();
  OnParsed(retry, ctl, [&ctl, name] { return Retry(ctl, *name); });
}

}  // namespace cortado::ctl
