#include "services/profile/destinations.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/id/id.h"
#include "common/rpc/page.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "common/text/edit_distance.h"
#include "services/profile/values.h"

namespace cortado::profile {
namespace {

// The destination with the manager who may read it: the one of the day it was said, while they are (product rules 2.3).
v1::Destination Shared(const StoredDestination& said, const std::string& manager) {
  v1::Destination destination = said.destination;
  const bool shared = destination.audience() == v1::AUDIENCE_MY_MANAGER && !manager.empty() && said.manager == manager;
  if (shared) destination.set_shared_with(id::MakeName("people", manager));
  return destination;
}

}  // namespace

Task<absl::StatusOr<PersonFile>> Destinations::Open(rpc::Call call, std::string id) {
  std::vector<std::string> ids;
  ids.push_back(std::move(id));
  CO_ASSIGN_OR_RETURN(auto files, co_await people_.FindFiles(call, ids));
  if (!files[0]) co_return NotFound();
  CO_RETURN_IF_ERROR(co_await people_.RecordShown(std::move(call), std::move(ids)));
  co_return *std::move(files[0]);
}

Task<absl::StatusOr<v1::ListDestinationsResponse>> Destinations::List(rpc::Call call,
                                                                      const v1::ListDestinationsRequest& request) {
  const std::string arguments = absl::StrCat(call.organization(), "\n", request.parent());
  CO_ASSIGN_OR_RETURN(const std::string after, rpc::PageStart(request.page_token(), arguments));
  const std::string owner = OwnerId(request.parent());
  CO_ASSIGN_OR_RETURN(const PersonFile file, co_await Open(call, owner));
  const bool all = call.IsSelf(owner) || call.IsService();
  const std::string manager = PersonId(file.person.manager());
  const int most = rpc::PageSize(request.page_size());
  v1::ListDestinationsResponse response;
  bool reached = after.empty();
  for (size_t i = 0; i < file.destinations.size(); ++i) {
    const StoredDestination& said = file.destinations[i];
    // To others only the newest counts, and the binder shows it only where it is for them.
    if (!all && i > 0) break;
    if (reached && response.destinations_size() == most) {
      const auto& last = response.destinations(response.destinations_size() - 1);
      response.set_next_page_token(id::MakePageToken(last.name(), arguments));
      break;
    }
    if (reached) *response.add_destinations() = Shared(said, manager);
    reached = reached || said.destination.name() == after;
  }
  co_return response;
}

Task<absl::StatusOr<v1::Destination>> Destinations::Create(rpc::Call call,
                                                           const v1::CreateDestinationRequest& request) {
  const std::string owner = OwnerId(request.parent());
  if (!call.IsSelf(owner)) co_return AccessDenied();
  CO_ASSIGN_OR_RETURN(const PersonFile file, co_await Open(call, owner));
  v1::Destination destination = request.destination();
  const std::string id = id::New();
  *destination.mutable_create_time() = Stamp(clock_.Now());
  PartWrite write;
  write.id = owner;
  write.field = absl::StrCat("d:", id);
  write.bytes = StoredBytes(destination);
  write.resource = absl::StrCat(request.parent(), "/destinations/", id);
  write.manager = PersonId(file.person.manager());
  if (!destination.role().empty()) {
    write.needed_key = RoleKey(people_.store(), call, RoleId(destination.role()));
  }
  write.edited = "destination";
  write.joins = true;
  write.event = "destination.created";
  write.request_id = request.request_id();
  write.fingerprint = store::Fingerprint(call, request);
  const absl::StatusOr<store::Outcome> outcome = co_await people_.PutPart(call, std::move(write));
  if (absl::IsNotFound(outcome.status()) && !destination.role().empty()) {
    co_return co_await NoSuchRole(call, destination.role());
  }
  CO_RETURN_IF_ERROR(outcome.status());
  if (!outcome->replayed()) {
    destination.set_name(outcome->resource);
    destination.set_etag(absl::StrCat(outcome->revision));
    const std::string manager = PersonId(file.person.manager());
    co_return Shared({destination, manager}, manager);
  }
  CO_ASSIGN_OR_RETURN(const PersonFile now, co_await Open(call, owner));
  for (const StoredDestination& said : now.destinations) {
    if (said.destination.name() == outcome->resource) co_return Shared(said, PersonId(now.person.manager()));
  }
  co_return NotFound();
}

Task<absl::Status> Destinations::NoSuchRole(rpc::Call call, std::string name) {
  std::vector<std::string> names;
  CO_ASSIGN_OR_RETURN(const std::vector<v1::Role> roles, co_await roles_.All(std::move(call)));
  for (const v1::Role& role : roles) names.push_back(role.name());
  Error error = NotFound();
  error.Field("destination.role", "must be a role of the catalogue");
  if (!names.empty()) error.Metadata("nearest", text::Nearest(name, names));
  co_return error;
}

Task<absl::StatusOr<google::protobuf::Empty>> Destinations::Delete(rpc::Call call,
                                                                   const v1::DeleteDestinationRequest& request) {
  CO_ASSIGN_OR_RETURN(const auto ids, id::ParseNestedName("people", "destinations", request.name()));
  if (!call.IsSelf(ids.first)) co_return AccessDenied();
  PartWrite write;
  write.id = ids.first;
  write.field = absl::StrCat("d:", ids.second);
  write.etag = request.etag();
  write.resource = request.name();
  write.edited = "destination";
  write.event = "destination.deleted";
  write.request_id = request.request_id();
  write.fingerprint = store::Fingerprint(call, request);
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await people_.PutPart(call, std::move(write)));
  (void)outcome;
  co_return google::protobuf::Empty();
}

}  // namespace cortado::profile
