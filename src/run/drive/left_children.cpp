#include "run/drive/left_children.hpp"

#include <utility>

namespace executus::run {

void LeftChildren::add(const RunId& parent, const RunId& child) {
  std::lock_guard lock(mutex_);
  by_parent_[parent].push_back(child);
}

std::vector<RunId> LeftChildren::take(const RunId& parent) {
  std::lock_guard lock(mutex_);
  auto found = by_parent_.find(parent);
  if (found == by_parent_.end()) return {};
  auto children = std::move(found->second);
  by_parent_.erase(found);
  return children;
}

}  // namespace executus::run
