#include "common/events/outbox.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/rpc/page.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "google/protobuf/util/time_util.h"

namespace cortado::events {
namespace {

// KEYS: the outbox. ARGV: the last event that was dealt with or "", how many at most. The one dealt with goes as well,
// so an idle outbox is empty.
const redis::Script kNext(R"lua(#!lua
if ARGV[1] ~= '' then
  local first = redis.call('XRANGE', KEYS[1], '-', ARGV[1], 'COUNT', 1)[1]
  if first then
    redis.call('XTRIM', KEYS[1], 'MINID', ARGV[1])
    redis.call('XDEL', KEYS[1], ARGV[1])
  end
end
return redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', ARGV[2])
)lua");

api::v1::Event ReadEvent(const redis::Reply& stored) {
  api::v1::Event event;
  event.set_id(stored.elements[0].text);
  const auto& fields = stored.elements[1].elements;
  for (size_t i = 0; i + 1 < fields.size(); i += 2) {
    const std::string& name = fields[i].text;
    const std::string& value = fields[i + 1].text;
    int64_t milliseconds = 0;
    if (name == "kind") {
      event.set_kind(value);
    } else if (name == "subject") {
      event.set_subject(value);
    } else if (name == "time" && absl::SimpleAtoi(value, &milliseconds)) {
      *event.mutable_time() = google::protobuf::util::TimeUtil::MillisecondsToTimestamp(milliseconds);
    } else {
      (*event.mutable_attributes())[name] = value;
    }
  }
  return event;
}

}  // namespace

Task<absl::StatusOr<std::vector<api::v1::Event>>> Outbox::Next(rpc::Call call, std::string after, int limit) {
  std::vector<std::string> keys;
  keys.push_back(store_.Key(call.organization(), "events"));
  std::vector<std::string> arguments;
  arguments.push_back(std::move(after));
  arguments.push_back(absl::StrCat(limit));
  CO_ASSIGN_OR_RETURN(redis::Reply reply,
                      co_await client_.Eval(call.organization(), kNext, std::move(keys), std::move(arguments),
                                            redis::Use::kWrite, call.deadline()));
  std::vector<api::v1::Event> events;
  for (const redis::Reply& stored : reply.elements) events.push_back(ReadEvent(stored));
  co_return events;
}

Task<absl::StatusOr<api::v1::ListEventsResponse>> Outboxes::List(rpc::Call call,
                                                                 const api::v1::ListEventsRequest& request) {
  for (Outbox* outbox : outboxes_) {
    if (outbox->service() != request.service()) continue;
    CO_ASSIGN_OR_RETURN(std::vector<api::v1::Event> events,
                        co_await outbox->Next(call, request.after(), rpc::PageSize(request.page_size())));
    api::v1::ListEventsResponse response;
    for (api::v1::Event& event : events) *response.add_events() = std::move(event);
    co_return response;
  }
  co_return NotFound();
}

}  // namespace cortado::events
