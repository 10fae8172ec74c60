#include "deliver/targets/pace.hpp"

namespace executus::deliver {
namespace {

constexpr Milliseconds kMinute{60'000};

}  // namespace

std::optional<Milliseconds> Pace::wait_for(const std::string& target, int limit, MonoTime now) {
  std::lock_guard lock(mutex_);
  auto& sent = sent_[target];
  while (!sent.empty() && now - sent.front() >= kMinute) sent.pop_front();
  if (sent.size() < static_cast<std::size_t>(limit)) return sent.push_back(now), std::nullopt;
  auto oldest = sent[sent.size() - static_cast<std::size_t>(limit)];
  return std::chrono::ceil<Milliseconds>(oldest + kMinute - now);
}

}  // namespace executus::deliver
