// How well a local installation is closed, condition by condition: what is written about Redis and what it says itself,
// who may read what, where the server listens, which versions have known holes. Thread contract: functions without
// shared state; LookAtSecurity reads files and asks Redis.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "clients/ctl/data_facts.h"

namespace cortado::ctl {

// Of the configuration that redis-server was started with: its network, its users, what it keeps and when.
std::vector<DataFact> JudgeRedisConfig(absl::string_view config);

// Of what redis-server answers to INFO, asked at `asked`: that it runs with what the configuration says, its version,
// and its clock, which may differ from ours by less than 2 s.
std::vector<DataFact> JudgeRedisInfo(absl::string_view info, absl::Time asked);

// Of the line in run/listening: "ADDRESS plain|tls|mtls", and of gRPC's version, as its holes matter where others reach
// it.
std::vector<DataFact> JudgeListening(absl::string_view line, absl::string_view grpc_version);

// Of the modes and owners of every file in keys/ and of run/operator.token.
DataFact JudgeSecrets(const std::string& data);

// All of it for the data directory of a server that runs.
std::vector<DataFact> LookAtSecurity(const std::string& data);

}  // namespace cortado::ctl
