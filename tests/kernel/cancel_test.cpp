// Why a run was cancelled decides how it ends, wherever it was waiting at that moment.
#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/async/root_group.hpp>
#include <executus/async/timing.hpp>

#include "run/harness_test.hpp"
#include "run/record/journal_commands.hpp"

namespace executus::run {
namespace {

// How each cause ends a run: in its outcome, and in its row.
struct CauseRow {
  Cause cause;
  RunStatus outcome;
};
const CauseRow kCauses[] = {{Cause::caller, RunStatus::cancelled},
                            {Cause::deadline, RunStatus::cancelled},  // the caller's, not the run's own
                            {Cause::kill, RunStatus::killed},
                            {Cause::shutdown, RunStatus::running},
                            {Cause::ownership_lost, RunStatus::running}};

// Cancels while it waits: the wait is ended by the cancellation alone.
Task<void> wait_for_cancellation(std::function<void()> cancel) {
  TaskContext context = co_await this_task();
  context.strand->post([cancel] { cancel(); });
  OneShot<> never;
  co_await never.wait();
}

Task<void> return_at_once() { co_return; }

class WaitingModel final : public llm::Model {
 public:
  Task<llm::Response> generate(llm::Request request, llm::StreamObserver*) override {
    ++asked;
    if (wait_at == request.messages.size()) co_await wait_for_cancellation(cancel);
    if (fails) throw llm::ModelError(llm::Failure::transient, "model.busy", "busy", 503);
    co_return request.messages.size() == 1 ? calls({{"c", "act", "{}"}}) : says("done");
  }
  const std::string& target() const override { return target_; }

  std::function<void()> cancel;
  std::size_t wait_at = 0;
  bool fails = false;
  int asked = 0;

 private:
  std::string target_ = "test/waiting";
};

class WaitingBudget final : public Budget {
 public:
  Task<std::optional<std::string>> check(RunInfo) override {
    co_await wait_for_cancellation(cancel);
    co_return std::nullopt;
  }
  Task<void> commit(RunInfo, Milliseconds) override {
    ++commits;
    co_return;
  }
  std::function<void()> cancel;
  int commits = 0;
};

// A run that is cancelled at a place of the test's choice.
struct CancelledRun : Harness {
  explicit CancelledRun(Cause cause) : Harness([](std::size_t) { return says("unused"); }), resolver(waiting) {
    cancel = [this, cause] { scope.cancel({cause, "as the test says"}); };
    waiting->cancel = budget.cancel = cancel;
    act = &add_tool("act", tool::Effect::irreversible);
    reconfigure([this](ExecutorConfig& config) {
      config.models = &resolver;
      if (with_budget) config.ports.budget = &budget;
      config.ports.observer = observer;
    });
  }
  RunStatus end() { return run_in(scope).status; }
  std::vector<journal::Steered> steered() {
    std::vector<journal::Steered> found;
    for (const auto& entry : entries())
      if (const auto* one = std::get_if<journal::Steered>(&entry.payload)) found.push_back(*one);
    return found;
  }

  CancelScope scope;
  std::function<void()> cancel;
  std::shared_ptr<WaitingModel> waiting = std::make_shared<WaitingModel>();
  OneModelResolver resolver;
  WaitingBudget budget;
  bool with_budget = false;
  RunObserver* observer = nullptr;
  EffectTool* act;
};

TEST(Cancel, InAModelCall) {  // [RUN-20] [RUN-21] [RUN-23] [RUN-24] [DUR-15]
  for (auto [cause, status] : kCauses) {
    CancelledRun run(cause);
    run.waiting->wait_at = 1;
    EXPECT_EQ(run.end(), status) << to_string(cause);
  }
}

TEST(Cancel, InAToolCall) {  // [RUN-20] [RUN-21] [DUR-15]
  for (auto [cause, status] : kCauses) {
    CancelledRun run(cause);
    run.act->change().timeout = std::chrono::minutes(1);  // longer than a shutdown waits for it
    run.act->around = [&](OneShot<>) { return wait_for_cancellation(run.cancel); };
    EXPECT_EQ(run.end(), status) << to_string(cause);
    EXPECT_EQ(run.total_effects(), 0);
  }
}

TEST(Cancel, InTheBackoffBetweenTwoModelCalls) {  // [RUN-21] [DUR-15]
  for (auto [cause, status] : kCauses) {
    CancelledRun run(cause);
    run.waiting->fails = true;
    TimerId timer = run.loop.call_at(run.loop.clock().mono() + Milliseconds(500), run.cancel);
    EXPECT_EQ(run.end(), status) << to_string(cause);
    run.loop.cancel_timer(timer);
  }
}

TEST(Cancel, InTheBudget) {  // [RUN-21] [DUR-15]
  for (auto [cause, status] : kCauses) {
    CancelledRun run(cause);
    run.with_budget = true;
    run.new_process();
    EXPECT_EQ(run.end(), status) << to_string(cause);
    EXPECT_EQ(run.budget.commits, cause == Cause::ownership_lost ? 0 : 1);
  }
}

// The store is away when the response is to be written: the run's end cannot be written either, so the run stays.
TEST(Cancel, InAStoreWrite) {  // [DUR-15]
  for (auto [cause, status] : kCauses) {
    CancelledRun run(cause);
    run.act->before_effect = [&] { run.journal.go_away(); };
    TimerId timer = run.loop.call_at(run.loop.clock().mono() + Milliseconds(5'000), run.cancel);
    EXPECT_EQ(run.end(), RunStatus::running) << to_string(cause);
    run.loop.cancel_timer(timer);
    run.journal.come_back();
  }
}

TEST(Cancel, WhileASteerMessageIsTakenIn) {  // [RUN-21] [DUR-15]
  for (auto [cause, status] : kCauses) {
    CancelledRun run(cause);
    EntryObserver observer([&](const journal::Entry& entry) {
      if (std::holds_alternative<journal::Steered>(entry.payload)) run.cancel();
    });
    run.observer = &observer;
    run.act->before_effect = [&] { run.post(commands::steer("hurry")); };
    run.new_process();
    EXPECT_EQ(run.end(), status) << to_string(cause);
  }
}

TEST(Cancel, BetweenTwoSteps) {  // [RUN-21] [DUR-15]
  for (auto [cause, status] : kCauses) {
    CancelledRun run(cause);
    EntryObserver observer([&](const journal::Entry& entry) {
      if (std::holds_alternative<journal::Settled>(entry.payload)) run.cancel();
    });
    run.observer = &observer;
    run.new_process();
    EXPECT_EQ(run.end(), status) << to_string(cause);
  }
}

// The store takes its time to say what is in the inbox; the command that waits there is not lost.
TEST(Cancel, WhileTheInboxIsRead) {  // [RUN-21] [DUR-15] [DUR-38]
  for (auto [cause, status] : kCauses) {
    CancelledRun run(cause);
    run.act->before_effect = [&] { run.post(commands::steer("hurry")); };
    run.store->around_inbox = [&, first = true](OneShot<>) mutable {
      return std::exchange(first, false) ? wait_for_cancellation(run.cancel) : return_at_once();
    };
    EXPECT_EQ(run.end(), status) << to_string(cause);
    EXPECT_EQ(run.waiting->asked, 1) << to_string(cause);
    run.new_process();
    if (!is_terminal(status)) EXPECT_TRUE(run.recover()->ok()) << to_string(cause);
    auto steered = run.steered();
    ASSERT_EQ(steered.size(), 1u) << to_string(cause);
    EXPECT_EQ(steered[0].undelivered, is_terminal(status)) << to_string(cause);
  }
}

// After one phase is over in the journal and before the next one starts.
TEST(Cancel, BetweenTwoPhases) {  // [PH-18] [RUN-21] [DUR-15]
  for (auto [cause, status] : kCauses) {
    CancelledRun run(cause);
    run.agent.phases = {{"one", "one"}, {"two", "two"}, {"three", "three"}};
    run.waiting->wait_at = 0;
    EntryObserver observer([&](const journal::Entry& entry) {
      const auto* ended = std::get_if<journal::PhaseEnded>(&entry.payload);
      if (ended && ended->index == 0) run.cancel();
    });
    run.observer = &observer;
    run.new_process();
    EXPECT_EQ(run.end(), status) << to_string(cause);
    EXPECT_EQ(run.waiting->asked, 2) << to_string(cause);
    auto kinds = run.kinds();
    EXPECT_EQ(std::ranges::count(kinds, "phase_started"), 1) << to_string(cause);
    EXPECT_EQ(kinds.back(), is_terminal(status) ? "ended" : "phase_ended") << to_string(cause);
    run.observer = nullptr;
    run.new_process();
    if (is_terminal(status)) continue;
    EXPECT_TRUE(run.recover()->ok()) << "the other phases run elsewhere";
    EXPECT_EQ(run.waiting->asked, 6) << "and the first does not again";
  }
}

TEST(Cancel, ShutdownLeavesTheRunAndItGoesOnElsewhere) {  // [CK-15] [RUN-29] [DUR-15] [HOST-02]
  CancelledRun run(Cause::shutdown);
  run.waiting->wait_at = 3;
  EXPECT_EQ(run.end(), RunStatus::running);
  run.waiting->wait_at = 0;
  run.new_process();
  auto outcome = run.recover();
  ASSERT_TRUE(outcome && outcome->ok());
  EXPECT_EQ(run.total_effects(), 1);
}

TEST(Cancel, AnErrorWhileShuttingDownLeavesTheRun) {  // [DUR-15]
  CancelledRun run(Cause::shutdown);
  run.act->act = [&]() -> tool::Outcome {
    run.cancel();
    throw std::runtime_error("unrelated");
  };
  EXPECT_EQ(run.end(), RunStatus::running);
}

// What breaks is the run's end, unless it was killed or goes on elsewhere.
TEST(Cancel, AModelThatBreaksInARunThatStops) {  // [DUR-15] [RUN-21]
  for (auto [cause, status] : {std::pair{Cause::shutdown, RunStatus::running},
                               {Cause::ownership_lost, RunStatus::running},
                               {Cause::kill, RunStatus::killed},
                               {Cause::caller, RunStatus::error}}) {
    for (bool refuses : {true, false}) {
      CancelScope scope;
      Harness run([&](std::size_t) -> llm::Response {
        scope.cancel({cause, "stop"});
        if (refuses) throw llm::ModelError(llm::Failure::permanent, "model.refused", "no", 400);
        throw std::runtime_error("the connection was torn down");
      });
      EXPECT_EQ(run.run_in(scope).status, status) << refuses;
    }
  }
}

TEST(Cancel, SuccessDuringShutdownCompletes) {  // [DUR-15]
  CancelledRun run(Cause::shutdown);
  EntryObserver observer([&](const journal::Entry& entry) {
    const auto* responded = std::get_if<journal::Responded>(&entry.payload);
    if (responded && responded->response.message.tool_calls.empty()) run.cancel();
  });
  run.observer = &observer;
  run.new_process();
  EXPECT_EQ(run.end(), RunStatus::ok);
}

// Whose first record takes its time to be closed.
class SlowAudit final : public Audit {
 public:
  std::unique_ptr<AuditRecord> start_run(const RunInfo&) override { return std::make_unique<Record>(*this); }

 private:
  struct Record final : AuditRecord {
    explicit Record(SlowAudit& a) : audit(a) {}
    Task<void> close(RunStats) override {
      if (!std::exchange(audit.closed_, true)) co_await sleep_for(Milliseconds(3'000));
    }
    SlowAudit& audit;
  };
  bool closed_ = false;
};

Task<void> keep_outcome(Task<RunOutcome> task, std::optional<RunOutcome>* outcome) { *outcome = co_await task; }

// The driver that parked the run still cleans up while another one, in the same process, goes on with it.
TEST(Cancel, IsHeardByTheDriverThatTookTheRunUpAgain) {  // [DUR-38]
  Harness run([](std::size_t turn) { return turn == 0 ? calls({{"c", "pay", "{}"}}) : says("done"); });
  SlowAudit audit;
  auto& pay = run.add_tool("pay", tool::Effect::irreversible);
  pay.change().timeout = Milliseconds(50'000);
  pay.around = [](OneShot<>) { return sleep_for(Milliseconds(40'000)); };
  run.agent.permissions.ask = {"pay"};
  run.reconfigure([&](ExecutorConfig& config) { config.ports.audit = &audit; });
  ManualGroup group(run.loop);
  std::optional<RunOutcome> first, second;
  group.spawn(keep_outcome(run.executor->run(run.agent, run.invocation("run")), &first));
  run.loop.run_ready();
  auto row = *run.loop.run(run.store->find(*RunId::parse("run")));
  ASSERT_EQ(row.status, RunStatus::waiting);
  run.post(
      commands::approve(journal::fold(run.entries()).conversation.open_batch()[0], commands::Approval::approved, ""));
  auto claimed = run.loop.run(run.store->claim(row.id, row.epoch));
  group.spawn(keep_outcome(run.executor->resume(*claimed), &second));
  run.loop.run_ready();
  ASSERT_FALSE(first) << "its audit record is not closed yet";
  run.loop.advance(Milliseconds(5'000));
  ASSERT_TRUE(first);
  run.post(commands::cancel());
  run.executor->look_at_inbox(row.id);
  run.loop.run_ready();
  EXPECT_TRUE(second && second->status == RunStatus::cancelled);
  run.loop.advance(Milliseconds(60'000));
  group.join();
}

TEST(Cancel, TheHostsOwnWordsDecideNothing) {  // [RUN-30]
  Harness run([](std::size_t) { return says("unused"); });
  CancelScope scope;
  scope.cancel({Cause::caller, "deadline kill shutdown timeout"});
  EXPECT_EQ(run.run_in(scope).status, RunStatus::cancelled);
}

}  // namespace
}  // namespace executus::run
