#include "llm/catalog/timed_config.hpp"

namespace executus::llm {

std::optional<std::string> TimedConfig::get(const std::string& key) {
  if (!source_) return std::nullopt;
  auto now = clock_.mono();
  {
    std::lock_guard lock(mutex_);
    if (auto found = known_.find(key); found != known_.end() && now < found->second.until) return found->second.value;
  }
  std::optional<std::string> value;
  bool answered = true;
  try {
    value = source_(key);
  } catch (...) {
    answered = false;
  }
  std::lock_guard lock(mutex_);
  auto& known = known_[key];
  if (answered) known.value = std::move(value);
  known.until = later(now, ttl_);
  return known.value;
}

}  // namespace executus::llm
