#include "services/scheduling/scheduling_service.h"

#include "cortado/scheduling/v1/notification_service.pb.h"
#include "cortado/scheduling/v1/scheduling_service.pb.h"
#include "services/scheduling/calendars.h"
#include "services/scheduling/chats.h"
#include "services/scheduling/courier/notifications.h"
#include "services/scheduling/courier/webhooks.h"
#include "services/scheduling/holds.h"
#include "services/scheduling/recurring_chats.h"
#include "services/scheduling/times.h"

namespace cortado::scheduling {

std::unique_ptr<rpc::Service> MakeSchedulingService(rpc::Binder& binder, Scheduling& scheduling) {
  auto service = std::make_unique<rpc::Service>("cortado.scheduling.v1.SchedulingService", binder);
  service->Unary("GetAvailability", &Times::GetAvailability, scheduling.times());
  service->Unary("FindTimes", &Times::Find, scheduling.times());
  service->Unary("BookChat", &Chats::Book, scheduling.chats());
  service->Unary("RescheduleChat", &Chats::Reschedule, scheduling.chats());
  service->Unary("CancelChat", &Chats::Cancel, scheduling.chats());
  service->Unary("HoldTime", &Holds::Hold, scheduling.holds());
  service->Unary("ReleaseHold", &Holds::Release, scheduling.holds());
  service->Unary("BookSeries", &RecurringChats::Book, scheduling.recurring_chats());
  service->Unary("GetSeries", &RecurringChats::Get, scheduling.recurring_chats());
  service->Unary("CancelSeries", &RecurringChats::Cancel, scheduling.recurring_chats());
  service->Unary("RespondToChat", &Chats::Respond, scheduling.chats());
  service->Unary("GetChat", &Chats::Get, scheduling.chats());
  service->Unary("ListChats", &Chats::List, scheduling.chats());
  service->Unary("PutBusyTimes", &Calendars::Put, scheduling.calendars());
  service->Unary("GetCalendar", &Calendars::Get, scheduling.calendars());
  service->Unary("UpdateCalendar", &Calendars::Update, scheduling.calendars());
  service->Unary("DeleteCalendar", &Calendars::Delete, scheduling.calendars());
  return service;
}

std::unique_ptr<rpc::Service> MakeNotificationService(rpc::Binder& binder, Scheduling& scheduling) {
  auto service = std::make_unique<rpc::Service>("cortado.scheduling.v1.NotificationService", binder);
  Notifications& notifications = scheduling.notifications();
  service->Unary("ListNotifications", &Notifications::List, notifications);
  service->Unary("ListNotificationChanges", &Notifications::ListChanges, notifications);
  service->ServerStream("WatchNotifications", &Notifications::Watch, notifications);
  service->Unary("MarkDelivered", &Notifications::MarkDelivered, notifications);
  service->Unary("GetNotificationPreferences", &Notifications::GetPreferences, notifications);
  service->Unary("UpdateNotificationPreferences", &Notifications::UpdatePreferences, notifications);
  service->Unary("ListDeadLetters", &Notifications::ListDead, notifications);
  service->Unary("RetryDelivery", &Notifications::Retry, notifications);
  service->Unary("CreateWebhook", &Webhooks::Create, scheduling.webhooks());
  service->Unary("ListWebhooks", &Webhooks::List, scheduling.webhooks());
  service->Unary("DeleteWebhook", &Webhooks::Delete, scheduling.webhooks());
  service->Unary("TestWebhook", &Webhooks::Test, scheduling.webhooks());
  return service;
}

std::vector<std::unique_ptr<rpc::Service>> MakeServices(rpc::Binder& binder, Scheduling& scheduling) {
  std::vector<std::unique_ptr<rpc::Service>> services;
  services.push_back(MakeSchedulingService(binder, scheduling));
  services.push_back(MakeNotificationService(binder, scheduling));
  return services;
}

}  // namespace cortado::scheduling
