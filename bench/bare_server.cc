// What the real servers are measured against: the callback API and the same multiplexed Redis client, one command per
// call, the same bytes, nothing of a service's rules.
//
// Usage: bare_server REDIS_SOCKET KEY_PREFIX ADDRESS_FILE [--echo | --book]
//   GetPerson is one GET of PREFIXperson:ID. --echo: it does not even ask Redis.
//   --book: BookChat is one EVALSHA of the script that books, in the organisation `bare`, whose people are there with
//   revision 1; its answer is the one under PREFIXanswer.
#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/impl/codegen/service_type.h>

#include <cstdio>
#include <fstream>
#include <functional>
#include <string>

#include "absl/time/clock.h"
#include "common/app/server.h"
#include "common/id/id.h"
#include "common/redis/client.h"
#include "common/task/sync_wait.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/profile/v1/profile_service.pb.h"
#include "cortado/scheduling/v1/scheduling_service.pb.h"
#include "services/scheduling/availability/availability.h"
#include "services/scheduling/chat_store.h"

namespace {

using cortado::Detached;

constexpr char kOrganization[] = "bare";

template <class Message>
Message Parse(const grpc::ByteBuffer& body) {
  Message message;
  grpc::ByteBuffer copy = body;
  grpc::ProtoBufferReader reader(&copy);
  message.ParseFromZeroCopyStream(&reader);
  return message;
}

grpc::ByteBuffer Bytes(const std::string& text, size_t from = 0) {
  grpc::Slice slice(text.data() + from, text.size() - from);
  return grpc::ByteBuffer(&slice, 1);
}

// One method, with bytes in and out.
class BareService : public grpc::Service {
 public:
  using Answer = std::function<void(const grpc::ByteBuffer*, grpc::ByteBuffer*, grpc::ServerUnaryReactor*)>;

  BareService(const char* method, const Answer& answer) {
    AddMethod(new grpc::internal::RpcServiceMethod(method, grpc::internal::RpcMethod::NORMAL_RPC, nullptr));
    MarkMethodRawCallback(
        0, new grpc::internal::CallbackUnaryHandler<grpc::ByteBuffer, grpc::ByteBuffer>(
               [answer](grpc::CallbackServerContext* context, const grpc::ByteBuffer* body, grpc::ByteBuffer* bytes) {
                 grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
                 answer(body, bytes, reactor);
                 return reactor;
               }));
  }
};

Detached GetPerson(cortado::redis::Client& client, const std::string& prefix, const grpc::ByteBuffer* body,
                   grpc::ByteBuffer* answer, grpc::ServerUnaryReactor* reactor) {
  const auto request = Parse<cortado::profile::v1::GetPersonRequest>(*body);
  std::vector<std::string> command;
  command.reserve(2);
  command.push_back("GET");
  command.push_back(prefix + "person:" + request.name().substr(sizeof("people/") - 1));
  auto reply = co_await client.Run("", std::move(command), cortado::redis::Use::kRead, absl::Now() + absl::Seconds(5));
  if (!reply.ok() || reply->IsNil()) {
    reactor->Finish(grpc::Status(grpc::StatusCode::NOT_FOUND, "absent"));
    co_return;
  }
  *answer = Bytes(reply->text, reply->text.find(':') + 1);
  reactor->Finish(grpc::Status::OK);
}

// Says of a person what the rules would have found.
cortado::scheduling::Seat SeatOf(const std::string& name, absl::Time start, absl::Time end) {
  cortado::scheduling::Seat seat;
  seat.person = name.substr(sizeof("people/") - 1);
  seat.revision = 1;
  seat.busy_until = end;
  seat.week = cortado::scheduling::FormatWeek(cortado::scheduling::WeekOf(start, absl::UTCTimeZone()));
  seat.minutes = 10;
  seat.weekly_minutes = 2400;
  return seat;
}

cortado::scheduling::Booking BookingOf(const cortado::scheduling::v1::BookChatRequest& request) {
  const absl::Time start = absl::FromUnixSeconds(request.start_time().seconds());
  const absl::Time end = start + absl::Seconds(request.duration().seconds());
  cortado::scheduling::Booking booking;
  booking.id = cortado::id::New();
  booking.request_id = request.request_id();
  booking.fingerprint = request.request_id();
  booking.chat.set_host(request.host());
  booking.chat.set_topic(request.topic());
  booking.chat.set_time_zone("Etc/UTC");
  booking.chat.set_state(cortado::scheduling::v1::Chat::STATE_BOOKED);
  *booking.chat.mutable_start_time() = request.start_time();
  booking.chat.mutable_end_time()->set_seconds(absl::ToUnixSeconds(end));
  for (const std::string& name : {request.host(), request.attendees(0)}) {
    booking.chat.add_attendees()->mutable_person()->set_person(name);
    booking.seats.push_back(SeatOf(name, start, end));
  }
  return booking;
}

Detached BookChat(cortado::scheduling::ChatStore& chats, const std::string& canned, const grpc::ByteBuffer* body,
                  grpc::ByteBuffer* answer, grpc::ServerUnaryReactor* reactor) {
  cortado::scheduling::Booking booking = BookingOf(Parse<cortado::scheduling::v1::BookChatRequest>(*body));
  const cortado::rpc::Call call = cortado::rpc::InternalCall(kOrganization, "bench", absl::Now() + absl::Seconds(5));
  auto outcome = co_await chats.Insert(call, std::move(booking));
  if (!outcome.ok() || outcome->kind != cortado::store::Outcome::Kind::kWritten) {
    reactor->Finish(grpc::Status(grpc::StatusCode::ABORTED, "refused"));
    co_return;
  }
  *answer = Bytes(canned);
  reactor->Finish(grpc::Status::OK);
}

BareService MakeService(const std::string& mode, const std::string& prefix, cortado::redis::Client& client,
                        cortado::scheduling::ChatStore& chats) {
  if (mode == "--book") {
    std::vector<std::string> command = {"GET", prefix + "answer"};
    const auto canned = cortado::SyncWait(
        client.Run("", std::move(command), cortado::redis::Use::kRead, absl::Now() + absl::Seconds(5)));
    const std::string bytes = canned.ok() ? canned->text : "";
    return {"/cortado.scheduling.v1.SchedulingService/BookChat",
            [&chats, bytes](const grpc::ByteBuffer* body, grpc::ByteBuffer* answer, grpc::ServerUnaryReactor* reactor) {
              BookChat(chats, bytes, body, answer, reactor);
            }};
  }
  const bool echo = mode == "--echo";
  return {"/cortado.profile.v1.ProfileService/GetPerson",
          [&client, prefix, echo](const grpc::ByteBuffer* body, grpc::ByteBuffer* answer,
                                  grpc::ServerUnaryReactor* reactor) {
            if (!echo) {
              GetPerson(client, prefix, body, answer, reactor);
              return;
            }
            *answer = *body;
            reactor->Finish(grpc::Status::OK);
          }};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: bare_server REDIS_SOCKET KEY_PREFIX ADDRESS_FILE [--echo | --book]\n");
    return 2;
  }
  cortado::app::BlockStopSignals();
  cortado::EventLoop loop;
  cortado::redis::Address address;
  address.unix_socket = argv[1];
  cortado::redis::Client client(address, loop);
  cortado::store::Store store(client, "scheduling", cortado::RealClock());
  cortado::scheduling::ChatStore chats(store);
  BareService service = MakeService(argc > 4 ? argv[4] : "", argv[2], client, chats);
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  auto server = builder.BuildAndStart();
  if (server == nullptr) return 1;
  std::string path = argv[3];
  std::ofstream(path + ".new") << "127.0.0.1:" << port << "\n";
  std::rename((path + ".new").c_str(), path.c_str());
  cortado::app::WaitForStopSignal();
  server->Shutdown();
  return 0;
}
