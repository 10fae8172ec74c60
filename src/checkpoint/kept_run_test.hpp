// A run on a host that keeps snapshots, without a kernel.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <executus/checkpoint/snapshot_factory.hpp>
#include <executus/testing/manual_loop.hpp>

#include "checkpoint/entries_test.hpp"

namespace executus::checkpoint {

const llm::ToolCall kCall{"id", "tool", "{}"};

class Log final : public Logger {
 public:
  void log(LogLevel, std::string_view message) noexcept override { lines.emplace_back(message); }
  std::vector<std::string> lines;
};

inline RunInfo info() {
  RunInfo info;
  info.run = *RunId::parse("run-1");
  info.subject = "agent-7";
  info.name = "Researcher";
  info.caller = "caller";
  info.channel = "channel";
  info.attributes = {{"guild_id", "guild"}};
  info.parent = *RunId::parse("run-0");
  info.model_tier = "smart";
  info.inputs = {{"prompt", "what is this?"}};
  return info;
}

// A run on a host that keeps snapshots, as the kernel drives its checkpointer.
struct KeptRun {
  explicit KeptRun(Milliseconds throttle = Milliseconds{0}) : factory(&store, throttle, loop.clock(), log) {
    checkpointer = loop.run(factory.begin(info()));
    append(admitted());
  }

  void append(journal::Payload payload, Boundary boundary = Boundary::plain, Durable when = Durable::awaited) {
    auto list = entries(std::move(payload));
    (void)loop.run(checkpointer->append(std::move(list), when, boundary, {}));
  }
  void step(std::string text) { append(responded(std::move(text))); }
  std::vector<int> saved_iterations() const {
    std::vector<int> iterations;
    for (const auto& checkpoint : store.saved) iterations.push_back(checkpoint.past.iteration);
    return iterations;
  }
  std::vector<RunCheckpoint> interrupted() { return loop.run(store.list_interrupted()); }

  testing::ManualLoop loop;
  FlakySnapshots store;
  Log log;
  SnapshotFactory factory;
  Entries entries;
  std::unique_ptr<RunWriter> checkpointer;
};

}  // namespace executus::checkpoint
