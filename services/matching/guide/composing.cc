#include "services/matching/guide/composing.h"

#include <algorithm>
#include <iterator>
#include <map>

#include "common/text/catalog.h"
#include "services/matching/affinity.h"
#include "services/matching/affinity/explanation.h"
#include "services/matching/guide/conversation.h"
#include "services/matching/guide/own_questions.h"
#include "services/matching/readers.h"

namespace cortado::matching {
namespace {

using Slots = std::map<std::string, std::string>;

const v1::Question* FindOwn(const std::vector<v1::Question>& own, const std::string& source) {
  const auto found = std::find_if(own.begin(), own.end(), [&](const v1::Question& q) { return q.name() == source; });
  return found == own.end() ? nullptr : &*found;
}

bool IsOfBank(const std::string& source) {
  return std::any_of(QuestionBank().begin(), QuestionBank().end(),
                     [&](const BankQuestion& question) { return question.source == source; });
}

// What the two may name to each other, from what both may read.
Slots SlotsOf(const OrganizationView& view, absl::Time now, int32_t mentee, int32_t mentor) {
  const Organization& organization = view.organization();
  Query query = QueryAt(view, now, now);
  query.asker = mentee;
  const Reporting reporting(organization, mentee);
  const AffinityQuery affinities(organization, query, reporting);
  const Explanation explanation = Explain(organization, query, reporting, affinities, mentor);
  Slots slots;
  slots["name"] = view.facts(mentor).display_name;
  if (!explanation.gap.empty() && explanation.gap[0].covered > 0) {
    slots["skill"] = view.skill_title(explanation.gap[0].gap.skill);
  }
  const JourneyMatch& journey = explanation.journey;
  if (journey.start != kUnknown && explanation.points[journey.start].confirmed) {
    slots["past"] = view.role_title(explanation.points[journey.start].role);
  }
  slots["present"] = view.facts(mentor).title;
  slots["place"] = view.facts(mentor).observe_first;
  const int32_t aim = organization.people()[mentee].destination.role;
  if (view.facts(mentee).tells_those_asked && aim != kUnknown) slots["role"] = view.role_title(aim);
  for (auto at = slots.begin(); at != slots.end();) at = at->second.empty() ? slots.erase(at) : std::next(at);
  return slots;
}

}  // namespace

v1::ConversationGuide ComposeGuide(const OrganizationView& view, absl::Time now, int32_t mentee, int32_t mentor,
                                   const v1::ConversationGuide& before, const std::vector<v1::Question>& own) {
  const Slots slots = SlotsOf(view, now, mentee, mentor);
  const Organization& organization = view.organization();
  Conversation conversation;
  if (view.facts(mentee).tells_those_asked) conversation.kind = organization.people()[mentee].destination.kind;
  for (const auto& [name, value] : slots) conversation.known |= SlotOf(name);
  conversation.pair = organization.id_hash(mentee) ^ (organization.id_hash(mentor) << 1);
  for (const v1::GuideQuestion& question : before.questions()) {
    if (!question.asked()) continue;
    conversation.is_first_chat = false;
    conversation.asked.insert(question.source());
  }
  std::vector<BankQuestion> bank;
  for (const v1::Question& question : own) {
    if (!question.archived()) bank.push_back(AsBankQuestion(question));
  }
  bank.insert(bank.end(), QuestionBank().begin(), QuestionBank().end());
  v1::ConversationGuide guide;
  guide.set_etag(before.etag());
  for (const int index : ChooseQuestions(bank, conversation)) {
    v1::GuideQuestion& question = *guide.add_questions();
    question.set_source(bank[index].source);
    question.set_group(static_cast<v1::QuestionGroup>(static_cast<int>(bank[index].group) + v1::QUESTION_GROUP_DAYS));
    for (int slot = 0; slot < kSlots; ++slot) {
      if ((bank[index].needs >> slot & 1) == 0) continue;
      (*question.mutable_text()->mutable_parameters())[SlotName(slot)] = slots.at(SlotName(slot));
    }
  }
  return guide;
}

std::string QuestionWords(const v1::GuideQuestion& question, const std::vector<v1::Question>& own,
                          const std::string& language) {
  const Slots slots(question.text().parameters().begin(), question.text().parameters().end());
  if (IsOfBank(question.source())) return text::Render(question.source(), language, slots);
  const v1::Question* asked = FindOwn(own, question.source());
  return asked == nullptr ? "" : WordsOf(*asked, language, slots);
}

bool IsQuestion(const std::string& source, const std::vector<v1::Question>& own) {
  return IsOfBank(source) || FindOwn(own, source) != nullptr;
}

}  // namespace cortado::matching
