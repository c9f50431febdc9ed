// Whether a command only reads: it goes over the connection for reads, and may be sent again when its answer was lost.
#pragma once

namespace cortado::redis {

enum class Use { kRead, kWrite };

}  // namespace cortado::redis
