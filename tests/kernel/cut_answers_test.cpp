// A response that breaks off, and the run that goes on from it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/run/stored_run.hpp>

#include "talk_test.hpp"

namespace executus::run {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// --- a response that breaks off

// Says half an answer, and then nothing more until it is cancelled.
class HalfAnswer final : public llm::Model {
 public:
  Task<llm::Response> generate(llm::Request request, llm::StreamObserver* observer) override {
    requests.push_back(std::move(request));
    if (whole) co_return *whole;
    if (observer) observer->on_text("The slow one ");
    if (observer) observer->on_text("is");
    if (then) then();
    OneShot<> never;
    co_await never.wait();
    co_return llm::Response{};
  }
  const std::string& target() const override { return target_; }
  std::vector<llm::Request> requests;
  std::optional<llm::Response> whole;
  std::function<void()> then;

 private:
  std::string target_ = "test/model";
};

class Cut : public ::testing::Test {
 protected:
  Cut() : talk([](std::size_t) { return says("unused"); }) {
    talk.reconfigure([this](ExecutorConfig& config) {
      config.models = &models;
      config.ports.observer = &observer;
    });
  }
  RunOutcome stopped(Cancellation why = {Cause::caller, "stop"}) {
    CancelScope scope;
    model->then = [&scope, why] { scope.cancel(why); };
    return talk.run_in(scope, "a");
  }

  Talk talk;
  EntryObserver observer{[](const journal::Entry&) {}};
  std::shared_ptr<HalfAnswer> model = std::make_shared<HalfAnswer>();
  OneModelResolver models{model};
};

TEST_F(Cut, IsJournaledAndNoAnswer) {  // [API-12]
  auto outcome = stopped();
  EXPECT_EQ(outcome.status, RunStatus::cancelled);
  EXPECT_THAT(talk.kinds("a"), ElementsAre("admitted", "opened", "cut", "ended"));
  EXPECT_EQ(outcome.output, "The slow one is") << "partial, as the status says";
  EXPECT_THAT(outcome.messages.back().text(), HasSubstr("[Cut off here"));
  EXPECT_FALSE(outcome.finish);
  EXPECT_EQ(outcome.iterations, 0);
}

TEST_F(Cut, IsReadByTheNextRun) {  // [API-12] [DUR-46]
  (void)stopped();
  model->whole = says("The slow one is db.");
  EXPECT_EQ(talk.say("b", "go on", "a").output, "The slow one is db.");
  EXPECT_THAT(texts(model->requests.back().messages),
              ElementsAre("please", StartsWith("The slow one is\n[Cut off here"), "go on"));
}

TEST_F(Cut, IsNotWrittenForARunThatGoesOnElsewhere) {  // [API-12] [DUR-03]
  auto outcome = stopped({Cause::shutdown, "bye"});
  EXPECT_EQ(outcome.status, RunStatus::running);
  EXPECT_THAT(talk.kinds("a"), ::testing::Not(::testing::Contains("cut")));
}

TEST_F(Cut, IsNotWrittenWhereNothingWasShown) {  // [API-12]
  talk.reconfigure([this](ExecutorConfig& config) { config.models = &models; });
  auto outcome = stopped();
  EXPECT_EQ(outcome.status, RunStatus::cancelled);
  EXPECT_THAT(talk.kinds("a"), ElementsAre("admitted", "opened", "ended"));
  EXPECT_EQ(outcome.output, "");
}

}  // namespace
}  // namespace executus::run
