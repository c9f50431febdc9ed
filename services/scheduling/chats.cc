#include "services/scheduling/chats.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/id/id.h"
#include "common/id/page_token.h"
#include "common/rpc/page.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "common/text/catalog.h"
#include "services/scheduling/chat_plan.h"
#include "services/scheduling/hosts.h"
#include "services/scheduling/instants.h"

namespace cortado::scheduling {
namespace {

constexpr int kDefaultPage = 100;

bool IsAttendee(const rpc::Call& call, const v1::Chat& chat) {
  const std::string caller = absl::StrCat("people/", call.subject());
  return std::any_of(chat.attendees().begin(), chat.attendees().end(),
                     [&caller](const v1::Attendee& attendee) { return attendee.person().person() == caller; });
}

}  // namespace

Chats::Chats(ChatStore& chats, PeopleStore& people, PeopleProjection& projection, const Consents& consents,
             Executors& executors, const Clock& clock)
    : chats_(chats),
      people_(people),
      projection_(projection),
      consents_(consents),
      executors_(executors),
      clock_(clock),
      taker_(chats, projection, executors, clock) {}

Task<absl::StatusOr<v1::Chat>> Chats::Book(rpc::Call call, const v1::BookChatRequest& request) {
  CO_ASSIGN_OR_RETURN(rpc::Call own, CallOfHost(call, request.host()));
  co_return co_await BookAs(std::move(own), request);
}

Task<absl::StatusOr<v1::Chat>> Chats::BookAs(rpc::Call call, const v1::BookChatRequest& request) {
  CO_ASSIGN_OR_RETURN(ChatPlan plan, PlanOf(call, request));
  CO_RETURN_IF_ERROR(co_await projection_.WaitUntilReady(call));
  CO_ASSIGN_OR_RETURN(plan.agreement, co_await consents_.AgreementOf(call, plan.match));
  Booking booking;
  booking.id = id::New();
  booking.request_id = request.request_id();
  booking.fingerprint = store::Fingerprint(call, request);
  const SeatTaker::Writer write = [this](rpc::Call by, const ChatPlan&, Booking made) {
    return chats_.Insert(std::move(by), std::move(made));
  };
  CO_ASSIGN_OR_RETURN(Taken taken, co_await taker_.Take(call, std::move(plan), std::move(booking), write));
  co_return co_await ShowTaken(std::move(call), std::move(taken));
}

Task<absl::StatusOr<v1::Chat>> Chats::ShowTaken(rpc::Call call, Taken taken) const {
  // Whoever declined was not read.
  const bool all_known = taken.people.size() == static_cast<size_t>(taken.chat.attendees_size());
  if (taken.outcome.kind != store::Outcome::Kind::kWritten || !all_known) {
    co_return co_await ShowByName(std::move(call), std::move(taken.outcome.resource));
  }
  v1::Chat chat = std::move(taken.chat);
  chat.set_name(std::move(taken.outcome.resource));
  chat.set_etag(absl::StrCat(taken.outcome.revision));
  Show(taken.people, ReaderOf(call, taken.people, clock_.Now()), chat);
  co_return chat;
}

Task<absl::StatusOr<v1::Chat>> Chats::FindVisible(rpc::Call call, std::string name) const {
  CO_ASSIGN_OR_RETURN(std::string id, id::ParseName("chats", name));
  CO_ASSIGN_OR_RETURN(std::optional<v1::Chat> chat, co_await chats_.Find(call, std::move(id)));
  if (!chat.has_value() || !(IsAttendee(call, *chat) || call.IsService())) co_return NotFound();
  co_return *std::move(chat);
}

Task<absl::StatusOr<v1::Chat>> Chats::ShowByName(rpc::Call call, std::string name) const {
  CO_ASSIGN_OR_RETURN(v1::Chat chat, co_await FindVisible(call, std::move(name)));
  std::vector<v1::Chat> one;
  one.push_back(std::move(chat));
  CO_ASSIGN_OR_RETURN(one, co_await ShowAll(std::move(call), std::move(one)));
  co_return std::move(one.front());
}

Task<absl::StatusOr<std::vector<v1::Chat>>> Chats::ShowAll(rpc::Call call, std::vector<v1::Chat> chats) const {
  std::set<std::string> ids = {call.subject()};
  for (const v1::Chat& chat : chats) {
    for (const v1::Attendee& attendee : chat.attendees()) {
      absl::StatusOr<std::string> id = id::ParseName("people", attendee.person().person());
      if (id.ok()) ids.insert(*std::move(id));
    }
  }
  std::vector<std::string> asked(ids.begin(), ids.end());
  CO_ASSIGN_OR_RETURN(const People people, co_await people_.Find(call, std::move(asked)));
  if (chats.size() > 1) co_await executors_.OnWorkers();
  const Reader reader = ReaderOf(call, people, clock_.Now());
  for (v1::Chat& chat : chats) Show(people, reader, chat);
  co_return chats;
}

Task<absl::StatusOr<v1::Chat>> Chats::Cancel(rpc::Call call, const v1::CancelChatRequest& request) {
  CO_ASSIGN_OR_RETURN(v1::Chat chat, co_await FindVisible(call, request.name()));
  absl::Status verdict;
  if (chat.state() == v1::Chat::STATE_CANCELLED) {
    verdict = ChatCancelled();
  } else if (chat.etag() != request.etag()) {
    verdict = EtagMismatch();
  }
  Cancellation cancellation;
  cancellation.chat = std::move(chat);
  cancellation.now = clock_.Now();
  cancellation.refusal = verdict.ok() ? "" : kJudged;
  cancellation.request_id = request.request_id();
  cancellation.fingerprint = store::Fingerprint(call, request);
  CO_ASSIGN_OR_RETURN(store::Outcome outcome, co_await chats_.Cancel(call, std::move(cancellation)));
  if (outcome.refused()) co_return verdict.ok() ? static_cast<absl::Status>(EtagMismatch()) : verdict;
  co_return co_await ShowByName(std::move(call), request.name());
}

Task<absl::StatusOr<v1::Chat>> Chats::Get(rpc::Call call, const v1::GetChatRequest& request) {
  co_return co_await ShowByName(std::move(call), request.name());
}

Task<absl::StatusOr<v1::ListChatsResponse>> Chats::List(rpc::Call call, const v1::ListChatsRequest& request) {
  const std::string arguments = absl::StrCat(
      call.organization(), "\n", call.subject(), "\n", request.start_time().seconds(), "\n",
      request.end_time().seconds(), "\n", request.has_start_time(), request.has_end_time(), request.show_cancelled());
  ChatQuery query;
  query.person = call.subject();
  query.after = clock_.Now();
  query.show_cancelled = request.show_cancelled();
  query.limit = static_cast<size_t>(request.page_size() == 0 ? kDefaultPage : request.page_size());
  if (request.has_start_time()) {
    CO_ASSIGN_OR_RETURN(query.after, ReadInstant("start_time", request.start_time()));
  }
  if (request.has_end_time()) {
    CO_ASSIGN_OR_RETURN(query.before, ReadInstant("end_time", request.end_time()));
  }
  CO_ASSIGN_OR_RETURN(query.cursor, rpc::PageStart(request.page_token(), arguments));
  CO_ASSIGN_OR_RETURN(ChatPage page, co_await chats_.List(call, std::move(query)));
  CO_ASSIGN_OR_RETURN(std::vector<v1::Chat> shown, co_await ShowAll(std::move(call), std::move(page.chats)));
  v1::ListChatsResponse response;
  for (v1::Chat& chat : shown) *response.add_chats() = std::move(chat);
  response.set_next_page_token(id::MakePageToken(page.cursor, arguments));
  co_return response;
}

}  // namespace cortado::scheduling
