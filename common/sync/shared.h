// A value that many look at at once and that changes now and then.
//
//   sync::Shared<Index> index(std::make_unique<Index>());
//   index.Read([](const Index& index) { return index.size(); });
//   index.Write([](Index& index) { index.Add("a"); });
//
// Thread-safe. A writer who waits goes before the readers who come later, so that these do not keep it waiting for
// ever. Readers and writers block: use it on worker threads, never on a loop's, and never await within.
#pragma once

#include <memory>
#include <mutex>
#include <shared_mutex>
#include <utility>

namespace cortado::sync {

template <class Value>
class Shared {
 public:
  // Without a value at first, nobody may Read or Write before the first Replace.
  explicit Shared(std::unique_ptr<Value> value = nullptr) : value_(std::move(value)) {}

  // Calls `look(value)` while nothing changes and returns its result. Keep it short.
  template <class Look>
  auto Read(Look&& look) const {
    std::shared_lock lock(Enter());
    return look(static_cast<const Value&>(*value_));
  }
  // Calls `change(value)` while nobody looks.
  template <class Change>
  void Write(Change&& change) {
    std::lock_guard gate(gate_);
    std::unique_lock lock(mutex_);
    change(*value_);
  }
  // Puts another one in its place; the old one is freed when nobody waits for that.
  void Replace(std::unique_ptr<Value> fresh) {
    std::lock_guard gate(gate_);
    std::unique_lock lock(mutex_);
    value_.swap(fresh);
  }

 private:
  // Whoever waits to write holds `gate_`.
  std::shared_lock<std::shared_mutex> Enter() const {
    std::lock_guard gate(gate_);
    return std::shared_lock(mutex_);
  }

  mutable std::mutex gate_;
  mutable std::shared_mutex mutex_;
  std::unique_ptr<Value> value_;  // Guarded by mutex_.
};

}  // namespace cortado::sync
