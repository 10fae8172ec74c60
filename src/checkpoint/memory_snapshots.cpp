#include <algorithm>
#include <tuple>
#include <utility>

#include <executus/checkpoint/memory_snapshots.hpp>

namespace executus::checkpoint {

Task<void> MemorySnapshots::save(RunCheckpoint checkpoint) {
  std::lock_guard lock(mutex_);
  RunId run = checkpoint.meta.run_id;
  records_.insert_or_assign(std::move(run), std::move(checkpoint));
  co_return;
}

Task<std::optional<RunCheckpoint>> MemorySnapshots::load(RunId run) {
  std::lock_guard lock(mutex_);
  auto found = records_.find(run);
  std::optional<RunCheckpoint> record;
  if (found != records_.end()) record = found->second;
  co_return record;
}

Task<void> MemorySnapshots::erase(RunId run) {
  std::lock_guard lock(mutex_);
  records_.erase(run);
  co_return;
}

Task<std::vector<RunCheckpoint>> MemorySnapshots::list_interrupted() {
  std::lock_guard lock(mutex_);
  std::vector<RunCheckpoint> all;
  for (const auto& [run, record] : records_) all.push_back(record);
  std::ranges::sort(all, {}, [](const auto& record) { return std::tie(record.updated_at, record.meta.run_id); });
  co_return all;
}

}  // namespace executus::checkpoint
