// What follows a run's end is not cancelled with it and does not hold it for ever: each part is given ten seconds.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/async/timing.hpp>

#include "run/harness_test.hpp"

namespace executus::run {
namespace {

using ::testing::ElementsAre;

constexpr Milliseconds kTenSeconds{10'000};

Task<void> never_return() {
  OneShot<> never;
  co_await never.wait();
}

// Everything a host can do after a run; one of it hangs.
struct SlowHost final : Audit, Budget, Delivery {
  struct Record final : AuditRecord {
    explicit Record(SlowHost& h) : host(h) {}
    Task<void> close(RunStats) override { return host.called("audit"); }
    SlowHost& host;
  };
  std::unique_ptr<AuditRecord> start_run(const RunInfo&) override { return std::make_unique<Record>(*this); }
  Task<std::optional<std::string>> check(RunInfo) override { co_return std::nullopt; }
  Task<void> commit(RunInfo, Milliseconds) override { return called("budget"); }
  Task<std::string> deliver(DeliveryTarget, std::string, std::vector<Artifact>) override {
    co_await called("delivery");
    co_return "post-1";
  }
  Task<void> deliver_error(DeliveryTarget, std::string) override { return called("error delivery"); }
  static Task<boost::json::value> post_run(SlowHost& host) {
    co_await host.called("post-run");
    co_return nullptr;
  }
  Task<void> called(std::string what) {
    calls.push_back(what);
    if (what == hangs) co_await never_return();
    finished.push_back(what);
  }
  std::string hangs;
  std::vector<std::string> calls, finished;
};

struct SlowEnd : Harness {
  explicit SlowEnd(std::string hangs, RunStatus how = RunStatus::ok)
      : Harness([how](std::size_t) -> llm::Response {
          if (how == RunStatus::ok) return says("done");
          throw llm::ModelError(llm::Failure::permanent, "model.refused", "no", 400);
        }) {
    host.hangs = std::move(hangs);
    reconfigure([this](ExecutorConfig& config) {
      config.ports.audit = &host;
      config.ports.budget = &host;
      config.ports.delivery = &host;
    });
  }
  RunOutcome go() {
    auto invocation = this->invocation("run");
    invocation.delivery = {"chat", "42"};
    invocation.session = [this](std::shared_ptr<Session>) {
      SessionTools tools;
      tools.post_run = [this](PostRun) { return SlowHost::post_run(host); };
      tools.cleanup = [this] { host.calls.emplace_back("clean-up"); };
      return tools;
    };
    auto began = loop.clock().mono();
    auto outcome = loop.run(executor->run(agent, std::move(invocation)));
    took = std::chrono::duration_cast<Milliseconds>(loop.clock().mono() - began);
    return outcome;
  }
  SlowHost host;
  Milliseconds took{0};
};

TEST(Aftermath, GivesEachPartTenSecondsAndGoesOn) {  // [RUN-28] [SES-06] [IO-10]
  for (const char* hangs : {"post-run", "delivery", "audit", "budget"}) {
    SlowEnd run(hangs);
    EXPECT_TRUE(run.go().ok()) << hangs;
    EXPECT_EQ(run.took, kTenSeconds) << hangs;
    EXPECT_THAT(run.host.calls, ElementsAre("post-run", "delivery", "audit", "budget", "clean-up")) << hangs;
    EXPECT_EQ(run.host.finished.size(), 3u) << hangs;
  }
}

TEST(Aftermath, APostRunHookIsNotCancelledWithItsRun) {  // [SES-06] [SES-05]
  Harness run([](std::size_t turn) { return turn == 0 ? calls({{"c", "look", "{}"}}) : says("done"); });
  CancelScope scope;
  run.add_tool("look", tool::Effect::pure).before_effect = [&] { scope.cancel({Cause::caller, "enough"}); };
  struct Hook {
    static Task<boost::json::value> wait() {
      co_await sleep_for(Milliseconds(3'000));
      co_return "kept";
    }
  };
  auto invocation = run.invocation("run");
  invocation.session = [](std::shared_ptr<Session>) {
    SessionTools tools;
    tools.post_run = [](PostRun) { return Hook::wait(); };
    return tools;
  };

  auto outcome = run.loop.run(Harness::in_scope(scope, run.executor->run(run.agent, std::move(invocation))));

  EXPECT_EQ(outcome.status, RunStatus::cancelled);
  EXPECT_EQ(outcome.post_run_result, boost::json::value("kept"));
}

TEST(Aftermath, DoesTheSameWithAnError) {  // [RUN-28] [IO-10]
  SlowEnd run("error delivery", RunStatus::error);
  EXPECT_EQ(run.go().error_code, "model.refused");
  EXPECT_EQ(run.took, kTenSeconds);
  EXPECT_THAT(run.host.calls, ElementsAre("post-run", "error delivery", "audit", "budget", "clean-up"));
}

TEST(Aftermath, TakesNoTimeWhenNothingHangs) {  // [RUN-28]
  SlowEnd run("");
  EXPECT_TRUE(run.go().ok());
  EXPECT_EQ(run.took, Milliseconds(0));
}

// A place that keeps runs and never answers a call of one kind.
struct HangingKeeper final : CheckpointerFactory {
  struct Kept final : RunWriter {
    explicit Kept(HangingKeeper& k) : keeper(k) {}
    Task<journal::Appended> append(std::vector<journal::Entry>, Durable, Boundary, std::vector<std::int64_t>) override {
      co_return journal::Appended{};
    }
    Task<journal::Appended> complete(std::vector<journal::Entry>, std::vector<std::int64_t>) override {
      if (keeper.close_hangs) co_await never_return();
      co_return journal::Appended{};
    }
    Task<journal::Appended> fail(std::vector<journal::Entry>, std::vector<std::int64_t>) override {
      co_return journal::Appended{};
    }
    Task<journal::Appended> park(std::vector<journal::Entry>, std::vector<std::int64_t>) override {
      co_return journal::Appended{};
    }
    Task<void> leave(journal::Attempt) override {
      ++keeper.left;
      if (keeper.leave_hangs) co_await never_return();
    }
    Task<std::vector<journal::Command>> inbox() override { co_return std::vector<journal::Command>(); }
    Dispatch may_dispatch() const override { return Dispatch::yes; }
    HangingKeeper& keeper;
  };
  Task<std::unique_ptr<RunWriter>> begin(RunInfo) override { co_return std::make_unique<Kept>(*this); }
  bool close_hangs = false, leave_hangs = false;
  int left = 0;
};

struct HeldEnd : Harness {
  explicit HeldEnd(Milliseconds max_runtime) : Harness([](std::size_t) { return says("done"); }) {
    agent.max_runtime = max_runtime;
    reconfigure([this](ExecutorConfig& config) {
      config.ports.journal = nullptr;
      config.ports.checkpointers = &keeper;
    });
  }
  RunStatus end() {
    auto began = loop.clock().mono();
    auto status = run_in(scope).status;
    took = std::chrono::duration_cast<Milliseconds>(loop.clock().mono() - began);
    return status;
  }
  HangingKeeper keeper;
  CancelScope scope;
  Milliseconds took{0};
};

TEST(Closing, WaitsForThePlaceAsLongAsTheRunMightHaveRunAndTenSecondsAtLeast) {  // [RUN-28] [DUR-15]
  for (auto [max_runtime, expected] :
       {std::pair{Milliseconds(1'000), kTenSeconds}, std::pair{Milliseconds(60'000), Milliseconds(60'000)}}) {
    HeldEnd run(max_runtime);
    run.keeper.close_hangs = true;
    EXPECT_EQ(run.end(), RunStatus::running) << "it may or may not be closed there: recovery will see";
    EXPECT_EQ(run.took, expected);
    EXPECT_EQ(run.keeper.left, 1);
  }
}

TEST(Closing, GivesUpOnAPlaceThatDoesNotEvenTakeTheRunBack) {  // [RUN-28] [DUR-15]
  HeldEnd stuck(Milliseconds(1'000));
  stuck.keeper.close_hangs = stuck.keeper.leave_hangs = true;
  EXPECT_EQ(stuck.end(), RunStatus::running);
  EXPECT_EQ(stuck.took, 2 * kTenSeconds);
  HeldEnd shut_down(Milliseconds(1'000));
  shut_down.keeper.leave_hangs = true;
  shut_down.scope.cancel({Cause::shutdown, ""});
  EXPECT_EQ(shut_down.end(), RunStatus::running);
  EXPECT_EQ(shut_down.took, kTenSeconds);
}

}  // namespace
}  // namespace executus::run
