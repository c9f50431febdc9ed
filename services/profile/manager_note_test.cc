#include "services/profile/manager_note.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cortado::profile {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

NoteParts PartsOf(v1::DestinationKind kind) {
  NoteParts parts;
  parts.language = "en";
  parts.name = "Ada";
  parts.manager = "Grace";
  parts.destination.set_kind(kind);
  return parts;
}

TEST(ManagerNoteTest, SaysWhereWhyAndWhatIsMissing) {
  NoteParts parts = PartsOf(v1::DESTINATION_KIND_SIDEWAYS);
  parts.destination.set_text("Data engineer");
  parts.destination.add_motives(v1::MOTIVE_MASTERY);
  parts.destination.add_motives(v1::MOTIVE_BALANCE);
  parts.missing = {"SQL", "Python", "Kafka", "Spark"};
  const Note note = MakeManagerNote(parts);
  EXPECT_EQ(note.subject, "Where I would like to go: Data engineer");
  EXPECT_EQ(note.body,
            "Hello Grace,\n\n"
            "I have been thinking about what comes next for me. It is not a step up but one to the side: Data "
            "engineer.\n\n"
            "What matters to me in this: getting better at what I do and work that fits beside my life.\n\n"
            "What I still lack on the way there, as far as I can see: SQL, Python and Kafka.\n\n"
            "I am going to talk to colleagues who have made a move like this. I would be glad of your view and your "
            "support: could we take half an hour for it in the next days?\n\n"
            "Thank you\nAda");
}

TEST(ManagerNoteTest, ReadsWellInGermanWithoutAManager) {
  NoteParts parts = PartsOf(v1::DESTINATION_KIND_NOT_SURE_YET);
  parts.language = "de";
  parts.manager = "";
  const Note note = MakeManagerNote(parts);
  EXPECT_EQ(note.subject, "Wohin ich möchte");
  EXPECT_THAT(note.body, HasSubstr("Hallo,\n\nich habe darüber nachgedacht, wie es für mich weitergeht. Ich weiß es "
                                   "noch nicht und möchte mir Zeit nehmen, es herauszufinden."));
  EXPECT_THAT(note.body, Not(HasSubstr("fehlt")));
}

TEST(ManagerNoteTest, TheRoleOfTheCatalogueGoesBeforeWords) {
  NoteParts parts = PartsOf(v1::DESTINATION_KIND_NEXT_LEVEL);
  parts.destination.set_text("lead something");
  parts.role = "Team lead";
  EXPECT_THAT(MakeManagerNote(parts).body, HasSubstr("take the next step: Team lead."));
}

TEST(ManagerNoteTest, HasASentenceForEveryKindAndMotive) {
  const auto& kinds = *v1::DestinationKind_descriptor();
  const auto& motives = *v1::Motive_descriptor();
  for (int kind = 1; kind < kinds.value_count(); ++kind) {
    for (int motive = 1; motive < motives.value_count(); ++motive) {
      for (const char* language : {"en", "de"}) {
        NoteParts parts = PartsOf(static_cast<v1::DestinationKind>(kind));
        parts.language = language;
        parts.destination.add_motives(static_cast<v1::Motive>(motive));
        // A code without a sentence would stand there itself.
        EXPECT_THAT(MakeManagerNote(parts).body, Not(HasSubstr("manager_note.")));
      }
    }
  }
}

}  // namespace
}  // namespace cortado::profile
