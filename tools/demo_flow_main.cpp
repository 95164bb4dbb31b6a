// tapedeck_demo_flow OUT.itch: the demo's input as a file.
#include <iostream>
#include <string>

#include <CLI/CLI.hpp>

#include "engine/core/error.hpp"
#include "engine/core/text.hpp"
#include "tools/demo_flow.hpp"

namespace {

using tapedeck::ExitCode;
using tapedeck::tools::DemoFlowOptions;

ExitCode run(int count, char** arguments) {
  CLI::App app{"Writes a made-up trading day as an ITCH 5.0 file; the same seed, the same file",
               "tapedeck_demo_flow"};
  DemoFlowOptions options;
  std::string path;
  app.add_option("OUT", path, "The file to write")->required();
  app.add_option("--messages", options.messages, "Messages in all")->capture_default_str();
  app.add_option("--instruments", options.instruments, "Instruments")->capture_default_str();
  app.add_option("--seed", options.seed, "Another seed, another day")->capture_default_str();
  try {
    app.parse(count, arguments);
  } catch (const CLI::CallForHelp& help) {
    app.exit(help);
    return ExitCode::done;
  } catch (const CLI::ParseError& error) {
    throw tapedeck::UsageError(error.what());
  }
  tapedeck::tools::check_demo_flow(options);  // before the file is emptied
  tapedeck::itch50::FileWriter file{path};
  tapedeck::tools::write_demo_flow(file, options);
  const auto messages = file.messages();
  file.close();
  std::cerr << path << ": " << tapedeck::grouped(messages) << " messages\n";
  return ExitCode::done;
}

}  // namespace

int main(int count, char** arguments) {
  try {
    return static_cast<int>(run(count, arguments));
  } catch (const tapedeck::UsageError& error) {
    std::cerr << "tapedeck_demo_flow: " << error.what() << "\n";
    return static_cast<int>(ExitCode::usage);
  } catch (const std::exception& error) {
    std::cerr << "tapedeck_demo_flow: " << error.what() << "\n";
    return static_cast<int>(ExitCode::failed);
  }
}
