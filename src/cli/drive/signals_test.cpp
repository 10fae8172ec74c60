#include "cli/drive/signals.hpp"

#include <csignal>
#include <future>

#include <gtest/gtest.h>
#include <unistd.h>

#include <executus/testing/manual_loop.hpp>

#include "cli/drive/stop_words.hpp"

namespace executus::cli {
namespace {

using Word = StopWords::Word;

TEST(StopWords, ARepeatWithinAMomentIsTheSameWord) {  // [DUR-27]
  MonoTime start{std::chrono::hours(1)};
  StopWords words;

  EXPECT_EQ(words.hear(start), Word::first);
  EXPECT_EQ(words.hear(start), Word::repeated);
  EXPECT_EQ(words.hear(start + kOneWord - Milliseconds(1)), Word::repeated);
  EXPECT_EQ(words.hear(start + kOneWord), Word::second) << "repeats make the moment no longer";
}

TEST(StopWords, WhatCameWhileTheFirstWasActedOnIsARepeat) {  // [DUR-27]
  MonoTime start{std::chrono::hours(1)};
  StopWords words;
  (void)words.hear(start);
  words.acted(start + std::chrono::seconds(5));

  EXPECT_EQ(words.hear(start + std::chrono::seconds(5)), Word::repeated);
  EXPECT_EQ(words.hear(start + std::chrono::seconds(6)), Word::second);
}

// The program would end at a second word. The hang-up is handled after the repeat, on the same thread.
TEST(SignalWatch, GoesOnAfterARepeat) {  // [DUR-27]
  testing::ManualClock clock;
  std::promise<void> first, hangup;
  SignalWatch signals([&] { first.set_value(); }, [&] { hangup.set_value(); }, clock);

  ::kill(::getpid(), SIGTERM);
  first.get_future().wait();
  ::kill(::getpid(), SIGINT);
  sigset_t pending;
  do sigpending(&pending);
  while (sigismember(&pending, SIGINT) == 1);
  ::kill(::getpid(), SIGHUP);

  hangup.get_future().wait();
  EXPECT_TRUE(signals.signalled());
}

}  // namespace
}  // namespace executus::cli
