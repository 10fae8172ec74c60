// A run in a box whose budget is kept in memory, and whose model has a price: a thousandth of a dollar a token, so that
// each answer (15 tokens) costs one and a half cents.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <executus/budget/memory_store.hpp>
#include <executus/budget/shared_budget.hpp>

#include "run/family_test.hpp"

namespace executus::budget {

class PricedModels final : public llm::ModelResolver {
 public:
  explicit PricedModels(std::shared_ptr<llm::Model> model) : model_(std::move(model)) {}
  Result<llm::ResolvedModel> resolve(std::string_view name) override {
    auto other = others.find(name);
    if (other != others.end()) return llm::ResolvedModel{other->second, other->second->target(), 0};
    return llm::ResolvedModel{model_, spec, 0};
  }
  std::optional<llm::NanoDollars> cost(std::string_view target, const llm::Usage& usage, WallTime) override {
    if (target != "test/model" && target != "test/cheap") return std::nullopt;
    return llm::NanoDollars{(usage.input + usage.output) * (target == "test/cheap" ? 1'000 : 1'000'000)};
  }

  std::string spec = "test/model";
  std::map<std::string, std::shared_ptr<llm::Model>, std::less<>> others;  // by name

 private:
  std::shared_ptr<llm::Model> model_;
};

// Counts how often the budget is asked.
class CountedBudget final : public Budget {
 public:
  explicit CountedBudget(SharedBudget& budget) : budget_(budget) {}
  Task<std::optional<std::string>> check(RunInfo info) override { return budget_.check(std::move(info)); }
  Task<void> commit(RunInfo info, Milliseconds used) override { return budget_.commit(std::move(info), used); }
  Task<BudgetTerms> begin(RunInfo info, std::optional<AgentBudget> own) override {
    return budget_.begin(std::move(info), std::move(own));
  }
  Task<BudgetAnswer> reserve(RunInfo info, RunSpending spending, Amounts calls) override {
    ++reserved;
    return budget_.reserve(std::move(info), spending, calls);
  }
  Task<void> settle(RunInfo info, RunSpending spending, Rest rest) override {
    if (dead) throw failed("store.away", "this process is dead");
    return budget_.settle(std::move(info), spending, rest);
  }
  int reserved = 0;
  bool dead = false;  // settles nothing any more

 private:
  SharedBudget& budget_;
};

inline AgentBudget dollars(double amount, BreachPolicy policy = {}) {
  return {{{}, {}, spendable_dollars(amount).value()}, std::move(policy)};
}
inline AgentBudget tokens(std::int64_t count, BreachPolicy policy = {}) { return {{{}, count, {}}, std::move(policy)}; }

// Its model looks again and again, and has had enough after `looks`.
inline auto looks(std::size_t times) {
  return [times](std::size_t turn) {
    return turn < times ? run::calls({{"c", "look", "{\"turn\":" + std::to_string(turn) + "}"}}) : run::says("done");
  };
}

// Asks the model questions.
class AskingTool final : public tool::Tool {
 public:
  explicit AskingTool(int questions = 5, tool::Effect effect = tool::Effect::pure) : questions_(questions) {
    info_.spec = {"ask", "Asks.", {{"type", "object"}}};
    info_.effect = effect;
    info_.timeout = Milliseconds(60'000);
  }
  const tool::ToolInfo& info() const override { return info_; }
  Task<tool::Outcome> call(tool::Call call) override {
    for (int i = 0; i < questions_; ++i) {
      llm::Transcript question;
      question.push_back(llm::user_message("what " + std::to_string(i)));
      (void)co_await call.generate("nested", std::move(question));
    }
    if (on_answers) on_answers();
    tool::Outcome done = tool::Done{"asked", {}};
    co_return done;
  }
  std::function<void()> on_answers;  // when it has asked all

 private:
  tool::ToolInfo info_;
  int questions_;
};

template <class Base = run::Harness>
struct BudgetedAs : Base {
  template <class Answer>
  explicit BudgetedAs(Answer answer) : Base(std::move(answer)), priced(this->model) {
    auto before = this->configure;
    this->reconfigure([this, before](ExecutorConfig& config) {
      if (before) before(config);
      config.models = &priced;
      config.ports.budget = &counted;
    });
  }
  Standing standing(const std::string& account) {
    for (const auto& each : this->loop.run(budgets.list(this->loop.clock().wall())))
      if (each.limit.account == account) return each;
    throw std::runtime_error("no account " + account);
  }
  void set(Limit limit) {
    this->loop.run(budgets.set(std::move(limit), BudgetStore::Put::always, this->loop.clock().wall()));
  }
  std::size_t holds() { return this->loop.run(budgets.holds()).size(); }

  PricedModels priced;
  MemoryBudgets budgets;
  SharedBudget shared{budgets, this->loop.clock()};
  CountedBudget counted{shared};
};

struct Budgeted : BudgetedAs<> {
  template <class Answer>
  explicit Budgeted(Answer answer) : BudgetedAs(std::move(answer)) {
    look = &add_tool("look", tool::Effect::pure);
  }
  run::EffectTool* look;
};

}  // namespace executus::budget
