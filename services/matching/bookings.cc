#include "services/matching/bookings.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "common/id/id.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "common/text/catalog.h"
#include "services/matching/match_times.h"

namespace cortado::matching {
namespace {

constexpr size_t kDigits = 40;
constexpr absl::Duration kGivenUpAfter = absl::Hours(1);
// The one who said yes waits so long for the chat, and no longer than the call has left but for this.
constexpr absl::Duration kPatience = absl::Seconds(3);
constexpr absl::Duration kToAnswer = absl::Milliseconds(500);

// Whether the time cannot be booked, however often it is tried.
bool IsRefusal(const absl::Status& status) {
  return absl::IsAlreadyExists(status) || absl::IsFailedPrecondition(status) || absl::IsInvalidArgument(status) ||
         absl::IsNotFound(status);
}

scheduling::v1::BookChatRequest BookingOf(const LiveView& live, const v1::Match& match) {
  scheduling::v1::BookChatRequest request;
  const std::string host = match.chosen_by().empty() ? match.mentor().person() : match.chosen_by();
  request.set_host(host);
  for (const std::string& id : PresentPeople(live, match)) {
    if (const std::string person = id::MakeName("people", id); person != host) request.add_attendees(person);
  }
  *request.mutable_start_time() = match.chosen_time();
  *request.mutable_duration() = match.chat_duration();
  request.set_match(match.name());
  // One for each time that was chosen: with the yes at most one, by confirming one after another.
  const bool with_yes = match.chosen_by().empty();
  const std::string intent =
      with_yes ? match.request() : absl::StrCat(match.name(), "\n", match.chosen_time().seconds());
  request.set_request_id(absl::StrCat(with_yes ? "accept-" : "confirm-", id::Sha256Hex(intent).substr(0, kDigits)));
  return request;
}

void AddFreeTimes(const absl::Status& refused, v1::Match& match) {
  for (absl::string_view text : absl::StrSplit(MetadataOf(refused, "times"), ',', absl::SkipEmpty())) {
    absl::Time time;
    if (!absl::ParseTime(absl::RFC3339_full, text, &time, nullptr)) continue;
    match.add_free_times()->set_seconds(absl::ToUnixSeconds(time));
  }
}

std::string LanguageOf(const rpc::Call& call, const LiveView& live) {
  return live.Read([&](const OrganizationView& view) {
    const std::optional<int32_t> person = view.Find(call.subject());
    return text::ChooseLanguage(call.accept_language(), person ? view.facts(*person).language : "", "");
  });
}

void SetNote(const std::string& code, const std::string& language, v1::Match& match) {
  const text::Message message = text::MakeMessage(code, language);
  match.mutable_note()->set_code(message.code);
  match.mutable_note()->set_text(message.text);
}

}  // namespace

bool HasTimeToBook(const v1::Match& match) {
  return match.state() == v1::Match::STATE_ACTIVE && match.has_chosen_time() && match.chat().empty();
}

void NoteTimeTaken(const rpc::Call& call, const LiveView& live, v1::Match& match) {
  SetNote("match.time_taken", LanguageOf(call, live), match);
}

Task<absl::StatusOr<v1::Match>> Bookings::Book(rpc::Call call, const LiveView& live, v1::Match match) {
  const absl::StatusOr<scheduling::v1::Chat> chat = co_await book_chat_(call, BookingOf(live, match));
  const absl::Time chosen = absl::FromUnixSeconds(match.chosen_time().seconds());
  const bool is_over = IsRefusal(chat.status()) || chosen + kGivenUpAfter < clock_.Now();
  if (!chat.ok() && !is_over) co_return chat.status();
  if (chat.ok()) {
    match.set_chat(chat->name());
    match.mutable_first_chat_time()->set_seconds(absl::ToUnixSeconds(clock_.Now()));
    match.clear_proposals();
  } else {
    match.clear_chosen_time();
    match.clear_chat_duration();
    match.clear_chosen_by();
  }
  absl::StatusOr<v1::Match> settled = co_await store_.SettleTime(call, OwnStep(std::move(match)));
  if (settled.ok() && !chat.ok()) AddFreeTimes(chat.status(), *settled);
  co_return settled;
}

Task<v1::Match> Bookings::BookForAnswer(rpc::Call call, const LiveView& live, v1::Match match) {
  if (!HasTimeToBook(match)) co_return match;
  const absl::Time until = std::min(absl::Now() + kPatience, call.deadline() - kToAnswer);
  const rpc::Call own = rpc::InternalCall(call.organization(), "matching.bookings", until);
  absl::StatusOr<v1::Match> booked = co_await Book(own, live, match);
  if (booked.ok() && !booked->chat().empty()) co_return *std::move(booked);
  if (booked.ok()) {
    NoteTimeTaken(call, live, *booked);
    co_return *std::move(booked);
  }
  // Somebody else settled it meanwhile, or the job will.
  absl::StatusOr<v1::Match> now = co_await store_.GetMatch(call, IdOf(match.name()));
  if (now.ok()) match = *std::move(now);
  if (HasTimeToBook(match)) SetNote("match.booking_later", LanguageOf(call, live), match);
  if (match.chat().empty() && !match.has_chosen_time()) NoteTimeTaken(call, live, match);
  co_return match;
}

}  // namespace cortado::matching
