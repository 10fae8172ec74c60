// A run with an audit, a budget, a delivery and a finalizer that keep what they are told.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "run/harness_test.hpp"

namespace executus::run {

inline auto look_then_answer() {
  return [](std::size_t turn) { return turn == 0 ? calls({{"c", "look", "{}"}}) : says("done"); };
}

using Log = std::vector<std::string>;

struct TestAudit final : Audit {
  struct Record final : AuditRecord {
    explicit Record(TestAudit& owner) : audit(owner) {}
    void on_step(int iteration, const llm::Response&) override { audit.say("step " + std::to_string(iteration)); }
    void on_tool(const Activity& activity) override {
      audit.say("tool " + activity.tool + " " + std::string(to_string(activity.state)));
    }
    void log_event(std::string_view kind, const boost::json::object&) override {
      audit.say("event " + std::string(kind));
    }
    Task<void> close(RunStats told) override {
      audit.say("close " + std::string(to_string(told.status)) + " " + told.output);
      audit.stats = told;
      co_return;
    }
    TestAudit& audit;
  };
  std::unique_ptr<AuditRecord> start_run(const RunInfo& started) override {
    info = started;
    say("start");
    return std::make_unique<Record>(*this);
  }
  void say(std::string line) {
    log.push_back(std::move(line));
    if (throws) throw std::runtime_error("audit is broken");
  }
  Log log;
  RunInfo info;
  RunStats stats;
  bool throws = false;
};

struct TestBudget final : Budget {
  Task<std::optional<std::string>> check(RunInfo) override {
    if (throws) throw std::runtime_error("budget is broken");
    co_return refusal;
  }
  Task<void> commit(RunInfo, Milliseconds used) override {
    committed.push_back(used);
    if (throws) throw std::runtime_error("budget is broken");
    co_return;
  }
  std::optional<std::string> refusal;
  std::vector<Milliseconds> committed;
  bool throws = false;
};

struct TestDelivery final : Delivery {
  Task<std::string> deliver(DeliveryTarget target, std::string output, std::vector<Artifact> files) override {
    log.push_back(target.kind + ":" + target.id + " " + output);
    for (const auto& file : files) log.push_back(file.name + " " + file.mime + " " + file.bytes);
    if (throws) throw std::runtime_error("delivery is broken");
    co_return "post-1";
  }
  Task<void> deliver_error(DeliveryTarget target, std::string error) override {
    log.push_back(target.kind + ":" + target.id + " error: " + error);
    co_return;
  }
  Log log;
  bool throws = false;
};

struct Ported : Harness {
  template <class Answer>
  explicit Ported(Answer answer) : Harness(answer) {
    look = &add_tool("look", tool::Effect::pure);
    reconfigure([this](ExecutorConfig& config) {
      config.ports.audit = &audit;
      config.ports.budget = &budget;
      config.ports.delivery = &delivery;
      config.ports.finalizers = {[this](const RunOutcome& outcome) {
        finalized.push_back(outcome.run_id.str());
        if (audit.throws) throw std::runtime_error("finalizer is broken");
      }};
    });
  }
  Ported() : Ported(look_then_answer()) {}
  RunOutcome run_with(Invocation invocation) { return loop.run(executor->run(agent, std::move(invocation))); }
  Invocation delivered() {
    auto invocation = this->invocation("run");
    invocation.delivery = {"chat", "42"};
    return invocation;
  }

  EffectTool* look;
  TestAudit audit;
  TestBudget budget;
  TestDelivery delivery;
  Log finalized;
};

}  // namespace executus::run
