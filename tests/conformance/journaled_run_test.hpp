// For tests: one run of an agent with one tool, on an SQLite journal whose writer tells of its commits.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <utility>

#include <executus/store/sqlite.hpp>
#include <executus/testing/temporary_folder.hpp>

#include "run/harness_test.hpp"

namespace executus::testing {

class JournaledRun final {
 public:
  using Answer = std::function<llm::Response(std::size_t turn)>;

  // `on_commit` is called on the writer's thread, before the run hears of the commit. Deferred entries wait for the
  // next append however slow the machine is.
  JournaledRun(tool::Effect effect, Answer answer, std::function<void()> on_commit)
      : models_(std::make_shared<run::CountingModel>(std::move(answer))) {
    registry_.add(std::make_shared<run::EffectTool>("act", effect, world_));
    sqlite::Options options{folder_ / "j.db"};
    options.on_commit = std::move(on_commit);
    options.deferral = std::chrono::hours(1);
    store_ = sqlite::open_store(std::move(options));
    ExecutorConfig config;
    config.registry = &registry_;
    config.models = &models_;
    config.ports.journal = store_.get();
    executor_ = std::make_unique<Executor>(std::move(config));
  }

  [[nodiscard]] Task<RunOutcome> drive() {
    Agent agent;
    agent.name = "test";
    agent.root = "/";
    agent.tools = {"act"};
    Invocation invocation;
    invocation.run_id = id_;
    invocation.prompt = "please";
    return executor_->run(std::move(agent), std::move(invocation));
  }
  [[nodiscard]] const RunId& id() const { return id_; }
  [[nodiscard]] Loop& loop() { return *loop_; }
  [[nodiscard]] journal::JournalStore& store() { return *store_; }

 private:
  const TemporaryFolder folder_;
  const RunId id_ = *RunId::parse("run");
  std::unique_ptr<Loop> loop_ = make_loop(1);
  run::World world_;
  tool::Registry registry_;
  run::OneModelResolver models_;
  std::unique_ptr<journal::JournalStore> store_;
  std::unique_ptr<Executor> executor_;
};

}  // namespace executus::testing
