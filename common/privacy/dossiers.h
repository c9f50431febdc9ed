// What one service holds about each person: to be read out for them, and to be erased. The service says how, section by
// section; here stand the pages, and the marks by which a repeat is known.
//
//   privacy::Dossiers dossiers(store, client, sections, erase);
//   peers.Add(dossiers);               // PeerService answers from them
//
// Key: `erasures`, hash of the id of an erasure to when it was done here. What was erased under an id and came again
// later (somebody who is back) is not erased again under it. Thread-safe.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/audit/trail.h"
#include "common/privacy/erasure_ledger.h"
#include "common/redis/client.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/api/v1/peer_service.pb.h"

namespace cortado::privacy {

// Some records of a section.
struct RecordPage {
  std::vector<api::v1::PersonRecord> records;
  std::string cursor;  // Where the section goes on; empty at its end.
};

// What a step of an erasure did.
struct Erased {
  bool done = false;                       // Whether nothing is left.
  std::map<std::string, int64_t> removed;  // Records removed or made nameless, by kind.
};

class Dossiers {
 public:
  // Reads records about the person with that id, from `cursor` on (empty: from the first).
  using Section =
      std::function<Task<absl::StatusOr<RecordPage>>(rpc::Call call, std::string person, std::string cursor)>;
  // Erases some of what is held about a person; may be repeated at any time.
  using Erase = std::function<Task<absl::StatusOr<Erased>>(rpc::Call call, std::string person)>;

  // Store and client outlive this.
  Dossiers(store::Store& store, redis::Client& client, const Clock& clock, std::vector<Section> sections, Erase erase);

  const std::string& service() const { return store_.service(); }

  // One page of everything about a person. Nothing about somebody unknown is no error. INVALID_ARGUMENT: the page token
  // is none of ours.
  Task<absl::StatusOr<api::v1::CollectPersonResponse>> Collect(rpc::Call call,
                                                               const api::v1::CollectPersonRequest& request);
  // One step of an erasure; done at once when it was done before.
  Task<absl::StatusOr<api::v1::ErasePersonDataResponse>> ErasePerson(rpc::Call call,
                                                                     const api::v1::ErasePersonDataRequest& request);
  // Does what is not yet done here of each erasure: the data may be older than they are.
  Task<absl::Status> Repeat(std::vector<Erasure> erasures);

 private:
  std::string MarksKey(const rpc::Call& call) const { return store_.Key(call.organization(), "erasures"); }

  store::Store& store_;
  redis::Client& client_;
  const Clock& clock_;
  const std::vector<Section> sections_;
  const Erase erase_;
};

// The dossiers of the services that run in one server, by name: what PeerService answers from. Add before the server
// starts; thread-safe then.
class DossierSet {
 public:
  void Add(Dossiers& dossiers) { dossiers_.push_back(&dossiers); }
  const std::vector<Dossiers*>& all() const { return dossiers_; }

  // NOT_FOUND when the service does not run here; else as Dossiers.
  Task<absl::StatusOr<api::v1::CollectPersonResponse>> Collect(rpc::Call call,
                                                               const api::v1::CollectPersonRequest& request);
  Task<absl::StatusOr<api::v1::ErasePersonDataResponse>> ErasePerson(rpc::Call call,
                                                                     const api::v1::ErasePersonDataRequest& request);

 private:
  Dossiers* Find(absl::string_view service) const;

  std::vector<Dossiers*> dossiers_;
};

// The section of what a person did themselves, by the trail of the service, which outlives it. Whom else an entry names
// is left out.
Dossiers::Section OwnActs(audit::Trail& trail);
// The section of what others did to the person's record, or saw of it.
Dossiers::Section ActsOnRecord(audit::Trail& trail);

// How long a server waits for its store at its start.
inline constexpr absl::Duration kErasuresWithin = absl::Minutes(1);

// Repeats the erasures of the ledger on everything in `dossiers`, before anything of it is served. Waits up to `limit`
// for stores that are not connected yet. Blocks. UNAVAILABLE when one cannot be reached; errors of the ledger.
absl::Status RepeatErasures(const ErasureLedger& ledger, const std::vector<Dossiers*>& dossiers, absl::Duration limit);

}  // namespace cortado::privacy
