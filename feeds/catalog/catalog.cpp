#include "feeds/catalog/catalog.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "engine/core/error.hpp"
#include "feeds/catalog/broken_feed.hpp"
#include "feeds/common/byte_source.hpp"
#include "feeds/common/read_ahead.hpp"
#include "feeds/dbn/file_feed.hpp"
#include "feeds/itch50/file_feed.hpp"
#include "feeds/lobster/feed.hpp"
#include "feeds/lobster/files.hpp"
#include "feeds/moldudp64/parser.hpp"
#include "feeds/pcap/feed.hpp"
#include "feeds/tape/feed.hpp"
#include "feeds/tape/frame_source.hpp"

namespace tapedeck::feeds {
namespace {

constexpr std::size_t kBeginning = 4096;  // enough to recognise a file's format

struct Input {
  std::string path;
  std::unique_ptr<ByteSource> source;
  std::string format;  // empty: unknown
};

bool name_says_itch(const std::string& path) {
  std::string name = std::filesystem::path{path}.filename().string();
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
  return name.find("itch") != std::string::npos;
}

bool begins_as_tape(ByteSource& source) {
  (void)source.ensure(kBeginning);
  return tape::is_tape(source.window());
}

std::string format_of_content(ByteSource& source, itch50::Framing framing) {
  (void)source.ensure(kBeginning);  // a short file is judged by what there is
  const Bytes beginning = source.window().first(std::min(kBeginning, source.window().size()));
  if (beginning.empty()) return {};
  if (pcap::is_capture(beginning)) return "pcap";
  if (tape::is_tape(beginning)) return "tape";
  if (dbn::looks_like_dbn(beginning)) return "dbn";
  if (looks_like_zip(beginning) || lobster::looks_like_lobster(beginning)) return "lobster";
  if (itch50::looks_like_itch(beginning, framing)) return "itch50";
  return {};
}

std::string format_of(const Input& input, itch50::Framing framing) {
  std::string format = format_of_content(*input.source, framing);
  if (!format.empty() || input.source->window().empty()) return format;
  return name_says_itch(input.path) ? "itch50" : "";
}

itch50::Framing framing_of(std::string_view name) {
  return name == "type" ? itch50::Framing::type : itch50::Framing::length;
}

std::unique_ptr<Feed> unknown_content(const Input& input) {
  if (input.source->damage()) return std::make_unique<BrokenFeed>(*input.source->damage());
  const bool empty = input.source->window().empty();
  std::string list;
  for (const std::string& format : known_formats()) list += (list.empty() ? "" : ", ") + format;
  return std::make_unique<BrokenFeed>(
      Damage{.file = input.source->name(),
             .offset = 0,
             .found = empty ? "an empty file" : "content of no format that is known here",
             .expected = "one of " + list,
             .hint = empty ? "check how the file was made or fetched"
                           : "check the file; `format` NAME skips this look at its beginning"});
}

bool carries_itch(const Input& input) {
  if (input.format != "tape") return input.format == "itch50" || input.format == "pcap";
  return tape::load_contents(input.source->window()).content == tape::Content::itch50;
}

std::string source_of(const Input& input) {
  if (input.format != "tape") return input.format;
  const std::string_view recorded = tape::load_contents(input.source->window()).format;
  return recorded.empty() ? input.format : std::string{recorded};
}

// Determines the midnights of files whose times count from one.
class Days {
 public:
  explicit Days(const FeedRequest& request) : given_(request.date) {}

  Nanos midnight_of(const std::string& path) {
    const auto date =
        given_ ? given_ : date_in_name(std::filesystem::path{path}.filename().string());
    (date ? with_date_ : without_date_) = path;
    refuse_mixture();
    const Nanos midnight = date ? eastern_midnight(*date) : Nanos{0};
    if (!first_) first_ = midnight;
    return midnight;
  }
  /// Notes an input that carries the dates of its times. `first`: its first date, if known
  /// beforehand.
  void note_dated(const std::string& path, std::optional<Date> first) {
    with_date_ = path;
    refuse_mixture();
    if (first && !first_) first_ = eastern_midnight(*first);
  }
  /// Notes a recording, which has the midnight of its times in its header unless it is undated. For
  /// an undated one, returns the midnight to count from.
  Nanos note_recorded(const std::string& path, const tape::FileHeader& recorded) {
    const bool given = recorded.undated && given_;
    (recorded.undated && !given ? without_date_ : with_date_) = path;
    refuse_mixture();
    const Nanos midnight = given ? eastern_midnight(*given_) : Nanos{0};
    if (!first_) first_ = given ? midnight : recorded.midnight;
    return midnight;
  }
  /// Notes when a file that carries its own dates starts, and derives the midnight that its times
  /// would count from in a format without dates.
  void note_start(Nanos start) {
    if (first_ || start.value == 0) return;
    const std::chrono::sys_days day{
        std::chrono::floor<std::chrono::days>(std::chrono::nanoseconds{start.value})};
    first_ = eastern_midnight(given_.value_or(Date{day}));
    // In the evening, the day in UTC is already the next one.
    if (!given_ && *first_ > start) first_ = eastern_midnight(Date{day - std::chrono::days{1}});
  }
  /// Returns the midnight of the first file noted since the last call; 0: none.
  Nanos take_first() { return std::exchange(first_, std::nullopt).value_or(Nanos{0}); }
  [[nodiscard]] bool undated() const { return !without_date_.empty(); }

 private:
  void refuse_mixture() const {
    if (!with_date_.empty() && !without_date_.empty()) {
      throw PathError(with_date_,
                      "has a date and " + without_date_ +
                          " has none: their times cannot be put in one order; give `date`");
    }
  }

  std::optional<Date> given_;
  std::optional<Nanos> first_;
  std::string with_date_, without_date_;
};

std::unique_ptr<Feed> make_itch(std::vector<Input> inputs, const FeedRequest& request, Days& days,
                                itch50::Framing framing, MessageObserver* observer) {
  std::vector<itch50::DayFile> files;
  for (Input& input : inputs) {
    const Nanos midnight = days.midnight_of(input.path);
    if (!files.empty() && midnight < files.back().midnight) {
      throw PathError(input.path,
                      "is of an earlier day than the file before it; one channel "
                      "reads days in their order, or give `parallel`");
    }
    files.push_back({std::move(input.source), midnight});
  }
  return std::make_unique<itch50::FileFeed>(std::move(files), framing, request.symbols, observer);
}

// A capture has the date and the time of day of every packet.
std::unique_ptr<Feed> make_capture(std::vector<Input> inputs, const FeedRequest& request,
                                   Days& days, MessageObserver* observer) {
  days.note_dated(inputs[0].path, request.date);
  std::vector<std::unique_ptr<ByteSource>> files;
  files.reserve(inputs.size());
  for (Input& input : inputs) files.push_back(std::move(input.source));
  std::optional<Nanos> midnight;
  if (request.date) midnight = eastern_midnight(*request.date);
  std::unique_ptr<MessageDecoder> decoder = std::make_unique<itch50::Decoder>(request.symbols);
  if (observer != nullptr)
    decoder = std::make_unique<ObservedDecoder>(std::move(decoder), *observer);
  auto parser = std::make_unique<MoldUdp64Parser>(std::move(decoder));
  return std::make_unique<PcapFeed>(std::move(files), std::move(parser), midnight);
}

// DBN has the date and the time of day of every record.
std::unique_ptr<Feed> make_dbn(std::vector<Input> inputs, const FeedRequest& request, Days& days,
                               MessageObserver* observer) {
  days.note_dated(inputs[0].path, {});
  std::vector<std::unique_ptr<ByteSource>> files;
  Nanos newest{0};
  for (Input& input : inputs) {
    (void)input.source->ensure(kBeginning);
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

// One file is one day of one instrument. Its book file completes the stream.
std::unique_ptr<Feed> make_lobster(std::vector<Input> inputs, const FeedRequest& request,
                                   Days& days, MessageObserver* observer) {
  if (inputs.size() > 1) {
    throw PathError(inputs[1].path, "one channel reads one LOBSTER file; use `parallel`");
  }
  const std::string& path = inputs[0].path;
  lobster::DaySources day;
  (void)inputs[0].source->ensure(kBeginning);
  if (looks_like_zip(inputs[0].source->window())) {
    if (request.orderbook) throw PathError(path, "the archive has its own book file");
    day = lobster::open_lobster_zip(path, request.max_ratio);
  } else {
    day.message_name = path;
    day.symbol = lobster::lobster_symbol(path);
    day.messages = std::move(inputs[0].source);
    if (request.orderbook) {
      day.book = open_source(*request.orderbook, Growth::none, request.max_ratio);
    }
  }
  if (request.symbol) day.symbol = *request.symbol;
  if (!request.symbols.empty() && !request.symbols.contains(day.symbol)) {
    throw PathError(path, "holds " + day.symbol + " only, which is not among `symbols`");
  }
  const Nanos midnight = days.midnight_of(day.message_name);
  return std::make_unique<lobster::LobsterFeed>(
      std::move(day.messages), std::move(day.book),
      lobster::LobsterOptions{day.symbol, midnight, {}, observer});
}

// A tape of messages is decoded like its original feed. One tape is one recording.
std::unique_ptr<Feed> make_tape(std::vector<Input> inputs, const FeedRequest& request, Days& days,
                                MessageObserver* observer) {
  if (inputs.size() > 1) {
    throw PathError(inputs[1].path,
                    "one channel reads one tape, which may hold many days; use `parallel`");
  }
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
  tape::TapeOptions options{request.symbols, request.follow, midnight};
  if (input.source->raw_bytes_total() > 0) options.reopen = tape::reopening(input.path);
  const auto open_end = request.follow ? tape::OpenEnd::is_for_now : tape::OpenEnd::is_the_end;
  std::unique_ptr<ByteSource> frames =
      tape::unpacked_frames(std::move(input.source), open_end, request.max_ratio);
  if (request.read_ahead && !request.follow) frames = read_ahead(std::move(frames));
  return std::make_unique<tape::TapeFeed>(std::move(frames), std::move(decoder),
                                          std::move(options));
}

std::unique_ptr<Feed> make_channel(std::vector<Input> inputs, const FeedRequest& request,
                                   Days& days, itch50::Framing framing, MessageObserver* observer) {
  const std::string format = inputs[0].format;
  if (format.empty()) return unknown_content(inputs[0]);
  for (const Input& input : inputs) {
    // A file of unknown format is damage, which the feed reports when it reaches the file.
    if (!input.format.empty() && input.format != format) {
      throw PathError(inputs[0].path,
                      "is " + format + ", " + input.path + " is " + input.format +
                          ": one channel reads one format; use `parallel` for a channel each");
    }
  }
  if (format != "lobster") {
    const std::string problem =
        "goes with a LOBSTER message file; " + inputs[0].path + " is " + format;
    if (request.orderbook) throw ConfigError("orderbook", {}, problem);
    if (request.symbol) {
      throw ConfigError("symbol", *request.symbol, problem + "; `symbols` selects instruments");
    }
  }
  if (format == "pcap") return make_capture(std::move(inputs), request, days, observer);
  if (format == "dbn") return make_dbn(std::move(inputs), request, days, observer);
  if (format == "lobster") return make_lobster(std::move(inputs), request, days, observer);
  if (format == "tape") return make_tape(std::move(inputs), request, days, observer);
  return make_itch(std::move(inputs), request, days, framing, observer);
}

}  // namespace

std::vector<std::string> known_formats() {
  return {"itch50", "pcap", "lobster", "dbn", "tape"};
}

std::string format_by_content(const std::string& path, std::string_view framing) {
  return format_of_content(*open_source(path), framing_of(framing));
}

OpenedFeeds open_feeds(const FeedRequest& request) {
  const itch50::Framing framing = framing_of(request.framing);
  if (std::ranges::count(request.paths, "-") > 1) {
    throw PathError("-", "standard input can be read once only");
  }
  std::vector<Input> inputs;
  const Growth growth = request.follow ? Growth::expected : Growth::none;
  for (const std::string& path : request.paths) {
    Input& input =
        inputs.emplace_back(Input{path, open_source(path, growth, request.max_ratio), {}});
    // A pipe has no size, and its read may block for ever.
    const bool ahead = request.read_ahead && input.source->raw_bytes_total() > 0;
    // For a tape, make_tape() reads ahead behind the unpacking, which is the expensive part.
    if (ahead && !begins_as_tape(*input.source)) input.source = read_ahead(std::move(input.source));
    input.format = request.format ? *request.format : format_of(input, framing);
    if (request.follow && input.format != "tape") {
      throw PathError(path, "is no tape; only tapes can be followed while they are written");
    }
  }
  OpenedFeeds opened;
  Days days{request};
  const auto add_channel = [&](std::vector<Input> of_channel) {
    opened.formats.push_back(of_channel[0].format);
    opened.sources.push_back(source_of(of_channel[0]));
    opened.itch.push_back(carries_itch(of_channel[0]));
    MessageObserver* const observer =
        request.observer_of_channel ? request.observer_of_channel(opened.channels.size()) : nullptr;
    opened.channels.push_back(
        make_channel(std::move(of_channel), request, days, framing, observer));
    opened.midnights.push_back(days.take_first());
  };
  if (request.parallel) {
    for (Input& input : inputs) {
      std::vector<Input> one;
      one.push_back(std::move(input));
      add_channel(std::move(one));
    }
  } else {
    add_channel(std::move(inputs));
  }
  opened.time_base = days.undated() ? TimeBase::midnight : TimeBase::utc;
  return opened;
}

}  // namespace tapedeck::feeds
