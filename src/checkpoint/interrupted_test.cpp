// Interrupts a run that is kept as snapshots after each of its entries, continues it, and compares everything that its
// caller sees with the run that nothing interrupted.
#include <algorithm>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checkpoint/snapshot_host_test.hpp"

namespace executus::checkpoint {
namespace {

using run::calls;
using run::says;

// As a person would read it. Not in it: how often the run was taken up, and a call sent.
std::string told(const RunOutcome& outcome) {
  std::ostringstream text;
  text << to_string(outcome.status) << " '" << outcome.output << "' " << outcome.error_code << " finish "
       << (outcome.finish ? llm::to_string(*outcome.finish) : "none") << "\nsteps " << outcome.iterations << " usage "
       << outcome.usage.input << "/" << outcome.usage.output << " unanswered " << outcome.unanswered_usage.input
       << " below " << outcome.runs_below;
  for (const auto& phase : outcome.phases) text << "\nphase " << phase.name << ": " << phase.output;
  for (const auto& file : outcome.artifacts) text << "\nfile " << file.name;
  for (const auto& call : outcome.tool_calls)
    text << "\ncall " << call.call_id << " of " << call.tool << " " << to_string(call.state) << " "
         << call.idempotency_key;
  for (const auto& activity : outcome.activities) text << "\n" << activity.summary;
  for (const auto& message : texts_of(outcome.messages)) text << "\n> " << message;
  return text.str();
}

// Its arguments are others each time it is asked.
struct CountingGate final : Gate {
  Task<std::vector<journal::GateDecision>> decide(RunInfo info, std::vector<GateCall> calls) override {
    std::vector<journal::GateDecision> decisions;
    for (const auto& call : calls) decisions.push_back(decision(info.name, call));
    co_return decisions;
  }
  journal::GateDecision decision(const std::string& agent, const GateCall& call) {
    auto index = call.position.index;
    if (call.call.name == "burn") return {index, journal::Ruling::deny, "", "never"};
    if (call.call.name != "put") return {index, journal::Ruling::allow, "", ""};
    return {index, journal::Ruling::rewrite, R"({"asked":)" + std::to_string(++asked[agent]) + "}", ""};
  }
  std::map<std::string, int> asked;  // by agent: a child that is interrupted begins anew
};

struct OneFold final : Compactor {
  Task<Compaction> compact(CompactionRequest request) override {
    Compaction answer;
    if (request.messages.size() >= 5 && request.compacted == 0) ++compacted, answer = {3, "so far", {7, 1, 0, 0, 0}};
    co_return answer;
  }
  int compacted = 0;
};

struct OneHelper final : SubAgents {
  std::optional<SubAgent> skill(std::string_view, std::string_view) override { return std::nullopt; }
  std::optional<SubAgent> agent(std::string_view name, std::string_view) override {
    Agent helper;
    helper.name = name;
    helper.system_prompt = "help";
    helper.root = "/";
    return SubAgent{helper, {}};
  }
};

// Asks a model twice before it has its effect.
class AskingTool final : public tool::Tool {
 public:
  AskingTool() {
    info_.spec = {"ask", "Asks.", {{"type", "object"}}};
    info_.effect = tool::Effect::keyed;
  }
  const tool::ToolInfo& info() const override { return info_; }
  Task<tool::Outcome> call(tool::Call call) override {
    std::string heard;
    for (const char* question : {"one", "two"}) {
      llm::Transcript messages;
      messages.push_back(llm::user_message(question));
      auto answer = co_await call.generate("nested", std::move(messages));
      heard += answer.message.text() + " ";
    }
    tool::Done done{heard, {}};
    done.artifacts = {{"b.txt", "text/plain", heard}};
    co_return done;
  }

 private:
  tool::ToolInfo info_;
};

// A batch of three, a question to a model, a run below, a compaction, and a last answer that `finish` says how it
// ended.
llm::Response script(const llm::Request& request, std::size_t turn, llm::FinishReason finish) {
  if (request.system.find("nested") != std::string::npos) return says("to " + request.messages[0].text());
  if (request.system.find("help") != std::string::npos) return says("helped");
  bool compacted = request.messages[0].text().find("so far") != std::string::npos;
  switch (turn + (compacted ? 1 : 0)) {
    case 0:
      return calls({{"a", "look", R"({"n":1})"}, {"b", "put", R"({"n":2})"}, {"c", "burn", R"({"n":3})"}});
    case 1:
      return calls({{"d", "ask", R"({"n":4})"}});
    case 2:
      return calls({{"e", "agent__helper", R"({"prompt":"look into it"})"}, {"f", "put", R"({"n":5})"}});
    default:
      auto last = says("that is it");
      last.finish = finish;
      return last;
  }
}

struct BusyHost : SnapshotHost {
  explicit BusyHost(llm::FinishReason finish)
      : SnapshotHost(
            [finish](const llm::Request& request, std::size_t turn) { return script(request, turn, finish); }) {
    add_tool("put", tool::Effect::keyed).act = [] {
      tool::Done done{"put it", {}};
      done.artifacts = {{"a.txt", "text/plain", "a"}};
      return done;
    };
    add_tool("burn", tool::Effect::irreversible);
    add(std::make_shared<AskingTool>());
    agent.agents = {"helper"};
    more = [this](ExecutorConfig& config) {
      config.ports.gate = &gate;
      config.ports.sub_agents = &sub_agents;
      config.compactor = &compactor;
      config.context_tokens = [](std::string_view) { return 20; };
    };
    new_process();
  }

  // Interrupts it after entry number `seq`.
  RunOutcome run_until(std::uint64_t seq, Cause cause) {
    CancelScope scope;
    auto invocation = this->invocation("run");
    invocation.observer = std::make_shared<run::EntryObserver>([&](const journal::Entry& entry) {
      last_seq = entry.seq;
      if (entry.seq == seq) scope.cancel({cause, "interrupted"});
    });
    return loop.run(in_scope(scope, executor->run(agent, std::move(invocation))));
  }
  // What a host does at boot; a run that was not there yet is asked for again.
  RunOutcome continue_it() {
    new_process();
    auto record = loop.run(store.load(*RunId::parse("run")));
    return record ? resume(run_checkpoint_from_json(to_json(*record))) : run_until(0, Cause::shutdown);
  }
  int times_put() const {
    int times = 0;
    for (const auto& [key, count] : world.effects) times += count;
    return times;
  }

  std::ptrdiff_t asked(std::string_view system) const {
    return std::ranges::count_if(model->requests,
                                 [&](const auto& request) { return request.system.find(system) != std::string::npos; });
  }

  CountingGate gate;
  OneFold compactor;
  OneHelper sub_agents;
  std::uint64_t last_seq = 0;
};

struct Interruption {
  Cause cause;
  llm::FinishReason finish;
};

class Interrupted : public ::testing::TestWithParam<Interruption> {};

TEST_P(Interrupted, AfterAnyEntryEndsAsTheRunThatWasNot) {  // [DUR-09] [DUR-11] [DUR-34] [CK-09]
  auto [cause, finish] = GetParam();
  BusyHost calm(finish);
  auto whole = calm.run_until(0, cause);
  ASSERT_EQ(whole.iterations, 4) << told(whole);
  ASSERT_EQ(whole.runs_below, 1) << told(whole);
  ASSERT_EQ(calm.compactor.compacted, 1) << told(whole);
  for (std::uint64_t seq = 2; seq + 1 < calm.last_seq; ++seq) {  // the admission is not shown
    SCOPED_TRACE("after entry " + std::to_string(seq));
    BusyHost host(finish);
    ASSERT_EQ(host.run_until(seq, cause).status, RunStatus::running);

    auto outcome = host.continue_it();

    EXPECT_EQ(told(outcome), told(whole));
    EXPECT_THAT(host.interrupted(), ::testing::SizeIs(::testing::Le(1u))) << "of the child, which was begun anew";
    EXPECT_EQ(host.times_put(), calm.times_put());
    EXPECT_EQ(host.model->requests.back().messages.size(), calm.model->requests.back().messages.size());
    if (cause != Cause::shutdown) continue;
    EXPECT_EQ(outcome.attempts, 2);
    EXPECT_EQ(host.compactor.compacted, 1) << "a summary is not bought twice";
    EXPECT_EQ(host.asked("nested"), calm.asked("nested")) << "nor what a model told a tool";
  }
}

// What a process that dies right after a save leaves behind, that of the last answer too.
TEST_P(Interrupted, AfterAnySaveEndsAsTheRunThatWasNot) {  // [DUR-11] [CK-09]
  auto [cause, finish] = GetParam();
  BusyHost calm(finish);
  auto whole = calm.run_until(0, cause);
  ASSERT_GE(calm.store.saved.size(), 8u);
  for (const auto& record : calm.store.saved) {
    if (record.meta.run_id.str() != "run") continue;
    SCOPED_TRACE(std::to_string(record.past.iteration) + " steps, " + std::to_string(record.messages.size()));
    BusyHost host(finish);
    host.gate.asked["test"] = static_cast<int>(std::ranges::count_if(  // by then
        record.past.calls, [](const auto& call) { return call.arguments.has_value(); }));
    EXPECT_EQ(told(host.resume(run_checkpoint_from_json(to_json(record)))), told(whole));
    EXPECT_THAT(host.interrupted(), ::testing::IsEmpty());
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, Interrupted,
                         ::testing::Values(Interruption{Cause::shutdown, llm::FinishReason::stop},
                                           Interruption{Cause::shutdown, llm::FinishReason::length},
                                           Interruption{Cause::shutdown, llm::FinishReason::refusal},
                                           Interruption{Cause::ownership_lost, llm::FinishReason::stop},
                                           Interruption{Cause::ownership_lost, llm::FinishReason::length}),
                         [](const auto& info) {
                           return std::string(info.param.cause == Cause::shutdown ? "Shutdown_" : "Death_") +
                                  std::string(llm::to_string(info.param.finish));
                         });

TEST(Interrupted, BeginsWithTheModelThatServedLast) {  // [DUR-34]
  SnapshotHost host(two_steps());
  host.interrupt_in_tool();
  auto asked = host.model->requests.size();
  EXPECT_TRUE(host.resume(host.interrupted().at(0)).ok());
  EXPECT_EQ(host.model->requests.at(asked).begin_with, "test/model");
}

TEST(Interrupted, StartsNoMoreRunsThanItsTreeMayHave) {  // [DUR-11] [COR-16]
  BusyHost host(llm::FinishReason::stop);
  host.interrupt_at = 1;
  host.interrupt_in_tool();
  auto record = host.interrupted().at(0);
  record.past.runs_below = DelegationLimits{}.max_descendants;
  auto outcome = host.resume(record);
  EXPECT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(outcome.runs_below, DelegationLimits{}.max_descendants);
  EXPECT_EQ(host.asked("help"), 0);
}

// A phase that was interrupted starts again: what its calls did, they do again, and hand in once.
struct PhasesHost : BusyHost {
  PhasesHost() : BusyHost(llm::FinishReason::stop) {
    agent.phases = {{"one", "1"}, {"two", "2"}, {"three", "3"}};
    agent.agents = {};
    more = nullptr;
    model = std::make_shared<run::CountingModel>([](const llm::Request& request, std::size_t turn) {
      return turn == 0 ? calls({{"c", "put", "{}"}}) : says(request.system + "!");
    });
    models = std::make_unique<run::OneModelResolver>(model);
    more = [this](ExecutorConfig& config) { config.models = models.get(); };
    new_process();
  }
  std::unique_ptr<run::OneModelResolver> models;
};

std::string told_of_phases(const RunOutcome& outcome) {
  std::string text = std::string(to_string(outcome.status)) + " " + outcome.output;
  for (const auto& phase : outcome.phases) text += "\n" + phase.name + ": " + phase.output;
  for (const auto& file : outcome.artifacts) text += "\n" + file.name;
  return text;
}

TEST(Interrupted, InAPhaseHasTheOutputsAndFilesOfTheRunThatWasNot) {  // [CK-10] [CK-12] [IO-11]
  for (auto cause : {Cause::shutdown, Cause::ownership_lost}) {
    PhasesHost calm;
    auto whole = calm.run_until(0, cause);
    ASSERT_EQ(whole.artifacts.size(), 3u);
    for (std::uint64_t seq = 2; seq + 2 < calm.last_seq; ++seq) {
      SCOPED_TRACE("after entry " + std::to_string(seq));
      PhasesHost host;
      ASSERT_EQ(host.run_until(seq, cause).status, RunStatus::running);
      EXPECT_EQ(told_of_phases(host.continue_it()), told_of_phases(whole));
      EXPECT_THAT(host.interrupted(), ::testing::IsEmpty());
    }
  }
}

}  // namespace
}  // namespace executus::checkpoint
