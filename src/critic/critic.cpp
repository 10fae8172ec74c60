#include <algorithm>
#include <optional>
#include <utility>

#include <executus/async/one_shot.hpp>
#include <executus/async/timing.hpp>
#include <executus/critic/critic.hpp>

#include "base/contained.hpp"
#include "critic/effective.hpp"
#include "critic/idle.hpp"
#include "critic/signs.hpp"

namespace executus::critic {
namespace {

// One watched run. Time is the loop's, which is known once watch() runs there.
class Watch final : public CriticHandle {
 public:
  Watch(Escalator& escalator, const WatchdogOptions& options, Logger& logger, CriticStart start)
      : escalator_(escalator),
        logger_(logger),
        limit_(backstop(start.soft, start.backstop_multiplier, options)),
        start_(std::move(start)),
        state_(start_.so_far),
        asked_(start_.so_far.decisions),
        signs_(options.signs) {}

  [[nodiscard]] Milliseconds limit() const override { return limit_; }
  [[nodiscard]] Task<CriticDecision> watch() override;

  void record_step(int iteration, const llm::Response& response) override {
    steps_ = iteration;
    active(Sign::Kind::step, summary_of(iteration, response));
  }
  void record_tool_start(const Activity& activity) override { active(Sign::Kind::tool, activity.summary); }
  void record_progress() override { active(Sign::Kind::progress, "a run below this one made progress"); }
  void stop() override {}

 private:
  void begin(const Clock& clock);
  void active(Sign::Kind kind, std::string summary);
  [[nodiscard]] Task<void> idle_period();
  [[nodiscard]] Task<CriticDecision> ask();
  [[nodiscard]] Situation situation() const;
  [[nodiscard]] CriticDecision killed_before();

  Escalator& escalator_;
  Logger& logger_;
  Milliseconds limit_;
  CriticStart start_;
  journal::CriticState state_;
  bool kill_told_ = false;
  int asked_;
  int steps_ = 0;
  Signs signs_;
  const Clock* clock_ = nullptr;
  MonoTime began_{};
  Idle idle_;
  OneShot<> reactivated_;
};

void Watch::begin(const Clock& clock) {
  if (clock_) return;
  clock_ = &clock;
  began_ = clock.mono();
  idle_.last_activity = began_;
}

void Watch::active(Sign::Kind kind, std::string summary) {
  if (!clock_) return;  // the first idle period has not begun
  idle_.last_activity = clock_->mono();
  signs_.add(idle_.last_activity, kind, std::move(summary));
  if (std::exchange(idle_.asked, false)) reactivated_.set();
}

Task<CriticDecision> Watch::watch() {
  TaskContext context = co_await this_task();
  begin(context.strand->loop().clock());
  if (state_.killed && !kill_told_) co_return killed_before();
  if (state_.killed) co_await OneShot<>().wait();  // nothing more to decide: until the run's end cancels this
  for (;;) {
    co_await idle_period();
    CriticDecision decision = co_await ask();
    if (!idle_.asked) decision = outdated(std::move(decision));  // activity came: the question is out of date
    decision = effective(std::move(decision), state_, start_.info.max_iterations);
    if (is_empty(decision)) continue;
    count(state_, decision);
    kill_told_ = decision.kill;
    co_return decision;
  }
}

CriticDecision Watch::killed_before() {
  kill_told_ = true;
  CriticDecision decision;
  decision.kill = true;
  decision.reason = state_.kill_reason;
  return decision;
}

// Returns when the run has been idle for the soft time and the escalator was not asked about this idle period yet.
Task<void> Watch::idle_period() {
  for (;;) {
    std::optional<MonoTime> wake = next_wake(idle_, start_.soft);
    if (wake && *wake <= clock_->mono()) break;
    if (wake) {
      co_await sleep_until(*wake);
    } else {
      reactivated_ = OneShot<>();
      co_await reactivated_.wait();
    }
  }
  idle_.asked = true;
}

// The escalator's decision; an empty one when it threw. Ends with Cancelled only when this task is cancelled: an
// escalator may be cancelled by a time limit of its own.
Task<CriticDecision> Watch::ask() {
  TaskContext context = co_await this_task();
  Situation now = situation();
  ++asked_;
  CriticDecision decision;
  try {
    decision = co_await escalator_.escalate(std::move(now));
  } catch (...) {
    if (context.scope->cancelled()) throw;
    log_caught(logger_, LogLevel::warn,
               {"run ", start_.info.run.str(), ": the critic's escalator failed, the run keeps its limit"});
  }
  co_return decision;
}

Situation Watch::situation() const {
  const MonoTime now = clock_->mono();
  Situation situation;
  situation.info = start_.info;
  situation.soft = start_.soft;
  situation.idle = std::chrono::floor<Milliseconds>(now - idle_.last_activity);
  situation.elapsed = start_.elapsed + std::chrono::floor<Milliseconds>(now - began_);
  situation.limit = limit_ + state_.extended;
  situation.steps = steps_;
  situation.recent = signs_.at(now);
  situation.so_far = state_;
  situation.asked = asked_;
  situation.for_run = start_.for_run;
  return situation;
}

}  // namespace

std::unique_ptr<CriticHandle> Watchdog::monitor(CriticStart start) {
  if (start.soft.count() <= 0) return nullptr;
  return std::make_unique<Watch>(escalator_, options_, logger_, std::move(start));
}

}  // namespace executus::critic
