// What a run spends, before its budget: each model call is asked for first, and what it used is told.
//
// The budget is asked for a block, and the calls that fit into what is left of it are made without asking: a block is
// durable when it is granted, so a crash loses no more than what is held. What calls used is told as sums of what the
// journal says (RunSpending), with the next block or at the end.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <executus/async/turns.hpp>
#include <executus/llm/model.hpp>
#include <executus/llm/resolver.hpp>
#include <executus/run/budget.hpp>
#include <executus/tool/tool.hpp>

#include "run/record/recorder.hpp"
#include "run/step/call_estimate.hpp"

namespace executus::run {

// The budget lets the run make no call, or none of this model.
class BudgetBreach final : public Error {
 public:
  BudgetBreach(std::string code, std::string message) : Error(ErrorKind::failed, std::move(code), std::move(message)) {}
  explicit BudgetBreach(const BudgetAnswer& answer)
      : Error(ErrorKind::failed, "budget.exceeded", answer.why),
        parks(answer.on_breach == OnBreach::park),
        room_at(answer.room_at) {}
  bool parks = false;
  std::optional<WallTime> room_at = {};  // when time alone makes room
};

struct MeteredCall {
  std::shared_ptr<llm::Model> model;
  std::vector<PricedTarget> targets;
  CallEstimate estimate;
  WallTime at{};
};

class Spending final {
 public:
  struct Parts {
    const RunInfo& info;
    Recorder& recorder;
    Watchers& watchers;
    Budget& budget;
    llm::ModelResolver& models;
    std::int64_t epoch = 0;
    Amounts before = {};                  // what the run had used when this process took it up
    std::optional<AgentBudget> own = {};  // of its agent
    bool goes_on = false;                 // what a process before this one held may still be there
  };
  explicit Spending(Parts parts) : parts_(std::move(parts)), told_(parts_.before), holds_(parts_.goes_on) {}

  // Asks what limits the run (false: nothing does, and it is not asked any more), with the specs of the models that it
  // is sure to use. lost: a process before this one may have died while it asked a model. Throws BudgetBreach
  // "budget.unpriced" when money is limited and one of the models has no price.
  enum class Call { none, lost };
  [[nodiscard]] Task<bool> begin(std::vector<std::string> specs, Call before);

  // Of a call beside the run's own, by a tool or the critic, the store of the budget is told: the journal does not say
  // that it was made, should this process die. The run still holds for it afterwards, until give_back_rest().
  enum class Made { by_run, beside };

  // `model` as the run may ask it. `spec`: of the model. Outlives neither of the two.
  [[nodiscard]] std::shared_ptr<llm::Model> metered(std::shared_ptr<llm::Model> model, const std::string& spec,
                                                    Made made);

  // One call of a metered model. Throws BudgetBreach, what the model throws, and Cancelled.
  [[nodiscard]] Task<llm::Response> ask(std::shared_ptr<llm::Model> model, std::vector<PricedTarget> targets,
                                        llm::Request request, llm::StreamObserver* observer, Made made);

  // Likewise of a call beside the run's own: what the run still holds afterwards goes back.
  [[nodiscard]] Task<llm::Response> ask_beside(std::shared_ptr<llm::Model> model, std::vector<PricedTarget> targets,
                                               llm::Request request, llm::StreamObserver* observer);

  // A call of a model that is not asked for an answer (tool::Call::pay), beside the run's own. Throws what ask() does.
  // The run still holds for it afterwards, until give_back_rest().
  [[nodiscard]] Task<llm::Usage> pay(tool::PaidCall call);

  // What the run holds goes back, unless it makes calls. While the store is away it holds on, until it asks again.
  [[nodiscard]] Task<void> give_back_rest();

  // It holds for calls beside its own as well, or did when the last of them ended while it made one of its own.
  [[nodiscard]] bool holds_beside() const noexcept { return beside_; }

  // The run makes no call of its own for a while; others may have what it holds.
  [[nodiscard]] Task<void> pause();
  // This process is done with the run.
  [[nodiscard]] Task<void> end();

 private:
  class CallWatch;
  Task<void> take(Amounts calls, Made made);
  Task<BudgetAnswer> reserve(Amounts calls);
  Task<void> outlast(int failures, Error problem);
  Task<void> settle(Budget::Rest rest);
  void give_back(const Amounts& held, const Amounts& used);
  [[nodiscard]] bool fits(const Amounts& calls) const;
  [[nodiscard]] RunSpending so_far();
  void take_back(const RunSpending& spending);
  [[nodiscard]] MeteredCall as_made(MeteredCall call, const llm::Request& request);
  [[nodiscard]] Amounts used_by(const MeteredCall& call, const CallWatch& watch, const llm::Response* answer);
  [[nodiscard]] Amounts used_by(const tool::PaidCall& call, const Amounts& held, const llm::Usage& usage);
  [[nodiscard]] Amounts total() const;
  void require_prices(const std::vector<std::string>& specs);

  const Parts parts_;
  BudgetTerms terms_;
  Amounts told_;       // of what the run has used
  Amounts estimated_;  // not told yet
  bool lost_call_ = false;
  bool holds_;           // as far as is known, in the store of the budget
  bool beside_ = false;  // likewise, also for calls beside the run's own
  Turns turns_;
  Amounts left_;      // of the block
  Amounts in_calls_;  // taken for calls that are being made
  Milliseconds granted_at_{0};
  std::optional<Milliseconds> good_for_;
  std::string tier_;
};

}  // namespace executus::run
