#include "services/matching/guide/conversation.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <tuple>

#include "services/matching/affinity/organization.h"

namespace cortado::matching {
namespace {

constexpr int kMostOfGroup = 2;

// The smaller comes first.
auto OrderOf(const BankQuestion& question, const Conversation& conversation) {
  const int named = static_cast<int>(std::bitset<kSlots>(question.needs).count());
  // A place to watch somebody work is known of few.
  const int place = (question.needs & kPlaceSlot) != 0 ? 1 : 0;
  const int worth = 2 * named + place + (question.kinds != 0 ? 3 : 0);
  // Who writes a question of their own wants it asked.
  const int own = question.source.rfind("questions/", 0) == 0 ? 2 : 0;
  return std::make_tuple(-worth - own, StableHash(std::to_string(conversation.pair) + question.source),
                         question.source);
}

}  // namespace

bool MayAsk(const BankQuestion& question, const Conversation& conversation) {
  if (question.kinds != 0 && (question.kinds & KindBit(conversation.kind)) == 0) return false;
  if ((question.needs & ~conversation.known) != 0 || (question.without & conversation.known) != 0) return false;
  if (question.when == When::kFirstChat && !conversation.is_first_chat) return false;
  if (question.when == When::kLaterChat && conversation.is_first_chat) return false;
  return conversation.asked.count(question.source) == 0;
}

std::vector<int> ChooseQuestions(const std::vector<BankQuestion>& bank, const Conversation& conversation) {
  std::vector<int> order;
  for (size_t i = 0; i < bank.size(); ++i) {
    if (MayAsk(bank[i], conversation)) order.push_back(static_cast<int>(i));
  }
  std::sort(order.begin(), order.end(),
            [&](int a, int b) { return OrderOf(bank[a], conversation) < OrderOf(bank[b], conversation); });
  std::array<int, kQuestionGroups> taken{};
  std::vector<int> chosen;
  const auto take = [&](int most_of_group, int most) {
    for (const int index : order) {
      int& of_group = taken[static_cast<int>(bank[index].group)];
      const bool is_taken = std::find(chosen.begin(), chosen.end(), index) != chosen.end();
      if (is_taken || of_group >= most_of_group || static_cast<int>(chosen.size()) >= most) continue;
      chosen.push_back(index);
      ++of_group;
    }
  };
  take(1, kQuestionGroups);
  take(kMostOfGroup, kMostQuestions);
  take(kMostQuestions, kFewestQuestions);
  std::stable_sort(chosen.begin(), chosen.end(), [&](int a, int b) { return bank[a].group < bank[b].group; });
  return chosen;
}

}  // namespace cortado::matching
