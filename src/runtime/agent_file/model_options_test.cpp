#include <filesystem>
#include <fstream>
#include <mutex>

#include <gtest/gtest.h>

#include <executus/executus.hpp>
#include <executus/llm/cassette.hpp>
#include <executus/testing/temporary_folder.hpp>

namespace executus {
namespace {

namespace fs = std::filesystem;

template <class Sink, class Record>
struct Log final : Sink {
  void record(const Record& record) override {
    std::lock_guard lock(mutex);
    records.push_back(record);
  }
  std::mutex mutex;
  std::vector<Record> records;
};
using SpanLog = Log<llm::TraceSink, llm::Span>;
using UsageLog = Log<llm::UsageSink, llm::UsageRecord>;

// What a host can say about the models of a runtime.
class ModelOptions : public ::testing::Test {
 protected:
  ModelOptions() {
    std::ofstream(script()) << "turns:\n  - {text: Hello., usage: {input: 1000, output: 10}}\n";
    agent_.name = "clerk";
    agent_.model = "scripted/" + script().string();
    agent_.durability = Durability::memory;
  }
  fs::path script() const { return folder_ / "script.yaml"; }
  RuntimeOptions options() {
    RuntimeOptions options;
    options.environment = &environment_;
    options.models.usage = &usage_;
    return options;
  }
  Invocation invocation() {
    Invocation invocation;
    invocation.run_id = *RunId::parse("r-1");
    invocation.prompt = "Hi";
    invocation.caller = "ada";
    invocation.channel = "ops";
    return invocation;
  }

  executus::testing::TemporaryFolder folder_;
  FixedEnvironment environment_{FixedEnvironment::Variables{}};
  UsageLog usage_;
  Agent agent_;
};

TEST_F(ModelOptions, TellAUsageSinkWhoseAnswerItWas) {  // [MOD-06] [RUN-12]
  ASSERT_TRUE(Runtime(options()).run(agent_, invocation()).ok());

  ASSERT_EQ(usage_.records.size(), 1U);
  const auto& record = usage_.records.front();
  EXPECT_EQ(record.attribution.run, "r-1");
  EXPECT_EQ(record.attribution.agent, "clerk");
  EXPECT_EQ(record.attribution.user, "ada");
  EXPECT_EQ(record.attribution.channel, "ops");
  EXPECT_EQ(record.usage.input, 1'000);
  EXPECT_FALSE(record.cost) << "nobody said what it costs";
}

TEST_F(ModelOptions, TraceARunByItsId) {  // [MOD-08] [MOD-09]
  SpanLog traces;
  auto traced = options();
  traced.models.traces = &traces;
  ASSERT_TRUE(Runtime(std::move(traced)).run(agent_, invocation()).ok());

  ASSERT_EQ(traces.records.size(), 1U);
  EXPECT_EQ(traces.records[0].trace_id, "r-1");
  EXPECT_EQ(traces.records[0].attribution.agent, "clerk");
  ASSERT_TRUE(traces.records[0].response);
  EXPECT_EQ(traces.records[0].response->message.text(), "Hello.");
}

TEST_F(ModelOptions, NameModelsAsTheHostDoes) {  // [MOD-01] [LLM-14] [LLM-20]
  std::vector<std::string> events;
  auto named = options();
  named.models.config = [&](const std::string& key) -> std::optional<std::string> {
    return key == "model.tier.fast" ? std::optional("house") : std::nullopt;
  };
  named.models.dynamic = {[&](const std::string& name) -> std::optional<std::string> {
    return name == "house" ? std::optional(agent_.model) : std::nullopt;
  }};
  named.models.chain_observer = [&](const llm::ChainEvent& event) {
    events.push_back(std::string(to_string(event.kind)) + " " + event.target);
  };
  auto spec = agent_.model;
  auto asks = agent_;
  asks.model = "fast";
  auto outcome = Runtime(std::move(named)).run(asks, invocation());

  EXPECT_EQ(outcome.output, "Hello.") << outcome.error;
  EXPECT_EQ(events, (std::vector<std::string>{"attempt " + spec, "served " + spec}));
}

TEST_F(ModelOptions, PriceAnswersByAFile) {  // [MOD-06]
  auto priced = options();
  priced.models.prices = {"prices: {scripted/*: {input: 2, output: 10}}\n", "prices.yaml"};
  ASSERT_TRUE(Runtime(std::move(priced)).run(agent_, invocation()).ok());

  ASSERT_TRUE(usage_.records.at(0).cost);
  EXPECT_EQ(llm::to_string(*usage_.records.at(0).cost), "$0.0021");
}

TEST_F(ModelOptions, SayWhereTheirFilesAreWrong) {  // [MOD-12]
  auto wrong = options();
  wrong.models.context_windows = {"windows:\n  lab/m: many\n", "windows.yaml"};
  try {
    Runtime runtime(std::move(wrong));
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_NE(error.message().find("windows.yaml:2:"), std::string::npos) << error.message();
  }
}

TEST_F(ModelOptions, TakeModelsFromACassette) {  // [LLM-10]
  auto cassette = folder_ / "a.cassette";
  auto recorded = options();
  recorded.models_through = [&](llm::ModelResolver& models) { return llm::record_all(models, cassette); };
  ASSERT_TRUE(Runtime(std::move(recorded)).run(agent_, invocation()).ok());
  fs::remove(script());

  auto replayed = options();
  replayed.models_through = [&](llm::ModelResolver&) { return llm::replay_from(cassette); };
  Runtime runtime(std::move(replayed));
  auto again = runtime.run(agent_, "Hi");
  EXPECT_EQ(again.output, "Hello.") << again.error;
  EXPECT_EQ(usage_.records.size(), 1U) << "a replayed answer costs nothing and is not recorded";
  auto other = runtime.run(agent_, "Hi again");
  EXPECT_EQ(other.error_code, "cassette.mismatch");
}

}  // namespace
}  // namespace executus
