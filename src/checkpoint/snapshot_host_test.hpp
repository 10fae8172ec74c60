// For tests: an executor whose host keeps snapshots, and continues what it finds interrupted.
#pragma once

#include <executus/checkpoint/snapshot_factory.hpp>

#include "checkpoint/entries_test.hpp"
#include "run/harness_test.hpp"

namespace executus::checkpoint {

// Counts what it is asked for; may refuse.
struct CountingFactory final : CheckpointerFactory {
  explicit CountingFactory(SnapshotFactory& inner) : factory(inner) {}
  Task<std::unique_ptr<RunWriter>> begin(RunInfo info) override {
    begun.push_back(info.run.str());
    infos.push_back(info);
    if (refuses) throw std::runtime_error("the place is full");
    if (absent) co_return nullptr;
    co_return co_await factory.begin(std::move(info));
  }
  SnapshotFactory& factory;
  std::vector<std::string> begun;
  std::vector<RunInfo> infos;
  bool refuses = false, absent = false;
};

struct SnapshotHost : run::Harness {
  template <class Answer>
  explicit SnapshotHost(Answer answer) : run::Harness(answer) {
    look = &add_tool("look", tool::Effect::pure);
    reconfigure([this](ExecutorConfig& config) {
      config.ports.journal = nullptr;
      config.ports.checkpointers = &counting;
      config.ports.on_begin_failure = on_failure;
      if (more) more(config);
    });
  }
  RunOutcome resume(const RunCheckpoint& record) {
    CancelScope scope;
    return resume_in(scope, record);
  }
  RunOutcome resume_in(CancelScope& scope, const RunCheckpoint& record) {
    auto invocation = this->invocation(record.meta.run_id.str());
    invocation.resume = resume_state(record, snapshots.resume(record));
    return loop.run(in_scope(scope, executor->run(agent, std::move(invocation))));
  }
  std::vector<RunCheckpoint> interrupted() { return loop.run(store.list_interrupted()); }
  // Runs until shut down inside the tool.
  void interrupt_in_tool(std::string id = "run") {
    CancelScope scope;
    look->before_effect = [&, n = 0]() mutable {
      if (++n == interrupt_at) scope.cancel({Cause::shutdown, ""});
    };
    (void)run_in(scope, std::move(id));
    look->before_effect = nullptr;
  }

  run::EffectTool* look;
  FlakySnapshots store;
  SnapshotFactory snapshots{&store, Milliseconds(0), loop.clock()};
  CountingFactory counting{snapshots};
  OnBeginFailure on_failure = OnBeginFailure::refuse;
  int interrupt_at = 2;
  std::function<void(ExecutorConfig&)> more;  // what processes from the next one on have besides
};

inline auto two_steps() {
  return [](std::size_t turn) {
    return turn < 2 ? run::calls({{"c" + std::to_string(turn), "look", R"({"n":)" + std::to_string(turn) + "}"}})
                    : run::says("done");
  };
}

}  // namespace executus::checkpoint
