#include "common/csv/csv_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/csv/csv_reader.h"

namespace cortado::csv {
namespace {

// What a reader makes of one cell that was written.
std::string ReadBack(const std::string& cell) {
  std::string text;
  AppendCell(cell, text);
  text += ",end\n";
  CsvReader reader(StringSource(text));
  CsvRecord record;
  EXPECT_TRUE(*reader.Next(record)) << text;
  EXPECT_FALSE(record.problem) << record.problem->what;
  return record.cells.at(0);
}

bool LooksLikeAFormula(const std::string& cell) {
  return !cell.empty() && std::string("=+-@\t\r").find(cell[0]) != std::string::npos;
}

TEST(CsvWriterTest, FormulasAreNeutralised) {
  for (const char* cell : {"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"}) {
    EXPECT_EQ(ReadBack(cell), absl::StrCat("'", cell));
    EXPECT_EQ(Plain(ReadBack(cell)), cell);
  }
}

TEST(CsvWriterTest, WhatIsNoFormulaStaysAsItIs) {
  for (const char* cell : {"", "Ada", "a=b", "'", "O'Hara", "'tis", "1-2"}) EXPECT_EQ(ReadBack(cell), cell);
}

TEST(CsvWriterTest, ACellThatLooksNeutralisedIsReadBackToo) {
  for (const char* cell : {"'=1", "''=1", "'-"}) EXPECT_EQ(Plain(ReadBack(cell)), cell);
}

TEST(CsvWriterTest, AnyCellIsReadBackAndNoneIsAFormula) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  const std::string alphabet = "'=+-@\t\r\n\",ab ";
  for (int round = 0; round < 5000; ++round) {
    std::string cell;
    for (unsigned i = random() % 6; i > 0; --i) cell += alphabet[random() % alphabet.size()];
    const std::string written = ReadBack(cell);
    ASSERT_FALSE(LooksLikeAFormula(written));
    ASSERT_EQ(Plain(written), cell);
  }
}

TEST(CsvWriterTest, PublishedInjectionsAreNeutralisedWhereTheyArePresent) {
  std::ifstream file("../shared/data/adversarial/csv-injection/Intruder/csv-payload.txt");
  if (!file) GTEST_SKIP() << "the collection of formulas is not on this machine";
  for (std::string line; std::getline(file, line);) {
    const std::string written = ReadBack(line);
    EXPECT_FALSE(LooksLikeAFormula(written)) << line;
    EXPECT_EQ(Plain(written), line);
  }
}

}  // namespace
}  // namespace cortado::csv
