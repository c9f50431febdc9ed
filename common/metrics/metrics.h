// Figures for Prometheus: counters, gauges and histograms in families with labels, served on a loopback port. Any
// thread. Look a metric up once (With, well under 200 ns) or keep the reference, which lives as long as the registry.
//
//   metrics::Registry registry;
//   auto& calls = registry.Counters("cortado_rpc_calls_total", "Finished calls.", {"method", "code"});
//   calls.With({"GetPerson", "OK"}).Increment();
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cortado::metrics {

using prometheus::Counter;    // Increment(), Increment(double)
using prometheus::Gauge;      // Set(double), Increment(), Decrement()
using prometheus::Histogram;  // Observe(double)

// All metrics of one name, which differ in their label values.
template <typename Metric>
class Family {
 public:
  virtual ~Family() = default;
  // Returns the metric with these values, one for each label in order, made at first use. Values must come from a small
  // fixed set (methods, codes): each makes a metric that is never dropped.
  virtual Metric& With(std::initializer_list<absl::string_view> values) = 0;
};

class Registry {
 public:
  Registry();
  // Ends the serving; no metric of the registry may be used after.
  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  // Each returns the family of that name, the same one when asked again. `name` and `labels` follow Prometheus' grammar
  // ([a-z_]+; counters end in _total, units in the name: _seconds, _bytes); asking again with other labels is a bug
  // and stops the process.
  Family<Counter>& Counters(const std::string& name, const std::string& help, std::vector<std::string> labels);
  Family<Gauge>& Gauges(const std::string& name, const std::string& help, std::vector<std::string> labels);
  // `bounds` are the upper bounds of the buckets, rising; LatencyBounds() for durations in seconds.
  Family<Histogram>& Histograms(const std::string& name, const std::string& help, std::vector<std::string> labels,
                                std::vector<double> bounds);

  // Returns all figures in Prometheus' text format.
  std::string Text() const;

  // Serves Text() at http://127.0.0.1:PORT/metrics until the registry ends and returns the port; 0 picks a free one.
  // UNAVAILABLE: the port cannot be bound. FAILED_PRECONDITION: serves already.
  absl::StatusOr<int> Serve(int port);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Returns bounds from 100 us to 10 s, three a decade (1, 2, 5), in seconds.
std::vector<double> LatencyBounds();

}  // namespace cortado::metrics
