#include "tests/fuzz/random_message.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "google/protobuf/descriptor.h"

namespace cortado::testing {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

namespace {

// What breaks parsers, stores, logs and terminals.
std::vector<std::string> OwnTexts() {
  return {"",
          " ",
          "null",
          "'; DROP TABLE people; --",
          std::string("a\0b", 3),
          "{org}:x",
          "a}b{c",
          "\r\nSET k v\r\n",
          "%s%n%d",
          "../../etc/passwd",
          "\xe2\x80\xae"
          "txet",
          "\xcd\xa0\xcc\xb8",
          "\xf0\x9f\x92\xa9",
          std::string(1001, 'a'),
          std::string(70000, 'x'),
          "2026-13-45",
          "Europe/Nowhere",
          "=HYPERLINK(\"x\")",
          "<script>alert(1)</script>",
          "-1",
          "1e999",
          "people/",
          "people/a/b/c",
          "PEOPLE/ADA",
          "request-fuzz-0001"};
}

}  // namespace

RandomMessage::RandomMessage(uint64_t seed, std::vector<std::string> texts, std::vector<std::string> names)
    : random_(seed), texts_(std::move(texts)), names_(std::move(names)) {
  for (std::string& text : OwnTexts()) texts_.push_back(std::move(text));
}

std::string RandomMessage::Text() {
  switch (Below(4)) {
    case 0:
      return names_[Below(names_.size())];
    case 1: {
      std::string text(Below(40), ' ');
      for (char& c : text) c = static_cast<char>(' ' + Below(95));
      return text;
    }
    default:
      return texts_[Below(texts_.size())];
  }
}

int64_t RandomMessage::Number() {
  constexpr int64_t kEdges[] = {0,
                                1,
                                -1,
                                5,
                                60,
                                1000,
                                2026,
                                4102444800,
                                std::numeric_limits<int32_t>::max(),
                                std::numeric_limits<int32_t>::min(),
                                std::numeric_limits<int64_t>::max(),
                                std::numeric_limits<int64_t>::min()};
  return Below(2) == 0 ? kEdges[Below(std::size(kEdges))] : static_cast<int64_t>(random_());
}

void RandomMessage::Fill(Message& message, int depth) {
  const auto* descriptor = message.GetDescriptor();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const FieldDescriptor& field = *descriptor->field(i);
    if (Below(2) == 0) continue;
    const size_t times = !field.is_repeated() ? 1 : Below(20) == 0 ? 300 : Below(3);
    for (size_t n = 0; n < times; ++n) FillField(message, field, depth);
  }
}

void RandomMessage::FillField(Message& message, const FieldDescriptor& field, int depth) {
  const Reflection& reflection = *message.GetReflection();
  const bool repeated = field.is_repeated();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      repeated ? reflection.AddString(&message, &field, Text()) : reflection.SetString(&message, &field, Text());
      break;
    case FieldDescriptor::CPPTYPE_INT32: {
      const auto value = static_cast<int32_t>(Number());
      repeated ? reflection.AddInt32(&message, &field, value) : reflection.SetInt32(&message, &field, value);
      break;
    }
    case FieldDescriptor::CPPTYPE_INT64:
      repeated ? reflection.AddInt64(&message, &field, Number()) : reflection.SetInt64(&message, &field, Number());
      break;
    case FieldDescriptor::CPPTYPE_UINT32: {
      const auto value = static_cast<uint32_t>(Number());
      repeated ? reflection.AddUInt32(&message, &field, value) : reflection.SetUInt32(&message, &field, value);
      break;
    }
    case FieldDescriptor::CPPTYPE_BOOL: {
      const bool value = Below(2) == 0;
      repeated ? reflection.AddBool(&message, &field, value) : reflection.SetBool(&message, &field, value);
      break;
    }
    case FieldDescriptor::CPPTYPE_ENUM: {
      const int value = Below(5) == 0 ? static_cast<int>(Number()) : static_cast<int>(Below(8));
      repeated ? reflection.AddEnumValue(&message, &field, value) : reflection.SetEnumValue(&message, &field, value);
      break;
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      if (depth == 0) break;
      Fill(repeated ? *reflection.AddMessage(&message, &field) : *reflection.MutableMessage(&message, &field),
           depth - 1);
      break;
    default:
      break;
  }
}

std::string RandomMessage::Mutate(std::string bytes) {
  for (size_t changes = 1 + Below(4); changes > 0; --changes) {
    const size_t at = bytes.empty() ? 0 : Below(bytes.size());
    switch (Below(5)) {
      case 0:
        if (!bytes.empty()) bytes[at] = static_cast<char>(random_());
        break;
      case 1:
        bytes.resize(at);
        break;
      case 2:
        bytes.insert(at, bytes.substr(at, Below(64)));
        break;
      case 3:
        bytes.insert(at, 1 + Below(8), static_cast<char>(random_()));
        break;
      default:
        bytes.erase(at, Below(8));
    }
  }
  return bytes;
}

}  // namespace cortado::testing
