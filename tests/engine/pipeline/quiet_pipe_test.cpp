// A pipe whose writer waits: every whole message written so far is in the books before the next
// byte is written. Bytes come one by one. Nothing is timed: a message that is held back is a test
// that does not end.
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "engine/core/clock.hpp"
#include "engine/pipeline/engine.hpp"
#include "engine/thread/runner.hpp"
#include "feeds/catalog/catalog.hpp"
#include "feeds/moldudp64/packet.hpp"
#include "tests/support/dbn_file_writer.hpp"
#include "tests/support/itch_flow.hpp"
#include "tests/support/made_capture.hpp"
#include "tests/support/pipe.hpp"
#include "tests/support/temporary_folder.hpp"

namespace tapedeck::pipeline {
namespace {

constexpr u64 kMessages = 40;

// Runs an engine on a pipe that this object writes to.
class PipedEngine {
 public:
  PipedEngine(const std::string& name, u32 shards)
      : path_(test::made_pipe(folder_.path(name))), thread_([this, shards] { run(shards); }) {
    file_ = ::open(path_.c_str(), O_WRONLY | O_CLOEXEC);
  }
  PipedEngine(const PipedEngine&) = delete;
  PipedEngine& operator=(const PipedEngine&) = delete;
  ~PipedEngine() { end(); }

  void write(const std::string& bytes) {
    for (const char& byte : bytes) ASSERT_EQ(::write(file_, &byte, 1), 1);
  }
  // Waits until this many events are in the books.
  void wait_for(u64 events) const {
    while (applied() < events) std::this_thread::yield();
  }
  [[nodiscard]] u64 applied() const {
    const Engine* const engine = engine_.load();
    return engine == nullptr ? 0 : engine->progress().applied;
  }
  void end() {
    if (file_ >= 0) ::close(std::exchange(file_, -1));
    if (thread_.joinable()) thread_.join();
  }

 private:
  void run(u32 shards) {
    feeds::FilesSpec request;
    request.paths = {path_};
    feeds::OpenedFeeds opened = feeds::open_channels(request);
    feeds::keep_times_plausible(opened);
    EngineConfig config;
    config.shards = shards;
    engine_holder_ =
        std::make_unique<Engine>(std::move(config), opened.take_feeds(), clock_, stop_);
    engine_ = engine_holder_.get();
    engine_holder_->run();
  }

  test::TemporaryFolder folder_{"quiet_pipe"};
  std::string path_;
  SteadyClock clock_;
  thread::StopFlag stop_;
  std::unique_ptr<Engine> engine_holder_;
  std::atomic<const Engine*> engine_ = nullptr;
  int file_ = -1;
  std::thread thread_;
};

// `messages`: each becomes one event of a book; the first one brings `more` besides.
void expect_nothing_held(const std::string& name, const std::string& head,
                         const std::vector<std::string>& messages, u64 more = 0) {
  for (const u32 shards : {0U, 2U}) {
    SCOPED_TRACE(name + ", " + std::to_string(shards) + " shards");
    PipedEngine engine{name, shards};
    engine.write(head);
    for (std::size_t i = 0; i < messages.size(); ++i) {
      engine.write(messages[i]);
      engine.wait_for(i + 1 + more);
    }
    engine.end();
    EXPECT_EQ(engine.applied(), messages.size() + more);
  }
}

std::string text_of(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// A message in an ITCH file, with its length.
std::string itch_order(u64 id) {
  test::ItchDay day;
  // A pause of an hour before each message: it is not waited for either.
  day.at((4 + id % 10) * 3'600'000'000'000);
  return text_of(day.add(1, "AAPL", id, 'B', 100, static_cast<u32>(1'000'000 + id)).bytes());
}

TEST(QuietPipe, OfItchHoldsNothingBack) {
  std::vector<std::string> messages;
  for (u64 id = 1; id <= kMessages; ++id) messages.push_back(itch_order(id));
  expect_nothing_held("day.itch", "", messages);
}

TEST(QuietPipe, OfACaptureHoldsNothingBack) {
  test::MadeCapture capture;
  const std::string head = capture.content();
  std::vector<std::string> packets;
  for (u64 id = 1; id <= kMessages; ++id) {
    const std::string message = itch_order(id).substr(sizeof(u16));
    feeds::moldudp64::Header header{{'A', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' '}, id, 1};
    std::vector<std::byte> payload;
    feeds::moldudp64::append_packet(header, std::array{as_bytes_of(message)}, payload);
    const std::size_t before = capture.content().size();
    capture.add(test::udp_frame(text_of(payload)));
    packets.push_back(capture.content().substr(before));
  }
  expect_nothing_held("day.pcap", head, packets);
}

TEST(QuietPipe, OfLobsterHoldsNothingBack) {
  std::vector<std::string> rows;
  for (u64 id = 1; id <= kMessages; ++id) {
    rows.push_back("34200." + std::to_string(100 + id) + ",1," + std::to_string(id) +
                   ",100,1000000,1\n");
  }
  // A synthetic state says that trading has begun.
  expect_nothing_held("A_2012-06-21_34200000_57600000_message_1.csv", "", rows, 1);
}

TEST(QuietPipe, OfDbnHoldsNothingBack) {
  std::string before = test::DbnFile{3}.bytes();
  const std::string head = before;
  std::vector<std::string> records;
  test::DbnFile file{3};
  for (u64 id = 1; id <= kMessages; ++id) {
    file.add('B', id, 100, 5);
    records.push_back(file.bytes().substr(before.size()));
    before = file.bytes();
  }
  expect_nothing_held("day.dbn", head, records, 1);  // the same
}

}  // namespace
}  // namespace tapedeck::pipeline
