#include "tools/conversion_output.hpp"

#include <array>
#include <optional>
#include <utility>

#include "engine/core/error.hpp"
#include "tools/itch_copy.hpp"
#include "tools/recordings.hpp"

namespace tapedeck::tools {
namespace {

struct Ending {
  std::string_view text;
  OutFormat format;
};
constexpr std::array<Ending, 4> kEndings{{{".itch", OutFormat::itch50},
                                          {".itch.gz", OutFormat::itch50},
                                          {".itch.zst", OutFormat::itch50},
                                          {".tape", OutFormat::tape}}};

// Messages are copied where the feed shows them, events encoded elsewhere.
class ItchOutput final : public ConversionOutput {
 public:
  explicit ItchOutput(std::string path) : path_(std::move(path)) {}

  feeds::MessageTap* tap() override { return &copy_; }
  void start(feeds::OpenedFeeds& opened, const thread::StopFlag& /*stop*/) override {
    file_.emplace(path_);
    if (opened.shows_itch(0)) {
      copy_.start(*file_);
    } else {
      events_.emplace(*file_, opened.midnights[0]);
    }
  }
  void take(const EventBuffer& events) override {
    if (events_) events_->take(events);
  }
  Written finish(bool whole) override {
    Written written;
    if (events_) {
      events_->finish(whole);
      written.encoder = events_->counters();
    }
    file_->close();
    written.messages = file_->messages();
    written.bytes = file_->bytes();
    written.file_bytes = file_->file_bytes();
    written.days = copy_.days();
    return written;
  }

 private:
  std::string path_;
  MessageCopy copy_;
  std::optional<ItchFile> file_;
  std::optional<EventCopy> events_;
};

// As --record does it, but that nobody waits for the line.
class TapeOutput final : public ConversionOutput {
 public:
  TapeOutput(std::string path, const std::string& compress)
      : path_(std::move(path)),
        recorder_(
            {.compress = compress_of(compress.empty() ? "small" : compress), .hurries = false}) {}

  feeds::MessageTap* tap() override { return &recorder_.tap(); }
  void start(feeds::OpenedFeeds& opened, const thread::StopFlag& stop) override {
    recorder_.start(path_, tape_header(opened, 0), stop);
    opened.lines[0] = recorder_.record(std::move(opened.lines[0]));
  }
  void take(const EventBuffer& /*events*/) override {}
  [[nodiscard]] bool failed() const override { return recorder_.failed(); }
  Written finish(bool /*whole*/) override {
    recorder_.close();
    const tape::TapeWriter::Counters counters = recorder_.recorded().counters;
    return {.messages = counters.messages,
            .bytes = counters.content_bytes,
            .file_bytes = counters.file_bytes,
            .days = 0,
            .encoder = {}};
  }

 private:
  std::string path_;
  TapeRecorder recorder_;
};

}  // namespace

std::string_view name_of(OutFormat format) {
  constexpr std::array<std::string_view, 2> kNames{"itch50", "tape"};
  return kNames[static_cast<std::size_t>(format)];
}

OutFormat out_format_of(const std::string& path) {
  std::string list;
  for (const Ending& ending : kEndings) {
    if (path.ends_with(ending.text)) return ending.format;
    list.append(list.empty() ? "" : ", ").append(ending.text);
  }
  throw UsageError("--out " + path + ": its ending says the format, and must be one of " + list);
}

std::unique_ptr<ConversionOutput> conversion_output(const std::string& path,
                                                    const std::string& compress) {
  const OutFormat format = out_format_of(path);
  if (format == OutFormat::tape) return std::make_unique<TapeOutput>(path, compress);
  if (!compress.empty()) {
    throw UsageError("--compress " + compress + ": is for tapes; other files are compressed as " +
                     "their endings ask, .gz or .zst");
  }
  return std::make_unique<ItchOutput>(path);
}

}  // namespace tapedeck::tools
