// A whole Cortado for a test: the three services in one process over a real Redis, and short ways to fill it.
//
//   Site site;
//   std::string acme = site.CreateOrganization("Acme");
//   site.CreatePerson(acme, "ada", "Ada");
//   auto person = Ask(site.profile(), &ProfileStub::GetPerson, site.As(acme, "ada"), request);
#pragma once

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <string>

#include "common/auth/keys.h"
#include "common/metrics/metrics.h"
#include "common/testing/redis_server.h"
#include "common/testing/wire.h"
#include "cortado/matching/v1/matching_service.grpc.pb.h"
#include "cortado/profile/v1/profile_service.grpc.pb.h"
#include "cortado/scheduling/v1/scheduling_service.grpc.pb.h"
#include "services/allinone/cluster.h"

namespace cortado::testing {

using ProfileStub = profile::v1::ProfileService::Stub;
using MatchingStub = matching::v1::MatchingService::Stub;
using SchedulingStub = scheduling::v1::SchedulingService::Stub;

class Site {
 public:
  // Starts Redis and the cluster; aborts the test program when it cannot. `dev`: tokens without a session count, as
  // those of As and Hr. `mail` is given the key that signs, and says how mail goes out; null: none does.
  using MakeMail = std::function<scheduling::MailRoom(std::shared_ptr<const auth::KeyRing>)>;
  explicit Site(bool dev = true, const MakeMail& mail = nullptr);

  Cluster& cluster() { return *cluster_; }
  RedisServer& redis() { return redis_; }
  // Where audit trails are sealed to.
  std::string audit_directory() const { return redis_.directory() + "/audit"; }
  // Where erasures are noted.
  std::string ledger_path() const { return redis_.directory() + "/erasures"; }
  const auth::SigningKey& key() const { return key_; }
  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }
  ProfileStub& profile() { return *profile_; }
  MatchingStub& matching() { return *matching_; }
  SchedulingStub& scheduling() { return *scheduling_; }

  // The person `id` of an organisation.
  Caller As(const std::string& organization, const std::string& id) const { return TokenOf(key_, organization, id); }
  Caller Hr(const std::string& organization) const { return TokenOf(key_, organization, "hr", {"HR_ADMIN"}); }
  std::string ExpiredToken(const std::string& organization, const std::string& id) const;

  // Each returns what was made, or fails the test.
  std::string CreateOrganization(const std::string& display_name);  // Its id.
  profile::v1::Person CreatePerson(const std::string& organization, const std::string& id, const std::string& name,
                                   const std::string& email = "", const std::string& languages = "");
  void CreateRole(const std::string& organization, const std::string& id, const std::string& name);
  // Joins: open to mentor with `places`, with this kind of booking.
  void Offer(const std::string& organization, const std::string& id, int places, profile::v1::Booking booking);

  // A request id that was not used before.
  std::string NewRequestId();

 private:
  RedisServer redis_;
  auth::SigningKey key_;
  metrics::Registry registry_;
  std::unique_ptr<Cluster> cluster_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<ProfileStub> profile_;
  std::unique_ptr<MatchingStub> matching_;
  std::unique_ptr<SchedulingStub> scheduling_;
  int requests_ = 0;
};

}  // namespace cortado::testing
