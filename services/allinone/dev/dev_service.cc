#include "services/allinone/dev/dev_service.h"

#include "cortado/dev/v1/dev_service.grpc.pb.h"

namespace cortado::allinone {

std::unique_ptr<rpc::Service> MakeDevService(rpc::Binder& binder, ClockControl& control) {
  auto service = std::make_unique<rpc::Service>(dev::v1::DevService::service_full_name(), binder);
  service->Unary("GetClock", &ClockControl::Get, control);
  service->Unary("AdvanceClock", &ClockControl::Advance, control);
  return service;
}

}  // namespace cortado::allinone
