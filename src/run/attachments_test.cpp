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

}  // namespace
}  // namespace executus::run
