// What Redis holds of chats, read key by key, and whether it is of one piece: each chat, what both sides have of it as
// busy and as minutes, the feed, the outbox and the audit trail. A write that was done half shows here.
// Thread-compatible.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "common/redis/client.h"
#include "cortado/scheduling/v1/chat.pb.h"

namespace cortado::testing {

class BookingState {
 public:
  // Reads scheduling's keys of these people (ids), who are all there are, as of a moment when nobody writes. Aborts
  // when Redis does not answer.
  BookingState(redis::Client& client, std::string organization, std::vector<std::string> people);

  // One sentence for each thing that does not agree with another; none when all is of one piece. An event counts when
  // it is in the outbox still, or everybody it concerns has been told.
  std::vector<std::string> Disagreements() const;

  // Every chat that anything names, by id, whatever its state.
  const std::map<std::string, scheduling::v1::Chat>& chats() const { return chats_; }
  // How many writes to chats the audit trail has.
  size_t writes() const { return audit_.size(); }

 private:
  using Complaints = std::vector<std::string>;
  using ByRevision = std::map<int64_t, std::string>;  // Revision of a write to the id of its chat.

  redis::Reply Ask(std::vector<std::string> command) const;
  std::string Key(const std::string& rest) const;
  // Entries of a stream: id, and the fields.
  std::map<std::string, std::map<std::string, std::string>> Stream(const std::string& name) const;
  std::map<std::string, std::string> Hash(const std::string& name) const;
  void ReadStreams();
  void ReadChats();
  bool EverybodyWasTold(int64_t revision, const std::string& chat) const;

  void CompareStreams(Complaints& complaints) const;
  void CompareRevisions(Complaints& complaints) const;
  void ComparePeople(Complaints& complaints) const;

  redis::Client& client_;
  const std::string organization_;
  const std::vector<std::string> people_;
  std::map<std::string, scheduling::v1::Chat> chats_;
  std::map<std::string, int64_t> revisions_;                          // Of the stored chats.
  std::map<std::string, std::map<std::string, std::string>> claims_;  // Chat to person to "END WEEK MINUTES".
  ByRevision audit_;
  ByRevision feed_;
  ByRevision outbox_;
};

}  // namespace cortado::testing
