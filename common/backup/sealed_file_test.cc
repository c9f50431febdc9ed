#include "common/backup/sealed_file.h"

#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"

namespace cortado::backup {
namespace {

constexpr char kPassphrase[] = "correct horse battery";
// So that thousands of keys are made in a second; what is sealed is the same.
constexpr Cost kCheap{1, 1, 1};

std::string SealTo(const std::string& text, size_t at_once) {
  std::string file;
  auto writer = SealWriter::Begin(
      kPassphrase,
      [&file](absl::string_view bytes) {
        file.append(bytes.data(), bytes.size());
        return absl::OkStatus();
      },
      kCheap);
  EXPECT_TRUE(writer.ok()) << writer.status();
  for (size_t at = 0; at < text.size(); at += at_once) EXPECT_TRUE(writer->Write(text.substr(at, at_once)).ok());
  EXPECT_TRUE(writer->Finish().ok());
  return file;
}

Source SourceOf(const std::string& file, size_t at_once) {
  return [&file, at_once, at = size_t{0}](size_t most) mutable -> absl::StatusOr<std::string> {
    std::string bytes = file.substr(std::min(at, file.size()), std::min(most, at_once));
    at += bytes.size();
    return bytes;
  };
}

absl::StatusOr<std::string> OpenAll(const std::string& file, size_t at_once = 10'000,
                                    const std::string& passphrase = kPassphrase) {
  auto reader = SealReader::Open(passphrase, SourceOf(file, at_once));
  if (!reader.ok()) return reader.status();
  std::string text;
  for (;;) {
    const absl::StatusOr<std::string> some = reader->Read(7'000);
    if (!some.ok()) return some.status();
    if (some->empty()) return text;
    text += *some;
  }
}

std::string Patterned(size_t size) {
  std::string text(size, '\0');
  for (size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 31 + i / 977);
  return text;
}

struct Size {
  const char* name;
  size_t bytes;
};

class SealedFileOfSizeTest : public ::testing::TestWithParam<Size> {};

TEST_P(SealedFileOfSizeTest, GivesBackWhatWasSealed) {
  const std::string text = Patterned(GetParam().bytes);
  const std::string file = SealTo(text, 50'001);
  EXPECT_EQ(OpenAll(file).value_or("damaged"), text);
  EXPECT_EQ(OpenAll(file, 1'000'000).value_or("damaged"), text);
}

INSTANTIATE_TEST_SUITE_P(All, SealedFileOfSizeTest,
                         ::testing::Values(Size{"Nothing", 0}, Size{"OneByte", 1},
                                           Size{"LessThanAChunk", kChunkBytes - 1}, Size{"AChunk", kChunkBytes},
                                           Size{"MoreThanAChunk", kChunkBytes + 1}, Size{"TwoChunks", 2 * kChunkBytes},
                                           Size{"ManyChunks", 5 * kChunkBytes + 77}),
                         [](const auto& of) { return std::string(of.param.name); });

TEST(SealedFileTest, HoldsNothingInTheClear) {
  const std::string file = SealTo("Ada Lovelace wants to learn Kubernetes", 100);
  EXPECT_FALSE(absl::StrContains(file, "Ada"));
  EXPECT_NE(SealTo("the same", 100), SealTo("the same", 100)) << "the same key twice";
}

TEST(SealedFileTest, AnotherPassphraseIsToldFromADamagedFile) {
  const std::string file = SealTo("secret", 100);
  EXPECT_EQ(OpenAll(file, 100, "correct horse batterz").status().code(), absl::StatusCode::kPermissionDenied);
}

TEST(SealedFileTest, SaysWhenItIsNoFileOfOurs) {
  EXPECT_EQ(OpenAll("-- a dump of something else").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(OpenAll("").status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(SealedFileTest, SaysWhenItIsOfANewerFormat) {
  std::string file = SealTo("secret", 100);
  file[15] = '2';
  EXPECT_EQ(OpenAll(file).status().code(), absl::StatusCode::kUnimplemented);
}

TEST(SealedFileTest, EveryTruncationIsRefused) {
  const std::string file = SealTo(Patterned(300), 100);
  for (size_t size = 0; size < file.size(); ++size) EXPECT_FALSE(OpenAll(file.substr(0, size)).ok()) << size;
}

TEST(SealedFileTest, EveryByteThatIsChangedIsNoticed) {
  const std::string file = SealTo(Patterned(300), 100);
  for (size_t i = 0; i < file.size(); ++i) {
    for (char bit : {'\x01', '\x40'}) {
      std::string changed = file;
      changed[i] = static_cast<char>(changed[i] ^ bit);
      EXPECT_FALSE(OpenAll(changed).ok()) << "byte " << i;
    }
  }
}

TEST(SealedFileTest, BytesBehindItsEndAreNoticed) {
  EXPECT_FALSE(OpenAll(SealTo("secret", 100) + "x").ok());
  const std::string full = SealTo(Patterned(kChunkBytes), 100'000);
  EXPECT_FALSE(OpenAll(full + "x").ok());
}

constexpr size_t kSealedChunk = kChunkBytes + 16;

// Where the chunks begin.
size_t StartOf(const std::string& file, size_t chunks) { return file.size() - chunks * kSealedChunk; }

TEST(SealedFileTest, ChunksThatChangePlacesAreNoticed) {
  std::string file = SealTo(Patterned(3 * kChunkBytes), 100'000);
  const size_t start = StartOf(file, 3);
  std::swap_ranges(file.begin() + static_cast<int64_t>(start),
                   file.begin() + static_cast<int64_t>(start + kSealedChunk),
                   file.begin() + static_cast<int64_t>(start + kSealedChunk));
  EXPECT_EQ(OpenAll(file).status().code(), absl::StatusCode::kDataLoss);
}

TEST(SealedFileTest, AChunkThatIsLeftOutIsNoticed) {
  std::string first = SealTo(Patterned(3 * kChunkBytes), 100'000);
  const size_t start = StartOf(first, 3);
  std::string middle = first;
  middle.erase(start + kSealedChunk, kSealedChunk);
  EXPECT_EQ(OpenAll(middle).status().code(), absl::StatusCode::kDataLoss);
  first.resize(first.size() - kSealedChunk);
  EXPECT_EQ(OpenAll(first).status().code(), absl::StatusCode::kDataLoss) << "cut off where a chunk ends";
}

TEST(SealedFileTest, AChunkOfAnotherFileIsNoticed) {
  std::string file = SealTo(Patterned(2 * kChunkBytes), 100'000);
  const std::string other = SealTo(Patterned(2 * kChunkBytes), 100'000);
  file.replace(StartOf(file, 2), kSealedChunk, other, StartOf(other, 2), kSealedChunk);
  EXPECT_EQ(OpenAll(file).status().code(), absl::StatusCode::kDataLoss);
}

TEST(SealedFileTest, AHeaderThatAsksForTooMuchMemoryIsRefused) {
  std::string file = SealTo("secret", 100);
  file[17] = 60;
  EXPECT_EQ(OpenAll(file).status().code(), absl::StatusCode::kDataLoss);
}

TEST(SealedFileTest, TheUsualCostOpens) {
  std::string file;
  auto writer = SealWriter::Begin(kPassphrase, [&file](absl::string_view bytes) {
    file.append(bytes.data(), bytes.size());
    return absl::OkStatus();
  });
  ASSERT_TRUE(writer.ok()) << writer.status();
  ASSERT_TRUE(writer->Write("secret").ok());
  ASSERT_TRUE(writer->Finish().ok());
  EXPECT_EQ(OpenAll(file).value_or("damaged"), "secret");
}

}  // namespace
}  // namespace cortado::backup
