#include "run/step/spending.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <executus/async/timing.hpp>

#include "run/record/backoff.hpp"

namespace executus::run {
namespace {

constexpr Milliseconds kWait{100};  // until others may have given back what they hold
constexpr Milliseconds kLongestWait{2'000};

BudgetBreach unpriced(const std::string& target) {
  return {"budget.unpriced", "money is limited, and what '" + target +
                                 "' costs is not known; say its price in a file of prices (models.prices; 0 for a "
                                 "model of your own), or limit tokens instead"};
}

BudgetBreach only_for(const std::string& tier, const std::string& target) {
  return {"budget.exceeded", "the limit is used up, and lets calls of '" + tier + "' through, which '" + target +
                                 "' does not belong to; raise it with 'executus budget raise'"};
}

// A server that answered with an error, or was not asked, did not paint. One that was cut off may have.
bool may_have_used_something() {
  try {
    throw;
  } catch (const llm::ModelError& error) {
    return error.failure() != llm::Failure::permanent && error.http_status() == 0;
  } catch (const Cancelled&) {
    return true;
  } catch (...) {
    return false;
  }
}

// A model whose calls a Spending is asked about. It outlives the calls.
class MeteredModel final : public llm::Model {
 public:
  MeteredModel(std::shared_ptr<llm::Model> model, const std::string& spec, Spending& spending, Spending::Made made)
      : model_(std::move(model)), targets_(targets_of(spec)), spending_(spending), made_(made) {}
  Task<llm::Response> generate(llm::Request request, llm::StreamObserver* observer) override {
    return spending_.ask(model_, targets_, std::move(request), observer, made_);
  }
  const std::string& target() const override { return model_->target(); }
  llm::Capabilities capabilities() const override { return model_->capabilities(); }

 private:
  const std::shared_ptr<llm::Model> model_;
  const std::vector<PricedTarget> targets_;
  Spending& spending_;
  const Spending::Made made_;
};

}  // namespace

// Hears what comes of a call, for those that end without saying what they used.
class Spending::CallWatch final : public llm::StreamObserver, public llm::SpentSink {
 public:
  struct Reported {
    std::string target;
    llm::Usage usage;
  };
  CallWatch(llm::StreamObserver* shown_to, llm::SpentSink* told) : shown_to_(shown_to), told_(told) {}
  void on_text(std::string_view delta) override {
    note(delta);
    if (shown_to_) shown_to_->on_text(delta);
  }
  void on_reset() override {
    if (received_ > 0) untold_.push_back(std::exchange(received_, 0));
    if (shown_to_) shown_to_->on_reset();
  }
  void on_reasoning(std::string_view delta) override {
    note(delta);
    if (shown_to_) shown_to_->on_reasoning(delta);
  }
  void on_arguments(std::string_view call_id, std::string_view tool, std::string_view delta) override {
    note(delta);
    if (shown_to_) shown_to_->on_arguments(call_id, tool, delta);
  }
  // An answer that had begun broke off. What its server said of it goes into the journal.
  void spent(const std::string& target, const llm::Usage& usage) noexcept override {
    if (told_) told_->spent(target, usage);
    auto received = std::exchange(received_, 0);
    if (usage == llm::Usage{})
      untold_.push_back(received);
    else
      reported_.push_back({target, usage});
  }
  [[nodiscard]] const std::vector<Reported>& reported() const noexcept { return reported_; }
  // The bytes of each answer that had begun and broke off without its usage.
  [[nodiscard]] const std::vector<std::int64_t>& untold() const noexcept { return untold_; }
  // Of the last one.
  [[nodiscard]] std::int64_t received() const noexcept { return received_; }

 private:
  void note(std::string_view delta) { received_ += static_cast<std::int64_t>(delta.size()); }

  llm::StreamObserver* shown_to_;
  llm::SpentSink* told_;
  std::int64_t received_ = 0;
  std::vector<std::int64_t> untold_;
  std::vector<Reported> reported_;
};

Amounts Spending::total() const {
  const auto& recorder = parts_.recorder;
  return {recorder.elapsed(), parts_.before.tokens + recorder.tokens_here(),
          llm::NanoDollars{parts_.before.cost.count} += recorder.cost_here()};
}

RunSpending Spending::so_far() {
  return {parts_.epoch, told_, total(), std::exchange(estimated_, {}), std::exchange(lost_call_, false)};
}

// What could not be told is told again.
void Spending::take_back(const RunSpending& spending) {
  estimated_ += spending.estimated;
  lost_call_ = lost_call_ || spending.lost_call;
}

// Waits before the budget is asked again, while its store is away. Throws what is not of the store, and
// StoreUnavailable when the run stops waiting.
Task<void> Spending::outlast(int failures, Error problem) {
  if (!std::string_view(problem.code()).starts_with("store.")) throw problem;
  parts_.watchers.delay("the budget could not be asked, trying again: " + problem.message());
  try {
    co_await sleep_for(backoff(failures));
    co_return;
  } catch (const Cancelled&) {
  }
  throw StoreUnavailable(problem);
}

Task<BudgetAnswer> Spending::reserve(Amounts calls) {
  holds_ = true;
  for (int failures = 1;; ++failures) {
    auto spending = so_far();
    spending.beside = beside_;
    std::optional<Error> problem;
    try {
      auto answer = co_await parts_.budget.reserve(parts_.info, spending, calls);
      told_ = spending.total;
      co_return answer;
    } catch (const Cancelled&) {
      take_back(spending);
      throw;
    } catch (...) {
      take_back(spending);
      problem = current_error();
    }
    co_await outlast(failures, *problem);
  }
}

Task<void> Spending::settle(Budget::Rest rest) {
  auto turn = co_await turns_.take();
  if (rest == Budget::Rest::pause && in_calls_ != Amounts{}) co_return;  // made now: they need what is held
  left_ = {};
  auto spending = so_far();
  try {
    co_await parts_.budget.settle(parts_.info, spending, rest);
    told_ = spending.total;
    holds_ = beside_ = false;
  } catch (...) {
    take_back(spending);
    throw;
  }
}

Task<bool> Spending::begin(std::vector<std::string> specs, Call before) {
  for (int failures = 1;; ++failures) {
    std::optional<Error> problem;
    try {
      terms_ = co_await parts_.budget.begin(parts_.info, parts_.own);
      break;
    } catch (const Cancelled&) {
      throw;
    } catch (...) {
      problem = current_error();
    }
    co_await outlast(failures, *problem);
  }
  lost_call_ = before == Call::lost;
  if (terms_.counts && lost_call_) co_await pause();
  if (terms_.priced) require_prices(specs);
  co_return terms_.counts;
}

void Spending::require_prices(const std::vector<std::string>& specs) {
  for (const auto& spec : specs)
    for (const auto& target : targets_of(spec))
      if (!parts_.models.cost(target.target, {1, 1, 0, 0, 0}, parts_.recorder.now())) throw unpriced(target.target);
}

std::shared_ptr<llm::Model> Spending::metered(std::shared_ptr<llm::Model> model, const std::string& spec, Made made) {
  return std::make_shared<MeteredModel>(std::move(model), spec, *this, made);
}

bool Spending::fits(const Amounts& calls) const {
  bool in_time = !good_for_ || parts_.recorder.elapsed() - granted_at_ < *good_for_;
  return in_time && calls.tokens <= left_.tokens && calls.cost <= left_.cost;
}

// Calls of the run that are made at the same time ask one after the other.
Task<void> Spending::take(Amounts calls, Made made) {
  auto turn = co_await turns_.take();
  if (made == Made::beside) beside_ = true, left_ = {};  // the store is to know of it
  for (auto wait = kWait; !fits(calls); wait = std::min(wait * 2, kLongestWait)) {
    auto answer = co_await reserve(in_calls_ + calls);
    if (answer.verdict == BudgetAnswer::Verdict::lost)
      throw Cancelled({Cause::ownership_lost, "another worker took the run over"});
    if (answer.verdict == BudgetAnswer::Verdict::breached) throw BudgetBreach(answer);
    if (answer.verdict == BudgetAnswer::Verdict::granted) {
      auto rest = answer.held - in_calls_;
      left_ = {{}, std::max(rest.tokens, calls.tokens), std::max(rest.cost, calls.cost)};
      tier_ = std::move(answer.tier);
      good_for_ = answer.good_for;
      granted_at_ = parts_.recorder.elapsed();
      break;
    }
    if (wait == kWait) parts_.watchers.delay("a model call waits: " + answer.why);
    co_await sleep_for(wait);
  }
  left_ -= calls;
  in_calls_ += calls;
}

void Spending::give_back(const Amounts& held, const Amounts& used) {
  in_calls_ -= held;
  auto rest = left_ + held - used;
  left_ = {{}, std::max<std::int64_t>(rest.tokens, 0), std::max(rest.cost, llm::NanoDollars())};
}

// What the call used, as far as it is known or has to be guessed; guesses are noted. `answer`: null: it failed.
Amounts Spending::used_by(const MeteredCall& call, const CallWatch& watch, const llm::Response* answer) {
  Amounts guessed, used;
  auto& prices = parts_.models;
  auto guess = [&](std::int64_t bytes) {
    guessed += estimate_of_part(call.estimate, bytes, call.targets, prices, call.at);
  };
  auto count = [&](const std::string& target, const llm::Usage& usage) {
    auto cost = prices.cost(target, usage, call.at);
    used += Amounts{{}, usage.input + usage.output, cost.value_or(llm::NanoDollars())};
    if (!cost && terms_.priced) guessed.cost += call.estimate.amounts.cost;
  };
  for (auto bytes : watch.untold()) guess(bytes);
  for (const auto& [target, usage] : watch.reported()) count(target, usage);
  if (answer && answer->usage != llm::Usage{})
    count(answer->target.empty() ? call.model->target() : answer->target, answer->usage);
  else if (answer || watch.received() > 0)
    guess(watch.received());
  estimated_ += guessed;
  return used + guessed;
}

// The call as it is made: of the model of a tier, where that takes the place of what was asked for.
MeteredCall Spending::as_made(MeteredCall call, const llm::Request& request) {
  if (!tier_.empty()) {
    auto other = parts_.models.resolve(tier_).value();
    if (!other.model) throw failed("model.missing", "the model resolver returned no model for '" + tier_ + "'");
    call.model = std::move(other.model);
    call.targets = targets_of(other.spec);
    call.estimate = estimate(request, call.targets, parts_.models, call.at);
  }
  if (terms_.priced && !call.estimate.unpriced.empty()) throw unpriced(call.estimate.unpriced);
  return call;
}

Task<llm::Response> Spending::ask(std::shared_ptr<llm::Model> model, std::vector<PricedTarget> targets,
                                  llm::Request request, llm::StreamObserver* observer, Made made) {
  auto now = parts_.recorder.now();
  MeteredCall call{std::move(model), std::move(targets), {}, now};
  call.estimate = estimate(request, call.targets, parts_.models, now);
  const auto held = call.estimate.amounts;
  co_await take(held, made);
  CallWatch watch(observer, request.spent);
  request.spent = &watch;
  try {
    call = as_made(std::move(call), request);
    auto response = co_await call.model->generate(std::move(request), &watch);
    give_back(held, used_by(call, watch, &response));
    co_return response;
  } catch (...) {
    give_back(held, used_by(call, watch, nullptr));
    throw;
  }
}

Amounts Spending::used_by(const tool::PaidCall& call, const Amounts& held, const llm::Usage& usage) {
  auto cost = parts_.models.cost(call.target, usage, parts_.recorder.now());
  if (usage != llm::Usage{}) return {{}, usage.input + usage.output, cost.value_or(llm::NanoDollars())};
  estimated_ += held;
  return held;
}

Task<llm::Usage> Spending::pay(tool::PaidCall call) {
  auto cost = parts_.models.cost(call.target, call.at_most, parts_.recorder.now());
  if (terms_.priced && !cost) throw unpriced(call.target);
  auto tokens = std::max<std::int64_t>(0, call.at_most.input + call.at_most.output);
  const Amounts held{{}, tokens, std::max(cost.value_or(llm::NanoDollars()), llm::NanoDollars())};
  co_await take(held, Made::beside);
  try {
    if (!tier_.empty()) throw only_for(tier_, call.target);
    auto usage = co_await call.make();
    give_back(held, used_by(call, held, usage));
    co_return usage;
  } catch (...) {
    give_back(held, may_have_used_something() ? used_by(call, held, {}) : Amounts{});
    throw;
  }
}

Task<void> Spending::give_back_rest() {
  try {
    co_await settle(Budget::Rest::pause);
  } catch (const Cancelled&) {
    throw;
  } catch (...) {
    parts_.watchers.delay("what a budget holds could not be given back: " + current_error().message());
  }
}

Task<llm::Response> Spending::ask_beside(std::shared_ptr<llm::Model> model, std::vector<PricedTarget> targets,
                                         llm::Request request, llm::StreamObserver* observer) {
  std::optional<llm::Response> response;
  std::exception_ptr problem;
  try {
    response = co_await ask(std::move(model), std::move(targets), std::move(request), observer, Made::beside);
  } catch (...) {
    problem = std::current_exception();
  }
  co_await give_back_rest();
  if (problem) std::rethrow_exception(problem);
  co_return *std::move(response);
}

Task<void> Spending::pause() {
  if (!holds_ && !lost_call_) co_return;
  for (int failures = 1;; ++failures) {
    std::optional<Error> problem;
    try {
      co_return co_await settle(Budget::Rest::pause);
    } catch (const Cancelled&) {
      throw;
    } catch (...) {
      problem = current_error();
    }
    co_await outlast(failures, *problem);
  }
}

Task<void> Spending::end() { co_await settle(Budget::Rest::over); }

}  // namespace executus::run
