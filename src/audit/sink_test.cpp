// What the sink writes of runs that happen.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/async/timing.hpp>
#include <executus/audit/journal_history.hpp>
#include <executus/audit/memory_store.hpp>
#include <executus/audit/sink.hpp>

#include "audit/described_run_test.hpp"
#include "run/call_then_answer_test.hpp"

namespace executus::audit {
namespace {

using run::calls;
using run::says;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Gt;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A store that is away, or slow, when a test wants that.
class FlakyAudit final : public AuditStore {
 public:
  Task<int> start(RunInfo info) override {
    co_await gate();
    co_return co_await inner.start(std::move(info));
  }
  Task<void> append(RunId run, AuditEvent event) override {
    co_await gate();
    co_await inner.append(std::move(run), std::move(event));
  }
  Task<void> finish(RunId run, int stay, RunStats stats, WallTime at) override {
    co_await gate();
    co_await inner.finish(std::move(run), stay, std::move(stats), at);
  }
  Task<bool> erase(RunId run) override { return inner.erase(std::move(run)); }
  Task<std::size_t> purge(WallTime before) override { return inner.purge(before); }
  Task<std::optional<AuditRun>> find(RunId run) override { return inner.find(std::move(run)); }
  Task<std::vector<AuditRun>> list(AuditFilter filter) override { return inner.list(std::move(filter)); }
  Task<std::vector<AuditEvent>> events(RunId run, std::uint64_t after, std::size_t limit) override {
    return inner.events(std::move(run), after, limit);
  }
  Task<void> gate() {
    if (hangs) co_await open.wait();
    if (away || failures-- > 0) throw failed("store.away", "the database of audits is away");
  }

  MemoryAudit inner;
  bool away = false, hangs = false;
  int failures = 0;  // of the next calls
  OneShot<> open;
};

struct LastLogger final : Logger {
  void log(LogLevel, std::string_view text) noexcept override { lines.emplace_back(text); }
  std::vector<std::string> lines;
};

// A dollar for each token that a model writes.
struct PricedModels final : llm::ModelResolver {
  explicit PricedModels(llm::ModelResolver& models) : inner(models) {}
  Result<llm::ResolvedModel> resolve(std::string_view spec) override { return inner.resolve(spec); }
  std::optional<llm::NanoDollars> cost(std::string_view, const llm::Usage& usage, WallTime) override {
    return llm::NanoDollars{usage.output * 1'000'000'000};
  }
  llm::ModelResolver& inner;
};

struct Audited : run::Harness {
  template <class Answer>
  explicit Audited(Answer answer, AuditStore* into = nullptr) : Harness(std::move(answer)), sink(into, loop, logger) {
    look = &add_tool("look", tool::Effect::pure);
    reconfigure([this](ExecutorConfig& config) {
      config.ports.audit = &sink;
      config.models = &priced;
    });
  }
  std::optional<AuditRun> in_journal(const std::string& run) {
    JournalHistory view(store->inner());
    return loop.run(view.find(*RunId::parse(run)));
  }
  std::vector<std::string> kinds_told(AuditStore& records, const std::string& run = "run") {
    std::vector<std::string> kinds;
    for (const auto& event : loop.run(records.events(*RunId::parse(run), 0, 100))) kinds.push_back(event.kind);
    return kinds;
  }

  LastLogger logger;
  AuditSink sink;
  run::EffectTool* look;
  PricedModels priced{models()};
};

void expect_told_alike(Audited& host, MemoryAudit& records, const std::string& run = "run") {
  auto told = host.loop.run(records.find(*RunId::parse(run)));
  auto read = host.in_journal(run);
  ASSERT_TRUE(told && read) << run;
  EXPECT_EQ(describe(*told), describe(*read));
}

// Two calls in one step, and time that passes.
auto two_calls_then(std::string text) {
  return
      [text](std::size_t turn) { return turn == 0 ? calls({{"a", "look", "{}"}, {"b", "look", "{}"}}) : says(text); };
}

TEST(AuditSink, WritesOfARunWhatItsJournalSays) {  // [AUD-03] [AUD-04] [AUD-01]
  MemoryAudit records;
  Audited host(two_calls_then("done"), &records);
  host.agent.id = "agent-7";
  host.look->around = [](OneShot<>) { return sleep_for(Milliseconds(20)); };
  auto invocation = host.invocation("run");
  invocation.caller = "ann";
  invocation.attributes = {{"team", "night"}};
  invocation.inputs = {{"city", "Ulm"}};
  ASSERT_TRUE(host.loop.run(host.executor->run(host.agent, invocation)).ok());
  expect_told_alike(host, records);
  auto told = *host.loop.run(records.find(*RunId::parse("run")));
  EXPECT_EQ(told.stats.output, "done");
  EXPECT_EQ(told.stats.tools.at("look"), 2);
  EXPECT_EQ(told.stats.usage, (llm::Usage{20, 10}));
  EXPECT_EQ(llm::cost_text(told.stats.cost.total()), "$10.00");
  EXPECT_THAT(told.stats.runtime.count(), Gt(19));
  EXPECT_THAT(host.kinds_told(records), ElementsAre("step", "tool", "tool", "tool", "tool", "step"));
}

TEST(AuditSink, WritesHowARunFails) {  // [AUD-03] [AUD-04]
  MemoryAudit records;
  Audited host([](std::size_t) { return calls({{"c", "look", "{}"}}); }, &records);
  host.agent.max_iterations = 2;
  host.look->act = [n = 0]() mutable -> tool::Outcome { return tool::Done{std::to_string(++n), {}}; };
  EXPECT_EQ(host.run().status, RunStatus::error);
  expect_told_alike(host, records);
}

// Each stay tells of the whole run.
TEST(AuditSink, WritesOfARunThatWasLeftAndTakenUpAgain) {  // [AUD-03] [AUD-04]
  MemoryAudit records;
  Audited host(two_calls_then("done"), &records);
  CancelScope scope;
  host.look->around = [](OneShot<>) { return sleep_for(Milliseconds(20)); };
  host.look->act = [&]() -> tool::Outcome {
    scope.cancel({Cause::shutdown, ""});
    return tool::Done{"looked", {}};
  };
  EXPECT_EQ(host.run_in(scope).status, RunStatus::running);
  EXPECT_FALSE(host.loop.run(records.find(*RunId::parse("run")))->ended);
  host.look->act = nullptr;
  host.new_process();
  ASSERT_TRUE(host.recover()->ok());
  expect_told_alike(host, records);
  EXPECT_EQ(host.loop.run(records.find(*RunId::parse("run")))->stays, 2);
}

TEST(AuditSink, WritesRunsWithThoseBelowThem) {  // [AUD-03] [AUD-05] [AUD-06]
  MemoryAudit records;
  Audited host(
      [](const llm::Request& request, std::size_t turn) {
        bool parent = request.system == "Be good.";
        return parent && turn == 0 ? calls({{"c", "agent__helper", R"({"prompt":"help"})"}}) : says("done");
      },
      &records);
  Agent helper;
  helper.name = "helper";
  helper.description = "Helps.";
  helper.root = "/";
  host.agent.sub_agents = {helper};
  ASSERT_TRUE(host.run().ok());
  expect_told_alike(host, records);
  auto children = host.loop.run(records.children(*RunId::parse("run")));
  ASSERT_THAT(children, SizeIs(1));
  expect_told_alike(host, records, children[0].info.run.str());
  EXPECT_EQ(children[0].root.str(), "run");
}

TEST(AuditSink, WithoutAStoreRecordsNothing) {  // [AUD-03]
  Audited host(two_calls_then("done"));
  EXPECT_EQ(host.sink.start_run(RunInfo()), nullptr);
  EXPECT_TRUE(host.run().ok());
}

TEST(AuditSink, WhatTheStoreThrowsIsLoggedOnceAndChangesNoRun) {  // [AUD-03]
  FlakyAudit records;
  records.away = true;
  Audited host(two_calls_then("done"), &records);
  EXPECT_TRUE(host.run().ok());
  EXPECT_THAT(host.logger.lines, ElementsAre(HasSubstr("the database of audits is away")));
  EXPECT_FALSE(host.loop.run(records.find(*RunId::parse("run"))));
}

TEST(AuditSink, ARecordIsBegunWhenTheStoreIsBack) {  // [AUD-03] [AUD-04]
  FlakyAudit records;
  records.away = true;
  Audited host(two_calls_then("done"), &records);
  host.look->before_effect = [&] { records.away = false; };
  EXPECT_TRUE(host.run().ok());
  expect_told_alike(host, records.inner);

  records.failures = 3;
  RunInfo info;
  info.run = *RunId::parse("silent");
  auto record = host.sink.start_run(info);
  record->log_event("odd", {});
  host.loop.run(record->close(RunStats()));
  auto silent = host.loop.run(records.find(info.run));
  ASSERT_TRUE(silent);
  EXPECT_TRUE(silent->ended) << "its end begins it, too";
}

TEST(AuditSink, AStoreThatHangsHoldsARunNoLongerThanTheKernelLetsIt) {  // [AUD-03]
  FlakyAudit records;
  records.hangs = true;
  Audited host(two_calls_then("done"), &records);
  auto began = host.loop.clock().mono();
  EXPECT_TRUE(host.run().ok());
  EXPECT_EQ(host.loop.clock().mono() - began, std::chrono::seconds(10));
  records.hangs = false;
  records.open.set();
  host.loop.run_ready();
  expect_told_alike(host, records.inner);
}

TEST(AuditSink, SaysHowManyEventsItHadToDrop) {  // [AUD-03]
  FlakyAudit records;
  records.hangs = true;
  Audited host(two_calls_then("done"), &records);
  RunInfo info;
  info.run = *RunId::parse("run");
  auto record = host.sink.start_run(info);
  for (std::size_t i = 0; i < kMostUnwritten + 5; ++i) record->log_event("odd", {});
  host.loop.run_ready();
  records.hangs = false;
  records.open.set();
  host.loop.run(record->close(RunStats()));
  auto events = host.loop.run(records.events(info.run, 0, 2 * kMostUnwritten));
  ASSERT_THAT(events, SizeIs(kMostUnwritten + 1));
  EXPECT_EQ(events.back().kind, "events_lost");
  EXPECT_EQ(events.back().detail.at("count"), 5);
}

}  // namespace
}  // namespace executus::audit
