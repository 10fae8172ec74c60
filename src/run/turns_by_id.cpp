#include "run/turns_by_id.hpp"

namespace executus::run {

Task<TurnsById::Turn> TurnsById::take(RunId id) {
  OneShot<> mine;
  if (!is_free(id, mine)) co_await mine.wait_shielded();
  co_return Turn(this, std::move(id));
}

bool TurnsById::is_free(const RunId& id, const OneShot<>& mine) {
  std::lock_guard lock(mutex_);
  auto [place, free] = waiting_.try_emplace(id);
  if (!free) place->second.push_back(mine);
  return free;
}

void TurnsById::pass_on(const RunId& id) {
  std::lock_guard lock(mutex_);
  auto place = waiting_.find(id);
  auto& others = place->second;
  if (others.empty()) {
    waiting_.erase(place);
    return;
  }
  OneShot<> next = std::move(others.front());
  others.erase(others.begin());
  next.set();
}

}  // namespace executus::run
