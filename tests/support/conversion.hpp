// What tests of `tapedeck convert` share: a made-up day, the command, and a replay to judge by.
#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/command.hpp"
#include "tests/support/demo_flow.hpp"

namespace tapedeck::test {

inline std::string text_of(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

class Conversion : public ::testing::Test {
 protected:
  explicit Conversion(const std::string& name) : folder_(name) {
    itch50::FrameBuffer frames;
    write_demo_flow(frames, {.messages = 5'000, .instruments = 10, .seed = 42});
    day_ = text_of(frames.bytes());
  }
  Outcome convert(std::vector<std::string> arguments, const std::string& out = "out.itch",
                  const std::string& input = "/dev/null") {
    arguments.insert(arguments.begin(), "convert");
    arguments.insert(arguments.end(), {"--out", path(out)});
    // Most tests convert to one name again and again.
    const bool is_recording = out.find(".itch") != std::string::npos || out.ends_with(".tape");
    if (is_recording) arguments.emplace_back("--force");
    return command_.run(arguments, input);
  }
  nlohmann::json replay(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"replay", "--json", "--digest", "flow"});
    return command_.run(arguments).json();
  }
  [[nodiscard]] std::string path(const std::string& name) const { return folder_.path(name); }
  std::string write(const std::string& name, const std::string& content) {
    return folder_.write(name, content);
  }

  TemporaryFolder folder_;
  Command command_{folder_};
  std::string day_;
};

}  // namespace tapedeck::test
