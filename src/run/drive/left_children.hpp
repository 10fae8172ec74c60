// Children that this process drove and left unfinished, by the run that started them. When that one ends badly here,
// they are ended with it.
#pragma once

#include <mutex>
#include <unordered_map>
#include <vector>

#include <executus/base/ids.hpp>

namespace executus::run {

// Threads: any.
class LeftChildren final {
 public:
  void add(const RunId& parent, const RunId& child);

  // They are known here no more.
  [[nodiscard]] std::vector<RunId> take(const RunId& parent);

 private:
  std::mutex mutex_;
  std::unordered_map<RunId, std::vector<RunId>> by_parent_;
};

}  // namespace executus::run
