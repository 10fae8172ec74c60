// A stream that is cut again and again while the run moves from process to process: what was read is what is stored.
#include <random>

#include "runtime/events/followed_test.hpp"

namespace executus {
namespace {

constexpr int kCuts = 100, kMoves = 10, kTurns = 80;

// Reads with one stream after the other, each going on where the one before was cut.
struct CutReader {
  explicit CutReader(FollowedRun& followed, unsigned seed) : run(followed), dice(seed) {}

  int roll(int most) { return std::uniform_int_distribution(0, most)(dice); }

  static Task<void> read(CutReader* self) {
    while (!self->ended) {
      EventOptions options;
      options.after = self->seen.empty() ? 0 : self->seen.back()->seq;
      options.until = EventOptions::Until::at_end;
      bool last = self->cuts >= kCuts;  // it is not cut, and is shown what is written
      options.buffer = static_cast<std::size_t>(last ? 4 : self->roll(4));
      auto events = last || self->roll(1) ? self->run.follow(options) : self->run.follow_from_afar(options);
      co_await self->read_some(&events);
      ++self->cuts;
    }
  }

  // Cut between two events, or while the next one is waited for.
  Task<void> read_some(EventStream* events) {
    int committed = cuts < kCuts ? roll(2) : 1'000'000;
    while (committed >= 0 && !ended) {
      auto reply = events->next();
      if (committed-- == 0 && roll(1)) co_return;  // nobody hears what it says
      std::optional<Event> event = co_await reply;
      if (!event) co_return;
      take(*event);
    }
  }

  void take(const Event& event) {
    if (const auto* text = event.as<TextDelta>()) expect_in_place(text->ordinal);
    if (!event.committed()) return;
    if (event.as<journal::Responded>()) ++responded;
    ended = event.as<Ended>() != nullptr;
    seen.push_back(event.entry);
  }
  void expect_in_place(std::uint32_t ordinal) {
    EXPECT_EQ(ordinal, responded);
    ++texts;
  }

  FollowedRun& run;
  std::mt19937 dice;
  std::vector<std::shared_ptr<const journal::Entry>> seen;
  std::uint32_t responded = 0;
  int cuts = 0, texts = 0;
  bool ended = false;
};

struct MovingRun : FollowedRun {
  explicit MovingRun(unsigned seed) : dice(seed) {
    talking->answer = [](std::size_t turn) {
      return turn + 1 < kTurns
                 ? talks("a b c ", {{"c" + std::to_string(turn), "look", R"({"n":)" + std::to_string(turn) + "}"}})
                 : talks("Done.");
    };
    talking->before_the_end = [this](std::size_t) {
      return sleep_for(Milliseconds(std::uniform_int_distribution(0, 900)(dice)));
    };
  }

  // Every process but the last dies at a write of its own.
  void drive_to_the_end() {
    store->writes_left = 6;
    (void)run();
    for (int moves = 1; moves <= kMoves; ++moves) {
      loop.advance(Milliseconds(std::uniform_int_distribution(0, 700)(dice)));
      new_process();
      if (moves < kMoves) store->writes_left = std::uniform_int_distribution(2, 12)(dice);
      (void)recover();
    }
  }

  std::mt19937 dice;
};

class CutEvents : public ::testing::TestWithParam<unsigned> {};

TEST_P(CutEvents, AreWhatTheJournalHolds) {  // [API-04] [DUR-47]
  MovingRun run(GetParam());
  CutReader reader(run, GetParam() + 1'000);
  run.readers.spawn(CutReader::read(&reader));

  run.drive_to_the_end();
  for (int looks = 0; looks < 10'000 && !reader.ended; ++looks) (void)run.loop.advance_to_next_timer();

  auto stored = run.entries();
  ASSERT_TRUE(std::holds_alternative<journal::Ended>(stored.back().payload));
  ASSERT_EQ(reader.seen.size(), stored.size());
  for (std::size_t i = 0; i < stored.size(); ++i) {
    EXPECT_EQ(reader.seen[i]->seq, i + 1);
    EXPECT_EQ(encode(reader.seen[i]->payload), encode(stored[i].payload)) << i;
  }
  EXPECT_GE(reader.cuts, kCuts);
  EXPECT_GT(reader.texts, 0);
  EXPECT_EQ(run.hub->readers(), 0u);
}

INSTANTIATE_TEST_SUITE_P(Seeds, CutEvents, ::testing::Range(1u, 21u));

}  // namespace
}  // namespace executus
