// The main job as a story: people come in, one of them finds role models, asks, gets a yes, and books a chat that
// nobody else can book twice. Every step is a call to the server that runs; nothing is acted. Thread contract: one
// thread at a time.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "clients/ctl/demo/stage.h"
#include "clients/ctl/session.h"

namespace cortado::ctl {

// The organisation told of when no file is given.
inline constexpr int kSamplePeople = 500;
inline constexpr uint64_t kSampleSeed = 1;

struct DemoOptions {
  std::string people = {};   // A file of people; empty: the sample.
  bool assume_open = false;  // Treat everybody as joined.
  std::string out = {};      // The folder invitations are written to.
  bool temporary = false;    // The server goes away afterwards: say how to start one that stays.
};

// Tells the story on `stage`. Errors of the file and of the server; FAILED_PRECONDITION: nobody in the file has a
// story.
absl::Status TellStory(Session& session, const DemoOptions& options, Stage& stage);

}  // namespace cortado::ctl
