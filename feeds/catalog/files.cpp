#include "feeds/catalog/files.hpp"

#include <algorithm>
#include <utility>

#include "engine/core/error.hpp"
#include "feeds/catalog/archive_content.hpp"
#include "feeds/catalog/broken_feed.hpp"
#include "feeds/catalog/capture_streams.hpp"
#include "feeds/catalog/channels.hpp"
#include "feeds/common/read_ahead.hpp"
#include "feeds/common/shared_pipe.hpp"
#include "feeds/common/zip.hpp"
#include "feeds/dbn/archive.hpp"
#include "feeds/lobster/files.hpp"

namespace tapedeck::feeds {
namespace {

// A channel to be opened: its files and, of captures, its stream.
struct PlannedChannel {
  std::vector<Input> inputs;
  std::shared_ptr<const CaptureStreams> captured;  // null: no capture
  std::size_t stream = 0;
  u32 thread = 0;
};

Input open_input(const std::string& path, const FilesSpec& request, Growth growth) {
  Input input{path, open_source(path, growth, request.max_ratio), {}};
  if (!request.format || *request.format == "dbn") {
    auto packed = dbn::open_archive(path, *input.source, request.max_ratio);
    if (packed != nullptr) {
      input.source = std::move(packed);
    } else if (request.format) {
      lobster::refuse_piped_zip(path, *input.source);
    }
  }
  // A pipe has no size, and its read may block for ever.
  const bool ahead = request.read_ahead && input.source->raw_bytes_total() > 0;
  // For a tape, make_tape() reads ahead behind the unpacking, which is the expensive part.
  if (ahead && !begins_as_tape(*input.source)) input.source = read_ahead(std::move(input.source));
  return input;
}

void refuse_mixture(const std::vector<Input>& inputs) {
  const std::string& format = inputs[0].format;
  for (const Input& input : inputs) {
    // A file of unknown format is damage, which the feed reports when it reaches the file.
    if (!format.empty() && !input.format.empty() && input.format != format) {
      throw PathError(inputs[0].path,
                      "is " + format + ", " + input.path + " is " + input.format +
                          ": one channel reads one format; use `parallel` for a channel each");
    }
  }
}

[[noreturn]] void refuse_streams(const std::string& path, const CaptureStreams& found) {
  std::string list;
  for (const moldudp64::FoundStream& stream : found.streams) list += "; " + text_of(stream);
  throw PathError(path,
                  "is a pipe with several streams; save it to a file first, or choose one by "
                  "`group`" +
                      list);
}

// Adds a channel for each stream of the captures. Each reads the files for itself; all of them
// share a thread. Adds none if none of the streams is chosen by the request.
void plan_streams(std::vector<Input> inputs, const FilesSpec& request, u32 thread,
                  std::vector<PlannedChannel>& plan) {
  const auto found = std::make_shared<CaptureStreams>(find_streams(inputs, request));
  const std::size_t streams = found->streams.size();
  if (streams == 0 && !request.groups.empty()) return;
  if (streams > 1 && found->is_pipe) {
    if (!request.shares_pipe || inputs.size() > 1) refuse_streams(inputs[0].path, *found);
    auto readers = share_pipe(std::move(inputs[0].source), streams);
    for (std::size_t at = 0; at < streams; ++at) {
      std::vector<Input> one;
      one.push_back({inputs[0].path, std::move(readers[at]), inputs[0].format});
      plan.push_back({std::move(one), found, at, thread});
    }
    return;
  }
  for (std::size_t at = 1; at < streams; ++at) {
    std::vector<Input> again;
    for (const Input& input : inputs) {
      again.push_back(open_input(input.path, request, Growth::none));
      again.back().format = input.format;
    }
    plan.push_back({std::move(again), found, at, thread});
  }
  const auto others = static_cast<std::ptrdiff_t>(std::max<std::size_t>(streams, 1) - 1);
  plan.insert(plan.end() - others, PlannedChannel{std::move(inputs), found, 0, thread});
}

std::vector<PlannedChannel> plan_channels(std::vector<Input> inputs, const FilesSpec& request) {
  std::vector<std::vector<Input>> sets;
  if (request.parallel) {
    for (Input& input : inputs) sets.emplace_back().push_back(std::move(input));
  } else {
    sets.push_back(std::move(inputs));
  }
  const std::string first = sets[0][0].path;
  std::vector<PlannedChannel> plan;
  u32 thread = 0;
  for (std::vector<Input>& set : sets) {
    refuse_mixture(set);
    if (set[0].format == "pcap") {
      plan_streams(std::move(set), request, thread, plan);
    } else {
      plan.push_back({std::move(set), nullptr, 0, thread});
    }
    ++thread;
  }
  if (plan.empty()) {
    throw PathError(first,
                    "has no packet to the addresses of `group`; `tapedeck inspect` lists its "
                    "streams");
  }
  return plan;
}

// Returns a name that tells the stream from the others of its capture.
std::string name_of_stream(const CaptureStreams& found, std::size_t at) {
  if (found.streams.size() <= 1) return {};
  const moldudp64::StreamMember& member = found.streams[at].members.front();
  const auto is_there = [&member](const moldudp64::FoundStream& stream) {
    const std::vector<Destination> all = stream.destinations();
    return std::ranges::find(all, member.destination) != all.end();
  };
  std::string name = text_of(member.destination);
  if (std::ranges::count_if(found.streams, is_there) > 1) {
    name += " session " + moldudp64::text_of(member.session);
  }
  return name;
}

// A capture has the date and the time of day of every packet, unless it was made without times.
std::unique_ptr<Feed> make_capture(PlannedChannel channel, const FilesSpec& request, Days& days,
                                   MessageObserver* observer) {
  const std::string& path = channel.inputs[0].path;
  if (channel.captured->has_times() || request.date) {
    days.note_dated(path, request.date);
    days.note_start(channel.captured->first_time);
  } else {
    days.note_undated(path);
  }
  return make_stream(std::move(channel.inputs), request, *channel.captured, channel.stream,
                     observer);
}

std::unique_ptr<Feed> make_channel(PlannedChannel channel, const FilesSpec& request, Growth growth,
                                   Days& days, AskedFraming framing, MessageObserver* observer) {
  std::vector<Input>& inputs = channel.inputs;
  const std::string format = inputs[0].format;
  if (format.empty()) return std::make_unique<BrokenFeed>(unknown_content(inputs[0]));
  const std::string& path = inputs[0].path;
  if (format != "lobster" && path != "-" && looks_like_zip(inputs[0].source->window())) {
    return std::make_unique<BrokenFeed>(archive_of_no(format, path));
  }
  if (format != "lobster") {
    const std::string problem =
        "goes with a LOBSTER message file; " + inputs[0].path + " is " + format;
    if (request.orderbook) throw ConfigError("orderbook", {}, problem);
  }
  if (format != "pcap" && !request.groups.empty()) {
    throw ConfigError("group", {},
                      "chooses a stream of a capture; " + inputs[0].path + " is " + format);
  }
  if (format == "pcap") return make_capture(std::move(channel), request, days, observer);
  if (format == "dbn") return make_dbn(std::move(inputs), request, days, observer);
  if (format == "lobster") return make_lobster(std::move(inputs), request, days, observer);
  if (format == "tape") return make_tape(std::move(inputs), request, growth, days, observer);
  return make_itch(std::move(inputs), request, days, framing, observer);
}

// Says of a planned channel what is known before its feed is made.
OpenedChannel described(const PlannedChannel& channel) {
  const Input& first = channel.inputs[0];
  const auto& captured = channel.captured;
  const bool is_one_file = first.format == "itch50" && channel.inputs.size() == 1;
  const bool is_found = captured && !captured->streams.empty();
  OpenedChannel opened;
  opened.format = first.format;
  opened.source = source_of(first);
  opened.of_one_day = is_one_file || first.format == "lobster";
  opened.carries_itch = carries_itch(first);
  opened.name = captured ? name_of_stream(*captured, channel.stream) : "";
  opened.stream = is_found ? text_of(captured->streams[channel.stream]) : "";
  opened.thread = channel.thread;
  return opened;
}

}  // namespace

OpenedFeeds open_files(const FilesSpec& request, Growth growth) {
  const AskedFraming framing = framing_of(request.framing);
  if (std::ranges::count(request.paths, "-") > 1) {
    throw PathError("-", "standard input can be read once only");
  }
  std::vector<Input> inputs;
  for (const std::string& path : request.paths) {
    Input& input = inputs.emplace_back(open_input(path, request, growth));
    // What has to be unpacked first is told so, whatever format it is said to be.
    const bool as_asked = request.format && !is_foreign(*input.source);
    input.format = as_asked ? *request.format : format_of(input, framing);
    if (growth == Growth::expected && input.format != "tape") {
      throw PathError(path, "is no tape; only tapes can be followed while they are written");
    }
  }
  std::vector<PlannedChannel> plan = plan_channels(std::move(inputs), request);
  if (request.on_channels) request.on_channels(plan.size());
  OpenedFeeds opened;
  Days days{request.date};
  for (PlannedChannel& planned : plan) {
    const auto& captured = planned.captured;
    opened.shares_pipe |= captured && captured->is_pipe && captured->streams.size() > 1;
    MessageObserver* const observer =
        request.observer_of_channel ? request.observer_of_channel(opened.channels.size()) : nullptr;
    OpenedChannel& channel = opened.channels.emplace_back(described(planned));
    channel.feed = make_channel(std::move(planned), request, growth, days, framing, observer);
    channel.midnight = days.take_first();
  }
  opened.warnings = days.warnings();
  opened.time_base = days.undated() ? TimeBase::midnight : TimeBase::utc;
  return opened;
}

}  // namespace tapedeck::feeds
