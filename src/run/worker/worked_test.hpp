// A worker on a loop of the test's own, with a clock that moves when told to.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/harness_test.hpp"
#include "run/worker/scanner.hpp"

namespace executus::run {

class Worked : public ::testing::Test {
 protected:
  Worked() { h.store->is_mute = true; }

  void submit(std::string id, std::string agent = "test", int priority = 0) {
    Invocation invocation = h.invocation(std::move(id));
    invocation.start = Invocation::Start::queued;
    invocation.priority = priority;
    h.agent.name = std::move(agent);
    ASSERT_EQ(h.loop.run(h.executor->run(h.agent, std::move(invocation))).status, RunStatus::queued);
  }
  // A run of a process that died before its first step.
  void submit_dying(std::string id) {
    submit(id);
    auto other = h.journal.open_worker();
    ASSERT_TRUE(h.loop.run(other->claim(*RunId::parse(id), 0)).has_value());
  }
  void waits_for_a_child(const std::string& id) {
    auto other = h.journal.open_worker();
    auto claimed = *h.loop.run(other->claim(*RunId::parse(id), row(id).epoch));
    journal::Append waits;
    waits.run = claimed.id;
    waits.epoch = claimed.epoch;
    waits.after = claimed.last_seq;
    waits.entries.push_back({claimed.last_seq + 1, {}, {}, journal::Waited{WaitReason::child, {}, "", {}}});
    (void)h.loop.run(other->append(std::move(waits)));
    h.loop.run(other->release(claimed.id, claimed.epoch, journal::Attempt::does_not_count));
  }
  journal::RunRow row(const std::string& id) { return *h.loop.run(h.store->inner().find(*RunId::parse(id))); }
  RunStatus status(const std::string& id) { return row(id).status; }

  // Begins to work, up to the moment when it sleeps.
  Scanner& work(WorkOptions options = {}) {
    options.on_event = [this](const WorkEvent& event) {
      events.push_back(event);
      if (on_event) on_event(event);
    };
    Scanner::Parts parts{h.loop, *h.executor, *h.store, null_logger()};
    workers_.push_back(std::make_unique<Scanner>(parts, std::move(options)));
    tasks_.spawn(keep(*workers_.back()));
    h.loop.run_ready();
    return *workers_.back();
  }
  template <class Event>
  std::vector<Event> told() const {
    std::vector<Event> found;
    for (const auto& event : events)
      if (auto* one = std::get_if<Event>(&event)) found.push_back(*one);
    return found;
  }
  std::vector<std::string> order_of_starts() const {
    std::vector<std::string> ids;
    for (const auto& taken : told<RunTakenUp>()) ids.push_back(taken.run.str());
    return ids;
  }
  void TearDown() override { tasks_.join(); }

  // From now on every run waits in its first step until it is let go.
  void hold_runs() {
    auto& gate = h.add_tool("gate", tool::Effect::pure);
    gate.change().timeout = std::chrono::hours(1);
    gate.around = [this](OneShot<> opens) {
      gates_.push_back(opens);
      return wait(opens);
    };
    answer = [](std::size_t turn) { return turn == 0 ? calls({{"c", "gate", "{}"}}) : says("done"); };
  }
  void let_go_all() {
    for (const auto& gate : std::exchange(gates_, {})) gate.set();
    h.loop.run_ready();
  }

  Harness h{[this](std::size_t turn) { return answer(turn); }};
  std::function<llm::Response(std::size_t)> answer = [](std::size_t) { return says("done"); };
  std::vector<WorkEvent> events;
  std::function<void(const WorkEvent&)> on_event;
  std::optional<WorkSummary> summary;  // once it has drained

 private:
  static Task<void> wait(OneShot<> opens) { co_await opens.wait(); }
  Task<void> keep(Scanner& worker) { summary = co_await worker.work(); }

  std::vector<OneShot<>> gates_;
  std::vector<std::unique_ptr<Scanner>> workers_;
  ManualGroup tasks_{h.loop};
};

}  // namespace executus::run
