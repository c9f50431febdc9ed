// What a load of bookings can be put on: Cortado in one program or in several, with people in it.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

#include "common/redis/address.h"
#include "common/testing/wire.h"
#include "cortado/profile/v1/profile_service.grpc.pb.h"
#include "cortado/scheduling/v1/scheduling_service.grpc.pb.h"

namespace cortado::testing {

using ProfileStub = profile::v1::ProfileService::Stub;
using SchedulingStub = scheduling::v1::SchedulingService::Stub;

class Bookable {
 public:
  virtual ~Bookable() = default;

  virtual std::string organization() const = 0;
  // The person `id` of its organisation, and its HR.
  virtual Caller As(const std::string& id) const = 0;
  virtual Caller Hr() const = 0;
  // Channels of their own, which connect again after a restart.
  virtual std::shared_ptr<grpc::Channel> DialProfile() const = 0;
  virtual std::shared_ptr<grpc::Channel> DialScheduling() const = 0;
  // Where scheduling keeps what it keeps.
  virtual redis::Address SchedulingRedis() const = 0;

  // Brings in somebody who works at every hour of every day and lets anybody book: 2,400 minutes a week. Mentors three
  // people at once, and reads mail at ID@acme.example.
  void AddPerson(const std::string& id);

 private:
  std::string NewRequestId() { return "people-request-" + std::to_string(++requests_); }

  int requests_ = 0;
};

}  // namespace cortado::testing
