#include "feeds/catalog/catalog.hpp"

#include "feeds/catalog/files.hpp"
#include "feeds/catalog/simulation.hpp"
#include "feeds/lobster/files.hpp"

namespace tapedeck::feeds {
namespace {

// One function for each alternative of ChannelSpec.
struct Open {
  OpenedFeeds operator()(const FilesSpec& spec) const { return open_files(spec, Growth::none); }
  OpenedFeeds operator()(const TapeSpec& spec) const {
    return open_files(spec.files, Growth::expected);
  }
  OpenedFeeds operator()(const SimulatedSpec& spec) const { return open_simulated(spec); }
};

}  // namespace

OpenedFeeds open_channels(const ChannelSpec& spec) {
  return std::visit(Open{}, spec);
}

std::optional<std::string> book_beside(const std::string& path) {
  return lobster::book_beside(path);
}

}  // namespace tapedeck::feeds
