#include "common/audit/verifier.h"

#include <cstdlib>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/testing/scale.h"
#include "gmock/gmock.h"

namespace cortado::audit {
namespace {

constexpr int kSmallSegment = 2000;

// The bytes of a trail's files, and what is done to them.
struct Files {
  std::string heads;
  std::vector<std::string> segments;

  bool operator==(const Files&) const = default;
};

const auth::SigningKey& Key() {
  static const auth::SigningKey key = *auth::SigningKey::Generate();
  return key;
}

Entry EntryAt(EntryId id) {
  Entry entry;
  entry.id = id;
  entry.time_ms = 1'800'000'000'000 + static_cast<int64_t>(id.revision);
  entry.subject = absl::StrCat("p", id.revision % 7);
  entry.method = id.serial == 0 ? "cortado.profile.v1.ProfileService/UpdatePerson" : "ProfileService/ListPeople";
  entry.object = absl::StrCat("people/p", id.revision % 5);
  if (id.serial > 0) entry.people = {"p1", "p2"};
  return entry;
}

// Writes a trail as the sealer does, `step` entries to a head.
class Writer {
 public:
  explicit Writer(Scope scope) : scope_(std::move(scope)), chain_(Genesis(scope_)), before_(chain_.hash) {}

  void Append(Entry entry) {
    if (files_.segments.empty() || files_.segments.back().size() > kSmallSegment) {
      files_.segments.push_back(SegmentHeader(scope_, static_cast<int64_t>(files_.segments.size()) + 1, chain_));
    }
    const std::string canonical = Canonical(scope_, entry);
    Extend(chain_, entry.id, canonical);
    files_.segments.back() += RecordLine(chain_, canonical);
  }
  void Seal() {
    Head head{chain_, static_cast<int64_t>(files_.segments.size()), static_cast<int64_t>(files_.segments.back().size()),
              0, before_};
    const std::string line = SignHead(scope_, head, Key());
    before_ = HashOfHead(line);
    files_.heads += line + "\n";
  }
  // `count` entries, writes and reads, sealed every `step`.
  void Fill(int count, int step) {
    EntryId id;
    for (int i = 1; i <= count; ++i) {
      id = i % 3 == 0 ? EntryId{id.revision, id.serial + 1} : EntryId{id.revision + 1, 0};
      Append(EntryAt(id));
      if (i % step == 0) Seal();
    }
  }
  const Files& files() const { return files_; }
  Anchor anchor() const { return {chain_.count, chain_.hash}; }

 private:
  const Scope scope_;
  Chain chain_;
  std::string before_;
  Files files_;
};

Verdict Verify(const Files& files, std::optional<Anchor> anchor = {}, const Scope& scope = {"acme", "profile"},
               const auth::PublicKey& key = Key().PublicKey()) {
  Verifier verifier(scope, key, files.heads, std::move(anchor));
  for (const std::string& segment : files.segments) verifier.Add(segment);
  return verifier.Finish();
}

std::string KindOf(const Verdict& verdict) { return verdict.fault ? NameOf(verdict.fault->kind) : "OK"; }

Writer Sealed(int count, int step) {
  Writer writer({"acme", "profile"});
  writer.Fill(count, step);
  return writer;
}

TEST(VerifierTest, ASoundTrailIsSound) {
  const Writer writer = Sealed(100, 10);
  ASSERT_GT(writer.files().segments.size(), 3u);
  const Verdict verdict = Verify(writer.files(), writer.anchor());
  EXPECT_EQ(KindOf(verdict), "OK");
  EXPECT_EQ(verdict.entries, 100);
  EXPECT_EQ(verdict.sealed, 100);
}

TEST(VerifierTest, AnEmptyTrailIsSound) { EXPECT_EQ(KindOf(Verify({})), "OK"); }

TEST(VerifierTest, EntriesAreToldInOrder) {
  const Writer writer = Sealed(20, 10);
  std::vector<std::string> ids;
  Verifier verifier({"acme", "profile"}, Key().PublicKey(), writer.files().heads, {});
  verifier.OnEntry([&](const Entry& entry) { ids.push_back(entry.id.Format()); });
  for (const std::string& segment : writer.files().segments) verifier.Add(segment);
  EXPECT_EQ(verifier.Finish().entries, 20);
  ASSERT_EQ(ids.size(), 20u);
  EXPECT_EQ(ids[0], "1-0");
  EXPECT_EQ(ids[2], "2-1");
}

TEST(VerifierTest, AnUnsealedTailIsNotYetAFaultEvenWhenTorn) {
  Writer writer = Sealed(10, 10);
  writer.Append(EntryAt({8, 0}));
  Files files = writer.files();
  const Verdict whole = Verify(files);
  EXPECT_EQ(KindOf(whole), "OK");
  EXPECT_EQ(whole.entries, 11);
  EXPECT_EQ(whole.sealed, 10);
  files.segments.back().pop_back();
  EXPECT_EQ(KindOf(Verify(files)), "OK");
}

TEST(VerifierTest, MoreEntriesThanMayStandUnsealedAreAFault) {
  Writer writer = Sealed(10, 10);
  for (uint64_t revision = 8; revision < 8 + 1001; ++revision) writer.Append(EntryAt({revision, 0}));
  EXPECT_EQ(KindOf(Verify(writer.files())), "UNSEALED");
}

TEST(VerifierTest, AnEntryLostBeforeItWasSealedLeavesAGap) {
  Writer writer({"acme", "profile"});
  writer.Append(EntryAt({1, 0}));
  writer.Append(EntryAt({3, 0}));
  writer.Seal();
  EXPECT_EQ(KindOf(Verify(writer.files())), "GAP");
}

TEST(VerifierTest, WhereABackupWasBroughtBackRevisionsMayBeMissing) {
  Writer writer({"acme", "profile"});
  writer.Append(EntryAt({1, 0}));
  Entry restored = EntryAt({40, 0});
  restored.method = kRestoreMethod;
  writer.Append(restored);
  writer.Append(EntryAt({41, 0}));
  writer.Seal();
  EXPECT_EQ(KindOf(Verify(writer.files())), "OK");
}

TEST(VerifierTest, ABackupThatWasBroughtBackNeverLeadsBackInTheTrail) {
  Writer writer({"acme", "profile"});
  writer.Append(EntryAt({1, 0}));
  writer.Append(EntryAt({2, 0}));
  Entry restored = EntryAt({2, 0});
  restored.method = kRestoreMethod;
  writer.Append(restored);
  writer.Seal();
  EXPECT_EQ(KindOf(Verify(writer.files())), "GAP");
}

TEST(VerifierTest, ATrailOfAnotherOrganizationOrServiceIsNotThisOne) {
  const Writer writer = Sealed(30, 10);
  EXPECT_NE(KindOf(Verify(writer.files(), {}, {"umbrella", "profile"})), "OK");
  EXPECT_NE(KindOf(Verify(writer.files(), {}, {"acme", "matching"})), "OK");
}

TEST(VerifierTest, HeadsSignedByAnotherKeyAreRefused) {
  const Writer writer = Sealed(30, 10);
  EXPECT_EQ(KindOf(Verify(writer.files(), {}, {"acme", "profile"}, auth::SigningKey::Generate()->PublicKey())),
            "SIGNATURE");
}

TEST(VerifierTest, FilesPutBackToAnEarlierStateMissTheAnchor) {
  const Writer early = Sealed(20, 10);
  const Writer late = Sealed(30, 10);
  EXPECT_EQ(KindOf(Verify(early.files())), "OK");
  EXPECT_EQ(KindOf(Verify(early.files(), late.anchor())), "ANCHOR");
  EXPECT_EQ(KindOf(Verify({}, late.anchor())), "ANCHOR");
}

TEST(EntryTest, ACanonicalLineKeepsEveryByteOfEveryField) {
  const Scope scope{"acme", "profile"};
  Entry entry = EntryAt({12, 3});
  entry.subject = "a\tb\nc%20,d e\x7f";
  entry.people = {"p1", "with,comma", "p3"};
  const std::string line = Canonical(scope, entry);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const absl::StatusOr<Entry> back = ParseCanonical(scope, line);
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->subject, entry.subject);
  EXPECT_EQ(back->people, entry.people);
  EXPECT_EQ(Canonical(scope, *back), line);
}

// One random change of the bytes that the last head covers, as somebody with an editor or dd makes it.
class Tamperer {
 public:
  explicit Tamperer(uint64_t seed) : random_(seed) {}

  Files Tamper(Files files) {
    switch (Below(8)) {
      case 0:
        return EditByte(std::move(files));
      case 1:
        return WithLines(std::move(files), [this](auto& lines) { lines.erase(lines.begin() + At(lines)); });
      case 2:
        return WithLines(std::move(files), [this](auto& lines) {
          const std::string copy = lines[At(lines)];
          lines.insert(lines.begin() + At(lines), copy);
        });
      case 3:
        return WithLines(std::move(files), [this](auto& lines) { std::swap(lines[At(lines)], lines[At(lines)]); });
      case 4:
        return Cut(std::move(files));
      case 5:
        files.segments.erase(files.segments.begin() + At(files.segments));
        return files;
      case 6:
        std::swap(files.segments[At(files.segments)], files.segments[At(files.segments)]);
        return files;
      default:
        return Forge(std::move(files));
    }
  }

 private:
  size_t Below(size_t limit) { return std::uniform_int_distribution<size_t>(0, limit - 1)(random_); }
  template <class List>
  ptrdiff_t At(const List& list) {
    return static_cast<ptrdiff_t>(Below(list.size()));
  }
  std::string& AnyFile(Files& files) {
    const size_t at = Below(files.segments.size() + 1);
    return at == files.segments.size() ? files.heads : files.segments[at];
  }

  Files EditByte(Files files) {
    std::string& file = AnyFile(files);
    file[Below(file.size())] ^= static_cast<char>(1 + Below(255));
    return files;
  }
  template <class Change>
  Files WithLines(Files files, Change change) {
    std::string& file = AnyFile(files);
    std::vector<std::string> lines = absl::StrSplit(file, '\n');
    lines.pop_back();
    change(lines);
    file = lines.empty() ? "" : absl::StrJoin(lines, "\n") + "\n";
    return files;
  }
  Files Cut(Files files) {
    const size_t at = Below(files.segments.size() + 1);
    std::string& file = at == files.segments.size() ? files.heads : files.segments[at];
    file.resize(Below(file.size()));
    // A cut of the disk takes the segments behind it along.
    if (at < files.segments.size() && Below(2) == 0) files.segments.resize(at + 1);
    return files;
  }
  // Rewrites the whole trail with one other entry and right hashes; only the signature cannot be made.
  Files Forge(Files files) {
    const auth::SigningKey own = *auth::SigningKey::Generate();
    Scope scope{"acme", "profile"};
    const size_t victim = Below(100) + 1;
    Chain chain = Genesis(scope);
    Files forged{files.heads, {SegmentHeader(scope, 1, chain)}};
    EntryId id;
    for (size_t i = 1; i <= 100; ++i) {
      id = i % 3 == 0 ? EntryId{id.revision, id.serial + 1} : EntryId{id.revision + 1, 0};
      Entry entry = EntryAt(id);
      if (i == victim) entry.subject = "somebody-else";
      const std::string canonical = Canonical(scope, entry);
      Extend(chain, id, canonical);
      forged.segments[0] += RecordLine(chain, canonical);
    }
    if (Below(2) == 0) {
      Head head{chain, 1, static_cast<int64_t>(forged.segments[0].size()), 0, Genesis(scope).hash};
      forged.heads = SignHead(scope, head, own) + "\n";
    }
    return forged;
  }

  std::mt19937_64 random_;
};

TEST(VerifierTest, EveryTamperingIsFound) {
  const uint64_t seed = std::random_device()();
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  const Writer writer = Sealed(100, 10);
  const Files sound = writer.files();
  Tamperer tamperer(seed);
  const int64_t trials = testing::Scaled(10'000);
  int64_t found = 0;
  for (int64_t trial = 0; trial < trials;) {
    const Files tampered = tamperer.Tamper(sound);
    if (tampered == sound) continue;  // A swap of one line with itself.
    ++trial;
    const Verdict verdict = Verify(tampered, writer.anchor());
    found += verdict.fault ? 1 : 0;
    if (!verdict.fault) ADD_FAILURE() << "not found: trial " << trial;
  }
  std::printf("tamperings %lld, found %lld, goal all\n", static_cast<long long>(trials), static_cast<long long>(found));
  EXPECT_EQ(found, trials);
}

}  // namespace
}  // namespace cortado::audit
