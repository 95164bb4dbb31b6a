// Finds the streams of MoldUDP64 packets in captures before they are read, and opens a feed for one
// of them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "feeds/catalog/channel_spec.hpp"
#include "feeds/catalog/content.hpp"
#include "feeds/moldudp64/stream_finder.hpp"

namespace tapedeck::feeds {

struct CaptureStreams {
  std::vector<moldudp64::FoundStream> streams;
  Nanos first_time{0};   // of the first packet with a time; 0: all are of the first day of 1970
  bool is_pipe = false;  // only a beginning was looked at
  bool is_only_stream = false;  // all packets of MoldUDP64 are of the one stream

  [[nodiscard]] bool has_times() const { return first_time != Nanos{0}; }
};

/// Reads all packet headers of capture files, which are one channel's or one set of channels'. Of a
/// pipe, which can be read only once, waits for the first packet and looks at those that follow it
/// within a short time, at most 1,000, and leaves them in the source's window. Damage is left for
/// the feed to report.
[[nodiscard]] CaptureStreams find_streams(std::vector<Input>& inputs, const FilesSpec& request);

/// Makes the feed of stream `at`. `inputs` are opened for this stream alone. If no stream was
/// found, all packets are taken for one.
[[nodiscard]] std::unique_ptr<Feed> make_stream(std::vector<Input> inputs, const FilesSpec& request,
                                                const CaptureStreams& found, std::size_t at,
                                                MessageObserver* observer);

}  // namespace tapedeck::feeds
