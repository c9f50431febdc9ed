#include "services/profile/people_feed.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/id/id.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "common/store/feed.h"
#include "cortado/profile/v1/reason.pb.h"
#include "services/profile/offers.h"

namespace cortado::profile {
namespace {

constexpr int kUsualPage = 1000;
constexpr absl::Duration kPatience = absl::Seconds(1);  // With a watcher who takes nothing.
// Stages of a snapshot, in order: what people refer to comes before them.
constexpr char kRoles = 'r';
constexpr char kPeople = 'p';
constexpr char kChanges = 'c';

absl::Status Resync() {
  return Error(absl::StatusCode::kOutOfRange, api::v1::REASON_RESYNC_REQUIRED,
               "the resume token is too old or of another history; list again without one");
}

v1::PersonSnapshot MakeSnapshot(PersonFile file) {
  v1::PersonSnapshot snapshot;
  const std::string name = file.person.name();
  *snapshot.mutable_person() = std::move(file.person);
  if (file.offer) *snapshot.mutable_offer() = *std::move(file.offer);
  *snapshot.mutable_time() = file.time ? *std::move(file.time) : DefaultTime();
  snapshot.mutable_time()->set_name(absl::StrCat(name, "/time"));
  if (!file.destinations.empty()) *snapshot.mutable_destination() = std::move(file.destinations[0].destination);
  for (const v1::Block& block : file.blocks) snapshot.add_blocks(block.person());
  if (file.groups) *snapshot.mutable_groups() = *std::move(file.groups);
  return snapshot;
}

// Adds the organisation as it is now; one that was never made (in a test) is left out.
Task<absl::Status> AddOrganization(store::Store& store, rpc::Call call, int64_t revision,
                                   v1::ListPeopleChangesResponse& page) {
  std::string key = store.Key(call.organization(), "organization");
  CO_ASSIGN_OR_RETURN(const std::optional<store::Record> record, co_await store.Find(call, std::move(key)));
  if (!record) co_return absl::OkStatus();
  v1::PeopleChange& change = *page.add_changes();
  CO_RETURN_IF_ERROR(store::ParseMessage(*record, *change.mutable_organization()));
  change.mutable_organization()->set_name(absl::StrCat("organizations/", call.organization()));
  change.mutable_organization()->set_etag(record->etag());
  change.set_revision(revision);
  co_return absl::OkStatus();
}

}  // namespace

// {organisation, stage, feed position, last id of the stage}, opaque to its holder.
struct PeopleFeed::Token {
  char stage = kRoles;
  std::string position;
  std::string last;

  std::string Format(absl::string_view organization) const {
    return id::Base64UrlEncode(absl::StrCat(organization, "|", std::string(1, stage), "|", position, "|", last));
  }
  static absl::StatusOr<Token> Parse(absl::string_view organization, absl::string_view text) {
    const absl::StatusOr<std::string> plain = id::Base64UrlDecode(text);
    if (!plain.ok()) return Resync();
    const std::vector<std::string> parts = absl::StrSplit(*plain, '|');
    if (parts.size() != 4 || parts[0] != organization || parts[1].size() != 1) return Resync();
    const char stage = parts[1][0];
    if (stage != kRoles && stage != kPeople && stage != kChanges) return Resync();
    return Token{stage, parts[2], parts[3]};
  }
};

Task<absl::Status> PeopleFeed::AddPeople(rpc::Call call, std::vector<std::string> ids, std::vector<int64_t> revisions,
                                         v1::ListPeopleChangesResponse& page) {
  CO_ASSIGN_OR_RETURN(auto files, co_await parts_.people.FindFiles(call, ids));
  CO_ASSIGN_OR_RETURN(const SkillViewPtr view, co_await parts_.skills.View(call));
  for (size_t i = 0; i < ids.size(); ++i) {
    v1::PeopleChange& change = *page.add_changes();
    if (files[i]) {
      // Nobody outside sees a skill that is being merged away.
      FollowMerges(*view, files[i]->person);
      int64_t revision = 0;
      if (absl::SimpleAtoi(files[i]->person.etag(), &revision)) change.set_revision(revision);
      *change.mutable_person() = MakeSnapshot(*std::move(files[i]));
    } else {
      change.set_deleted_person(absl::StrCat("people/", ids[i]));
    }
    if (!revisions.empty()) change.set_revision(revisions[i]);
  }
  co_return absl::OkStatus();
}

Task<absl::Status> PeopleFeed::Snapshot(rpc::Call call, Token& token, int limit, v1::ListPeopleChangesResponse& page) {
  if (token.stage == kRoles) {
    // Catalogues are small beside people: skills go out whole with the first roles.
    if (token.last.empty()) {
      CO_RETURN_IF_ERROR(co_await AddOrganization(parts_.store, call, 0, page));
      CO_ASSIGN_OR_RETURN(const SkillViewPtr view, co_await parts_.skills.View(call));
      for (const auto& [id, skill] : view->by_id) *page.add_changes()->mutable_skill() = skill;
    }
    CO_ASSIGN_OR_RETURN(std::vector<std::string> ids, co_await parts_.roles.ListIds(call, token.last, limit));
    const bool done = static_cast<int>(ids.size()) < limit;
    token.last = done ? "" : ids.back();
    if (done) token.stage = kPeople;
    CO_ASSIGN_OR_RETURN(std::vector<v1::Role> roles, co_await parts_.roles.FindAll(call, std::move(ids)));
    for (v1::Role& role : roles) *page.add_changes()->mutable_role() = std::move(role);
    co_return absl::OkStatus();
  }
  CO_ASSIGN_OR_RETURN(std::vector<std::string> ids, co_await parts_.people.ListIds(call, token.last, limit, ""));
  const bool done = static_cast<int>(ids.size()) < limit;
  token.last = done ? "" : ids.back();
  if (done) token.stage = kChanges;
  std::vector<int64_t> own_revisions;
  co_return co_await AddPeople(std::move(call), std::move(ids), std::move(own_revisions), page);
}

Task<absl::Status> PeopleFeed::Changes(rpc::Call call, Token& token, int limit, v1::ListPeopleChangesResponse& page) {
  CO_ASSIGN_OR_RETURN(const store::FeedPage feed,
                      co_await store::ReadFeed(parts_.store, parts_.client, call, token.position, limit));
  token.position = feed.position;
  // What changed several times is sent once, as it is now, under its last revision.
  std::map<std::string, int64_t> people, skills, roles;
  int64_t organization = 0;
  for (const store::FeedEntry& entry : feed.entries) {
    if (entry.kind == "person") people[entry.id] = entry.revision;
    if (entry.kind == "skill") skills[entry.id] = entry.revision;
    if (entry.kind == "role") roles[entry.id] = entry.revision;
    if (entry.kind == "organization") organization = entry.revision;
  }
  if (organization > 0) CO_RETURN_IF_ERROR(co_await AddOrganization(parts_.store, call, organization, page));
  if (!skills.empty()) {
    CO_ASSIGN_OR_RETURN(const SkillViewPtr view, co_await parts_.skills.View(call));
    for (const auto& [id, revision] : skills) {
      const auto found = view->by_id.find(id);
      v1::PeopleChange& change = *page.add_changes();
      if (found != view->by_id.end()) {
        *change.mutable_skill() = found->second;
      } else {
        change.set_deleted_skill(absl::StrCat("skills/", id));
      }
      change.set_revision(revision);
    }
  }
  for (const auto& [id, revision] : roles) {
    CO_ASSIGN_OR_RETURN(std::optional<v1::Role> role, co_await parts_.roles.Find(call, id));
    v1::PeopleChange& change = *page.add_changes();
    if (role) {
      *change.mutable_role() = *std::move(role);
    } else {
      change.set_deleted_role(absl::StrCat("roles/", id));
    }
    change.set_revision(revision);
  }
  std::vector<std::string> ids;
  std::vector<int64_t> revisions;
  for (const auto& [id, revision] : people) {
    ids.push_back(id);
    revisions.push_back(revision);
  }
  if (ids.empty()) co_return absl::OkStatus();
  co_return co_await AddPeople(std::move(call), std::move(ids), std::move(revisions), page);
}

Task<absl::StatusOr<v1::ListPeopleChangesResponse>> PeopleFeed::Next(rpc::Call call, std::string resume_token,
                                                                     int limit) {
  Token token;
  if (resume_token.empty()) {
    // Taken before anything is read: what changes from here on is sent after the snapshot.
    CO_ASSIGN_OR_RETURN(token.position, co_await store::FeedEnd(parts_.store, parts_.client, call));
  } else {
    CO_ASSIGN_OR_RETURN(token, Token::Parse(call.organization(), resume_token));
  }
  v1::ListPeopleChangesResponse page;
  if (token.stage == kChanges) {
    CO_RETURN_IF_ERROR(co_await Changes(call, token, limit, page));
  } else {
    CO_RETURN_IF_ERROR(co_await Snapshot(call, token, limit, page));
  }
  page.set_snapshot_complete(token.stage == kChanges);
  page.set_resume_token(token.Format(call.organization()));
  CO_ASSIGN_OR_RETURN(const int64_t count, co_await parts_.people.Count(call));
  page.set_people_count(count);
  co_return page;
}

Task<absl::StatusOr<v1::ListPeopleChangesResponse>> PeopleFeed::Await(rpc::Call call, std::string resume_token,
                                                                      int limit, absl::Time until) {
  for (;;) {
    const uint64_t seen = parts_.wake_ups.Seen(call.organization());
    CO_ASSIGN_OR_RETURN(v1::ListPeopleChangesResponse page, co_await Next(call, resume_token, limit));
    // A page of a snapshot counts even when it is empty: it moves on.
    if (page.changes_size() > 0 || page.resume_token() != resume_token) co_return page;
    if (absl::Now() >= until || call.Cancelled()) co_return page;
    co_await parts_.wake_ups.Wait(call.organization(), seen, until);
  }
}

Task<absl::StatusOr<v1::ListPeopleChangesResponse>> PeopleFeed::List(rpc::Call call,
                                                                     const v1::ListPeopleChangesRequest& request) {
  const absl::Duration wait = absl::Seconds(request.wait().seconds()) + absl::Nanoseconds(request.wait().nanos());
  const absl::Time until = std::min(absl::Now() + wait, call.deadline() - absl::Milliseconds(100));
  const int limit = request.page_size() == 0 ? kUsualPage : request.page_size();
  co_return co_await Await(std::move(call), request.resume_token(), limit, until);
}

Task<absl::Status> PeopleFeed::Watch(rpc::Call call, const v1::WatchPeopleRequest& request,
                                     rpc::Writer<v1::ListPeopleChangesResponse>& writer) {
  std::string token = request.resume_token();
  while (!call.Cancelled() && !writer.Stopping()) {
    const absl::Time until = absl::Now() + kMarkPeriod;
    CO_ASSIGN_OR_RETURN(v1::ListPeopleChangesResponse page, co_await Await(call, token, kUsualPage, until));
    token = page.resume_token();
    CO_RETURN_IF_ERROR(co_await Send(call, std::move(page), writer));
  }
  co_return absl::CancelledError("the stream ended; resume with the last token");
}

Task<absl::Status> PeopleFeed::Send(rpc::Call call, v1::ListPeopleChangesResponse page,
                                    rpc::Writer<v1::ListPeopleChangesResponse>& writer) {
  CO_ASSIGN_OR_RETURN(const Token sent_up_to, Token::Parse(call.organization(), page.resume_token()));
  const std::shared_ptr<rpc::Sending> sending = writer.Begin(page);
  page.Clear();
  for (;;) {
    const std::optional<bool> sent = co_await sending->Wait(&parts_.loop, absl::Now() + kPatience);
    if (sent && *sent) co_return absl::OkStatus();
    if (sent || call.Cancelled()) co_return absl::CancelledError("the caller hung up");
    if (writer.Stopping()) co_return absl::UnavailableError("the server stops; resume elsewhere");
    CO_ASSIGN_OR_RETURN(const store::FeedPage waiting, co_await store::ReadFeed(parts_.store, parts_.client, call,
                                                                                sent_up_to.position, kMostWaiting + 1));
    if (waiting.entries.size() > kMostWaiting) {
      co_return Error(absl::StatusCode::kResourceExhausted, v1::REASON_READER_TOO_SLOW,
                      "nothing was read while more than 1,000 changes waited; resume with the last token");
    }
  }
}

}  // namespace cortado::profile
