// How a result came to be, as words: the command as a shell takes it back, and what is unknown.
#include "tools/cli/provenance.hpp"

#include <cstdlib>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "engine/core/calendar.hpp"
#include "engine/core/random.hpp"
#include "tests/support/pipe.hpp"
#include "tests/support/seeds.hpp"
#include "tests/support/temporary_folder.hpp"

namespace tapedeck::tools {
namespace {

// What bash makes of the words behind a command.
std::string taken_by_shell(const test::TemporaryFolder& folder, const std::string& words) {
  const std::string script = folder.write("script", "printf '%s\\0' " + words);
  const std::string command = "bash '" + script + "' >'" + folder.path("taken") + "'";
  EXPECT_EQ(std::system(command.c_str()), 0);
  return test::file_content(folder.path("taken"));
}

TEST(ShellWord, LeavesPlainWordsAsTheyAre) {
  for (const char* word : {"replay", "--shards", "2019-12-30.itch", "a=b", "@17", "x#1", "1e6"}) {
    EXPECT_EQ(shell_word(word), word);
  }
  EXPECT_EQ(shell_word(""), "''");
  EXPECT_EQ(shell_word("#17"), "'#17'") << "else it would begin a comment";
  EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_word("Börse"), "'Börse'");
  EXPECT_EQ(shell_word("a\x1b[2J\n\xff"), "$'a\\033[2J\\012\\377'");
}

TEST(ShellWord, IsTakenLiterallyByAShellWhateverItsBytes) {
  const test::TemporaryFolder folder{"shell-word"};
  std::string words, expected;
  const auto add = [&](const std::string& word) {
    words += " " + shell_word(word);
    expected += word + '\0';
  };
  for (int byte = 1; byte < 256; ++byte) add(std::string(1, static_cast<char>(byte)));
  for (const u64 seed : test::seeds(300)) {
    Random random{seed};
    std::string word(random.below(12), ' ');
    for (char& c : word) c = static_cast<char>(random.below(255) + 1);
    add(word);
  }
  EXPECT_EQ(taken_by_shell(folder, words), expected);
}

TEST(Provenance, NamesEveryInputWithItsSizeIfItHasOne) {
  const test::TemporaryFolder folder{"provenance"};
  const std::string day = folder.write("day.itch", "12345");
  const std::string pipe = test::made_pipe(folder.path("pipe"));
  const nlohmann::json inputs =
      json_of(provenance_of({day, "-", pipe, folder.path("none")}))["inputs"];
  EXPECT_EQ(inputs, (nlohmann::json{{{"file", day}, {"bytes", 5}},
                                    {{"file", "-"}, {"bytes", nullptr}},
                                    {{"file", pipe}, {"bytes", nullptr}},
                                    {{"file", folder.path("none")}, {"bytes", nullptr}}}));
}

TEST(Provenance, HasTheTimeThatItIsGivenInUtc) {
  const auto time = parse_iso_time("2026-11-30T23:16:18.5Z");
  ASSERT_TRUE(time);
  EXPECT_EQ(json_of(provenance_of({}, *time))["time"], "2026-11-30T23:16:18.500000000Z");
}

TEST(Provenance, SaysNullAndUnknownWhereNothingIsKnown) {
  const Provenance unknown;
  const nlohmann::json json = json_of(unknown);
  EXPECT_EQ(json["commit"], nullptr);
  EXPECT_EQ(json["host"], nullptr);
  EXPECT_EQ(json["inputs"], nlohmann::json::array());
  EXPECT_NE(program_text(unknown).find("unknown commit"), std::string::npos);
  EXPECT_EQ(inputs_text(unknown), "none");
}

TEST(Provenance, ShowsPeopleTheBeginningOfTheCommitAndThatThereWereChanges) {
  Provenance provenance;
  provenance.version = "1.2.3";
  provenance.commit = "0123456789abcdef0123456789abcdef01234567";
  EXPECT_EQ(program_text(provenance), "1.2.3, commit 0123456789ab");
  provenance.commit += "-dirty";
  EXPECT_EQ(program_text(provenance), "1.2.3, commit 0123456789ab-dirty");
}

TEST(Provenance, IsOneLineOfJsonInTheMetadataOfParquetWhateverTheNamesOfFiles) {
  Provenance provenance;
  provenance.inputs = {{"a\xff\n.itch", 5}};
  const auto notes = parquet_notes(provenance);
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_EQ(notes[0].key, kProvenanceKey);
  EXPECT_EQ(notes[0].value.find('\n'), std::string::npos);
  EXPECT_EQ(nlohmann::json::parse(notes[0].value)["inputs"][0]["file"], "a\\xff\n.itch");
}

}  // namespace
}  // namespace tapedeck::tools
