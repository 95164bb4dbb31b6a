// Rules that every source file keeps, each with a planted fault that proves the rule still fires.
#include <map>
#include <regex>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/source_tree.hpp"

namespace tapedeck::test {
namespace {

constexpr std::size_t kMostLines = 400;

// Files that are longer for a reason.
const std::map<std::string, std::string>& long_for_a_reason() {
  static const std::map<std::string, std::string> files{};
  return files;
}

std::vector<std::string> without_pragma_once(const std::vector<SourceFile>& files) {
  std::vector<std::string> found;
  for (const SourceFile& file : files) {
    if (is_header(file) && std::ranges::find(file.lines, "#pragma once") == file.lines.end()) {
      found.push_back(file.path);
    }
  }
  return found;
}

std::vector<std::string> too_long(const std::vector<SourceFile>& files) {
  std::vector<std::string> found;
  for (const SourceFile& file : files) {
    if (!is_code(file) || file.path.starts_with("tests/")) continue;
    if (file.lines.size() > kMostLines && !long_for_a_reason().contains(file.path)) {
      found.push_back(file.path);
    }
  }
  return found;
}

// Folders of somebody's machine. In two parts, so that this file does not find itself.
std::vector<std::string> naming_a_machines_folder(const std::vector<SourceFile>& files) {
  const std::vector<std::string> folders{std::string{"/wo"} + "rk/", std::string{"/ro"} + "ot/",
                                         std::string{"/ho"} + "me/"};
  std::vector<std::string> found;
  for (const SourceFile& file : files) {
    for (std::size_t at = 0; at < file.lines.size(); ++at) {
      for (const std::string& folder : folders) {
        if (file.lines[at].find(folder) != std::string::npos) {
          found.push_back(file.path + ":" + std::to_string(at + 1));
        }
      }
    }
  }
  return found;
}

// Of the faults that tools/checks/mutation plants, as its file lists them, those whose line does
// not stand in its file exactly once: they would not be noticed before the night.
std::vector<std::string> faults_without_place(const std::vector<SourceFile>& files,
                                              const std::vector<std::string>& faults) {
  std::vector<std::string> found;
  std::string path;
  for (const std::string& line : faults) {
    if (line.empty() || line.starts_with("#") || line.starts_with("+") || line.starts_with("?")) {
      continue;
    }
    if (!line.starts_with("- ")) {
      path = line;
      continue;
    }
    const std::string wanted = line.substr(2);
    const auto file = std::ranges::find(files, path, &SourceFile::path);
    const auto holds = [&wanted](const std::string& one) {
      return one.find(wanted) != std::string::npos;
    };
    const auto places = file == files.end() ? 0 : std::ranges::count_if(file->lines, holds);
    if (places != 1) found.push_back(std::string{path}.append(": ").append(wanted));
  }
  return found;
}

std::vector<std::string> including_a_source(const std::vector<SourceFile>& files) {
  std::vector<std::string> found;
  for (const SourceFile& file : files) {
    for (const std::string& line : file.lines) {
      if (line.starts_with("#include") && line.ends_with(".cpp\"")) found.push_back(file.path);
    }
  }
  return found;
}

// Numbers that are put before a noun in the plural, so that one thing is "1 things". counted()
// makes them agree. A constant is what it is.
std::vector<std::string> disagreeing_plurals(const std::vector<SourceFile>& files) {
  static const std::regex plural{
      R"re((grouped|to_string)\((?!([a-zA-Z]+::)?k[A-Z])[^"]*\) \+ " ([a-z]+ )?)re"
      "(messages|events|books|files|packets|instruments|orders|levels|cores|threads|warnings|bytes|"
      "runs|rows|steps|shards|channels|streams|copies|cuts|snapshots|symbols|records|blocks|lines|"
      "trades|sessions|checkpoints|frames|gaps|columns|days|errors)[^a-z_]"};
  std::vector<std::string> found;
  for (const SourceFile& file : files) {
    if (!is_code(file) || file.path.starts_with("tests/")) continue;
    for (std::size_t at = 0; at < file.lines.size(); ++at) {
      if (std::regex_search(file.lines[at], plural)) {
        found.push_back(file.path + ":" + std::to_string(at + 1));
      }
    }
  }
  return found;
}

using Paths = std::vector<std::string>;

TEST(SourceRules, EveryHeaderIsReadOnce) {
  EXPECT_EQ(without_pragma_once(source_files(source_root())), Paths{});
}

TEST(SourceRules, NoticeAHeaderThatCouldBeReadTwice) {
  EXPECT_EQ(without_pragma_once({{"a.hpp", {"#pragma once"}}, {"b.hpp", {"// #pragma once"}}}),
            Paths{"b.hpp"});
}

TEST(SourceRules, NoFileIsLongerThanItsReasons) {
  EXPECT_EQ(too_long(source_files(source_root())), Paths{});
}

TEST(SourceRules, NoticeALongFile) {
  const std::vector<std::string> lines(kMostLines + 1);
  EXPECT_EQ(too_long({{"feeds/long.cpp", lines}, {"tests/long.cpp", lines}}),
            Paths{"feeds/long.cpp"});
}

TEST(SourceRules, EveryLongFileStillNeedsItsReason) {
  std::map<std::string, std::string> unneeded = long_for_a_reason();
  for (const SourceFile& file : source_files(source_root())) {
    if (file.lines.size() > kMostLines) unneeded.erase(file.path);
  }
  EXPECT_TRUE(unneeded.empty()) << unneeded.begin()->first << " has become short";
}

TEST(SourceRules, NoFileIncludesASource) {
  EXPECT_EQ(including_a_source(source_files(source_root())), Paths{});
}

TEST(SourceRules, NoticeAnIncludedSource) {
  EXPECT_EQ(
      including_a_source({{"a.cpp", {"#include \"b.hpp\""}}, {"b.cpp", {"#include \"c.cpp\""}}}),
      Paths{"b.cpp"});
}

TEST(SourceRules, ANumberAndItsNounAgree) {
  EXPECT_EQ(disagreeing_plurals(source_files(source_root())), Paths{});
}

TEST(SourceRules, NoticeOneThingInThePlural) {
  EXPECT_EQ(disagreeing_plurals({{"feeds/a.cpp",
                                  {"text = grouped(count) + \" messages were lost\";",
                                   "text = counted(count, \"message\");",
                                   "text = \"at most \" + std::to_string(kMostRows) + \" rows\";",
                                   "text = std::to_string(a.b(c)) + \" bad rows\" + more;"}}}),
            (Paths{"feeds/a.cpp:1", "feeds/a.cpp:4"}));
}

TEST(SourceRules, EveryFaultToBePlantedHasItsPlace) {
  EXPECT_EQ(faults_without_place(source_files(source_root()),
                                 lines_of(source_root() / "tests/canary/mutations.txt")),
            Paths{});
}

TEST(SourceRules, NoticeAFaultWhosePlaceIsGone) {
  const std::vector<SourceFile> files{{"engine/a.cpp", {"  if (a) b();", "  c();", "  c();"}}};
  const Paths faults{"# what they are", "", "engine/a.cpp", "-   if (a) b();", "+   if (!a) b();",
                     "? a_test *",      "", "engine/a.cpp", "-   if (b) a();", "+   a();",
                     "? a_test *",      "", "engine/a.cpp", "-   c();",        "+   d();",
                     "? a_test *"};
  EXPECT_EQ(faults_without_place(files, faults),
            (Paths{"engine/a.cpp:   if (b) a();", "engine/a.cpp:   c();"}));
}

TEST(SourceRules, NoFileNamesAMachinesFolders) {
  EXPECT_EQ(naming_a_machines_folder(source_files(source_root())), Paths{});
}

TEST(SourceRules, NoticeAMachinesFolder) {
  const std::string planted = "see /ho" + std::string{"me/somebody/notes"};
  EXPECT_EQ(naming_a_machines_folder({{"docs/a.md", {"fine", planted}}}), Paths{"docs/a.md:2"});
}

}  // namespace
}  // namespace tapedeck::test
