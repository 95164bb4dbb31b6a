// Makes the feed of one channel from opened inputs, one function for each format. All throw
// PathError if the inputs cannot be one channel. `observer` may be null.
#pragma once

#include <memory>
#include <vector>

#include "feeds/catalog/channel_spec.hpp"
#include "feeds/catalog/content.hpp"
#include "feeds/catalog/days.hpp"

namespace tapedeck::feeds {

[[nodiscard]] std::unique_ptr<Feed> make_itch(std::vector<Input> inputs, const FilesSpec& request,
                                              Days& days, AskedFraming framing,
                                              MessageObserver* observer);
/// DBN has the date and the time of day of every record.
[[nodiscard]] std::unique_ptr<Feed> make_dbn(std::vector<Input> inputs, const FilesSpec& request,
                                             Days& days, MessageObserver* observer);
/// One file is one day of one instrument. Its book file completes the stream.
[[nodiscard]] std::unique_ptr<Feed> make_lobster(std::vector<Input> inputs,
                                                 const FilesSpec& request, Days& days,
                                                 MessageObserver* observer);
/// A tape of messages is decoded like its original feed. One tape is one recording.
/// Growth::expected: it is followed while it is written.
[[nodiscard]] std::unique_ptr<Feed> make_tape(std::vector<Input> inputs, const FilesSpec& request,
                                              Growth growth, Days& days, MessageObserver* observer);

}  // namespace tapedeck::feeds
