// A run that the watchdog watches, and an escalator that decides from a script.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <executus/async/root_group.hpp>
#include <executus/async/timing.hpp>
#include <executus/critic/critic.hpp>
#include <executus/testing/manual_loop.hpp>

namespace executus::critic {

inline CriticDecision nudge(std::string words) {
  CriticDecision decision;
  decision.nudge = std::move(words);
  return decision;
}

inline CriticDecision kill(std::string reason) {
  CriticDecision decision;
  decision.kill = true;
  decision.reason = std::move(reason);
  return decision;
}

inline CriticDecision raise(int steps) {
  CriticDecision decision;
  decision.raise_steps_by = steps;
  return decision;
}

// Decides from a script, then waits for ever; keeps what it was told.
class ScriptedEscalator final : public Escalator {
 public:
  using Turn = std::function<CriticDecision()>;  // may throw

  Task<CriticDecision> escalate(Situation situation) override {
    asked.push_back(std::move(situation));
    if (thinks_for.count() > 0) co_await sleep_for(thinks_for);
    if (script.empty()) co_return CriticDecision{};
    Turn turn = std::move(script.front());
    script.pop_front();
    co_return turn();
  }
  void then(CriticDecision decision) {
    script.push_back([decision] { return decision; });
  }

  std::deque<Turn> script;
  Milliseconds thinks_for{0};
  std::vector<Situation> asked;
};

class LinesLogger final : public Logger {
 public:
  void log(LogLevel, std::string_view message) noexcept override { lines.emplace_back(message); }
  std::vector<std::string> lines;
};

inline Task<void> collect(CriticHandle& handle, std::vector<CriticDecision>& decisions, std::optional<Cause>& ended) {
  try {
    for (;;) {
      CriticDecision decision = co_await handle.watch();
      decisions.push_back(std::move(decision));
    }
  } catch (const Cancelled& cancelled) {
    ended = cancelled.cause();
  }
}

inline CriticStart five_minutes() {
  CriticStart start;
  start.info.run = *RunId::parse("watched");
  start.info.max_iterations = 10;
  start.soft = std::chrono::minutes(5);
  return start;
}

// A run that is watched from the fixture's construction, or from watch() with another start.
class Watched {
 public:
  explicit Watched(Escalator& escalator, CriticStart start = five_minutes(), WatchdogOptions options = {})
      : dog_(escalator, options, logger), handle(dog_.monitor(std::move(start))), group_(loop) {
    root_ = group_.spawn(collect(*handle, decisions, ended));
    loop.run_ready();
  }
  ~Watched() { end(); }

  void end() {
    root_.cancel({Cause::caller, "the run is over"});
    loop.run_ready();
  }
  void pass(Milliseconds time) { loop.advance(time); }

  testing::ManualLoop loop;
  LinesLogger logger;
  std::vector<CriticDecision> decisions;
  std::optional<Cause> ended;

 private:
  Watchdog dog_;

 public:
  std::unique_ptr<CriticHandle> handle;

 private:
  RootGroup group_;
  RootHandle root_;
};

}  // namespace executus::critic
