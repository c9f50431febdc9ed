// The scheduling service: its parts and how they hang together. Thread-safe between Start and Stop.
#pragma once

#include <memory>

#include "common/audit/trail.h"
#include "common/backup/backups.h"
#include "common/events/outbox.h"
#include "common/http/fetch.h"
#include "common/jobs/jobs.h"
#include "common/metrics/metrics.h"
#include "common/privacy/dossiers.h"
#include "common/privacy/retention.h"
#include "common/redis/address.h"
#include "common/rpc/client.h"
#include "common/task/event_loop.h"
#include "common/task/executor.h"
#include "common/time/clock.h"
#include "services/scheduling/courier/dispatcher.h"

namespace cortado::scheduling {

class Calendars;
class Chats;
class Holds;
class Notifications;
class RecurringChats;
class Times;
class Webhooks;

struct Dependencies {
  redis::Address redis;
  EventLoop& loop;
  Executors& executors;
  const Clock& clock;
  rpc::Peer& profile;
  rpc::Peer& matching;
  std::shared_ptr<const audit::Archive> archive = nullptr;  // Where the audit trail is sealed to; null: it is not.
  MailRoom mail = {};                                       // How mail goes out.
  http::FetchOptions webhook_calls = {};                    // Where webhooks may stand besides the public internet.
  metrics::Registry* metrics = nullptr;                     // Null: nothing is counted.
};

class Scheduling {
 public:
  // What `dependencies` refers to outlives the service.
  explicit Scheduling(const Dependencies& dependencies);
  ~Scheduling();

  // After the peers are connected: begins to follow the profile's people. Once.
  void Start();
  // Before the loop ends: nothing follows any more when it returns. Idempotent.
  void Stop();
  // Whether the store can be asked at this moment.
  bool Ready() const;

  Calendars& calendars();
  Chats& chats();
  Holds& holds();
  Notifications& notifications();
  RecurringChats& recurring_chats();
  Times& times();
  Webhooks& webhooks();
  audit::Trail& trail();
  events::Outbox& outbox();
  jobs::Runner& jobs();
  privacy::Dossiers& dossiers();
  privacy::Retention& retention();
  backup::Backups& backups();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace cortado::scheduling
