#include "common/redis/raw.h"

namespace cortado::redis {

Reply FromHiredis(const redisReply& from) {
  Reply reply;
  switch (from.type) {
    case REDIS_REPLY_INTEGER:
      reply.kind = Reply::Kind::kInteger;
      reply.integer = from.integer;
      break;
    case REDIS_REPLY_STRING:
      reply.kind = Reply::Kind::kString;
      reply.text.assign(from.str, from.len);
      break;
    case REDIS_REPLY_STATUS:
      reply.kind = Reply::Kind::kStatus;
      reply.text.assign(from.str, from.len);
      break;
    case REDIS_REPLY_ERROR:
      reply.kind = Reply::Kind::kError;
      reply.text.assign(from.str, from.len);
      break;
    case REDIS_REPLY_ARRAY:
      reply.kind = Reply::Kind::kArray;
      reply.elements.reserve(from.elements);
      for (size_t i = 0; i < from.elements; ++i) reply.elements.push_back(FromHiredis(*from.element[i]));
      break;
    default:
      break;
  }
  return reply;
}

void SendRaw(redisAsyncContext* context, redisCallbackFn* on_reply, void* data,
             const std::vector<std::string>& command) {
  constexpr size_t kInline = 16;
  const char* inline_text[kInline];
  size_t inline_length[kInline];
  std::vector<const char*> more_text;
  std::vector<size_t> more_length;
  const char** text = inline_text;
  size_t* length = inline_length;
  if (command.size() > kInline) {
    more_text.resize(command.size());
    more_length.resize(command.size());
    text = more_text.data();
    length = more_length.data();
  }
  for (size_t i = 0; i < command.size(); ++i) {
    text[i] = command[i].data();
    length[i] = command[i].size();
  }
  redisAsyncCommandArgv(context, on_reply, data, static_cast<int>(command.size()), text, length);
}

}  // namespace cortado::redis
