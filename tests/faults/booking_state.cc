#include "tests/faults/booking_state.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "common/id/id.h"
#include "common/store/store.h"
#include "common/task/sync_wait.h"

namespace cortado::testing {
namespace {

using scheduling::v1::Chat;

constexpr const char* kEvents[] = {"chat.booked", "chat.moved", "chat.cancelled"};

std::string PersonOf(const scheduling::v1::Attendee& attendee) {
  return std::string(absl::StripPrefix(attendee.person().person(), "people/"));
}

int64_t RevisionOf(const std::string& stream_id) {
  int64_t revision = 0;
  if (!absl::SimpleAtoi(stream_id.substr(0, stream_id.find('-')), &revision)) std::abort();
  return revision;
}

// "END WEEK MINUTES" of a chat, taken apart.
struct Claim {
  explicit Claim(const std::string& text) {
    const std::vector<std::string> parts = absl::StrSplit(text, ' ');
    if (parts.size() == 3 && absl::SimpleAtoi(parts[2], &minutes)) till = parts[0], week = parts[1];
  }
  std::string till;
  std::string week;
  int minutes = 0;
};

}  // namespace

BookingState::BookingState(redis::Client& client, std::string organization, std::vector<std::string> people)
    : client_(client), organization_(std::move(organization)), people_(std::move(people)) {
  ReadStreams();
  ReadChats();
}

redis::Reply BookingState::Ask(std::vector<std::string> command) const {
  const std::string said = absl::StrJoin(command, " ");
  const absl::Time limit = absl::Now() + absl::Seconds(30);
  do {
    absl::StatusOr<redis::Reply> reply =
        SyncWait(client_.Run(organization_, command, redis::Use::kRead, absl::Now() + absl::Seconds(5)));
    if (reply.ok() && !reply->IsError()) return *std::move(reply);
    absl::SleepFor(absl::Milliseconds(5));
  } while (absl::Now() < limit);
  std::fprintf(stderr, "Redis does not answer %s\n", said.c_str());
  std::abort();
}

std::string BookingState::Key(const std::string& rest) const {
  return absl::StrCat("cortado:{", organization_, "}:scheduling:", rest);
}

std::map<std::string, std::map<std::string, std::string>> BookingState::Stream(const std::string& name) const {
  std::map<std::string, std::map<std::string, std::string>> entries;
  for (const redis::Reply& entry : Ask({"XRANGE", Key(name), "-", "+"}).elements) {
    std::map<std::string, std::string>& fields = entries[entry.elements[0].text];
    const std::vector<redis::Reply>& parts = entry.elements[1].elements;
    for (size_t i = 0; i + 1 < parts.size(); i += 2) fields[parts[i].text] = parts[i + 1].text;
  }
  return entries;
}

std::map<std::string, std::string> BookingState::Hash(const std::string& name) const {
  std::map<std::string, std::string> fields;
  const redis::Reply reply = Ask({"HGETALL", Key(name)});
  for (size_t i = 0; i + 1 < reply.elements.size(); i += 2) fields[reply.elements[i].text] = reply.elements[i + 1].text;
  return fields;
}

void BookingState::ReadStreams() {
  for (auto& [id, fields] : Stream("audit")) {
    // A write is entry REVISION-0; reads stand behind it.
    const bool is_write = absl::EndsWith(id, "-0") && absl::StartsWith(fields["object"], "chats/");
    if (is_write) audit_[RevisionOf(id)] = fields["object"].substr(6);
  }
  for (auto& [id, fields] : Stream("feed")) {
    if (fields["k"] == "chat") feed_[RevisionOf(id)] = fields["i"];
  }
  for (auto& [id, fields] : Stream("events")) {
    if (absl::StartsWith(fields["subject"], "chats/")) outbox_[RevisionOf(id)] = fields["subject"].substr(6);
  }
}

void BookingState::ReadChats() {
  std::set<std::string> ids;
  for (const ByRevision* stream : {&audit_, &feed_, &outbox_}) {
    for (const auto& [revision, id] : *stream) ids.insert(id);
  }
  for (const std::string& person : people_) {
    for (const redis::Reply& id : Ask({"ZRANGE", Key("chats:" + person), "0", "-1"}).elements) ids.insert(id.text);
  }
  for (const std::string& id : ids) {
    const absl::StatusOr<store::Record> record = store::ParseRecord(Ask({"GET", Key("chat:" + id)}).text);
    if (record.ok() && chats_[id].ParseFromString(record->bytes)) revisions_[id] = record->revision;
    claims_[id] = Hash("claims:" + id);
  }
}

bool BookingState::EverybodyWasTold(int64_t revision, const std::string& chat) const {
  const auto found = chats_.find(chat);
  if (found == chats_.end()) return false;
  return std::all_of(found->second.attendees().begin(), found->second.attendees().end(), [&](const auto& attendee) {
    const std::string person = PersonOf(attendee);
    // As the courier names what it tells.
    return std::any_of(std::begin(kEvents), std::end(kEvents), [&](const char* kind) {
      const std::string made_of = absl::StrCat(organization_, "\nscheduling\n", revision, "-1\n", kind, "\n", person);
      const std::string name = absl::StrCat("notification:", person, "/", id::Sha256Hex(made_of).substr(0, 24));
      return Ask({"EXISTS", Key(name)}).integer == 1;
    });
  });
}

void BookingState::CompareStreams(Complaints& complaints) const {
  for (const auto& [revision, chat] : audit_) {
    const auto fed = feed_.find(revision);
    if (fed == feed_.end() || fed->second != chat) {
      complaints.push_back(absl::StrCat("revision ", revision, " of chat ", chat, " is not in the feed"));
    }
    const auto sent = outbox_.find(revision);
    if (sent == outbox_.end() ? !EverybodyWasTold(revision, chat) : sent->second != chat) {
      complaints.push_back(absl::StrCat("nobody hears of revision ", revision, " of chat ", chat));
    }
  }
  for (const ByRevision* stream : {&feed_, &outbox_}) {
    for (const auto& [revision, chat] : *stream) {
      if (audit_.count(revision) == 0)
        complaints.push_back(absl::StrCat("revision ", revision, " is not in the audit"));
    }
  }
}

void BookingState::CompareRevisions(Complaints& complaints) const {
  std::map<std::string, int64_t> last;
  for (const auto& [revision, chat] : audit_) last[chat] = revision;
  for (const auto& [id, chat] : chats_) {
    const auto held = revisions_.find(id);
    if (held == revisions_.end() || held->second != last[id]) {
      complaints.push_back(absl::StrCat("chat ", id, " is not as its last write, revision ", last[id], ", left it"));
    }
    const size_t claimed = claims_.at(id).size();
    const size_t due = chat.state() == Chat::STATE_CANCELLED ? 0 : static_cast<size_t>(chat.attendees_size());
    if (claimed != due) complaints.push_back(absl::StrCat("chat ", id, " holds ", claimed, " people, not ", due));
  }
}

void BookingState::ComparePeople(Complaints& complaints) const {
  std::map<std::string, std::set<std::string>> busy;
  std::map<std::string, std::map<std::string, int>> minutes;
  std::map<std::string, std::set<std::string>> index;
  for (const auto& [id, chat] : chats_) {
    const int64_t start = chat.start_time().seconds();
    for (const auto& attendee : chat.attendees()) index[PersonOf(attendee)].insert(absl::StrCat(start, " ", id));
    for (const auto& [person, text] : claims_.at(id)) {
      const Claim claim(text);
      busy[person].insert(absl::StrCat(start, ":", claim.till, ":chat:", id));
      minutes[person][claim.week] += claim.minutes;
    }
  }
  for (const std::string& person : people_) {
    std::set<std::string> held, listed;
    int64_t free_from = 0;
    for (const redis::Reply& member : Ask({"ZRANGE", Key("busy:" + person), "0", "-1"}).elements) {
      const std::vector<std::string> parts = absl::StrSplit(member.text, ':');
      if (std::stoll(parts[0]) < free_from)
        complaints.push_back(absl::StrCat(person, " is booked twice at ", parts[0]));
      free_from = std::stoll(parts[1]);
      if (parts[2] == "chat") held.insert(member.text);
    }
    if (held != busy[person]) complaints.push_back(absl::StrCat(person, " is busy at other times than their chats"));
    const redis::Reply chats = Ask({"ZRANGE", Key("chats:" + person), "0", "-1", "WITHSCORES"});
    for (size_t i = 0; i + 1 < chats.elements.size(); i += 2) {
      listed.insert(absl::StrCat(chats.elements[i + 1].text, " ", chats.elements[i].text));
    }
    if (listed != index[person]) complaints.push_back(absl::StrCat(person, "'s list is not of their chats"));
    std::map<std::string, int> spent;
    for (const auto& [week, text] : Hash("minutes:" + person)) {
      if (text != "0") spent[week] = std::stoi(text);
    }
    if (spent != minutes[person]) complaints.push_back(absl::StrCat(person, "'s minutes are not those of their chats"));
  }
}

std::vector<std::string> BookingState::Disagreements() const {
  Complaints complaints;
  CompareStreams(complaints);
  CompareRevisions(complaints);
  ComparePeople(complaints);
  return complaints;
}

}  // namespace cortado::testing
