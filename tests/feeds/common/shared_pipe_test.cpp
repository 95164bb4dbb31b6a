#include "feeds/common/shared_pipe.hpp"

#include <string>

#include <gtest/gtest.h>

namespace tapedeck::feeds {
namespace {

std::string text_of(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST(SharedPipe, EachReaderReadsAllOfItInStep) {
  const std::string content = "one piece after another";
  auto readers = share_pipe(memory_source("pipe", as_bytes_of(content), 4), 2);
  ByteSource& a = *readers[0];
  ByteSource& b = *readers[1];
  EXPECT_EQ(a.fill(), Fill::more);
  EXPECT_FALSE(a.may_wait()) << "the other reader has not read the first piece";
  EXPECT_EQ(a.fill_now(), Fill::later);
  EXPECT_EQ(b.fill(), Fill::more);
  EXPECT_TRUE(a.may_wait());
  while (true) {
    const Fill of_a = a.fill();
    const Fill of_b = b.fill();
    EXPECT_EQ(of_a, of_b);
    if (of_a != Fill::more) break;
  }
  EXPECT_EQ(a.fill(), Fill::end);
  EXPECT_EQ(text_of(a.window()), content);
  EXPECT_EQ(text_of(b.window()), content);
}

TEST(SharedPipe, WhatWasLookedAtIsTheFirstPiece) {
  const std::string content = "abcdef";
  auto pipe = memory_source("pipe", as_bytes_of(content), 3);
  EXPECT_TRUE(pipe->ensure(3));
  auto readers = share_pipe(std::move(pipe), 1);
  EXPECT_TRUE(readers[0]->ensure(6));
  EXPECT_EQ(text_of(readers[0]->window()), content);
}

}  // namespace
}  // namespace tapedeck::feeds
