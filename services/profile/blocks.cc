#include "services/profile/blocks.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/id/id.h"
#include "common/rpc/page.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "cortado/profile/v1/reason.pb.h"
#include "services/profile/values.h"

namespace cortado::profile {
namespace {

// What the audit names: the owner's blocks, never the person blocked.
std::string AuditObject(absl::string_view owner) { return absl::StrCat("people/", owner, "/blocks"); }

}  // namespace

Task<absl::StatusOr<std::vector<v1::Block>>> Blocks::BlocksOf(rpc::Call call, std::string id) {
  std::vector<std::string> ids;
  ids.push_back(std::move(id));
  CO_ASSIGN_OR_RETURN(auto files, co_await store_.FindFiles(std::move(call), std::move(ids)));
  if (!files[0]) co_return NotFound();
  co_return std::move(files[0]->blocks);
}

Task<absl::StatusOr<v1::Block>> Blocks::Block(rpc::Call call, const v1::BlockPersonRequest& request) {
  const std::string owner = PersonId(request.parent());
  const std::string other = PersonId(request.block().person());
  if (!call.IsSelf(owner)) co_return AccessDenied();
  if (owner == other) {
    co_return Error(absl::StatusCode::kInvalidArgument, v1::REASON_BLOCK_SELF, "nobody can block themselves")
        .Field("block.person", "must be somebody else");
  }
  v1::Block block;
  block.set_person(request.block().person());
  *block.mutable_create_time() = Stamp(clock_.Now());
  PartWrite write;
  write.id = owner;
  write.field = absl::StrCat("b:", other);
  write.bytes = block.SerializeAsString();
  write.resource = absl::StrCat(request.parent(), "/blocks/", other);
  write.object = AuditObject(owner);
  write.needed_key = PersonKey(store_.store(), call, other);
  write.request_id = request.request_id();
  write.fingerprint = store::Fingerprint(call, request);
  block.set_name(write.resource);
  const absl::StatusOr<store::Outcome> outcome = co_await store_.PutPart(call, std::move(write));
  if (outcome.ok() && !outcome->replayed()) co_return block;
  // ABORTED: there is a block already, and that is the answer.
  if (!outcome.ok() && outcome.status().code() != absl::StatusCode::kAborted) co_return outcome.status();
  CO_ASSIGN_OR_RETURN(const std::vector<v1::Block> blocks, co_await BlocksOf(call, owner));
  for (const v1::Block& held : blocks) {
    if (held.name() == block.name()) co_return held;
  }
  co_return NotFound();
}

Task<absl::StatusOr<google::protobuf::Empty>> Blocks::Unblock(rpc::Call call, const v1::UnblockPersonRequest& request) {
  CO_ASSIGN_OR_RETURN(const auto ids, id::ParseNestedName("people", "blocks", request.name()));
  if (!call.IsSelf(ids.first)) co_return AccessDenied();
  PartWrite write;
  write.id = ids.first;
  write.field = absl::StrCat("b:", ids.second);
  write.etag = "*";
  write.resource = request.name();
  write.object = AuditObject(ids.first);
  write.request_id = request.request_id();
  write.fingerprint = store::Fingerprint(call, request);
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.PutPart(call, std::move(write)));
  (void)outcome;
  co_return google::protobuf::Empty();
}

Task<absl::StatusOr<v1::ListBlocksResponse>> Blocks::List(rpc::Call call, const v1::ListBlocksRequest& request) {
  const std::string owner = PersonId(request.parent());
  if (!call.IsSelf(owner)) co_return AccessDenied();
  const std::string arguments = absl::StrCat(call.organization(), "\n", request.parent());
  CO_ASSIGN_OR_RETURN(const std::string after, rpc::PageStart(request.page_token(), arguments));
  CO_ASSIGN_OR_RETURN(std::vector<v1::Block> blocks, co_await BlocksOf(call, owner));
  const int most = rpc::PageSize(request.page_size());
  v1::ListBlocksResponse response;
  for (v1::Block& block : blocks) {
    if (block.name() <= after) continue;
    if (response.blocks_size() == most) {
      response.set_next_page_token(id::MakePageToken(response.blocks(most - 1).name(), arguments));
      break;
    }
    *response.add_blocks() = std::move(block);
  }
  co_return response;
}

}  // namespace cortado::profile
