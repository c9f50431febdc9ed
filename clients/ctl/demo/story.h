// The main job as a story: people come in, one of them finds role models, asks, is asked back, gets a yes with a time,
// and has a chat that nobody else can book twice, which is moved, then cancelled; and what people read when something
// cannot be. Every step is a call to the server that runs; nothing is acted. Thread contract: one thread at a time.
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
  std::string mailbox = {};  // Where the server's mail arrives, as Mailbox reads it; empty: mail is not looked at.
  bool temporary = false;    // The server goes away afterwards: say how to start one that stays.
};

// Tells the story on `stage`. Errors of the file and of the server; FAILED_PRECONDITION: nobody in the file has a
// story.
absl::Status TellStory(Session& session, const DemoOptions& options, Stage& stage);

}  // namespace cortado::ctl
