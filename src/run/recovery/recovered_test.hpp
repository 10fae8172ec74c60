// Processes on one journal, and a recovery of what they left.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "run/harness_test.hpp"

namespace executus {

// Processes on one journal, driven by a loop with threads, as `executus recover` does.
class Recovery : public ::testing::Test {
 protected:
  Recovery() {
    agent_.name = "test";
    agent_.root = "/";
    agent_.tools = {"look"};
    look_ = std::make_shared<run::EffectTool>("look", tool::Effect::pure, world_);
    registry_.add(look_);
    process_ = make_process(registry_);
  }

  struct Process {
    std::unique_ptr<run::MortalStore> store;
    std::unique_ptr<Executor> executor;
  };
  Process make_process(const tool::Registry& registry) { return make_process(registry, models_); }
  Process make_process(const tool::Registry& registry, llm::ModelResolver& models) {
    ExecutorConfig config;
    config.registry = &registry;
    config.models = &models;
    Process process{std::make_unique<run::MortalStore>(journal_.open_worker()), nullptr};
    config.ports.journal = process.store.get();
    process.executor = std::make_unique<Executor>(std::move(config));
    return process;
  }
  RunOutcome submit(std::string id, Invocation::Start start = Invocation::Start::now) {
    Invocation invocation;
    invocation.run_id = *RunId::parse(id);
    invocation.prompt = "please, " + id;
    invocation.start = start;
    return block_on(*loop_, process_.executor->run(agent_, std::move(invocation)));
  }
  std::vector<Recovered> recover(RecoverOptions options = {}) {
    RootGroup group(*loop_);
    return executus::recover(group, *process_.executor, *process_.store, options);
  }
  // Returns when the cancellation has been heard.
  static Task<void> cancel_all(RootGroup* group, OneShot<> heard) {
    TaskContext context = co_await this_task();
    group->cancel_all({Cause::shutdown, "a signal"});
    context.strand->post([heard] { heard.set(); });
    co_await heard.wait_shielded();
  }
  journal::RunRow row(std::string id) { return *block_on(*loop_, process_.store->find(*RunId::parse(id))); }

  std::unique_ptr<Loop> loop_ = make_loop(2);
  journal::MemoryJournal journal_{system_clock()};
  run::World world_;
  std::function<llm::Response(std::size_t)> answer_ = [](std::size_t) { return run::says("done"); };
  std::shared_ptr<run::CountingModel> model_ =
      std::make_shared<run::CountingModel>([this](std::size_t turn) { return answer_(turn); });
  run::OneModelResolver models_{model_};
  tool::Registry registry_;
  std::shared_ptr<run::EffectTool> look_;
  Agent agent_;
  Process process_;
};

}  // namespace executus
