#include "services/matching/matches.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/id/page_token.h"
#include "common/rpc/page.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "services/matching/person_cards.h"

namespace cortado::matching {
namespace {

constexpr int kUsualPage = 100;
constexpr int kPagesLookedAt = 20;

std::string IdOf(absl::string_view name) { return std::string(name.substr(name.find('/') + 1)); }

bool IsWanted(const rpc::Call& call, v1::Side side, const v1::Match& match) {
  if (side == v1::SIDE_MENTEE) return call.IsSelf(IdOf(match.mentee().person()));
  if (side == v1::SIDE_MENTOR) return call.IsSelf(IdOf(match.mentor().person()));
  return true;
}

}  // namespace

void Matches::Fill(const LiveView& live, v1::Match& match) const {
  live.Read([&](const OrganizationView& view) {
    FillCard(view, clock_.Now(), *match.mutable_mentee());
    FillCard(view, clock_.Now(), *match.mutable_mentor());
  });
}

Task<absl::StatusOr<v1::Match>> Matches::Get(rpc::Call call, const v1::GetMatchRequest& request) {
  CO_ASSIGN_OR_RETURN(v1::Match match, co_await store_.GetMatch(call, IdOf(request.name())));
  if (call.IsService()) co_return match;
  const bool takes_part = call.IsSelf(IdOf(match.mentee().person())) || call.IsSelf(IdOf(match.mentor().person()));
  if (!takes_part) co_return NotFound();
  CO_ASSIGN_OR_RETURN(std::shared_ptr<LiveView> live, co_await views_.Get(call));
  Fill(*live, match);
  co_return match;
}

Task<absl::StatusOr<v1::ListMatchesResponse>> Matches::List(rpc::Call call, const v1::ListMatchesRequest& request) {
  const std::string arguments = absl::StrCat(call.organization(), "\n", call.subject(), "\nmatches\n", request.side());
  CO_ASSIGN_OR_RETURN(std::string cursor, rpc::PageStart(request.page_token(), arguments));
  CO_ASSIGN_OR_RETURN(std::shared_ptr<LiveView> live, co_await views_.Get(call));
  const int wanted = request.page_size() == 0 ? kUsualPage : request.page_size();
  v1::ListMatchesResponse response;
  for (int looks = 0; looks < kPagesLookedAt && response.matches_size() < wanted; ++looks) {
    CO_ASSIGN_OR_RETURN(Page<v1::Match> page,
                        co_await store_.ListMatches(call, call.subject(), cursor, wanted - response.matches_size()));
    for (v1::Match& found : page.items) {
      if (!IsWanted(call, request.side(), found)) continue;
      Fill(*live, found);
      *response.add_matches() = std::move(found);
    }
    cursor = page.cursor;
    if (cursor.empty()) break;
  }
  if (!cursor.empty()) response.set_next_page_token(id::MakePageToken(cursor, arguments));
  co_return response;
}

}  // namespace cortado::matching
