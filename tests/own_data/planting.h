// One person of whom every service holds something, in words found nowhere else, and the colleagues it is shared with;
// all of it said through the API.
#pragma once

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/testing/wire.h"
#include "cortado/matching/v1/matching_service.grpc.pb.h"
#include "cortado/profile/v1/profile_service.grpc.pb.h"
#include "cortado/scheduling/v1/notification_service.grpc.pb.h"
#include "cortado/scheduling/v1/scheduling_service.grpc.pb.h"

namespace cortado::testing {

using ProfileStub = profile::v1::ProfileService::Stub;
using MatchingStub = matching::v1::MatchingService::Stub;
using SchedulingStub = scheduling::v1::SchedulingService::Stub;
using NotificationStub = scheduling::v1::NotificationService::Stub;

// Where to plant.
struct Ground {
  std::shared_ptr<grpc::Channel> channel;
  std::function<Caller(const std::string& id)> as;
  Caller hr;
};

class Planting {
 public:
  // The person everything is about, and the two it is shared with.
  static constexpr char kPerson[] = "zq1";
  static constexpr char kMentor[] = "bo1";   // Was asked, and matched; they have a chat ahead.
  static constexpr char kStudent[] = "cy1";  // Asked, and waits for an answer.

  explicit Planting(Ground ground);

  // Makes the people and everything between them. Fails the test where something cannot be made.
  void Plant();

  // Every word of the person's own.
  const std::vector<std::string>& words() const { return words_; }
  // What the student wrote to the person; it is theirs.
  const std::string& words_of_student() const { return words_of_student_; }
  const std::string& chat() const { return chat_; }
  const std::string& request() const { return request_; }
  const std::string& match() const { return match_; }

  ProfileStub& profile() { return *profile_; }
  MatchingStub& matching() { return *matching_; }
  SchedulingStub& scheduling() { return *scheduling_; }
  NotificationStub& notifications() { return *notifications_; }
  const Ground& ground() const { return ground_; }

  std::string NewRequestId();
  profile::v1::Person Get(const std::string& id);

 private:
  std::string Word();  // A new one of the person's.
  void Create(const std::string& id, bool planted);
  void Join(const std::string& id);
  void TellOfOneself();
  void GoPlaces();
  void AskAndAnswer();
  void BeAsked();
  void TakePart();
  void Meet();
  std::string Request(const std::string& from, const std::string& to, const std::string& message);

  Ground ground_;
  std::unique_ptr<ProfileStub> profile_;
  std::unique_ptr<MatchingStub> matching_;
  std::unique_ptr<SchedulingStub> scheduling_;
  std::unique_ptr<NotificationStub> notifications_;
  std::vector<std::string> words_;
  std::string words_of_student_;
  std::string chat_;
  std::string request_;
  std::string match_;
  int requests_ = 0;
};

}  // namespace cortado::testing
