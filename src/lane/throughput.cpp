#include "lane/throughput.hpp"

#include <algorithm>

namespace executus::lane {
namespace {

std::int64_t second_of(MonoTime time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

}  // namespace

void Throughput::count(MonoTime now) {
  auto second = second_of(now);
  auto& bucket = buckets_[static_cast<std::size_t>(second % kSeconds)];
  if (bucket.second != second) bucket = {second, 0};
  ++bucket.count;
}

std::size_t Throughput::last_minute(MonoTime now) const {
  std::size_t total = 0;
  for (const auto& bucket : buckets_) {
    if (bucket.second > second_of(now) - kSeconds) total += bucket.count;
  }
  return total;
}

std::optional<Milliseconds> Throughput::expected(std::size_t jobs, MonoTime now) const {
  if (jobs == 0) return Milliseconds(0);
  auto ended = last_minute(now);
  if (ended == 0) return std::nullopt;
  auto oldest = second_of(now);
  for (const auto& bucket : buckets_) {
    if (bucket.count > 0 && bucket.second > second_of(now) - kSeconds) oldest = std::min(oldest, bucket.second);
  }
  auto span = now.time_since_epoch() - std::chrono::seconds(oldest);
  auto milliseconds = std::max(std::chrono::duration<double, std::milli>(span).count(), 1'000.0);
  return Milliseconds(static_cast<std::int64_t>(milliseconds * static_cast<double>(jobs) / static_cast<double>(ended)));
}

}  // namespace executus::lane
