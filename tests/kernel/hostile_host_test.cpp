// Hosts and tools that answer otherwise than their contracts say.
#include <limits>

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

#include <executus/async/timing.hpp>

#include "base/text.hpp"
#include "run/calls/long_output.hpp"
#include "run/harness_test.hpp"
#include "run/record/journal_commands.hpp"

namespace executus::run {
namespace {

using ::testing::HasSubstr;

llm::Response slow_then_done(std::size_t turn) { return turn == 0 ? calls({{"c", "slow", "{}"}}) : says("done"); }

TEST(HostileHost, TextsThatAreNoUtf8LeaveAReadableJournal) {  // [DUR-01]
  struct RudeBudget final : Budget {
    Task<std::optional<std::string>> check(RunInfo) override { co_return std::string("no \xff more"); }
    Task<void> commit(RunInfo, Milliseconds) override { co_return; }
  } budget;
  Harness run([](std::size_t) { return says("done"); });
  run.agent.system_prompt = "You are \xfe.";
  run.reconfigure([&](ExecutorConfig& config) { config.ports.budget = &budget; });
  auto invocation = run.invocation("a");
  invocation.prompt = "caf\xe9";
  EXPECT_EQ(run.loop.run(run.executor->run(run.agent, std::move(invocation))).error_code, "budget.refused");
  for (const auto& entry : run.entries("a")) {
    boost::system::error_code error;
    (void)boost::json::parse(journal::encode(entry.payload), error);
    EXPECT_FALSE(error) << journal::kind_name(kind_of(entry.payload));
  }
}

TEST(HostileHost, AProbesAnswerIsTextAndNotWithoutEnd) {  // [DUR-03]
  Harness run([](std::size_t turn) { return turn == 0 ? calls({{"c", "act", "{}"}}) : says("done"); });
  run.agent.max_runtime = Milliseconds(600'000);
  auto& act = run.add_tool("act", tool::Effect::probeable);
  act.act = [] { return tool::Unknown{"cut"}; };
  act.probe_answer = tool::Done{"\xff" + std::string(2 * kShownBytes, 'x'), {}};
  EXPECT_TRUE(run.run().ok());
  const auto& text = run.model->requests.back().messages.back().tool_results[0].text;
  EXPECT_TRUE(is_valid_utf8(text));
  EXPECT_LT(text.size(), kShownBytes + 300);
}

TEST(HostileHost, TheLongestTimesAreNoShortOnes) {  // [RUN-05]
  for (int which = 0; which < 2; ++which) {
    Harness run(slow_then_done);
    auto& slow = run.add_tool("slow", tool::Effect::irreversible);
    slow.around = [](OneShot<>) { return sleep_for(Milliseconds(100)); };
    (which == 0 ? run.agent.max_runtime : slow.change().timeout) = Milliseconds::max();
    EXPECT_TRUE(run.run().ok()) << which;
  }
}

struct Boundless final : Critic {
  struct Handle final : CriticHandle {
    Milliseconds limit() const override { return Milliseconds::max(); }
    Task<CriticDecision> watch() override {
      co_await sleep_for(Milliseconds(1'000));
      co_return CriticDecision{"", Milliseconds::max(), std::numeric_limits<int>::max(), false, "", {}};
    }
    void record_step(int, const llm::Response&) override { throw std::runtime_error("record_step"); }
    void record_tool_start(const Activity&) override { throw std::runtime_error("record_tool_start"); }
    void record_progress() override { throw std::runtime_error("record_progress"); }
    void stop() override { throw std::runtime_error("stop"); }
  };
  std::unique_ptr<CriticHandle> monitor(CriticStart) override { return std::make_unique<Handle>(); }
};

TEST(HostileHost, ACriticThatGivesWithoutEndAndThrows) {  // [CR-07]
  Boundless critic;
  Harness run(slow_then_done);
  auto& slow = run.add_tool("slow", tool::Effect::pure);
  slow.change().timeout = Milliseconds(100'000'000);
  slow.around = [](OneShot<>) { return sleep_for(Milliseconds(10'000)); };
  run.agent.critic.enabled = true;
  run.reconfigure([&](ExecutorConfig& config) { config.ports.critic = &critic; });
  EXPECT_TRUE(run.run().ok());
}

struct WildCompactor final : Compactor {
  explicit WildCompactor(std::uint32_t so_many) : upto(so_many) {}
  Task<Compaction> compact(CompactionRequest) override { co_return Compaction{upto, "short", {}}; }
  std::uint32_t upto;
};

std::string compaction_problem(Harness& run) {
  for (const auto& entry : run.entries())
    if (const auto* compacted = std::get_if<journal::Compacted>(&entry.payload)) return compacted->error;
  return "none";
}

TEST(HostileHost, ACompactorThatPartsACallFromItsResultIsRefused) {  // [CMP-06] [DUR-33]
  for (std::uint32_t upto : {2u, 1'000u}) {                          // user, assistant with a call | its result
    WildCompactor compactor(upto);
    Harness run([](std::size_t turn) { return turn == 0 ? calls({{"c", "look", "{}"}}) : says("done"); });
    run.add_tool("look", tool::Effect::pure).act = [] { return tool::Done{std::string(5'000, 'x'), {}}; };
    run.reconfigure([&](ExecutorConfig& config) {
      config.compactor = &compactor;
      config.context_tokens = [](std::string_view) { return 1'000; };
    });
    EXPECT_TRUE(run.run().ok());
    EXPECT_EQ(run.model->requests.back().messages.size(), 3u) << "sent as it is";
    EXPECT_THAT(compaction_problem(run), HasSubstr(std::to_string(upto)));
  }
}

TEST(HostileHost, AResolverWithoutAModelForTheCompactor) {  // [RUN-13] [CMP-06]
  struct NoFastModel final : llm::ModelResolver {
    explicit NoFastModel(std::shared_ptr<llm::Model> model) : mine(std::move(model)) {}
    Result<llm::ResolvedModel> resolve(std::string_view name) override {
      if (name == "fast") return llm::ResolvedModel{};
      return llm::ResolvedModel{mine, "test/model", 1'000};
    }
    std::shared_ptr<llm::Model> mine;
  };
  WildCompactor compactor(1);
  Harness run([](std::size_t turn) { return turn == 0 ? calls({{"c", "look", "{}"}}) : says("done"); });
  run.add_tool("look", tool::Effect::pure).act = [] { return tool::Done{std::string(5'000, 'x'), {}}; };
  NoFastModel models(run.model);
  run.agent.model = "mine";
  run.reconfigure([&](ExecutorConfig& config) {
    config.models = &models;
    config.compactor = &compactor;
  });
  EXPECT_TRUE(run.run().ok());
  EXPECT_THAT(compaction_problem(run), HasSubstr("no model"));
}

TEST(HostileHost, CallIdsAreUniqueOverTheWholeConversation) {  // [DUR-33]
  Harness run([](std::size_t turn) {
    if (turn == 2) return says("done");
    auto arguments = R"({"n":)" + std::to_string(turn) + "}";
    return calls({{"call_0_1", "look", arguments}, {"call_0_1", "look", arguments}, {"", "look", arguments}});
  });
  run.add_tool("look", tool::Effect::pure);
  EXPECT_TRUE(run.run().ok());
  std::set<std::string> ids;
  for (const auto& message : run.model->requests.back().messages)
    for (const auto& call : message.tool_calls) EXPECT_TRUE(ids.insert(call.id).second) << call.id;
  EXPECT_EQ(ids.size(), 6u);
}

TEST(HostileHost, WithoutAJournalNobodyCouldWakeARunThatWaits) {  // [RUN-02]
  Harness away([](std::size_t) -> llm::Response {
    throw llm::ModelError(llm::Failure::transient, "model.unavailable", "busy", 503);
  });
  away.reconfigure([](ExecutorConfig& config) { config.ports = {}; });
  EXPECT_EQ(away.run().error_code, "model.unavailable");
  Harness doubt([](std::size_t turn) { return turn == 0 ? calls({{"c", "act", "{}"}}) : says("done"); });
  doubt.add_tool("act", tool::Effect::irreversible).act = [] { return tool::Unknown{"cut"}; };
  doubt.reconfigure([](ExecutorConfig& config) { config.ports = {}; });
  EXPECT_EQ(doubt.run().error_code, "run.cannot_wait");
}

TEST(HostileHost, ACallersCancelOutlivesAnOutageOfTheStore) {  // [DUR-15] [RUN-20]
  CancelScope scope;
  Harness run([](std::size_t turn) {
    return turn == 2 ? says("done")
                     : calls({{"c" + std::to_string(turn), "act", R"({"n":)" + std::to_string(turn) + "}"}});
  });
  auto& act = run.add_tool("act", tool::Effect::keyed);
  act.before_effect = [&, first = true]() mutable {
    if (!std::exchange(first, false)) return;
    run.journal.go_away();
    auto now = run.loop.clock().mono();
    (void)run.loop.call_at(now + Milliseconds(5'000),
                           [&] { scope.cancel({Cause::caller, "the user pressed cancel"}); });
    (void)run.loop.call_at(now + Milliseconds(6'000), [&] { run.journal.come_back(); });
  };
  EXPECT_EQ(run.run_in(scope).status, RunStatus::cancelled);
  EXPECT_EQ(run.total_effects(), 1);
}

TEST(HostileHost, WhoStopsWaitingForSomebodyElsesRunHasNotEndedIt) {  // [RUN-20]
  Harness run([](std::size_t) { return says("done"); });
  run.model->wait.emplace();
  ManualGroup group(run.loop);
  RunOutcome first, second;
  auto drive = [](Harness& harness, RunOutcome& outcome) -> Task<void> {
    outcome = co_await harness.executor->run(harness.agent, harness.invocation("run"));
  };
  group.spawn(drive(run, first));
  run.loop.run_ready();
  auto attached = group.spawn(drive(run, second));
  run.loop.run_ready();
  attached.cancel({Cause::caller, ""});
  run.loop.run_ready();
  EXPECT_EQ(second.status, RunStatus::running);
  run.model->wait->set();
  run.loop.run_ready();
  group.join();
  EXPECT_TRUE(first.ok());
}

}  // namespace
}  // namespace executus::run
