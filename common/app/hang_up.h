// Ends what others have open to a server of this process, from below: gRPC has no way to close its connections before
// it shuts down. Any thread.
#pragma once

#include <string>

namespace cortado::app {

// Stops listening at this TCP port (0: none) and at this unix socket (empty: none), and tells gRPC of each connection
// that was made there that the other side sent its last byte: it writes what it has to write, and closes it. What it
// has not read yet, nobody answers: the caller sees UNAVAILABLE. Connections that this process made are not touched.
// From here on gRPC says nothing of its own in the log, for it complains of each.
void HangUp(int port, const std::string& path);

}  // namespace cortado::app
