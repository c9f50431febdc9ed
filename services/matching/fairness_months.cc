#include "services/matching/fairness_months.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/status.h"

namespace cortado::matching {
namespace {

// K: fairness:MONTH. A: seconds it is kept, then language, tables ...
const store::WriteScript kKeep("matching.keep_fairness", R"lua(
  if redis.call('EXISTS', K[1]) == 1 then return unchanged('fairness') end
  for i = 2, #A, 2 do redis.call('HSET', K[1], A[i], A[i + 1]) end
  redis.call('EXPIRE', K[1], A[1])
  resource = 'fairness'
)lua");

constexpr absl::Duration kKept = absl::Hours(24 * 60);
constexpr const char* kLanguages[] = {"en", "de"};

}  // namespace

Task<absl::StatusOr<bool>> FairnessMonths::Find(rpc::Call call, std::string key, std::string language,
                                                v1::Insights* kept) {
  std::vector<std::string> command(3);
  command[0] = "HGET";
  command[1] = std::move(key);
  command[2] = std::move(language);
  CO_ASSIGN_OR_RETURN(const redis::Reply reply, co_await store_.Read(std::move(call), std::move(command)));
  if (reply.IsNil()) co_return false;
  if (!kept->ParseFromString(reply.text)) co_return absl::InternalError("kept figures do not parse");
  co_return true;
}

Task<absl::StatusOr<v1::Insights>> FairnessMonths::Get(rpc::Call call, CalendarPeriod month, std::string language,
                                                       std::function<v1::Insights(const std::string&)> make) {
  const std::string key = store_.Key(call.organization(), absl::StrCat("fairness:", NameOf(month)));
  v1::Insights kept;
  CO_ASSIGN_OR_RETURN(const bool found, co_await Find(call, key, language, &kept));
  if (found) co_return kept;
  store::Write write;
  write.script = &kKeep;
  write.keys.push_back(key);
  write.arguments.push_back(absl::StrCat(absl::ToInt64Seconds(kKept)));
  for (const char* one : kLanguages) {
    write.arguments.push_back(one);
    write.arguments.push_back(make(one).SerializeAsString());
  }
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  (void)outcome;  // Somebody else may have been faster: what is kept counts.
  CO_ASSIGN_OR_RETURN(const bool there, co_await Find(std::move(call), key, std::move(language), &kept));
  if (!there) co_return absl::InternalError("figures that were kept are gone");
  co_return kept;
}

}  // namespace cortado::matching
