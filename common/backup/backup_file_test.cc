#include "common/backup/backup_file.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"

namespace cortado::backup {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

constexpr char kPassphrase[] = "correct horse battery";
constexpr Cost kCheap{1, 1, 1};

Sink To(std::string& file) {
  return [&file](absl::string_view bytes) {
    file.append(bytes.data(), bytes.size());
    return absl::OkStatus();
  };
}

Source From(const std::string& file) {
  return [&file, at = size_t{0}](size_t most) mutable -> absl::StatusOr<std::string> {
    std::string bytes = file.substr(at, most);
    at += bytes.size();
    return bytes;
  };
}

api::v1::SnapshotPiece Piece(const std::string& key, const std::string& value, bool last = true) {
  api::v1::SnapshotPiece piece;
  piece.set_key(key);
  piece.set_value(value);
  piece.set_last(last);
  return piece;
}

const Title kTitle{"acme", absl::FromUnixSeconds(1'800'000'000), "0.1.0"};

std::string SmallFile() {
  std::string file;
  auto writer = BackupWriter::Begin(kPassphrase, To(file), kTitle, kCheap);
  EXPECT_TRUE(writer.ok()) << writer.status();
  EXPECT_TRUE(writer->BeginService("profile", 12).ok());
  EXPECT_TRUE(writer->Add(Piece("person:ada", "first half,", false)).ok());
  EXPECT_TRUE(writer->Add(Piece("person:ada", " second half")).ok());
  EXPECT_TRUE(writer->Add(Piece("person:ben", "whole")).ok());
  EXPECT_TRUE(writer->Add(Piece("people", "both")).ok());
  EXPECT_TRUE(writer->EndService().ok());
  EXPECT_TRUE(writer->BeginService("matching", 0).ok());
  EXPECT_TRUE(writer->EndService().ok());
  EXPECT_TRUE(writer->Finish().ok());
  return file;
}

absl::StatusOr<std::vector<Section>> ReadAll(const std::string& file, const BackupReader::Listener& listener = {}) {
  auto reader = BackupReader::Open(kPassphrase, From(file));
  if (!reader.ok()) return reader.status();
  return reader->ReadAll(listener);
}

TEST(BackupFileTest, GivesBackTitleServicesAndPiecesInOrder) {
  const std::string file = SmallFile();
  auto reader = BackupReader::Open(kPassphrase, From(file));
  ASSERT_TRUE(reader.ok()) << reader.status();
  EXPECT_EQ(reader->title().organization, "acme");
  EXPECT_EQ(reader->title().time, kTitle.time);
  EXPECT_EQ(reader->title().version, "0.1.0");
  std::string told;
  BackupReader::Listener listener;
  listener.begin = [&](const Section& section) {
    absl::StrAppend(&told, section.service, "@", section.revision, "(");
    return absl::OkStatus();
  };
  listener.piece = [&](api::v1::SnapshotPiece piece) {
    absl::StrAppend(&told, piece.key(), "=", piece.value(), piece.last() ? ";" : "+");
    return absl::OkStatus();
  };
  listener.end = [&](const Section& section) {
    absl::StrAppend(&told, ")", section.records);
    return absl::OkStatus();
  };
  ASSERT_TRUE(reader->ReadAll(listener).ok());
  EXPECT_EQ(told,
            "profile@12(person:ada=first half,+person:ada= second half;person:ben=whole;people=both;)3matching@0()0");
}

TEST(BackupFileTest, CountsRecordsByKind) {
  const auto sections = ReadAll(SmallFile());
  ASSERT_TRUE(sections.ok()) << sections.status();
  EXPECT_EQ(sections->at(0).records, 3);
  EXPECT_EQ(sections->at(0).pieces, 4);
  EXPECT_EQ(sections->at(0).bytes, 32);
  EXPECT_THAT(sections->at(0).kinds, ElementsAre(Pair("people", 1), Pair("person", 2)));
}

TEST(BackupFileTest, AnErrorOfTheListenerEndsTheReading) {
  BackupReader::Listener listener;
  listener.piece = [](const api::v1::SnapshotPiece&) { return absl::CancelledError("enough"); };
  EXPECT_EQ(ReadAll(SmallFile(), listener).status().code(), absl::StatusCode::kCancelled);
}

TEST(BackupFileTest, EveryTruncationIsRefused) {
  const std::string file = SmallFile();
  for (size_t size = 0; size < file.size(); ++size) EXPECT_FALSE(ReadAll(file.substr(0, size)).ok()) << size;
}

TEST(BackupFileTest, EveryByteThatIsChangedIsNoticed) {
  const std::string file = SmallFile();
  for (size_t i = 0; i < file.size(); ++i) {
    std::string changed = file;
    changed[i] = static_cast<char>(changed[i] ^ 0x20);
    EXPECT_FALSE(ReadAll(changed).ok()) << "byte " << i;
  }
}

// Sealed as any file of ours, and yet not what it says: by a program that went wrong.
std::string Sealed(const std::vector<std::pair<char, std::string>>& entries) {
  std::string file;
  auto writer = SealWriter::Begin(kPassphrase, To(file), kCheap);
  for (const auto& [letter, bytes] : entries) {
    const std::string prefix = {letter, 0, 0, static_cast<char>(bytes.size() >> 8), static_cast<char>(bytes.size())};
    EXPECT_TRUE(writer->Write(prefix + bytes).ok());
  }
  EXPECT_TRUE(writer->Finish().ok());
  return file;
}

constexpr char kFirst[] = R"({"format":1,"organization":"acme","time":"2027-01-15T08:00:00+00:00","version":"0.1.0"})";

TEST(BackupFileTest, ANewerFormatIsSaidToBeOne) {
  const auto read = ReadAll(Sealed({{'I', R"({"format":2})"}}));
  EXPECT_EQ(read.status().code(), absl::StatusCode::kUnimplemented);
}

struct Wrong {
  const char* name;
  std::vector<std::pair<char, std::string>> entries;
};

class WrongBackupFileTest : public ::testing::TestWithParam<Wrong> {};

TEST_P(WrongBackupFileTest, IsRefused) {
  EXPECT_EQ(ReadAll(Sealed(GetParam().entries)).status().code(), absl::StatusCode::kDataLoss);
}

const std::string kService = R"({"service":"profile","revision":1})";
const std::string kNoService = R"({"services":0})";
const std::string kOneService = R"({"services":1})";

INSTANTIATE_TEST_SUITE_P(
    All, WrongBackupFileTest,
    ::testing::Values(
        Wrong{"Empty", {}}, Wrong{"NoTitle", {{'Z', kNoService}}}, Wrong{"NoEnd", {{'I', kFirst}}},
        Wrong{"TitleWithoutOrganization", {{'I', R"({"format":1})"}, {'Z', kNoService}}},
        Wrong{"UnknownEntry", {{'I', kFirst}, {'X', "{}"}, {'Z', kNoService}}},
        Wrong{"PieceOfNoService", {{'I', kFirst}, {'P', Piece("a", "b").SerializeAsString()}, {'Z', kNoService}}},
        Wrong{"ServiceWithoutEnd", {{'I', kFirst}, {'S', kService}, {'Z', kOneService}}},
        Wrong{"FewerRecords",
              {{'I', kFirst}, {'S', kService}, {'E', R"({"records":1,"pieces":1})"}, {'Z', kOneService}}},
        Wrong{"FewerServices",
              {{'I', kFirst}, {'S', kService}, {'E', R"({"records":0,"pieces":0})"}, {'Z', R"({"services":2})"}}},
        Wrong{"RecordWithoutEnd",
              {{'I', kFirst},
               {'S', kService},
               {'P', Piece("a", "b", false).SerializeAsString()},
               {'E', R"({"records":0,"pieces":1})"},
               {'Z', kOneService}}},
        Wrong{"SomethingBehindTheEnd", {{'I', kFirst}, {'Z', kNoService}, {'I', kFirst}}}),
    [](const auto& of) { return std::string(of.param.name); });

}  // namespace
}  // namespace cortado::backup
