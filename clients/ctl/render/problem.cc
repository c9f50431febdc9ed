#include "clients/ctl/render/problem.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/ctl/render/width.h"
#include "common/status/error.h"
#include "cortado/type/v1/text.pb.h"

namespace cortado::ctl {
namespace {

// Reads the payload `url` of `status` into `message`; leaves it empty when there is none.
template <typename Message>
Message Detail(const absl::Status& status, const char* url) {
  Message message;
  if (const auto payload = status.GetPayload(url)) message.ParsePartialFromString(std::string(*payload));
  return message;
}

// What to do, by reason; by code where the reason says nothing more.
std::string Next(absl::StatusCode code, const std::string& reason) {
  static const auto& by_reason = *new std::map<std::string, std::string>{
      {"TOKEN_INVALID",
       "make a token with `cortadoctl token create --person PERSON`, or act as somebody with --as PERSON; `cortadoctl "
       "doctor` shows what is used now"},
      {"ACCESS_DENIED", "this is for the person it belongs to: add --as PERSON, or use a token with the role needed"},
      {"RESOURCE_NOT_FOUND", "look for the name with `cortadoctl people list`, `match list` or `chat list`"},
      {"TOO_MANY_LEAVING",
       "look at who with `cortadoctl people import FILE --leavers --dry-run`; when it is right, add --max-leaving N or "
       "--force"},
      {"ETAG_MISMATCH", "it changed since it was read: run the command again"},
      {"TRY_AGAIN", "run the same command again in a moment; `cortadoctl doctor` looks at the server"},
      {"RATE_LIMITED", "wait a little, or spread the work; the limits are flags of the server (--limit_...)"},
      {"TOO_MANY_IN_FLIGHT", "wait a little: the server has as much under way as it takes"},
      {"LOADING", "the server is still loading the organisation: try again in a few seconds"},
      {"SLOT_TAKEN", "take one of the free times, or look for others with `cortadoctl chat times`"},
      {"OUTSIDE_HOURS", "take one of the free times, or look for others with `cortadoctl chat times`"},
      {"CONSENT_REQUIRED", "ask first: `cortadoctl match request PERSON --as YOU --message \"...\"`"},
      {"TIME_PASSED", "choose a time that is still to come"},
      {"CHAT_CANCELLED", "nothing is left to do; `cortadoctl chat list` shows what is booked"},
      {"WEEKLY_MINUTES_SPENT", "choose another week, or allow more: `cortadoctl time set --weekly-minutes N`"},
      {"ADDRESS_REFUSED",
       "give an https:// address of the public internet, or start the server with --webhook_private_network"},
      {"TOO_MANY_WEBHOOKS", "`cortadoctl webhook list` shows them; delete one with `cortadoctl webhook delete`"},
      {"TOO_MANY_LOOKS", "wait a minute before looking again"},
      {"NO_PLACE_LEFT", "ask one of the others named; or, if it is you who is asked, end a match or offer more places"},
      {"TOO_MANY_REQUESTS", "wait for an answer, or take one back: `cortadoctl match withdraw REQUEST`"},
      {"REQUEST_PENDING", "wait for the answer, or take it back: `cortadoctl match withdraw REQUEST`"},
      {"REQUEST_ANSWERED", "`cortadoctl match show REQUEST` tells what became of it"},
      {"REQUEST_SELF", "ask somebody else: `cortadoctl match suggest`"},
      {"QUESTION_PENDING", "wait for the reply, or answer: `cortadoctl match accept|decline|postpone REQUEST`"},
      {"TOO_MANY_QUESTIONS", "answer now: `cortadoctl match accept|decline|postpone REQUEST`"},
      {"NO_QUESTION", "wait for the answer; `cortadoctl match show REQUEST` tells how it stands"},
      {"MATCH_ENDED", "to go on, ask anew: `cortadoctl match request PERSON`"},
      {"ALREADY_MATCHED", "book a chat: `cortadoctl chat times PERSON`"},
      {"ASKED_RECENTLY", "ask somebody else: `cortadoctl match suggest`"},
      {"NOT_OFFERED", "ask somebody else: `cortadoctl match suggest`"},
      {"NOT_AVAILABLE", "try somebody else: `cortadoctl match suggest`"},
      {"OWN_LINE", "add --include-own-line if you mean it"},
      {"SKILL_UNKNOWN", "use one of the names given"},
      {"MANAGER_UNKNOWN", "bring the manager in first"},
      {"INTERNAL", "this is our fault: the server's log names the call"},
  };
  if (const auto found = by_reason.find(reason); found != by_reason.end()) return found->second;
  switch (code) {
    case absl::StatusCode::kUnavailable:
      return "is Cortado running? Start it with `cortado`, then `cortadoctl doctor` looks at everything";
    case absl::StatusCode::kDeadlineExceeded:
      return "run the same command again; `cortadoctl doctor` looks at the server";
    case absl::StatusCode::kUnauthenticated:
      return "act as somebody with --as PERSON, or give a token in CORTADO_TOKEN";
    default:
      return "";
  }
}

}  // namespace

Problem Explain(const absl::Status& status) {
  Problem problem;
  const auto info = Detail<api::v1::ErrorInfo>(status, kErrorInfoUrl);
  const auto user = Detail<type::v1::UserMessage>(status, kUserMessageUrl);
  const auto bad = Detail<api::v1::BadRequest>(status, kBadRequestUrl);
  problem.text = Clean(user.text().text().empty() ? std::string(status.message()) : user.text().text());
  problem.code = absl::StatusCodeToString(status.code());
  problem.reason = Clean(info.reason());
  for (const auto& violation : bad.field_violations()) {
    problem.fields.emplace_back(Clean(violation.field()), Clean(violation.description()));
  }
  for (const auto& [key, value] : info.metadata()) problem.metadata.emplace_back(Clean(key), Clean(value));
  std::sort(problem.metadata.begin(), problem.metadata.end());
  problem.next = Next(status.code(), problem.reason);
  return problem;
}

std::string RenderProblem(const Problem& problem, const Style& style) {
  std::string text = absl::StrCat(style.Red("error:"), " ", problem.text.empty() ? problem.code : problem.text, "\n");
  const auto line = [&](absl::string_view name, absl::string_view value) {
    if (!value.empty()) absl::StrAppend(&text, "  ", style.Dim(PadRight(name, 7)), " ", value, "\n");
  };
  line("reason", problem.reason.empty() ? "" : absl::StrCat(problem.reason, " (", problem.code, ")"));
  for (const auto& [path, what] : problem.fields) line("field", absl::StrCat(path, ": ", what));
  for (const auto& [key, value] : problem.metadata) {
    if (key == "times_text") continue;  // The sentence has it.
    // Lists, as the three free times of SLOT_TAKEN, stand one below another: each can be typed again.
    absl::string_view name = key;
    for (absl::string_view item : absl::StrSplit(value, ',')) {
      line(name, absl::StripAsciiWhitespace(item));
      name = "";
    }
  }
  line("next", problem.next);
  return text;
}

std::string ProblemJson(const Problem& problem) {
  nlohmann::json error = {{"text", problem.text}, {"code", problem.code}};
  if (!problem.reason.empty()) error["reason"] = problem.reason;
  if (!problem.next.empty()) error["next"] = problem.next;
  for (const auto& [path, what] : problem.fields) error["fields"].push_back({{"field", path}, {"description", what}});
  for (const auto& [key, value] : problem.metadata) error["metadata"][key] = value;
  const nlohmann::json whole = {{"error", error}};
  return absl::StrCat(whole.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), "\n");
}

}  // namespace cortado::ctl
