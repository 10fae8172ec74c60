// Calls of a model that gave no response and were paid for: they count, and the journal says so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/harness_test.hpp"

namespace executus::run {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

constexpr llm::Usage kBroken{100, 7, 0, 0, 0};

// Says what it used, and breaks off: as often as it is told to, and with `stop`.
class BreakingModel final : public llm::Model {
 public:
  Task<llm::Response> generate(llm::Request request, llm::StreamObserver*) override {
    if (breaks-- > 0) {
      request.spent->spent(target_, kBroken);
      if (stop) stop();
      throw llm::ModelError(llm::Failure::transient, "model.truncated", "broke off");
    }
    llm::Response response = says("done");
    response.usage = {10, 5, 0, 0, 0};
    response.target = target_;
    co_return response;
  }
  const std::string& target() const override { return target_; }

  int breaks = 0;
  std::function<void()> stop;

 private:
  std::string target_ = "test/breaking";
};

struct BreakingRun : Harness {
  explicit BreakingRun(int breaks) : Harness([](std::size_t) { return says("unused"); }), models(breaking) {
    breaking->breaks = breaks;
    reconfigure([this](ExecutorConfig& config) { config.models = &models; });
  }
  journal::RunRow row() { return *loop.run(store->inner().find(*RunId::parse("run"))); }

  std::shared_ptr<BreakingModel> breaking = std::make_shared<BreakingModel>();
  OneModelResolver models;
};

TEST(Spent, OfAnAttemptThatWasRepeatedCounts) {  // [DUR-01] [RUN-33]
  BreakingRun run(2);
  auto outcome = run.run();
  EXPECT_TRUE(outcome.ok());
  EXPECT_EQ(outcome.usage, (llm::Usage{210, 19, 0, 0, 0}));
  EXPECT_EQ(outcome.unanswered_usage, (llm::Usage{200, 14, 0, 0, 0}));
  EXPECT_EQ(run.row().usage, outcome.usage) << "as listings show it";
  EXPECT_THAT(run.kinds(), ElementsAre("admitted", "opened", "spent", "spent", "responded", "ended"));
}

// Ten nano-dollars a token, of one model.
class PricedResolver final : public llm::ModelResolver {
 public:
  explicit PricedResolver(std::shared_ptr<llm::Model> model) : model_(std::move(model)) {}
  Result<llm::ResolvedModel> resolve(std::string_view) override { return llm::ResolvedModel{model_, "test/model", 0}; }
  std::optional<llm::NanoDollars> cost(std::string_view target, const llm::Usage& usage, WallTime) override {
    if (target != "test/breaking" || !is_known) return std::nullopt;
    return llm::NanoDollars{10 * (usage.input + usage.output)};
  }
  bool is_known = true;

 private:
  std::shared_ptr<llm::Model> model_;
};

TEST(Spent, HasThePriceOfItsTime) {
  BreakingRun run(1);
  PricedResolver priced(run.breaking);
  run.reconfigure([&](ExecutorConfig& config) { config.models = &priced; });

  (void)run.run();

  EXPECT_EQ(run.row().cost.total(), llm::NanoDollars{1'220}) << "107 tokens of the call that broke off, and 15";
  priced.is_known = false;
  EXPECT_EQ(run.row().cost.total(), llm::NanoDollars{1'220}) << "prices of later change nothing";
}

TEST(Spent, WithoutAPriceIsNotFree) {
  BreakingRun run(0);
  (void)run.run();
  EXPECT_EQ(run.row().cost, (llm::CostSum{{}, 1}));
}

TEST(Spent, OfACallThatFailedForGoodCounts) {  // [RUN-33]
  BreakingRun run(3);
  run.agent.on_model_unavailable = OnModelUnavailable::fail;
  auto outcome = run.run();
  EXPECT_EQ(outcome.status, RunStatus::error);
  EXPECT_EQ(outcome.usage.input, 300);
}

TEST(Spent, OfACallCutByACancellationCounts) {  // [RUN-33] [DUR-01]
  for (auto cause : {Cause::caller, Cause::kill, Cause::shutdown}) {
    BreakingRun run(1);
    CancelScope scope;
    run.breaking->stop = [&] {
      scope.cancel({cause, "stop"});
      throw Cancelled({cause, "stop"});
    };
    auto outcome = run.run_in(scope);
    EXPECT_EQ(outcome.usage.input, 100) << to_string(cause);
    EXPECT_EQ(run.row().usage.input, 100) << to_string(cause);
    EXPECT_EQ(run.kinds().back(), cause == Cause::shutdown ? "spent" : "ended") << to_string(cause);
  }
}

TEST(Spent, OfARunThatWaitsForItsProviderCounts) {  // [DUR-40]
  BreakingRun run(3);
  EXPECT_EQ(run.run().status, RunStatus::waiting);
  EXPECT_EQ(run.row().usage.input, 300);
  EXPECT_EQ(run.row().status, RunStatus::waiting);
}

// The digest is of what was said and done.
TEST(Spent, ChangesNoDigest) {  // [DUR-24]
  BreakingRun calm(0), broken(2);
  EXPECT_EQ(digest_of(calm.run()), digest_of(broken.run()));
}

// A tool's own question to the model.
struct AskingTool final : tool::Tool {
  AskingTool() { spec.spec = {"ask", "Asks the model.", {{"type", "object"}}}; }
  const tool::ToolInfo& info() const override { return spec; }
  Task<tool::Outcome> call(tool::Call call) override {
    llm::Transcript question{llm::user_message("well?")};
    auto response = co_await call.generate("", std::move(question));
    tool::Outcome done = tool::Done{response.message.text(), {}};
    co_return done;
  }
  tool::ToolInfo spec;
};

TEST(Spent, OfAToolsOwnQuestionCounts) {
  struct Counting final : llm::Model {
    Task<llm::Response> generate(llm::Request request, llm::StreamObserver*) override {
      bool question = request.messages.back().text() == "well?";
      if (question && !std::exchange(broke, true)) {
        request.spent->spent(name, kBroken);
        throw llm::ModelError(llm::Failure::transient, "model.truncated", "broke off");
      }
      co_return request.messages.size() == 1 && !question ? calls({{"c", "ask", "{}"}}) : says("done");
    }
    const std::string& target() const override { return name; }
    bool broke = false;
    std::string name = "test/counting";
  };
  OneModelResolver models(std::make_shared<Counting>());
  Harness run([](std::size_t) { return says("unused"); });
  run.add(std::make_shared<AskingTool>());
  run.reconfigure([&](ExecutorConfig& config) { config.models = &models; });
  auto outcome = run.run();
  EXPECT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(outcome.unanswered_usage, kBroken);
  EXPECT_THAT(run.kinds(), Contains("spent"));
}

}  // namespace
}  // namespace executus::run
