#include "llm/chain/pacing.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include <executus/testing/manual_loop.hpp>

#include "llm/chain/paced_model.hpp"

namespace executus::llm {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::ManualLoop;

// 61 a minute less one for the burst of two: one a second.
constexpr ModelLimits kOneASecond{.requests_per_minute = 62, .burst = 2};

class PaceTest : public ::testing::Test {
 protected:
  ~PaceTest() override {
    group_.cancel_all({Cause::shutdown, "the test is over"});
    loop_.run_ready();
  }
  RootHandle ask(std::string name, std::int64_t tokens = 0) {
    auto handle = group_.spawn(acquire(std::move(name), tokens));
    loop_.run_ready();
    return handle;
  }
  Task<void> acquire(std::string name, std::int64_t tokens) {
    try {
      auto hold = co_await pace_->acquire(tokens);
      went_.push_back(hold.count() > 0 ? name + " not for " + std::to_string(hold.count()) : name);
    } catch (const Cancelled& cancelled) {
      went_.push_back(name + " " + std::string(to_string(cancelled.cause())));
    }
  }
  std::vector<std::string> went_after(int milliseconds) {
    loop_.advance(Milliseconds(milliseconds));
    return std::exchange(went_, {});
  }
  MonoTime now() { return loop_.clock().mono(); }

  ManualLoop loop_;
  std::unique_ptr<Pace> pace_ = std::make_unique<Pace>(kOneASecond);
  std::vector<std::string> went_;
  RootGroup group_{loop_};
};

TEST_F(PaceTest, LetsABurstGoAndThenOneAfterTheOther) {
  for (auto name : {"a", "b", "c", "d"}) ask(name);
  EXPECT_THAT(went_after(0), ElementsAre("a", "b"));
  EXPECT_THAT(went_after(999), IsEmpty());
  EXPECT_THAT(went_after(1), ElementsAre("c"));
  ask("e");
  EXPECT_THAT(went_after(1'000), ElementsAre("d")) << "in the order they came";
  EXPECT_THAT(went_after(1'000), ElementsAre("e"));
}

TEST_F(PaceTest, AForgottenPlaceCostsNobodyAnything) {
  for (auto name : {"a", "b"}) ask(name);
  auto c = ask("c");
  ask("d");
  EXPECT_THAT(went_after(500), ElementsAre("a", "b"));
  c.cancel({Cause::deadline, "too slow"});
  EXPECT_THAT(went_after(0), ElementsAre("c deadline"));
  EXPECT_EQ(pace_->waiting(), 1u);
  EXPECT_THAT(went_after(500), ElementsAre("d"));
}

TEST_F(PaceTest, ATurnThatComesTogetherWithACancellationIsGivenOn) {
  for (auto name : {"a", "b"}) ask(name);
  auto c = ask("c");
  ask("d");
  loop_.manual_clock().advance(Milliseconds(1'000));
  c.cancel({Cause::caller, "changed my mind"});
  loop_.run_ready();
  EXPECT_THAT(went_after(0), ElementsAre("a", "b", "c caller", "d"));
}

TEST_F(PaceTest, APauseHoldsEverybodyAndAShorterOneDoesNotEndIt) {
  for (auto name : {"a", "b", "c"}) ask(name);
  went_.clear();
  pace_->pause_until(now() + Milliseconds(10'000));
  pace_->pause_until(now() + Milliseconds(5'000));
  ask("d");
  EXPECT_THAT(went_after(9'999), IsEmpty());
  EXPECT_THAT(went_after(1), ElementsAre("c", "d")) << "the bucket filled meanwhile";
}

TEST_F(PaceTest, ALongPauseTurnsEverybodyAway) {
  for (auto name : {"a", "b", "c"}) ask(name);
  went_.clear();
  pace_->pause_until(now() + Milliseconds(20'000));
  ask("d");
  EXPECT_THAT(went_after(0), ElementsAre("c not for 20000", "d not for 20000"));
  EXPECT_EQ(pace_->waiting(), 0u);
  EXPECT_THAT(went_after(9'999), IsEmpty());
  ask("e");
  EXPECT_THAT(went_after(1), ElementsAre("e not for 10001"));
  ask("f");
  EXPECT_THAT(went_after(9'999), IsEmpty()) << "that is worth waiting for";
  EXPECT_THAT(went_after(1), ElementsAre("f"));
}

TEST_F(PaceTest, WhoIsTurnedAwayHasUsedUpNothing) {
  for (auto name : {"a", "b", "c", "d"}) ask(name);
  went_.clear();
  auto turned = now() + Milliseconds(10'001);
  pace_->pause_until(turned);
  EXPECT_THAT(went_after(0), ElementsAre("c not for 10001", "d not for 10001"));
  EXPECT_THAT(went_after(10'001), IsEmpty());
  for (auto name : {"e", "f", "g"}) ask(name);
  EXPECT_THAT(went_after(0), ElementsAre("e", "f")) << "a burst, and no more";
}

TEST_F(PaceTest, TokensAreGuessedBeforeAndSetRightAfter) {
  // 6,100 less the burst of 122: some 98 a second.
  pace_ = std::make_unique<Pace>(ModelLimits{.tokens_per_minute = 6'100});
  ask("a", 1'102);
  ask("b", 100);
  EXPECT_THAT(went_after(10'000), ElementsAre("a")) << "it owes 980";
  EXPECT_THAT(went_after(1'500), ElementsAre("b"));
  ask("c", 100);
  EXPECT_THAT(went_after(100), IsEmpty());
  pace_->correct(1'102, 502, now());
  EXPECT_THAT(went_after(0), ElementsAre("c")) << "it was less";
  pace_->correct(100, 1'100, now());
  ask("d", 1);
  EXPECT_THAT(went_after(8'000), IsEmpty()) << "it was more";
  EXPECT_THAT(went_after(3'000), ElementsAre("d"));
}

TEST_F(PaceTest, WaitingTasksOutliveThePace) {
  for (auto name : {"a", "b", "c"}) ask(name);
  EXPECT_EQ(pace_->waiting(), 1u);
  pace_.reset();
  EXPECT_THAT(went_after(1'000), ElementsAre("a", "b", "c"));
}

Task<void> paced_often(Pace& pace, std::atomic<int>& went, std::atomic<int>& cancelled) {
  try {
    co_await pace.acquire(0);
    ++went;
  } catch (const Cancelled&) {
    ++cancelled;
  }
}

TEST(Pace, ManyThreadsUseIt) {
  constexpr int kCalls = 300;
  std::atomic<int> went = 0, cancelled = 0;
  auto loop = make_loop(4);
  Pace pace({.requests_per_minute = 60'000, .burst = 10});
  RootGroup group(*loop);
  for (int i = 0; i < kCalls; ++i) {
    auto call = group.spawn(paced_often(pace, went, cancelled));
    if (i % 7 == 0) call.cancel({Cause::caller, "changed my mind"});
    if (i % 100 == 0) pace.pause_until(loop->clock().mono() + Milliseconds(5));
  }
  group.join();
  EXPECT_EQ(went + cancelled, kCalls);
  EXPECT_LE(cancelled, kCalls / 7 + 1);
  EXPECT_EQ(pace.waiting(), 0u);
}

class Refusing final : public Model {
 public:
  Task<Response> generate(Request, StreamObserver*) override {
    ++asked;
    throw ModelError(failure, "model.overloaded", "not today", 429, std::chrono::hours(24));
    co_return Response{};
  }
  const std::string& target() const override { return target_; }
  int asked = 0;
  Failure failure = Failure::transient;

 private:
  std::string target_ = "lab/m";
};

TEST(PacedModel, HoldsNobodyBackWhenTheAccountIsEmpty) {
  ManualLoop loop;
  auto server = std::make_shared<Refusing>();
  server->failure = Failure::permanent;
  auto pace = std::make_shared<Pace>(kOneASecond);
  EXPECT_THROW((void)loop.run(paced(server, pace)->generate({}, nullptr)), ModelError);
  EXPECT_THROW((void)loop.run(paced(server, pace)->generate({}, nullptr)), ModelError);
  EXPECT_EQ(server->asked, 2);
}

TEST(PacedModel, HoldsAMinuteBackWhateverTheServerAsksFor) {
  ManualLoop loop;
  auto server = std::make_shared<Refusing>();
  auto model = paced(server, std::make_shared<Pace>(kOneASecond));
  auto refusal = [&] {
    try {
      (void)loop.run(model->generate({}, nullptr));
    } catch (const ModelError& error) {
      return std::pair(error.code(), error.retry_after().value_or(Milliseconds(0)));
    }
    return std::pair(std::string(), Milliseconds(0));
  };

  EXPECT_EQ(refusal(), std::pair(std::string("model.overloaded"), Milliseconds(std::chrono::hours(24))));
  EXPECT_EQ(refusal(), std::pair(std::string(kHeldBack), Milliseconds(60'000)));
  EXPECT_EQ(server->asked, 1);
  loop.advance(Milliseconds(60'000));
  EXPECT_EQ(refusal().first, "model.overloaded");
  EXPECT_EQ(server->asked, 2);
}

TEST(EstimatedTokens, CountsTextsToolsImagesAndAnAnswer) {
  Request request;
  request.max_output_tokens = 10;
  request.system = std::string(400, 's');
  EXPECT_EQ(estimated_tokens(request), 110);
  request.messages.push_back(user_message(std::string(40, 'u')));
  EXPECT_EQ(estimated_tokens(request), 120);
  Message picture = user_message("");
  picture.parts.push_back(Image{std::string(100'000, 'i'), "image/png"});
  request.messages.push_back(picture);
  EXPECT_EQ(estimated_tokens(request), 1'120) << "its bytes are no text";
  request.tools = ToolSpecs({ToolSpec{"look", std::string(34, 'd'), {}}});
  EXPECT_EQ(estimated_tokens(request), 1'130);
  request.max_output_tokens = 100'000;
  EXPECT_EQ(estimated_tokens(request), 2'120) << "few answers are that long";
}

}  // namespace
}  // namespace executus::llm
