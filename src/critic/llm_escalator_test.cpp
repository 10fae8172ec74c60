#include <deque>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/async/root_group.hpp>
#include <executus/async/timing.hpp>
#include <executus/critic/critic.hpp>
#include <executus/critic/llm_escalator.hpp>
#include <executus/testing/manual_loop.hpp>

namespace executus::critic {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// Gives the same answer to every request.
class OneAnswer final : public llm::Model {
 public:
  Task<llm::Response> generate(llm::Request request, llm::StreamObserver*) override {
    requests.push_back(std::move(request));
    if (delay.count() > 0) co_await sleep_for(delay);
    if (fails) throw llm::ModelError(llm::Failure::transient, "model.overloaded", "too busy");
    llm::Response response;
    response.message = llm::assistant_message(text);
    response.finish = finish;
    response.usage.input = 300;
    response.usage.output = 20;
    co_return response;
  }
  const std::string& target() const override { return target_; }

  std::string text;
  llm::FinishReason finish = llm::FinishReason::stop;
  Milliseconds delay{0};
  bool fails = false;
  std::vector<llm::Request> requests;

 private:
  std::string target_ = "test/critic";
};

class OneModel final : public llm::ModelResolver {
 public:
  explicit OneModel(std::shared_ptr<llm::Model> model) : model_(std::move(model)) {}
  Result<llm::ResolvedModel> resolve(std::string_view name) override {
    asked_for.emplace_back(name);
    if (missing) return failed("model.unknown", "there is no model of that name");
    return llm::ResolvedModel{model_, "test/critic", 0};
  }
  std::vector<std::string> asked_for;
  bool missing = false;

 private:
  std::shared_ptr<llm::Model> model_;
};

class CountingLogger final : public Logger {
 public:
  void log(LogLevel, std::string_view message) noexcept override { lines.emplace_back(message); }
  std::vector<std::string> lines;
};

struct LlmCritic : ::testing::Test {
  CriticDecision decide() { return loop.run(escalator.escalate(situation)); }
  void model_says(std::string text) { model->text = std::move(text); }

  LlmCritic() {
    situation.info.run = RunId::parse("r-1").value();
    situation.info.name = "builder";
    situation.info.caller = "ada";
    situation.soft = minutes(5);
  }

  testing::ManualLoop loop;
  std::shared_ptr<OneAnswer> model = std::make_shared<OneAnswer>();
  OneModel models{model};
  CountingLogger logger;
  LlmEscalator escalator{models, {}, logger};
  Situation situation;
};

TEST_F(LlmCritic, DoesWhatTheModelDecides) {  // [CRB-09] [HOST-04]
  model_says("```json\n{\"action\":\"kill\",\"reason\":\"it waits for itself\"}\n```");

  CriticDecision decision = decide();

  EXPECT_TRUE(decision.kill);
  EXPECT_EQ(decision.reason, "it waits for itself");
  EXPECT_EQ(decision.usage.input, 300);
  EXPECT_EQ(decision.usage.output, 20);
  EXPECT_THAT(logger.lines, SizeIs(0));
}

TEST_F(LlmCritic, AsksTheFastTierAShortQuestionAboutTheRun) {  // [CRB-09] [RUN-12]
  model_says(R"({"action":"wait","reason":"r"})");
  (void)decide();

  EXPECT_THAT(models.asked_for, ElementsAre("fast"));
  ASSERT_THAT(model->requests, SizeIs(1));
  const llm::Request& request = model->requests[0];
  ASSERT_TRUE(request.attribution);
  EXPECT_EQ(request.attribution->run, "r-1");
  EXPECT_EQ(request.attribution->agent, "builder");
  EXPECT_EQ(request.attribution->user, "ada");
  EXPECT_EQ(request.max_output_tokens, std::nullopt) << "it may think first";
  EXPECT_TRUE(request.tools.empty());
  EXPECT_THAT(request.system, HasSubstr("JSON object"));
  ASSERT_EQ(request.messages.size(), 1u);
  EXPECT_THAT(request.messages[0].text(), HasSubstr("\"agent\":\"builder\""));
}

TEST_F(LlmCritic, AnExtensionIsAtMostOneSoftTime) {  // [CRB-09]
  model_says(R"({"action":"extend","minutes":600,"reason":"r"})");
  EXPECT_EQ(decide().extend_by, minutes(5));
}

TEST_F(LlmCritic, AMalformedAnswerCountsAsTheDefaultPolicy) {  // [CRB-09] [CRB-06]
  model_says("I would let it run.");

  CriticDecision first = decide();
  EXPECT_EQ(first.extend_by, minutes(5));
  EXPECT_EQ(first.usage.input, 300) << "it was paid for all the same";
  EXPECT_THAT(logger.lines, ElementsAre(HasSubstr("JSON")));

  situation.so_far.extensions = 1;
  EXPECT_EQ(decide().extend_by.count(), 0);
}

TEST_F(LlmCritic, ACutOrRefusedAnswerIsNoVerdict) {  // [CRB-09]
  model_says(R"({"action":"kill","reason":"it waits for itself"})");
  for (auto finish : {llm::FinishReason::length, llm::FinishReason::refusal, llm::FinishReason::other}) {
    model->finish = finish;
    auto decision = decide();
    EXPECT_FALSE(decision.kill) << to_string(finish);
    EXPECT_EQ(decision.usage.output, 20) << "it was paid for";
  }
}

TEST_F(LlmCritic, AModelThatFailsCountsAsTheDefaultPolicy) {  // [CRB-07] [CRB-09]
  model->fails = true;
  EXPECT_EQ(decide().extend_by, minutes(5));
  EXPECT_THAT(logger.lines, ElementsAre(HasSubstr("too busy")));
}

TEST_F(LlmCritic, AMissingModelCountsAsTheDefaultPolicy) {  // [CRB-07] [CRB-09]
  models.missing = true;
  EXPECT_EQ(decide().extend_by, minutes(5));
  EXPECT_THAT(model->requests, SizeIs(0));
}

TEST_F(LlmCritic, AnAnswerThatTakesTooLongIsNotWaitedFor) {  // [CRB-09]
  model_says(R"({"action":"kill","reason":"r"})");
  model->delay = hours(1);
  const MonoTime start = loop.clock().mono();

  CriticDecision decision = decide();

  EXPECT_FALSE(decision.kill);
  EXPECT_EQ(decision.extend_by, minutes(5));
  EXPECT_EQ(loop.clock().mono(), start + minutes(1));
}

TEST_F(LlmCritic, AsksTheModelAtMostSoOftenPerRun) {  // [CRB-09]
  model_says(R"({"action":"kill","reason":"r"})");
  situation.asked = 4;
  EXPECT_TRUE(decide().kill);

  situation.asked = 5;
  CriticDecision decision = decide();

  EXPECT_FALSE(decision.kill);
  EXPECT_EQ(decision.extend_by, minutes(5));
  EXPECT_EQ(decision.usage, llm::Usage{});
  EXPECT_THAT(model->requests, SizeIs(1));
}

Task<void> idle_again_and_again(CriticHandle& handle, int times, std::vector<CriticDecision>& decisions) {
  for (int i = 0; i < times; ++i) {
    CriticDecision decision = co_await handle.watch();
    decisions.push_back(std::move(decision));
    handle.record_progress();
  }
}

TEST_F(LlmCritic, OverAWholeRunTheModelIsAskedFiveTimes) {  // [CRB-09] [HOST-04]
  model_says(R"({"action":"nudge","message":"go on","reason":"r"})");
  Watchdog dog(escalator);
  CriticStart start;
  start.soft = minutes(5);
  auto handle = dog.monitor(start);
  std::vector<CriticDecision> decisions;

  loop.run(idle_again_and_again(*handle, 6, decisions));

  EXPECT_THAT(model->requests, SizeIs(5));
  EXPECT_EQ(decisions[4].nudge, "go on");
  EXPECT_EQ(decisions[5].nudge, "") << "from here on the default decides";
  EXPECT_EQ(decisions[5].extend_by, minutes(5));
}

Task<void> ask_and_note(LlmEscalator& escalator, Situation situation, std::optional<Cause>& ended) {
  try {
    (void)co_await escalator.escalate(std::move(situation));
  } catch (const Cancelled& cancelled) {
    ended = cancelled.cause();
  }
}

TEST_F(LlmCritic, ARunThatEndsCancelsTheQuestion) {  // [CRB-09]
  model->delay = hours(1);
  std::optional<Cause> ended;
  RootGroup group(loop);
  RootHandle root = group.spawn(ask_and_note(escalator, situation, ended));
  loop.run_ready();

  root.cancel({Cause::shutdown, ""});
  loop.run_ready();

  EXPECT_EQ(ended, Cause::shutdown);
  EXPECT_THAT(logger.lines, SizeIs(0));
}

}  // namespace
}  // namespace executus::critic
