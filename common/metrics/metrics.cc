#include "common/metrics/metrics.h"

#include <CivetServer.h>
#include <prometheus/exposer.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <functional>
#include <map>
#include <shared_mutex>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/log/check.h"
#include "common/sync/mutex.h"

namespace cortado::metrics {
namespace {

// A family of prometheus-cpp finds a metric by building a map of its labels, which costs microseconds. Here the label
// values alone are the key, and the metric is looked up without being copied or built.
template <typename Metric>
class CachedFamily : public Family<Metric> {
 public:
  using Make = std::function<Metric&(const prometheus::Labels&)>;

  CachedFamily(std::vector<std::string> labels, Make make) : labels_(std::move(labels)), make_(std::move(make)) {}

  Metric& With(std::initializer_list<absl::string_view> values) override {
    CORTADO_CHECK(values.size() == labels_.size());
    thread_local std::string key;
    key.clear();
    for (absl::string_view value : values) absl::StrAppend(&key, value, "\x1f");
    {
      std::shared_lock<std::shared_mutex> lock(mutex_);
      const auto found = metrics_.find(key);
      if (found != metrics_.end()) return *found->second;
    }
    prometheus::Labels labels;
    auto value = values.begin();
    for (const std::string& label : labels_) labels[label] = std::string(*value++);
    std::unique_lock<std::shared_mutex> lock(mutex_);
    return *metrics_.try_emplace(key, &make_(labels)).first->second;
  }

  const std::vector<std::string>& labels() const { return labels_; }

 private:
  const std::vector<std::string> labels_;
  const Make make_;
  std::shared_mutex mutex_;
  absl::flat_hash_map<std::string, Metric*> metrics_;
};

template <typename Metric>
using Families = std::map<std::string, std::unique_ptr<CachedFamily<Metric>>>;

// Returns the family `name` of `families`, made by `build` when it is not there.
template <typename Metric, typename Build>
Family<Metric>& FindOrAdd(Families<Metric>& families, const std::string& name, std::vector<std::string> labels,
                          Build build) {
  const auto found = families.find(name);
  if (found == families.end()) {
    return *families.emplace(name, std::make_unique<CachedFamily<Metric>>(std::move(labels), build())).first->second;
  }
  CORTADO_CHECK(found->second->labels() == labels);
  return *found->second;
}

}  // namespace

struct Registry::State {
  std::shared_ptr<prometheus::Registry> registry = std::make_shared<prometheus::Registry>();
  sync::Mutex mutex;
  Families<Counter> counters ABSL_GUARDED_BY(mutex);
  Families<Gauge> gauges ABSL_GUARDED_BY(mutex);
  Families<Histogram> histograms ABSL_GUARDED_BY(mutex);
  std::unique_ptr<prometheus::Exposer> exposer ABSL_GUARDED_BY(mutex);  // Last: ends first.
};

Registry::Registry() : state_(std::make_unique<State>()) {}

Registry::~Registry() = default;

Family<Counter>& Registry::Counters(const std::string& name, const std::string& help, std::vector<std::string> labels) {
  sync::MutexLock lock(state_->mutex);
  return FindOrAdd(state_->counters, name, std::move(labels), [&] {
    auto& family = prometheus::BuildCounter().Name(name).Help(help).Register(*state_->registry);
    return [&family](const prometheus::Labels& values) -> Counter& { return family.Add(values); };
  });
}

Family<Gauge>& Registry::Gauges(const std::string& name, const std::string& help, std::vector<std::string> labels) {
  sync::MutexLock lock(state_->mutex);
  return FindOrAdd(state_->gauges, name, std::move(labels), [&] {
    auto& family = prometheus::BuildGauge().Name(name).Help(help).Register(*state_->registry);
    return [&family](const prometheus::Labels& values) -> Gauge& { return family.Add(values); };
  });
}

Family<Histogram>& Registry::Histograms(const std::string& name, const std::string& help,
                                        std::vector<std::string> labels, std::vector<double> bounds) {
  CORTADO_CHECK(std::is_sorted(bounds.begin(), bounds.end()));
  sync::MutexLock lock(state_->mutex);
  return FindOrAdd(state_->histograms, name, std::move(labels), [&] {
    auto& family = prometheus::BuildHistogram().Name(name).Help(help).Register(*state_->registry);
    return [&family, bounds](const prometheus::Labels& values) -> Histogram& { return family.Add(values, bounds); };
  });
}

std::string Registry::Text() const { return prometheus::TextSerializer().Serialize(state_->registry->Collect()); }

absl::StatusOr<int> Registry::Serve(int port) {
  sync::MutexLock lock(state_->mutex);
  if (state_->exposer != nullptr) return absl::FailedPreconditionError("metrics are served already");
  try {  // The library reports a port it cannot bind by an exception.
    auto exposer = std::make_unique<prometheus::Exposer>(absl::StrCat("127.0.0.1:", port), /*num_threads=*/1);
    exposer->RegisterCollectable(state_->registry);
    const std::vector<int> ports = exposer->GetListeningPorts();
    if (ports.empty()) return absl::UnavailableError("the port for metrics cannot be found");
    state_->exposer = std::move(exposer);
    return ports[0];
  } catch (const CivetException&) {
    return absl::UnavailableError(absl::StrCat("the metrics cannot be served at port ", port, ": is it taken?"));
  }
}

std::vector<double> LatencyBounds() {
  return {0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10};
}

}  // namespace cortado::metrics
