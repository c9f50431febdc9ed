// Lists over all their pages.
// Thread contract: as Session.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <cstdint>

#include "absl/status/statusor.h"
#include "clients/ctl/session.h"
#include "common/status/status.h"

namespace cortado::ctl {

// The most a page may hold.
inline constexpr int64_t kLargestPage = 1000;

// How many items a list response holds; they are always its first field.
inline int64_t ItemCount(const google::protobuf::Message& response) {
  return response.GetReflection()->FieldSize(response, response.GetDescriptor()->FindFieldByNumber(1));
}

// Returns the first `limit` items (0: all) as one response; `next_page_token` is set when there are more. Errors of
// Call.
template <class Stub, class Request, class Response>
absl::StatusOr<Response> ListPages(Session& session, Stub& stub,
                                   grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                                   const Caller& caller, Request request, int64_t limit = 0) {
  Response all;
  for (;;) {
    const int64_t left = limit == 0 ? kLargestPage : limit - ItemCount(all);
    request.set_page_size(static_cast<int>(std::min(left, kLargestPage)));
    ASSIGN_OR_RETURN(Response page, session.Call(stub, method, caller, request));
    request.set_page_token(page.next_page_token());
    all.clear_next_page_token();
    all.MergeFrom(page);
    if (page.next_page_token().empty() || (limit > 0 && ItemCount(all) >= limit)) return all;
  }
}

}  // namespace cortado::ctl
