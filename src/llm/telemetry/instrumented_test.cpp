#include "llm/telemetry/instrumented.hpp"

#include <stdexcept>

#include <gmock/gmock.h>

#include <executus/async/timing.hpp>
#include <executus/llm/chain.hpp>
#include <executus/testing/manual_loop.hpp>

namespace executus::llm {
namespace {

using ::testing::HasSubstr;
using testing::ManualLoop;
using ::testing::SizeIs;

// Thinks for two seconds, then answers or fails.
class SlowModel final : public Model {
 public:
  explicit SlowModel(std::string target = "lab/a") : target_(std::move(target)) {}
  Task<Response> generate(Request, StreamObserver*) override {
    co_await sleep_for(Milliseconds(2'000));
    if (error) throw *error;
    co_return answer;
  }
  const std::string& target() const override { return target_; }

  Response answer{assistant_message("hi", {{"c1", "grep", "{}"}}), FinishReason::tool_calls, {.input = 10}, "lab/b"};
  std::optional<ModelError> error;

 private:
  std::string target_;
};

struct UsageLog final : UsageSink {
  void record(const UsageRecord& record) override {
    records.push_back(record);
    if (rude) throw std::runtime_error("the disk is full");
  }
  std::vector<UsageRecord> records;
  bool rude = false;
};

struct SpanLog final : TraceSink {
  void record(const Span& span) override {
    spans.push_back(span);
    if (rude) throw 7;
  }
  std::vector<Span> spans;
  bool rude = false;
};

struct Lines final : Logger {
  void log(LogLevel, std::string_view message) noexcept override { lines.emplace_back(message); }
  std::vector<std::string> lines;
};

class InstrumentedTest : public ::testing::Test {
 protected:
  Response ask(Request request = {}) {
    return loop_.run(instrumented(model_, instruments_)->generate(std::move(request), nullptr));
  }
  static Request traced() {
    Request request;
    request.system = "be brief";
    request.messages.push_back(user_message("hello"));
    request.tools = ToolSpecs({ToolSpec{"grep", "searches", {}}});
    request.attribution = with_trace_id(with_usage_user(nullptr, "ada"), "t-1");
    return request;
  }

  ManualLoop loop_;
  std::shared_ptr<SlowModel> model_ = std::make_shared<SlowModel>();
  UsageLog usage_;
  SpanLog spans_;
  Lines log_;
  Prices prices_ = Prices().with("prices: {lab/b: {input: 1, output: 1}}", "p.yaml").value();
  std::unique_ptr<Random> random_ = seeded_random(1);
  Instruments instruments_{&usage_, &spans_, &prices_, &log_, random_.get()};
};

TEST_F(InstrumentedTest, RecordsAnAnswerOnceForTheTargetThatServedIt) {  // [MOD-06]
  auto start = loop_.clock().wall();
  Request request;
  request.attribution = with_model(with_usage_tool(with_usage_user(nullptr, "ada"), "classify"), "fast");
  EXPECT_EQ(ask(std::move(request)).message.text(), "hi");

  ASSERT_THAT(usage_.records, SizeIs(1));
  const auto& record = usage_.records[0];
  EXPECT_EQ(record.target, "lab/b");
  EXPECT_EQ(record.attribution.user, "ada");
  EXPECT_EQ(record.attribution.tool, "classify");
  EXPECT_EQ(record.attribution.model, "fast");
  EXPECT_EQ(record.usage.input, 10);
  EXPECT_EQ(cost_text(record.cost), "$0.00001");
  EXPECT_EQ(record.started, start);
  EXPECT_EQ(record.duration, Milliseconds(2'000));
}

TEST_F(InstrumentedTest, RecordsAChainOnce) {  // [MOD-06]
  auto broken = std::make_shared<SlowModel>("lab/broken");
  broken->error = ModelError(Failure::transient, "model.overloaded", "busy", 503);
  Health health(loop_.clock());
  auto chain = make_chain({broken, model_}, {health, *random_});

  (void)loop_.run(instrumented(chain, instruments_)->generate({}, nullptr));

  ASSERT_THAT(usage_.records, SizeIs(1));
  EXPECT_EQ(usage_.records[0].target, "lab/b");
}

TEST_F(InstrumentedTest, RecordsCacheTokensAlsoWhenThereIsNothingElse) {  // [MOD-07]
  model_->answer.usage = {.input = 0, .output = 0, .cache_read = 8, .cache_write = 2};
  (void)ask();

  ASSERT_THAT(usage_.records, SizeIs(1));
  EXPECT_EQ(usage_.records[0].usage.cache_read, 8);
  EXPECT_EQ(usage_.records[0].usage.cache_write, 2);
}

TEST_F(InstrumentedTest, RecordsNoFailure) {  // [MOD-06]
  model_->error = ModelError(Failure::permanent, "model.rejected", "it says no");
  EXPECT_THROW((void)ask(), ModelError);
  EXPECT_THAT(usage_.records, SizeIs(0));
}

TEST_F(InstrumentedTest, WhatNobodyKnowsThePriceOfCostsNothingKnown) {  // [MOD-06]
  model_->answer.target = "lab/new";
  (void)ask();
  instruments_.prices = nullptr;
  model_->answer.target = "";
  (void)ask();

  ASSERT_THAT(usage_.records, SizeIs(2));
  EXPECT_EQ(usage_.records[0].cost, std::nullopt);
  EXPECT_EQ(usage_.records[1].cost, std::nullopt);
  EXPECT_EQ(usage_.records[1].target, "lab/a") << "the one that was asked, when the answer does not say";
}

TEST_F(InstrumentedTest, MakesSpansOnlyWithATraceId) {  // [MOD-08]
  (void)ask();
  Request request;
  request.attribution = with_usage_user(nullptr, "ada");
  (void)ask(std::move(request));
  EXPECT_THAT(spans_.spans, SizeIs(0));

  (void)ask(traced());
  EXPECT_THAT(spans_.spans, SizeIs(1));
  EXPECT_THAT(usage_.records, SizeIs(3));
}

TEST_F(InstrumentedTest, ASpanHoldsTheWholeCall) {  // [MOD-09]
  auto start = loop_.clock().wall();
  (void)ask(traced());

  ASSERT_THAT(spans_.spans, SizeIs(1));
  const auto& span = spans_.spans[0];
  EXPECT_EQ(span.trace_id, "t-1");
  EXPECT_THAT(span.id, ::testing::MatchesRegex("[0-9a-f]+"));
  EXPECT_THAT(span.id, SizeIs(16));
  EXPECT_EQ(span.attribution.user, "ada");
  EXPECT_EQ(span.target, "lab/b");
  EXPECT_EQ(span.system, "be brief");
  ASSERT_THAT(span.messages.size(), 1);
  EXPECT_EQ(span.messages[0].text(), "hello");
  EXPECT_EQ(span.tools, ToolSpecs({ToolSpec{"grep", "searches", {}}}));
  ASSERT_TRUE(span.response);
  EXPECT_EQ(span.response->message.text(), "hi");
  ASSERT_THAT(span.response->message.tool_calls, SizeIs(1));
  EXPECT_EQ(span.response->message.tool_calls[0].name, "grep");
  EXPECT_EQ(span.response->usage.input, 10);
  EXPECT_FALSE(span.error);
  EXPECT_EQ(cost_text(span.cost), "$0.00001");
  EXPECT_EQ(span.started, start);
  EXPECT_EQ(span.ended, start + Milliseconds(2'000));
}

TEST_F(InstrumentedTest, ASpanOfAFailureHoldsItsError) {  // [MOD-09]
  model_->error = ModelError(Failure::permanent, "model.rejected", "it says no");
  EXPECT_THROW((void)ask(traced()), ModelError);

  ASSERT_THAT(spans_.spans, SizeIs(1));
  const auto& span = spans_.spans[0];
  ASSERT_TRUE(span.error);
  EXPECT_EQ(span.error->code(), "model.rejected");
  EXPECT_FALSE(span.response);
  EXPECT_EQ(span.target, "lab/a");
  EXPECT_EQ(span.ended - span.started, Milliseconds(2'000));
}

TEST_F(InstrumentedTest, SpansHaveIdsOfTheirOwn) {  // [MOD-09]
  (void)ask(traced());
  (void)ask(traced());
  EXPECT_NE(spans_.spans[0].id, spans_.spans[1].id);
}

TEST_F(InstrumentedTest, SinksThatThrowAreLoggedAndTheAnswerComes) {  // [MOD-06] [MOD-08]
  usage_.rude = spans_.rude = true;
  EXPECT_EQ(ask(traced()).message.text(), "hi");
  EXPECT_THAT(spans_.spans, SizeIs(1)) << "the other sink is told all the same";
  ASSERT_THAT(log_.lines, SizeIs(2));
  EXPECT_THAT(log_.lines[0], HasSubstr("the disk is full"));

  instruments_.logger = nullptr;
  EXPECT_EQ(ask(traced()).message.text(), "hi");
}

TEST_F(InstrumentedTest, TracesWithoutAUsageSink) {  // [MOD-08]
  instruments_ = Instruments{.traces = &spans_};
  (void)ask();
  (void)ask(traced());
  EXPECT_THAT(spans_.spans, SizeIs(1));
}

TEST_F(InstrumentedTest, IsTheModelItselfWhenNobodyIsTold) {  // [MOD-06]
  EXPECT_EQ(instrumented(model_, {}), model_);
}

}  // namespace
}  // namespace executus::llm
