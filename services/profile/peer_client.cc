#include "services/profile/peer_client.h"

#include <functional>
#include <utility>

#include "common/rpc/client.h"
#include "cortado/api/v1/peer_service.grpc.pb.h"

namespace cortado::profile {
namespace {

using Stub = api::v1::PeerService::Stub;
using Async = class Stub::async;

template <class Request, class Response>
using Method = void (Async::*)(grpc::ClientContext*, const Request*, Response*, std::function<void(grpc::Status)>);

// A stub for each call: they are few, and the peer is connected only after its owner was made.
template <class Request, class Response>
Task<absl::StatusOr<Response>> Ask(rpc::Peer* peer, Method<Request, Response> method, rpc::Call call, Request request) {
  if (peer == nullptr || peer->channel() == nullptr) {
    co_return absl::UnavailableError("this server was not told where the service is");
  }
  const std::unique_ptr<Stub> stub = api::v1::PeerService::NewStub(peer->channel());
  co_return co_await peer->Invoke(stub->async(), method, request, call.organization(), call.deadline(), true);
}

}  // namespace

AuditSource MakePeerSource(std::string service, rpc::Peer* peer) {
  AuditSource source;
  source.service = std::move(service);
  source.records = [peer](rpc::Call call, api::v1::ListAuditRecordsRequest request) {
    const Method<api::v1::ListAuditRecordsRequest, api::v1::ListAuditRecordsResponse> method = &Async::ListAuditRecords;
    return Ask(peer, method, std::move(call), std::move(request));
  };
  source.segments = [peer](rpc::Call call, api::v1::ListAuditSegmentsRequest request) {
    const Method<api::v1::ListAuditSegmentsRequest, api::v1::ListAuditSegmentsResponse> method =
        &Async::ListAuditSegments;
    return Ask(peer, method, std::move(call), std::move(request));
  };
  return source;
}

DossierSource MakePeerDossiers(std::string service, rpc::Peer* peer) {
  DossierSource source;
  source.service = std::move(service);
  source.collect = [peer](rpc::Call call, api::v1::CollectPersonRequest request) {
    const Method<api::v1::CollectPersonRequest, api::v1::CollectPersonResponse> method = &Async::CollectPerson;
    return Ask(peer, method, std::move(call), std::move(request));
  };
  source.erase = [peer](rpc::Call call, api::v1::ErasePersonDataRequest request) {
    const Method<api::v1::ErasePersonDataRequest, api::v1::ErasePersonDataResponse> method = &Async::ErasePersonData;
    return Ask(peer, method, std::move(call), std::move(request));
  };
  source.retention = [peer](rpc::Call call, api::v1::ListRetentionRunsRequest request) {
    const Method<api::v1::ListRetentionRunsRequest, api::v1::ListRetentionRunsResponse> method =
        &Async::ListRetentionRuns;
    return Ask(peer, method, std::move(call), std::move(request));
  };
  return source;
}

}  // namespace cortado::profile
