#include "feeds/catalog/channels.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "engine/core/error.hpp"
#include "feeds/catalog/archive_content.hpp"
#include "feeds/catalog/broken_feed.hpp"
#include "feeds/common/read_ahead.hpp"
#include "feeds/dbn/file_feed.hpp"
#include "feeds/lobster/feed.hpp"
#include "feeds/lobster/files.hpp"
#include "feeds/tape/feed.hpp"
#include "feeds/tape/frame_source.hpp"

namespace tapedeck::feeds {
namespace {

constexpr std::size_t kDbnStart = 64;  // enough of DBN's metadata to know when a file begins

// Reads a source on a thread of its own where the request says so. A pipe has no size, and its read
// may block for ever.
std::unique_ptr<ByteSource> ahead_of(std::unique_ptr<ByteSource> source, const FilesSpec& request) {
  if (!request.read_ahead || source->raw_bytes_total() == 0) return source;
  return read_ahead(std::move(source));
}

}  // namespace

std::unique_ptr<Feed> make_itch(std::vector<Input> inputs, const FilesSpec& request, Days& days,
                                AskedFraming framing, MessageObserver* observer) {
  std::vector<itch50::DayFile> files;
  std::optional<DayOfYear> newest;
  for (Input& input : inputs) {
    const Nanos midnight = days.midnight_of(input.path);
    const auto day = day_in_name(std::filesystem::path{input.path}.filename().string());
    const bool day_goes_back = !request.date && newest && day && *day < *newest;
    if (day) newest = day;
    if (day_goes_back || (!files.empty() && midnight < files.back().midnight)) {
      throw PathError(input.path,
                      "is of an earlier day than the file before it; one channel "
                      "reads days in their order, or give `parallel`");
    }
    const itch50::Framing of_file = framing_of_file(*input.source, framing);
    files.push_back({std::move(input.source), midnight, of_file});
  }
  return std::make_unique<itch50::FileFeed>(std::move(files), itch50::Framing::length,
                                            request.symbols, observer);
}

std::unique_ptr<Feed> make_dbn(std::vector<Input> inputs, const FilesSpec& request, Days& days,
                               MessageObserver* observer) {
  days.note_dated(inputs[0].path, {});
  std::vector<std::unique_ptr<ByteSource>> files;
  Nanos newest{0};
  for (Input& input : inputs) {
    (void)input.source->ensure(kDbnStart);
    const Nanos start = dbn::start_of(input.source->window()).value_or(Nanos{0});
    if (start < newest && start.value != 0) {
      throw PathError(input.path,
                      "begins earlier than the file before it; one channel reads days in their "
                      "order, or give `parallel`");
    }
    newest = std::max(newest, start);
    days.note_start(start);
    files.push_back(std::move(input.source));
  }
  return std::make_unique<dbn::FileFeed>(std::move(files), request.symbols, observer);
}

std::unique_ptr<Feed> make_lobster(std::vector<Input> inputs, const FilesSpec& request, Days& days,
                                   MessageObserver* observer) {
  const std::string& path = inputs[0].path;
  const auto beside = lobster::book_beside(path);
  const bool is_pair = inputs.size() == 2 && beside == inputs[1].path;
  if (inputs.size() > 1 && !is_pair) {
    throw PathError(inputs[1].path, "one channel reads one LOBSTER file; use `parallel`");
  }
  lobster::DaySources day;
  (void)inputs[0].source->is_ready(kBeginning);
  if (looks_like_zip(inputs[0].source->window())) {
    if (request.orderbook) throw PathError(path, "the archive has its own book file");
    if (path != "-") {
      if (auto damage = unknown_archive(path)) return std::make_unique<BrokenFeed>(*damage);
    }
    day = lobster::open_lobster_zip(path, request.max_ratio);
    day.messages = ahead_of(std::move(day.messages), request);
  } else {
    day.message_name = path;
    day.symbol = lobster::lobster_symbol(path);
    day.messages = std::move(inputs[0].source);
    const auto book = request.orderbook ? request.orderbook : beside;
    if (book) day.book = open_source(*book, Growth::none, request.max_ratio);
  }
  if (day.book != nullptr) day.book = ahead_of(std::move(day.book), request);
  if (!lobster::names_symbol(day.message_name)) {
    day.symbol = request.symbols.only_name().value_or(day.symbol);
  }
  if (!request.symbols.empty() && !request.symbols.contains(day.symbol)) {
    throw PathError(path, "holds " + day.symbol + " only, which is not among `symbols`");
  }
  const Nanos midnight = days.midnight_of(day.message_name);
  return std::make_unique<lobster::LobsterFeed>(
      std::move(day.messages), std::move(day.book),
      lobster::LobsterOptions{day.symbol, midnight, {}, observer});
}

std::unique_ptr<Feed> make_tape(std::vector<Input> inputs, const FilesSpec& request, Growth growth,
                                Days& days, MessageObserver* observer) {
  if (inputs.size() > 1) {
    throw PathError(inputs[1].path,
                    "one channel reads one tape, which may hold many days; use `parallel`");
  }
  const bool follows = growth == Growth::expected;
  Input& input = inputs[0];
  const Bytes beginning = input.source->window();
  const auto version = tape::foreign_version(beginning);
  if (version) {
    return std::make_unique<BrokenFeed>(
        Damage{.file = input.source->name(),
               .offset = 0,
               .found = "a tape of version " + std::to_string(*version),
               .expected = "version " + std::to_string(tape::kVersion),
               .hint = "it was made by a newer tapedeck: read it with that one"});
  }
  const tape::FileHeader contents = tape::load_contents(beginning);
  const Nanos midnight = days.note_recorded(input.path, contents);
  std::unique_ptr<MessageDecoder> decoder;
  if (contents.content == tape::Content::itch50) {
    decoder = std::make_unique<itch50::Decoder>(request.symbols);
    if (observer != nullptr)
      decoder = std::make_unique<ObservedDecoder>(std::move(decoder), *observer);
  }
  tape::TapeOptions options{request.symbols, follows, midnight};
  if (input.source->raw_bytes_total() > 0) options.reopen = tape::reopening(input.path);
  const auto open_end = follows ? tape::OpenEnd::is_for_now : tape::OpenEnd::is_the_end;
  std::unique_ptr<ByteSource> frames =
      tape::unpacked_frames(std::move(input.source), open_end, request.max_ratio);
  if (request.read_ahead && !follows) frames = read_ahead(std::move(frames));
  return std::make_unique<tape::TapeFeed>(std::move(frames), std::move(decoder),
                                          std::move(options));
}

}  // namespace tapedeck::feeds
