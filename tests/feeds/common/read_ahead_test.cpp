#include "feeds/common/read_ahead.hpp"

#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "engine/core/random.hpp"
#include "tests/support/compress.hpp"
#include "tests/support/temporary_folder.hpp"

namespace tapedeck::feeds {
namespace {

class ReadAheadTest : public ::testing::Test {
 protected:
  static std::string text_of(std::size_t size) {
    Random random{7};
    std::string text(size, ' ');
    for (char& c : text) c = static_cast<char>('a' + random.below(26));
    return text;
  }
  std::unique_ptr<ByteSource> ahead_of(const std::string& content) {
    return read_ahead(open_source(folder_.write("content", content)));
  }
  static std::string taken(ByteSource& source, std::size_t count) {
    const std::string text(reinterpret_cast<const char*>(source.window().data()), count);
    source.consume(count);
    return text;
  }
  // The rest, in uneven steps that often leave something in the window.
  static std::string drain(ByteSource& source) {
    std::string all;
    Random random{3};
    while (true) {
      const std::size_t there = source.window().size();
      all += taken(source, random.chance(0.5) ? there : random.below(there + 1));
      if (random.chance(0.5) && source.fill() != Fill::more) break;
    }
    return all + taken(source, source.window().size());
  }

  test::TemporaryFolder folder_{"read-ahead"};
};

TEST_F(ReadAheadTest, GivesTheContentOfPlainAndCompressedFiles) {
  const std::string text = text_of(3'000'000);
  for (const std::string& content : {text, test::gzip(text), test::zstd(text), text.substr(0, 5)}) {
    const auto source = ahead_of(content);
    const std::string& expected = content.size() == 5 ? content : text;
    EXPECT_TRUE(drain(*source) == expected);
    EXPECT_EQ(source->fill(), Fill::end);
    EXPECT_EQ(source->offset(), expected.size());
    EXPECT_EQ(source->raw_bytes_read(), content.size());
    EXPECT_EQ(source->raw_bytes_total(), content.size());
    EXPECT_FALSE(source->damage());
  }
}

TEST_F(ReadAheadTest, AWindowGrowsAsFarAsARecordNeeds) {
  const std::string text = text_of(2'500'000);
  const auto source = ahead_of(text);
  std::string all;
  for (const std::size_t record : {std::size_t{100}, std::size_t{262'144}, kMaxWindow - 1}) {
    ASSERT_TRUE(source->ensure(record));
    all += taken(*source, record);
  }
  EXPECT_TRUE(all + drain(*source) == text);
}

TEST_F(ReadAheadTest, DamageComesAfterWhatWasReadableAsWithoutIt) {
  const std::string whole = test::gzip(text_of(3'000'000));
  const std::string cut = whole.substr(0, whole.size() * 3 / 4);
  const auto plain = open_source(folder_.write("cut", cut));
  const std::string expected = drain(*plain);
  const auto source = read_ahead(open_source(folder_.path("cut")));
  EXPECT_TRUE(drain(*source) == expected);
  EXPECT_EQ(source->fill(), Fill::damaged);
  ASSERT_TRUE(source->damage());
  EXPECT_EQ(source->damage()->message(), plain->damage()->message());
}

TEST_F(ReadAheadTest, TheLastBytesStayWhenTheContentHasEnded) {
  const std::string text = text_of(600'000);
  for (const std::size_t left : {std::size_t{0}, std::size_t{2}, std::size_t{50'000}}) {
    const auto source = ahead_of(text);
    while (source->fill() == Fill::more) {
      if (source->window().size() > left) source->consume(source->window().size() - left);
    }
    EXPECT_FALSE(source->damage());
    EXPECT_EQ(source->fill(), Fill::end);
    EXPECT_EQ(taken(*source, left), text.substr(text.size() - left));
    EXPECT_EQ(source->offset(), text.size());
  }
}

TEST_F(ReadAheadTest, CanBeLeftAtAnyPoint) {
  const std::string text = text_of(2'000'000);
  for (int fills = 0; fills < 8; ++fills) {
    const auto source = ahead_of(text);
    for (int i = 0; i < fills; ++i) {
      (void)source->fill();
      source->consume(source->window().size());
    }
  }
}

TEST_F(ReadAheadTest, CanBeginAnywhereBeforeAnythingIsRead) {
  const std::string text = text_of(1'500'000);
  for (const std::size_t at :
       {std::size_t{0}, std::size_t{1}, std::size_t{1'000'000}, text.size()}) {
    const auto source = ahead_of(text);
    ASSERT_TRUE(source->seek(77));
    ASSERT_TRUE(source->seek(at));
    EXPECT_EQ(source->offset(), at);
    EXPECT_TRUE(drain(*source) == text.substr(at)) << at;
    EXPECT_EQ(source->offset(), text.size());
    EXPECT_FALSE(source->damage());
  }
}

TEST_F(ReadAheadTest, StaysWhereItIsOnceItHasReadAhead) {
  const std::string text = text_of(1'500'000);
  const auto source = ahead_of(text);
  std::string all;
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(source->fill(), Fill::more);
    EXPECT_FALSE(source->seek(0));
    EXPECT_EQ(source->offset(), all.size());
    all += taken(*source, source->window().size());
  }
  EXPECT_TRUE(all + drain(*source) == text);
  EXPECT_FALSE(source->seek(0)) << "at its end neither";
}

TEST_F(ReadAheadTest, BeginsAtTheFrontWhereItsSourceCannotBeSought) {
  const std::string text = text_of(400'000);
  for (const std::string& content : {test::gzip(text), test::zstd(text)}) {
    const auto source = ahead_of(content);
    EXPECT_FALSE(source->seek(10));
    EXPECT_EQ(source->offset(), 0U);
    EXPECT_TRUE(drain(*source) == text);
  }
  const auto beyond = ahead_of(text);
  EXPECT_FALSE(beyond->seek(text.size() + 1));
  EXPECT_EQ(beyond->offset(), 0U);
  EXPECT_TRUE(drain(*beyond) == text);
}

class Throwing final : public ByteSource {
 public:
  Throwing() : ByteSource("throwing") { begin_ = end_ = bytes_.data(); }
  Fill fill() override {
    if (++fills_ == 3) throw std::runtime_error("no more of this");
    begin_ = bytes_.data();
    end_ = begin_ + bytes_.size();
    return Fill::more;
  }
  [[nodiscard]] u64 raw_bytes_read() const override { return 0; }
  [[nodiscard]] u64 raw_bytes_total() const override { return 1'000'000; }

 private:
  std::vector<std::byte> bytes_ = std::vector<std::byte>(100'000);
  int fills_ = 0;
};

TEST_F(ReadAheadTest, WhatItsSourceThrowsReachesTheReader) {
  const auto source = read_ahead(std::make_unique<Throwing>());
  const auto read_on = [&] {
    while (source->fill() == Fill::more) source->consume(source->window().size());
  };
  EXPECT_THROW(read_on(), std::runtime_error);
}

}  // namespace
}  // namespace tapedeck::feeds
