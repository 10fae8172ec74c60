// Messages that tools attach: they follow the step's results once, in the order of the calls, and are heard.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/async/timing.hpp>

#include "run/harness_test.hpp"

namespace executus::run {
namespace {

using ::testing::ElementsAre;

// Takes a while, then attaches with its outcome.
class AttachingTool final : public tool::Tool {
 public:
  AttachingTool(std::string name, Milliseconds takes) : takes_(takes) {
    info_.spec = {std::move(name), "attaches", {{"type", "object"}}};
    info_.effect = tool::Effect::pure;
    info_.timeout = std::chrono::minutes(1);
  }
  const tool::ToolInfo& info() const override { return info_; }
  Task<tool::Outcome> call(tool::Call) override {
    co_await sleep_for(takes_);
    tool::Done done{"ok", {}};
    done.attached.push_back(llm::user_message("image of " + info_.spec.name));
    tool::Outcome outcome = std::move(done);
    co_return outcome;
  }

 private:
  tool::ToolInfo info_;
  Milliseconds takes_;
};

std::vector<std::string> images_in(const llm::Request& request) {
  std::vector<std::string> images;
  for (const auto& message : request.messages)
    if (message.text().starts_with("image")) images.push_back(message.text());
  return images;
}

TEST(Attached, ComeInTheOrderOfTheCalls) {  // [DUR-24]
  std::set<std::string> digests;
  for (int first : {10, 100}) {
    Harness run(
        [](std::size_t turn) { return turn == 0 ? calls({{"a", "one", "{}"}, {"b", "two", "{}"}}) : says("done"); });
    run.add(std::make_shared<AttachingTool>("one", Milliseconds(first)));
    run.add(std::make_shared<AttachingTool>("two", Milliseconds(110 - first)));
    digests.insert(digest_of(run.run()));
    EXPECT_THAT(images_in(run.model->requests.back()), ElementsAre("image of one", "image of two"));
  }
  EXPECT_EQ(digests.size(), 1U);
}

TEST(Attached, InAPhasesLastStepReachTheNextPhase) {  // [SES-02] [PH-01]
  Harness run([](const llm::Request& request, std::size_t) {
    return request.system == "one" ? calls({{"c", "snap", "{}"}}) : says("done");
  });
  run.add(std::make_shared<AttachingTool>("snap", Milliseconds(1)));
  Phase one{"one", "one"};
  one.max_iterations = 1;
  run.agent.phases = {one, {"two", "two"}};
  (void)run.run();
  EXPECT_EQ(run.model->requests.back().system, "two");
  EXPECT_THAT(images_in(run.model->requests.back()), ElementsAre("image of snap"));
}

TEST(Attached, ByAnAttemptWithoutOutcomeAreDropped) {  // [SES-02] [DUR-13]
  std::shared_ptr<Session> session;
  Harness run([](std::size_t turn) { return turn == 0 ? calls({{"a", "snap", "{}"}}) : says("done"); });
  auto& snap = run.add_tool("snap", tool::Effect::keyed);
  snap.act = [&, cut = true]() mutable -> tool::Outcome {
    session->attach("image of snap", {});
    if (std::exchange(cut, false)) return tool::Unknown{"the connection was cut"};
    return tool::Done{"ok", {}};
  };
  auto invocation = run.invocation("run");
  invocation.session = [&](std::shared_ptr<Session> live) {
    session = std::move(live);
    return SessionTools{};
  };
  EXPECT_TRUE(run.loop.run(run.executor->run(run.agent, invocation)).ok());
  EXPECT_THAT(images_in(run.model->requests.back()), ElementsAre("image of snap"));
}

struct LiveSession final : Sessions {
  SessionFactory for_run(const RunInfo&) override {
    return [this](std::shared_ptr<Session> session) { return live = std::move(session), SessionTools(); };
  }
  std::shared_ptr<Session> live;
};

// It goes on in the same process, and attaches again.
TEST(Attached, ByACallThatParksAreDropped) {  // [SES-02] [DUR-43]
  LiveSession session;
  Harness run([](std::size_t turn) { return turn == 0 ? calls({{"a", "snap", "{}"}}) : says("done"); });
  auto& snap = run.add_tool("snap", tool::Effect::pure);
  snap.act = [&, parks = true]() mutable -> tool::Outcome {
    session.live->attach("image of snap", {});
    if (std::exchange(parks, false)) return tool::ParkUntil{WallTime(Milliseconds(1))};
    return tool::Done{"ok", {}};
  };
  run.reconfigure([&](ExecutorConfig& config) { config.ports.sessions = &session; });
  EXPECT_TRUE(run.run().ok());
  EXPECT_THAT(images_in(run.model->requests.back()), ElementsAre("image of snap"));
}

Task<void> hang_when(const bool* hangs, OneShot<> never) {
  if (*hangs) co_await never.wait();
}

// Two calls side by side: what the one attached that is under way is not written with the outcome of the other. It
// would be there twice when the first is repeated after a crash.
TEST(Attached, ByACallThatIsUnderWayWaitForItsOutcome) {  // [SES-02] [DUR-13]
  LiveSession session;
  Harness run(
      [](std::size_t turn) { return turn == 0 ? calls({{"a", "snap", "{}"}, {"b", "act", "{}"}}) : says("ok"); });
  bool hangs = true;
  auto& snap = run.add_tool("snap", tool::Effect::pure);
  snap.before_effect = [&] { session.live->attach("image of snap", {}); };
  snap.around = [&](OneShot<> never) { return hang_when(&hangs, never); };
  run.add_tool("act", tool::Effect::keyed).change().order = tool::Order::parallel;
  run.configure = [&](ExecutorConfig& config) { config.ports.sessions = &session; };
  CancelScope scope;
  EntryObserver observer([&](const journal::Entry& entry) {
    if (std::holds_alternative<journal::Settled>(entry.payload)) scope.cancel({Cause::ownership_lost, "it dies"});
  });
  run.new_process(&observer);
  (void)run.run_in(scope);
  hangs = false;
  run.new_process();

  auto outcome = run.recover();

  ASSERT_TRUE(outcome && outcome->ok());
  EXPECT_THAT(images_in(run.model->requests.back()), ElementsAre("image of snap"));
}

TEST(Attached, ImagesOfAnOutcomeReachTheModel) {  // [DUR-24]
  Harness run([](std::size_t turn) { return turn == 0 ? calls({{"a", "snap", "{}"}}) : says("done"); });
  run.add_tool("snap", tool::Effect::pure).act = [] { return tool::Done{"ok", {{"bytes", "image/png"}}}; };
  EXPECT_TRUE(run.run().ok());
  const auto& result = run.model->requests.back().messages.back().tool_results.at(0);
  ASSERT_EQ(result.images.size(), 1u);
  EXPECT_EQ(result.images[0].mime, "image/png");
}

}  // namespace
}  // namespace executus::run
