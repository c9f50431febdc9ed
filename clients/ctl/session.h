// The way to the services: channels to where they listen, tokens of whoever acts, calls that are repeated safely.
//
//   ASSIGN_OR_RETURN(Caller me, session.As("p1"));
//   ASSIGN_OR_RETURN(v1::Offer offer, session.Call(session.profile(), &Profile::GetOffer, me, request));
//
// Thread contract: one thread at a time.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "clients/ctl/discovery.h"
#include "clients/ctl/tokens.h"
#include "common/rpc/binder.h"
#include "common/status/status.h"
#include "cortado/matching/v1/matching_service.grpc.pb.h"
#include "cortado/profile/v1/auth_service.grpc.pb.h"
#include "cortado/profile/v1/profile_service.grpc.pb.h"
#include "cortado/scheduling/v1/notification_service.grpc.pb.h"
#include "cortado/scheduling/v1/scheduling_service.grpc.pb.h"

namespace cortado::ctl {

using Profile = profile::v1::ProfileService::Stub;
using Auth = profile::v1::AuthService::Stub;
using Matching = matching::v1::MatchingService::Stub;
using Scheduling = scheduling::v1::SchedulingService::Stub;
using Notifications = scheduling::v1::NotificationService::Stub;

// Who makes a call.
struct Caller {
  std::string token;
  std::string person = {};        // The id, when a person acts.
  std::string language = {};      // Of the server's sentences, where it is another than --language says.
  std::string organization = {};  // The one meant, with a token that is for any.
};

// How often and how long a safe call is repeated: UNAVAILABLE three times in all; for half a minute LOADING, and what a
// limit of the server refused, after the wait it asks for.
class Patience {
 public:
  // Returns whether to try again, after waiting.
  bool TryAgain(const absl::Status& status);

 private:
  bool WaitOut(absl::Duration wait);

  const absl::Time began_ = absl::Now();
  int tries_ = 1;
};

class Session {
 public:
  struct Options {
    std::string as = {};          // --as: the person who acts.
    std::string language = {};    // --language: of the server's sentences; empty: the person's.
    std::string request_id = {};  // --request-id: of an earlier try of the same command.
  };

  Session(Target target, Options options);

  const Target& target() const { return target_; }

  // The services. FAILED_PRECONDITION is found at the first Call when no server was found.
  Profile& profile() { return *profile_; }
  Matching& matching() { return *matching_; }
  Scheduling& scheduling() { return *scheduling_; }
  Notifications& notification() { return *notification_; }
  Auth& auth() { return *auth_; }
  const std::shared_ptr<grpc::Channel>& channel(const std::string& address) const;

  // Whoever the command line and the environment say: --as, else the token found, else (with a key and an organisation)
  // an operator. UNAUTHENTICATED: none of these. Errors of LoadKey and MintToken.
  absl::StatusOr<Caller> Default();
  // The same, but it must be a person. INVALID_ARGUMENT: nobody said who.
  absl::StatusOr<Caller> Me();
  // A person of the organisation. Errors of LoadKey and MintToken.
  absl::StatusOr<Caller> As(const std::string& person);
  // Signs a token as wished, the organisation filled in when it is empty.
  absl::StatusOr<std::string> Mint(TokenWish wish);

  // A request id for one intent: what --request-id says the first time, else a new one.
  std::string RequestId();
  // The last one handed out; empty when the command wrote nothing.
  const std::string& last_request_id() const { return last_request_id_; }

  // One unary call, repeated as Patience says: the request carries its request id, so a repeat does nothing twice.
  // Errors are the server's, with reason; FAILED_PRECONDITION when no server was found.
  template <class Stub, class Request, class Response>
  absl::StatusOr<Response> Call(Stub& stub,
                                grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                                const Caller& caller, const Request& request) {
    Patience patience;
    for (;;) {
      Response response;
      grpc::ClientContext context;
      RETURN_IF_ERROR(Prepare(context, caller, absl::Seconds(10)));
      const absl::Status status = rpc::FromGrpc((stub.*method)(&context, request, &response));
      if (status.ok()) return response;
      if (!patience.TryAgain(status)) return status;
    }
  }

  // Puts token, language and deadline on a call of one's own (streams).
  absl::Status Prepare(grpc::ClientContext& context, const Caller& caller, absl::Duration timeout) const;

 private:
  // FAILED_PRECONDITION when no server was found.
  absl::Status Missing() const;
  absl::StatusOr<auth::SigningKey> Key();
  // Who holds the token found: a service key is exchanged for a token at the first use, once.
  absl::StatusOr<Caller> Holder();

  const Target target_;
  const Options options_;
  std::shared_ptr<grpc::Channel> profile_channel_;
  std::shared_ptr<grpc::Channel> matching_channel_;
  std::shared_ptr<grpc::Channel> scheduling_channel_;
  std::unique_ptr<Profile> profile_;
  std::unique_ptr<Auth> auth_;
  std::unique_ptr<Matching> matching_;
  std::unique_ptr<Scheduling> scheduling_;
  std::unique_ptr<Notifications> notification_;
  std::optional<auth::SigningKey> key_;
  std::optional<Caller> holder_;
  std::string last_request_id_;
};

// The caller's own zone, for times typed without one; UTC where it is not known.
absl::TimeZone ZoneOf(Session& session, const Caller& me);

}  // namespace cortado::ctl
