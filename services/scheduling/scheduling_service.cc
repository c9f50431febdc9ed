#include "services/scheduling/scheduling_service.h"

#include "cortado/scheduling/v1/scheduling_service.pb.h"
#include "services/scheduling/chats.h"
#include "services/scheduling/times.h"

namespace cortado::scheduling {

std::unique_ptr<rpc::Service> MakeSchedulingService(rpc::Binder& binder, Scheduling& scheduling) {
  auto service = std::make_unique<rpc::Service>("cortado.scheduling.v1.SchedulingService", binder);
  service->Unary("GetAvailability", &Times::GetAvailability, scheduling.times());
  service->Unary("FindTimes", &Times::Find, scheduling.times());
  service->Unary("BookChat", &Chats::Book, scheduling.chats());
  service->Unary("CancelChat", &Chats::Cancel, scheduling.chats());
  service->Unary("GetChat", &Chats::Get, scheduling.chats());
  service->Unary("ListChats", &Chats::List, scheduling.chats());
  return service;
}

std::vector<std::unique_ptr<rpc::Service>> MakeServices(rpc::Binder& binder, Scheduling& scheduling) {
  std::vector<std::unique_ptr<rpc::Service>> services;
  services.push_back(MakeSchedulingService(binder, scheduling));
  return services;
}

}  // namespace cortado::scheduling
