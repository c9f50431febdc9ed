#include "common/log/line.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace cortado::log {
namespace {

bool IsContinuation(uint8_t byte, uint8_t low = 0x80, uint8_t high = 0xbf) { return byte >= low && byte <= high; }

// Returns how many bytes at `at` belong together, and in `valid` whether they are one well-formed sequence (Unicode 15,
// table 3-7). An ill-formed part is as long as it could still have become a sequence.
size_t SequenceAt(absl::string_view bytes, size_t at, bool& valid) {
  const auto byte = [&](size_t i) { return at + i < bytes.size() ? static_cast<uint8_t>(bytes[at + i]) : uint8_t{0}; };
  const uint8_t first = byte(0);
  valid = false;
  if (first < 0xc2 || first > 0xf4) return 1;
  const uint8_t low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  const uint8_t high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  const size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (!IsContinuation(byte(1), low, high)) return 1;
  for (size_t i = 2; i < length; ++i) {
    if (!IsContinuation(byte(i))) return i;
  }
  valid = true;
  return length;
}

void AppendEscaped(uint8_t c, std::string& out) {
  constexpr char kHex[] = "0123456789abcdef";
  switch (c) {
    case '"':
    case '\\':
      out += '\\';
      out += static_cast<char>(c);
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default:
      out += "\\u00";
      out += kHex[c >> 4];
      out += kHex[c & 15];
  }
}

template <typename Number>
void AppendNumber(Number value, std::string& out) {
  char text[32];
  out.append(text, std::to_chars(text, text + sizeof(text), value).ptr);
}

struct ValueWriter {
  std::string& out;
  void operator()(absl::string_view value) const { AppendJsonString(value, out); }
  void operator()(bool value) const { out += value ? "true" : "false"; }
  void operator()(int64_t value) const { AppendNumber(value, out); }
  void operator()(double value) const {
    if (std::isfinite(value)) {
      AppendNumber(value, out);
    } else {
      out += "null";
    }
  }
};

absl::string_view SeverityName(Severity severity) {
  switch (severity) {
    case Severity::kInfo:
      return "info";
    case Severity::kWarning:
      return "warning";
    case Severity::kError:
      return "error";
  }
  return "error";
}

// RFC 3339 in UTC with microseconds. The seconds are kept per thread: calendar arithmetic at every line would cost more
// than the rest of it.
void AppendTime(absl::Time now, std::string& out) {
  struct Kept {
    int64_t second = INT64_MIN;
    std::string text;
  };
  thread_local Kept kept;
  const int64_t micros = absl::ToUnixMicros(now);
  const int64_t second = micros >= 0 ? micros / 1000000 : (micros - 999999) / 1000000;
  if (second != kept.second) {
    kept.text = absl::FormatTime("%Y-%m-%dT%H:%M:%S.", absl::FromUnixSeconds(second), absl::UTCTimeZone());
    kept.second = second;
  }
  char fraction[6];
  int64_t rest = micros - second * 1000000;
  for (int i = 5; i >= 0; --i, rest /= 10) fraction[i] = static_cast<char>('0' + rest % 10);
  absl::StrAppend(&out, kept.text, absl::string_view(fraction, 6), "Z");
}

}  // namespace

void AppendJsonString(absl::string_view bytes, std::string& out) {
  out += '"';
  size_t plain = 0;  // Where the bytes begin that are copied as they are.
  const auto flush = [&](size_t end) { out.append(bytes.data() + plain, end - plain); };
  for (size_t at = 0; at < bytes.size();) {
    const auto c = static_cast<uint8_t>(bytes[at]);
    if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\') {
      ++at;
      continue;
    }
    bool valid = false;
    const size_t length = c < 0x80 ? 1 : SequenceAt(bytes, at, valid);
    if (!valid) {
      flush(at);
      if (c < 0x80) {
        AppendEscaped(c, out);
      } else {
        out += "\xef\xbf\xbd";
      }
      plain = at + length;
    }
    at += length;
  }
  flush(bytes.size());
  out += '"';
}

void AppendLine(absl::Time now, Severity severity, absl::string_view event, std::initializer_list<Field> fields,
                std::string& out) {
  out += "{\"time\":\"";
  AppendTime(now, out);
  absl::StrAppend(&out, "\",\"severity\":\"", SeverityName(severity), "\",\"event\":");
  AppendJsonString(event, out);
  for (const Field& field : fields) {
    if (field.key.empty()) continue;
    out += ',';
    AppendJsonString(field.key, out);
    out += ':';
    std::visit(ValueWriter{out}, field.value);
  }
  out += "}\n";
}

}  // namespace cortado::log
