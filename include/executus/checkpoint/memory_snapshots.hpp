// Snapshots in this process's memory. For tests: it does not survive the restart that snapshots exist for.
#pragma once

#include <map>
#include <mutex>

#include <executus/checkpoint/snapshot.hpp>

namespace executus::checkpoint {

class MemorySnapshots final : public SnapshotStore {
 public:
  [[nodiscard]] Task<void> save(RunCheckpoint checkpoint) override;
  [[nodiscard]] Task<std::optional<RunCheckpoint>> load(RunId run) override;
  [[nodiscard]] Task<void> erase(RunId run) override;
  [[nodiscard]] Task<std::vector<RunCheckpoint>> list_interrupted() override;

 private:
  std::mutex mutex_;
  std::map<RunId, RunCheckpoint> records_;
};

}  // namespace executus::checkpoint
