// However a call ends, what it held comes back, and what it used counts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "budget/budgeted_test.hpp"

namespace executus::budget {
namespace {

// What becomes of its next call; afterwards it answers.
class FateModel final : public llm::Model {
 public:
  using Fate = std::function<void(llm::SpentSink&, llm::StreamObserver&)>;
  Task<llm::Response> generate(llm::Request request, llm::StreamObserver* observer) override {
    ++asked;
    if (auto fate = std::exchange(next, {})) fate(*request.spent, *observer);
    if (hangs) co_await never_.wait();
    llm::Response response = run::says("done");
    response.usage = usage;
    response.target = target_;
    co_return response;
  }
  const std::string& target() const override { return target_; }

  Fate next;
  bool hangs = false;
  int asked = 0;
  llm::Usage usage{10, 5, 0, 0, 0};

 private:
  OneShot<> never_;
  std::string target_ = "test/model";
};

struct Fated : BudgetedAs<> {
  Fated() : BudgetedAs(looks(0)), fated(model_) {
    agent.budget = dollars(1'000);
    reconfigure([this](ExecutorConfig& config) {
      config.models = &fated;
      config.ports.budget = &counted;
    });
  }
  RunOutcome run_with(FateModel::Fate fate) {
    model_->next = std::move(fate);
    return run();
  }
  std::shared_ptr<FateModel> model_ = std::make_shared<FateModel>();
  PricedModels fated;
};

[[noreturn]] void fail(llm::Failure failure, int status) {
  throw llm::ModelError(failure, "model.failed", "it failed", status);
}

TEST(BudgetedCall, ThatIsRefusedCostsNothing) {  // [DUR-35]
  for (int status : {429, 500}) {
    Fated run;
    auto outcome = run.run_with([&](auto&, auto&) { fail(llm::Failure::transient, status); });
    EXPECT_TRUE(outcome.ok()) << "the second try is answered";
    EXPECT_EQ(run.model_->asked, 2);
    EXPECT_EQ(run.standing("run:run").spent.tokens, 15);
    EXPECT_EQ(run.standing("run:run").estimated, Amounts{});
  }
}

TEST(BudgetedCall, ThatBreaksOffCountsAsItsServerSaid) {  // [DUR-35]
  Fated run;
  auto outcome = run.run_with([](llm::SpentSink& spent, auto&) {
    spent.spent("test/model", {100, 7, 0, 0, 0});
    fail(llm::Failure::transient, 0);
  });
  EXPECT_TRUE(outcome.ok());
  EXPECT_EQ(run.standing("run:run").spent.tokens, 122);
  EXPECT_EQ(run.standing("run:run").estimated, Amounts{});
  EXPECT_EQ(run.holds(), 0U);
}

TEST(BudgetedCall, ThatBreaksOffWithoutAWordIsEstimatedByWhatCame) {  // [DUR-35]
  Fated run;
  (void)run.run_with([](llm::SpentSink& spent, llm::StreamObserver& observer) {
    observer.on_text(std::string(400, 'x'));
    spent.spent("test/model", {});
    fail(llm::Failure::transient, 0);
  });
  auto standing = run.standing("run:run");
  EXPECT_EQ(standing.spent.tokens, 15);
  EXPECT_GT(standing.estimated.tokens, 100) << "the answer so far, and the prompt";
  EXPECT_LT(standing.estimated.tokens, 200);
  EXPECT_EQ(standing.estimated.cost.count, standing.estimated.tokens * 1'000'000);
}

TEST(BudgetedCall, ThatIsCancelledIsEstimatedByWhatCame) {  // [DUR-35]
  Fated run;
  CancelScope scope;
  run.model_->hangs = true;
  run.model_->next = [&](auto&, llm::StreamObserver& observer) {
    observer.on_text(std::string(400, 'x'));
    scope.cancel({Cause::caller, "enough"});
  };
  EXPECT_EQ(run.run_in(scope).status, RunStatus::cancelled);
  auto standing = run.standing("run:run");
  EXPECT_GT(standing.estimated.tokens, 100);
  EXPECT_EQ(standing.held, Amounts{});
  EXPECT_EQ(run.holds(), 0U);
}

TEST(BudgetedCall, ThatRunsOutOfTimeHoldsNothing) {  // [DUR-35]
  Fated run;
  run.agent.max_runtime = std::chrono::seconds(5);
  run.model_->hangs = true;
  EXPECT_EQ(run.run().status, RunStatus::timeout);
  EXPECT_EQ(run.standing("run:run").held, Amounts{});
  EXPECT_EQ(run.standing("run:run").estimated, Amounts{}) << "nothing came";
  EXPECT_EQ(run.holds(), 0U);
}

TEST(BudgetedCall, WhoseServerCountsNoTokensIsEstimated) {  // [DUR-35]
  Fated run;
  run.model_->usage = {};
  EXPECT_TRUE(run.run().ok());
  EXPECT_GT(run.standing("run:run").estimated.cost.count, 0);
}

TEST(BudgetedCall, OfAToolCounts) {  // [DUR-35]
  Budgeted run([](const llm::Request& request, std::size_t) {
    return request.system == "nested" ? run::says("so") : run::calls({{"c", "ask", "{}"}});
  });
  run.add(std::make_shared<AskingTool>());
  run.agent.budget = tokens(40);
  EXPECT_EQ(run.run().error_code, "budget.exceeded");
  EXPECT_THAT(run.model->requests, ::testing::SizeIs(3)) << "the loop's, and two of the tool's";
  EXPECT_EQ(run.standing("run:run").spent.tokens, 45);
}

// Asks the model it is given once.
class AskingCompactor final : public Compactor {
 public:
  Task<Compaction> compact(CompactionRequest request) override {
    llm::Request question;
    question.system = "sum up";
    auto response = co_await request.model->generate(std::move(question), nullptr);
    co_return Compaction{1, "short", response.usage};
  }
};

TEST(BudgetedCall, OfTheCompactorCounts) {  // [DUR-35]
  Budgeted run([](const llm::Request& request, std::size_t turn) {
    return request.system == "sum up" ? run::says("short") : looks(1)(turn);
  });
  AskingCompactor compactor;
  run.reconfigure([&](ExecutorConfig& config) {
    config.models = &run.priced;
    config.ports.budget = &run.counted;
    config.compactor = &compactor;
  });
  run.agent.context_tokens = 1;
  run.agent.budget = dollars(1);
  ASSERT_TRUE(run.run().ok());
  auto requests = static_cast<std::int64_t>(run.model->requests.size());
  EXPECT_GT(requests, 2) << "the compactor asked";
  EXPECT_EQ(run.standing("run:run").spent.tokens, 15 * requests);
}

// What the account of the run holds, as a budget's store says it now.
Task<Amounts> held_in(BudgetStore& store) {
  Amounts held;
  for (const auto& each : co_await store.list(WallTime()))
    if (each.limit.account == "run:run") held = each.held;
  co_return held;
}

// Sees what is held while it is asked.
class HeldModel final : public llm::Model {
 public:
  explicit HeldModel(BudgetStore& store) : store_(store) {}
  Task<llm::Response> generate(llm::Request request, llm::StreamObserver* observer) override {
    ++asked;
    held = co_await held_in(store_);
    if (on_call) on_call();
    llm::Response response = run::says("go on");
    response.usage = {10, 5, 0, 0, 0};
    response.target = target_;
    if (breaks_off) {
      observer->on_text("go");
      request.spent->spent(target_, {3, 1, 0, 0, 0});
      throw llm::ModelError(llm::Failure::transient, "model.failed", "it failed", 0);
    }
    co_return response;
  }
  const std::string& target() const override { return target_; }

  int asked = 0;
  bool breaks_off = false;
  std::function<void()> on_call;
  Amounts held;

 private:
  BudgetStore& store_;
  std::string target_ = "test/model";
};

// Asks its model once, while the run's tool works; that goes on afterwards.
struct AskingCritic final : Critic {
  struct Handle final : CriticHandle {
    Handle(AskingCritic& owner, CriticStart given) : critic(owner), start(std::move(given)) {}
    Milliseconds limit() const override { return std::chrono::hours(1); }
    Task<CriticDecision> watch() override {
      if (critic.has_asked) co_await OneShot<>().wait();
      co_await critic.tool_works.wait();
      critic.has_asked = true;
      CriticDecision decided;
      try {
        auto asked = start.for_run({critic.model, "test/model", 0});
        auto response = co_await asked->generate(llm::Request(), nullptr);
        decided.usage = response.usage;
        decided.cost = llm::NanoDollars{15'000'000};
      } catch (const Error& error) {
        critic.problem = error.code();
      }
      critic.held_after = co_await held_in(critic.store);
      critic.done.set();
      co_return decided;
    }
    void record_step(int, const llm::Response&) override {}
    void record_tool_start(const Activity&) override {}
    void record_progress() override {}
    void stop() override {}
    AskingCritic& critic;
    CriticStart start;
  };
  explicit AskingCritic(BudgetStore& budgets) : store(budgets), model(std::make_shared<HeldModel>(budgets)) {}
  std::unique_ptr<CriticHandle> monitor(CriticStart start) override {
    return std::make_unique<Handle>(*this, std::move(start));
  }
  BudgetStore& store;
  std::shared_ptr<HeldModel> model;
  bool has_asked = false;
  OneShot<> tool_works, done;
  std::string problem;
  Amounts held_after;
};

struct Criticised : Budgeted {
  Criticised() : Budgeted(looks(1)), critic(budgets) {
    reconfigure([this](ExecutorConfig& config) {
      config.models = &priced;
      config.ports.budget = &counted;
      config.ports.critic = &critic;
    });
    agent.critic.enabled = true;
    look->around = [this](OneShot<>) { return while_asked(critic); };
  }
  static Task<void> while_asked(AskingCritic& critic) {
    critic.tool_works.set();
    co_await critic.done.wait();
  }
  AskingCritic critic;
};

TEST(BudgetedCall, OfTheCriticIsHeldAndCounts) {  // [DUR-35]
  Criticised run;
  run.agent.budget = dollars(1'000);
  auto outcome = run.run();
  ASSERT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(run.critic.problem, "");
  EXPECT_GT(run.critic.model->held.tokens, 4'000) << "a prompt and an answer";
  EXPECT_EQ(run.critic.held_after, Amounts{}) << "the run makes no call while its tool works";
  EXPECT_EQ(run.standing("run:run").spent.tokens, 45);
  EXPECT_EQ(run.standing("run:run").spent.cost.count, 45'000'000);
  EXPECT_EQ(run.holds(), 0U);
}

TEST(BudgetedCall, OfTheCriticIsNotMadeOnceTheBudgetIsUsedUp) {  // [BUD-01] [DUR-35]
  Criticised run;
  run.agent.budget = tokens(15);
  EXPECT_EQ(run.run().error_code, "budget.exceeded");
  EXPECT_EQ(run.critic.problem, "budget.exceeded");
  EXPECT_EQ(run.critic.model->asked, 0);
}

TEST(BudgetedCall, OfTheCriticThatBreaksOffCountsAsItsServerSaid) {  // [DUR-35]
  Criticised run;
  run.agent.budget = dollars(1'000);
  run.critic.model->breaks_off = true;
  ASSERT_TRUE(run.run().ok());
  EXPECT_EQ(run.critic.problem, "model.failed");
  EXPECT_EQ(run.standing("run:run").spent.tokens, 34);
  EXPECT_EQ(run.standing("run:run").estimated, Amounts{});
}

// Its process dies where it is told to, and tells nobody.
struct Dying : BudgetedAs<> {
  template <class Answer>
  explicit Dying(Answer answer) : BudgetedAs(std::move(answer)), look(&add_tool("look", tool::Effect::keyed)) {
    agent.budget = dollars(1'000);
  }
  Dying() : Dying(looks(1)) {}
  void die() {
    store->writes_left = 0;
    counted.dead = true;
  }
  void recover_it() {
    counted.dead = false;
    model->on_call = {};
    look->before_effect = {};
    new_process();
    EXPECT_TRUE(recover()->ok());
  }
  run::EffectTool* look;
};

TEST(BudgetAfterACrash, ChargesACallThatWasSentAtItsEstimate) {  // [DUR-35]
  Dying run;
  run.model->on_call = [&] {
    if (run.model->requests.size() == 2) run.die();
  };
  (void)run.run();
  EXPECT_GT(run.standing("run:run").held.tokens, 0);
  run.recover_it();
  auto standing = run.standing("run:run");
  EXPECT_EQ(standing.spent.tokens, 30) << "its repetition is measured";
  EXPECT_GT(standing.estimated.tokens, 4'000) << "an answer of the length that is held";
  EXPECT_LT(standing.estimated.tokens, 4'100);
  EXPECT_EQ(standing.held, Amounts{});
  EXPECT_EQ(run.holds(), 0U);
}

TEST(BudgetAfterACrash, ChargesTheFirstCallOfARunToo) {  // [DUR-35]
  Dying run;
  run.model->on_call = [&] { run.die(); };
  (void)run.run();
  run.recover_it();
  EXPECT_GT(run.standing("run:run").estimated.tokens, 4'000);
  EXPECT_EQ(run.standing("run:run").spent.tokens, 30);
}

TEST(BudgetAfterACrash, ChargesACallOfTheCompactor) {  // [DUR-35]
  Dying run;
  AskingCompactor compactor;
  run.reconfigure([&](ExecutorConfig& config) {
    config.models = &run.priced;
    config.ports.budget = &run.counted;
    config.compactor = &compactor;
  });
  run.agent.context_tokens = 1;
  run.model->on_call = [&] {
    if (run.model->requests.back().system == "sum up") run.die();
  };
  (void)run.run();
  ASSERT_EQ(run.model->requests.back().system, "sum up");
  auto requests = run.model->requests.size();
  run.recover_it();
  auto standing = run.standing("run:run");
  EXPECT_GT(standing.estimated.tokens, 4'000);
  EXPECT_LT(standing.estimated.tokens, 4'100);
  EXPECT_EQ(standing.spent.tokens, 15 * static_cast<std::int64_t>(run.model->requests.size() - 1)) << requests;
}

// Its tool asks a model twice.
struct DyingBeside : Dying {
  DyingBeside() : Dying(&DyingBeside::answer), tool(std::make_shared<AskingTool>(2, tool::Effect::keyed)) { add(tool); }
  static llm::Response answer(const llm::Request& request, std::size_t) {
    if (request.system == "nested") return run::says("so");
    bool is_first = request.messages.back().role == llm::Role::user;
    return is_first ? run::calls({{"c", "ask", "{}"}}) : run::says("done");
  }
  std::shared_ptr<AskingTool> tool;
};

TEST(BudgetAfterACrash, ChargesACallOfATool) {  // [DUR-35]
  DyingBeside run;
  run.model->on_call = [&] {
    if (run.model->requests.size() == 3) run.die();
  };
  (void)run.run();
  run.recover_it();
  auto standing = run.standing("run:run");
  EXPECT_EQ(standing.spent.tokens, 60);
  EXPECT_GT(standing.estimated.tokens, 4'000);
  EXPECT_LT(standing.estimated.tokens, 4'100);
  EXPECT_EQ(run.holds(), 0U);
}

TEST(BudgetAfterACrash, ChargesNoCallOfAToolThatWasAnswered) {  // [DUR-35]
  DyingBeside run;
  run.tool->on_answers = [&] { run.die(); };
  (void)run.run();
  run.tool->on_answers = {};
  run.recover_it();
  auto standing = run.standing("run:run");
  EXPECT_EQ(standing.spent.tokens, 60);
  EXPECT_EQ(standing.estimated, Amounts{});
}

TEST(BudgetAfterACrash, ChargesACallOfTheCritic) {  // [DUR-35]
  Criticised run;
  run.agent.budget = dollars(1'000);
  run.critic.model->on_call = [&] {
    run.store->writes_left = 0;
    run.counted.dead = true;
  };
  (void)run.run();
  run.counted.dead = false;
  run.new_process();
  ASSERT_TRUE(run.recover()->ok());
  auto standing = run.standing("run:run");
  EXPECT_EQ(standing.spent.tokens, 30) << "what the critic was told was lost";
  EXPECT_GT(standing.estimated.tokens, 4'000);
  EXPECT_EQ(run.holds(), 0U);
}

TEST(BudgetAfterACrash, ChargesNothingForACallThatWasNotSent) {  // [DUR-35]
  Dying run;
  run.look->before_effect = [&] { run.die(); };
  (void)run.run();
  run.recover_it();
  auto standing = run.standing("run:run");
  EXPECT_EQ(standing.spent.tokens, 30);
  EXPECT_EQ(standing.estimated, Amounts{});
  EXPECT_EQ(standing.held, Amounts{});
}

}  // namespace
}  // namespace executus::budget
