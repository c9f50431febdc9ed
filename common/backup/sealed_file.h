// A file that only its passphrase opens, and of which no byte can be changed, moved, left out or added unnoticed.
//
//   line        "cortado-sealed 1\n"
//   header      log2 of scrypt's N, r, p (a byte each), salt (16 bytes), check (16 bytes)
//   chunks      each but the last of 65,536 bytes, the last of 0 to 65,536; every one followed by its tag (16 bytes)
//
// scrypt (RFC 7914) makes 48 bytes of passphrase and salt: the key, then the check, by which a wrong passphrase is told
// from a damaged file. Chunks are AES-256-GCM (NIST SP 800-38D) in the STREAM construction (Hoang, Reyhanitabar,
// Rogaway and Vizár, "Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", 2015): the nonce is 7
// zero bytes, the number of the chunk (4 bytes, the high one first) and 1 for the last one, else 0. The key is the
// file's own, for the salt is new each time. Line and header are the associated data of every chunk.
//
// Knows no file system: bytes go to a sink and come from a source. One thread at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cortado::backup {

// Takes bytes behind those before.
using Sink = std::function<absl::Status(absl::string_view bytes)>;
// Returns up to so many bytes behind those before; none at the end alone.
using Source = std::function<absl::StatusOr<std::string>(size_t most)>;

// How much work a guess of the passphrase is: 2^log_n * r * 128 bytes of memory.
struct Cost {
  uint8_t log_n = 16;  // 64 MiB and about 0.2 s.
  uint8_t r = 8;
  uint8_t p = 1;
};

inline constexpr size_t kChunkBytes = 65'536;

class SealWriter {
 public:
  // Writes the header. INTERNAL: the crypto library refuses; errors of the sink.
  static absl::StatusOr<SealWriter> Begin(absl::string_view passphrase, Sink sink, Cost cost = {});

  // Adds bytes. Errors of the sink, and OUT_OF_RANGE beyond 256 TiB.
  absl::Status Write(absl::string_view bytes);
  // Ends the file. Once, after the last Write.
  absl::Status Finish();

 private:
  SealWriter() = default;
  absl::Status Seal(bool last);

  Sink sink_;
  std::string header_;
  std::array<unsigned char, 32> key_{};
  uint32_t number_ = 0;
  std::string chunk_;
};

class SealReader {
 public:
  // Reads the header. INVALID_ARGUMENT: it is no file of this kind. UNIMPLEMENTED: it is of a newer format.
  // PERMISSION_DENIED: it is not this passphrase. Errors of the source.
  static absl::StatusOr<SealReader> Open(absl::string_view passphrase, Source source);

  // Returns up to `most` bytes behind those before; none at the end alone. DATA_LOSS: the file was changed, or is cut
  // off.
  absl::StatusOr<std::string> Read(size_t most);

 private:
  SealReader() = default;
  absl::Status Fill();

  Source source_;
  std::string header_;
  std::array<unsigned char, 32> key_{};
  uint32_t number_ = 0;
  std::string ahead_;  // Sealed bytes that were read.
  std::string chunk_;  // Opened bytes that are to be read.
  size_t at_ = 0;
  bool ended_ = false;
};

}  // namespace cortado::backup
