// The change feed of people, skills and roles: a snapshot of everything, then what changes, for services that keep a
// projection. Stored entries hold ids only; values are read when they are sent, so that nothing erased is ever sent
// again.
//
// A resume token says either how far the snapshot came and where in the feed it began, or where in the feed the reader
// is. Every change since the snapshot began is sent after it, so a person may come twice and is never missed.
// Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/redis/client.h"
#include "common/redis/subscriber.h"
#include "common/rpc/call.h"
#include "common/rpc/stream.h"
#include "common/store/store.h"
#include "common/task/event_loop.h"
#include "common/task/task.h"
#include "cortado/profile/v1/feed.pb.h"
#include "services/profile/person_store.h"
#include "services/profile/role_store.h"
#include "services/profile/skills.h"

namespace cortado::profile {

class PeopleFeed {
 public:
  struct Parts {
    store::Store& store;
    redis::Client& client;
    redis::Subscriber& wake_ups;
    PersonStore& people;
    RoleStore& roles;
    Skills& skills;
    EventLoop& loop;
  };
  // When nothing changes, a watcher is told so this often, by an answer without changes whose token is newer.
  static constexpr absl::Duration kMarkPeriod = absl::Seconds(5);
  // A watcher who takes nothing for a second, while more than so many changes wait, is cut.
  static constexpr int kMostWaiting = 1000;

  // All parts outlive it.
  explicit PeopleFeed(const Parts& parts) : parts_(parts) {}

  Task<absl::StatusOr<v1::ListPeopleChangesResponse>> List(rpc::Call call, const v1::ListPeopleChangesRequest& request);
  // At any time one answer is on its way to the watcher, so that a slow one costs no more than that.
  // OUT_OF_RANGE (RESYNC_REQUIRED) as List; RESOURCE_EXHAUSTED (READER_TOO_SLOW): resume with the last token.
  Task<absl::Status> Watch(rpc::Call call, const v1::WatchPeopleRequest& request,
                           rpc::Writer<v1::ListPeopleChangesResponse>& writer);

 private:
  struct Token;

  // The next page behind `token`, possibly empty; never waits.
  Task<absl::StatusOr<v1::ListPeopleChangesResponse>> Next(rpc::Call call, std::string resume_token, int limit);
  // The next page behind `token`, waiting until `until` for one that is not empty.
  Task<absl::StatusOr<v1::ListPeopleChangesResponse>> Await(rpc::Call call, std::string resume_token, int limit,
                                                            absl::Time until);
  // Sends one page. Errors as Watch.
  Task<absl::Status> Send(rpc::Call call, v1::ListPeopleChangesResponse page,
                          rpc::Writer<v1::ListPeopleChangesResponse>& writer);
  Task<absl::Status> Snapshot(rpc::Call call, Token& token, int limit, v1::ListPeopleChangesResponse& page);
  Task<absl::Status> Changes(rpc::Call call, Token& token, int limit, v1::ListPeopleChangesResponse& page);
  // Adds the people with these ids as they are now, those who are gone as gone.
  Task<absl::Status> AddPeople(rpc::Call call, std::vector<std::string> ids, std::vector<int64_t> revisions,
                               v1::ListPeopleChangesResponse& page);

  const Parts parts_;
};

}  // namespace cortado::profile
