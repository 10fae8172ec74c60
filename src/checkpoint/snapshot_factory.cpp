#include <utility>

#include <executus/checkpoint/snapshot_factory.hpp>

#include "checkpoint/snapshot_checkpointer.hpp"

namespace executus::checkpoint {
namespace {

// Of a host without a store: accepts everything, keeps nothing.
class KeepsNothing final : public RunWriter {
 public:
  Task<journal::Appended> append(std::vector<journal::Entry>, Durable, Boundary, std::vector<std::int64_t>) override {
    co_return journal::Appended{};
  }
  Task<journal::Appended> complete(std::vector<journal::Entry>, std::vector<std::int64_t>) override {
    co_return journal::Appended{};
  }
  Task<journal::Appended> fail(std::vector<journal::Entry>, std::vector<std::int64_t>) override {
    co_return journal::Appended{};
  }
  Task<journal::Appended> park(std::vector<journal::Entry>, std::vector<std::int64_t>) override {
    co_return journal::Appended{};
  }
  Task<void> leave(journal::Attempt) override { co_return; }
  Task<std::vector<journal::Command>> inbox() override { co_return std::vector<journal::Command>{}; }
  Dispatch may_dispatch() const override { return Dispatch::yes; }
  Keeps keeps() const override { return Keeps::nothing; }
};

std::string prompt_in(const boost::json::object& inputs) {
  const auto* prompt = inputs.if_contains("prompt");
  return prompt && prompt->is_string() ? std::string(prompt->get_string()) : std::string();
}

RunCheckpointMeta meta_of(RunInfo info) {
  RunCheckpointMeta meta;
  meta.prompt = prompt_in(info.inputs);
  meta.run_id = std::move(info.run);
  meta.agent_id = std::move(info.subject);
  meta.agent_name = std::move(info.name);
  meta.caller_id = std::move(info.caller);
  meta.channel_id = std::move(info.channel);
  if (auto guild = info.attributes.find("guild_id"); guild != info.attributes.end()) meta.guild_id = guild->second;
  meta.model_tier = std::move(info.model_tier);
  meta.parent_run_id = std::move(info.parent);
  return meta;
}

}  // namespace

Task<std::unique_ptr<RunWriter>> SnapshotFactory::begin(RunInfo info) {
  std::unique_ptr<RunWriter> checkpointer;
  if (store_)
    checkpointer =
        std::make_unique<SnapshotCheckpointer>(*store_, throttle_, clock_, logger_, Progress(meta_of(std::move(info))));
  else
    checkpointer = std::make_unique<KeepsNothing>();
  co_return checkpointer;
}

std::shared_ptr<RunWriter> SnapshotFactory::resume(RunCheckpoint record) const {
  if (!store_) return std::make_shared<KeepsNothing>();
  return std::make_shared<SnapshotCheckpointer>(*store_, throttle_, clock_, logger_, Progress(std::move(record)));
}

}  // namespace executus::checkpoint
