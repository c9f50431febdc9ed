#include "clients/ctl/demo/story.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "clients/ctl/demo/actor.h"
#include "clients/ctl/demo/asking.h"
#include "clients/ctl/demo/cast.h"
#include "clients/ctl/demo/chat_refusals.h"
#include "clients/ctl/demo/choice.h"
#include "clients/ctl/demo/meeting.h"
#include "clients/ctl/demo/refusals.h"
#include "clients/ctl/generate/organization.h"
#include "clients/ctl/import_people.h"
#include "clients/ctl/person_text.h"
#include "clients/ctl/render/width.h"
#include "clients/ctl/render/words.h"
#include "clients/ctl/suggestion_text.h"
#include "common/status/error.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using matching::v1::Suggestion;
using matching::v1::SuggestRoleModelsResponse;

constexpr size_t kProbed = 12;
constexpr size_t kRivals = 60;
constexpr int kRoleModels = 10;

class Story {
 public:
  Story(Session& session, const DemoOptions& options, Stage& stage)
      : session_(session), options_(options), stage_(stage) {}

  absl::Status Tell();

 private:
  absl::Status BringIn();
  absl::Status Choose();
  absl::Status Introduce();
  absl::Status SayDestination(const Actor& asker);
  absl::Status Rank();
  absl::Status Meet();
  absl::StatusOr<bool> HasRoomForTwo(const Suggestion& suggestion);
  absl::StatusOr<const Suggestion*> ChooseMentor();
  void Next();
  absl::StatusOr<SuggestRoleModelsResponse> Suggest(const Actor& asker);

  Session& session_;
  const DemoOptions& options_;
  Stage& stage_;
  Caller operator_;
  std::vector<ImportRow> rows_;
  size_t row_ = 0;  // Of the asker.
  std::optional<Actor> asker_;
  profile::v1::SkillGap gap_;
  SuggestRoleModelsResponse suggested_;
};

absl::Status Story::Tell() {
  ASSIGN_OR_RETURN(operator_, session_.Default());
  RETURN_IF_ERROR(BringIn());
  RETURN_IF_ERROR(Choose());
  RETURN_IF_ERROR(Introduce());
  RETURN_IF_ERROR(Rank());
  RETURN_IF_ERROR(Meet());
  Next();
  return absl::OkStatus();
}

absl::Status Story::BringIn() {
  stage_.Chapter("People come in");
  std::string what = absl::StrCat("the sample organisation (generated, seed ", kSampleSeed, ")");
  if (options_.people.empty()) {
    rows_ = GenerateOrganization(kSamplePeople, kSampleSeed);
  } else {
    ASSIGN_OR_RETURN(PeopleFile file, LoadPeople(options_.people));
    if (!file.problems.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat(FormatProblem(options_.people, file.problems.front()), " (",
                       Count(static_cast<int64_t>(file.problems.size()), "problem", "problems"),
                       " in all; `cortadoctl people import` lists them)"));
    }
    rows_ = std::move(file.rows);
    what = Clean(options_.people);
  }
  stage_.Line(absl::StrCat("from ", what));
  if (options_.assume_open) {
    stage_.Line("--assume-open: everybody counts as joined and open to mentor. For test data alone.");
  }
  ASSIGN_OR_RETURN(const ImportOutcome outcome,
                   SendPeople(session_, operator_, MakeMessages(rows_, options_.assume_open)));
  const auto& response = outcome.response;
  stage_.Line(absl::StrFormat("%s of %s people imported in %s (%s people/s), %s",
                              stage_.style().Bold(Grouped(outcome.rows)), Grouped(static_cast<int64_t>(rows_.size())),
                              Span(outcome.took), Grouped(static_cast<int64_t>(outcome.PeoplePerSecond())),
                              Count(response.skill_count(), "new skill", "new skills")));
  stage_.facts["people"] = {{"rows", rows_.size()}, {"imported", outcome.rows}, {"added", response.added_count()}};
  return absl::OkStatus();
}

absl::StatusOr<SuggestRoleModelsResponse> Story::Suggest(const Actor& asker) {
  matching::v1::SuggestRoleModelsRequest request;
  request.set_person(asker.name());
  request.set_page_size(kRoleModels);
  // Matching reads of new people from profile; until it has, it does not know the asker or has seen only some.
  return Eventually<SuggestRoleModelsResponse>(
      [&] { return session_.Call(session_.matching(), &Matching::SuggestRoleModels, asker.caller, request); },
      [&](const absl::StatusOr<SuggestRoleModelsResponse>& response) {
        if (!response.ok()) return absl::IsNotFound(response.status());
        return response->considered_count() + 1 < static_cast<int64_t>(rows_.size());
      });
}

absl::Status Story::Choose() {
  int most = -1;
  for (size_t row : StoryCandidates(rows_, options_.assume_open, kProbed)) {
    ASSIGN_OR_RETURN(Actor actor, FindActor(session_, operator_, rows_[row].person().external_id()));
    ASSIGN_OR_RETURN(SuggestRoleModelsResponse response, Suggest(actor));
    const int worth = WorthTelling(response, actor.person.time_zone());
    if (worth <= most) continue;
    most = worth;
    row_ = row;
    asker_ = std::move(actor);
    suggested_ = std::move(response);
  }
  if (asker_ && !suggested_.suggestions().empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      "nobody in this file has a story to tell: it needs people with a title, a zone, skills held and others wanted, "
      "who "
      "have joined (an offer in the file, or --assume-open for test data)");
}

absl::Status Story::SayDestination(const Actor& asker) {
  profile::v1::CreateDestinationRequest request;
  request.set_parent(asker.name());
  const std::string title = TitleWhereSkillsAre(rows_, rows_[row_]);
  request.mutable_destination()->set_kind(title.empty() ? profile::v1::DESTINATION_KIND_DEEPEN_HERE
                                                        : profile::v1::DESTINATION_KIND_SIDEWAYS);
  request.mutable_destination()->set_text(title);
  request.mutable_destination()->add_motives(profile::v1::MOTIVE_MASTERY);
  request.set_request_id(session_.RequestId());
  return session_.Call(session_.profile(), &Profile::CreateDestination, asker.caller, request).status();
}

absl::Status Story::Introduce() {
  const Actor& asker = *asker_;
  stage_.Chapter(absl::StrCat("Where ", Clean(asker.FirstName()), " wants to go, and what is missing"));
  stage_.Line(absl::StrCat(stage_.style().Bold(Clean(asker.person.display_name())), ", ", Introduction(asker)));
  profile::v1::ListDestinationsRequest list;
  list.set_parent(asker.name());
  ASSIGN_OR_RETURN(auto destinations,
                   session_.Call(session_.profile(), &Profile::ListDestinations, asker.caller, list));
  const bool says_it_now = destinations.destinations().empty();
  if (says_it_now) {
    RETURN_IF_ERROR(SayDestination(asker));
    ASSIGN_OR_RETURN(destinations, session_.Call(session_.profile(), &Profile::ListDestinations, asker.caller, list));
    // The file says nothing of it, so the ranking is made anew with what was just said.
    ASSIGN_OR_RETURN(suggested_, Suggest(asker));
  }
  if (destinations.destinations().empty()) return absl::InternalError("a destination was said and is not there");
  stage_.Line(absl::StrCat(says_it_now ? "says: " : "said: ", Clean(DestinationPhrase(destinations.destinations(0)))));
  profile::v1::GetSkillGapRequest request;
  request.set_person(asker.name());
  ASSIGN_OR_RETURN(gap_, session_.Call(session_.profile(), &Profile::GetSkillGap, asker.caller, request));
  stage_.Text(RenderGap(gap_, stage_.style(), stage_.columns(), 3));
  stage_.facts["asker"] = {{"person", asker.name()},
                           {"destination", DestinationPhrase(destinations.destinations(0))},
                           {"gap", gap_.items_size()}};
  return absl::OkStatus();
}

absl::Status Story::Rank() {
  stage_.Chapter(absl::StrFormat("The %s who suit %s best, of %s looked at", Grouped(suggested_.suggestions_size()),
                                 Clean(asker_->FirstName()), Grouped(suggested_.considered_count())));
  if (!suggested_.note().text().empty()) stage_.Line(Clean(suggested_.note().text()));
  const std::vector<std::string> lines =
      PartsTable(suggested_.suggestions()).Lines(stage_.style(), stage_.columns(), 3);
  stage_.Text(lines.front() + "\n");
  for (int i = 0; i < suggested_.suggestions_size(); ++i) {
    const Suggestion& suggestion = suggested_.suggestions(i);
    std::vector<std::string> who;
    for (const std::string& fact : {suggestion.person().title(), suggestion.person().department()}) {
      if (!fact.empty()) who.push_back(Clean(fact));
    }
    stage_.Text(absl::StrCat(lines[i + 1], "\n"));
    stage_.Line(absl::StrCat("  ", stage_.style().Dim(absl::StrJoin(who, ", "))));
    stage_.Line(absl::StrCat("  ", Clean(suggestion.reason().text())));
    stage_.facts["suggestions"].push_back({{"person", suggestion.person().person()}, {"score", suggestion.score()}});
  }
  if (TakesTurns(suggested_)) {
    stage_.Line(
        stage_.style().Dim("Scores that are nearly the same take turns from week to week, so that attention spreads."));
  }
  if (suggested_.not_joined_count() > 0) {
    stage_.Line(absl::StrCat(Grouped(suggested_.not_joined_count()),
                             " more would suit and have not joined: they are counted, never named."));
  }
  return absl::OkStatus();
}

// Two places at least: one for the asker, one for who is refused later.
absl::StatusOr<bool> Story::HasRoomForTwo(const Suggestion& suggestion) {
  profile::v1::GetOfferRequest request;
  request.set_name(suggestion.person().person() + "/offer");
  ASSIGN_OR_RETURN(const auto offer, session_.Call(session_.profile(), &Profile::GetOffer, asker_->caller, request));
  return FreePlaces(suggestion, offer.places()) >= 2;
}

// The best one who is elsewhere and has room; else who has room; else the best.
absl::StatusOr<const Suggestion*> Story::ChooseMentor() {
  const Suggestion* with_room = nullptr;
  for (const Suggestion& suggestion : suggested_.suggestions()) {
    ASSIGN_OR_RETURN(const bool has_room, HasRoomForTwo(suggestion));
    if (!has_room) continue;
    if (IsElsewhere(suggestion, asker_->person.time_zone())) return &suggestion;
    if (with_room == nullptr) with_room = &suggestion;
  }
  return with_room != nullptr ? with_room : &suggested_.suggestions(0);
}

absl::Status Story::Meet() {
  ASSIGN_OR_RETURN(const Suggestion* chosen, ChooseMentor());
  ASSIGN_OR_RETURN(const Actor mentor, GetActor(session_, chosen->person().person()));
  std::optional<Mailbox> mailbox;
  if (!options_.mailbox.empty()) mailbox.emplace(options_.mailbox);
  const Scene scene{session_, stage_, *asker_, mentor, mailbox ? &*mailbox : nullptr};
  const std::string topic = CommonTopic(*chosen, gap_);
  Asking asking(scene);
  RETURN_IF_ERROR(asking.Ask(topic.empty()
                                 ? "You have gone the way I would like to go. May I ask you about it?"
                                 : absl::StrCat("I would like to learn ", topic, ", and you know it. Coffee?")));
  RETURN_IF_ERROR(
      asking.TellMore("Gladly. What would help you most?", "How you began, and what you would skip today."));
  ASSIGN_OR_RETURN(Agreed agreed, asking.SayYes());
  Meeting meeting(scene, std::move(agreed));
  RETURN_IF_ERROR(meeting.Booked(options_.out));
  std::vector<std::string> rivals;
  for (size_t row : Rivals(rows_, rows_[row_], meeting.start(), options_.assume_open, kRivals)) {
    const std::string& id = rows_[row].person().external_id();
    if (id != mentor.person.external_id()) rivals.push_back(id);
  }
  RETURN_IF_ERROR(meeting.Refuse(operator_, rivals));
  RETURN_IF_ERROR(meeting.Move());
  RETURN_IF_ERROR(meeting.Cancel());
  std::vector<std::string> others;
  for (const Suggestion& suggestion : suggested_.suggestions()) {
    if (suggestion.person().person() != mentor.name()) others.push_back(suggestion.person().person());
  }
  stage_.Chapter("When it cannot be: what people read, in English and German");
  RETURN_IF_ERROR(ChatRefusals(scene, meeting, others).Tell());
  return Refusals(scene, meeting, std::move(others)).Tell();
}

void Story::Next() {
  const std::string asker = ShortName(asker_->name());
  std::vector<std::pair<std::string, std::string>> commands = {
      {absl::StrCat("cortadoctl match suggest --as ", asker), "the role models again, with reasons"},
      {absl::StrCat("cortadoctl chat list --cancelled --as ", asker), "the chat, and what became of it"},
      {"cortadoctl people import FILE.csv", "your own people (cortadoctl people import --help)"}};
  if (options_.temporary) {
    commands = {
        {"make run ARGS=--dev", "start Cortado and stay up"},
        {"build/release/bin/cortadoctl demo", "in another terminal: the same story, kept"},
        {absl::StrCat("build/release/bin/cortadoctl match suggest --as ", asker), "and from there on your own"}};
  }
  stage_.Text("\nNext:\n");
  size_t width = 0;
  for (const auto& [command, what] : commands) width = std::max(width, command.size());
  for (const auto& [command, what] : commands) {
    stage_.Line(absl::StrCat(PadRight(command, width), "   ", stage_.style().Dim(what)));
    stage_.facts["next"].push_back(command);
  }
}

}  // namespace

absl::Status TellStory(Session& session, const DemoOptions& options, Stage& stage) {
  return Story(session, options, stage).Tell();
}

}  // namespace cortado::ctl
