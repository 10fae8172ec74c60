#include "run/sending/lanes.hpp"

#include <algorithm>

#include "run/sending/sending.hpp"

namespace executus::run {
namespace {

constexpr Milliseconds kLongestSilence = std::chrono::minutes(1);

}  // namespace

const Lanes::Lane* Lanes::find(const Place& place) const {
  auto found = lanes_.find(place);
  return found == lanes_.end() ? nullptr : &found->second;
}

void Lanes::forget_if_idle(const Place& place) {
  auto found = lanes_.find(place);
  bool is_idle = found != lanes_.end() && !found->second.taken && found->second.silent_until == MonoTime::min();
  if (is_idle) lanes_.erase(found);
}

bool Lanes::enter(const Place& place, MonoTime now) {
  std::lock_guard lock(mutex_);
  const auto* known = find(place);
  if (taken_ >= kAtOnce || (known && is_closed(*known, now))) return false;
  lanes_[place].taken = true;
  ++taken_;
  return true;
}

void Lanes::leave(const Place& place) {
  std::lock_guard lock(mutex_);
  lanes_[place].taken = false;
  --taken_;
  forget_if_idle(place);
}

bool Lanes::is_closed(const Place& place, MonoTime now) const {
  std::lock_guard lock(mutex_);
  const auto* known = find(place);
  return known && is_closed(*known, now);
}

std::vector<Place> Lanes::closed(MonoTime now) const {
  std::lock_guard lock(mutex_);
  std::vector<Place> closed;
  for (const auto& [place, lane] : lanes_)
    if (is_closed(lane, now)) closed.push_back(place);
  return closed;
}

int Lanes::failures(const Place& place) const {
  std::lock_guard lock(mutex_);
  const auto* known = find(place);
  return known ? known->failures : 0;
}

void Lanes::heard(const Place& place) {
  std::lock_guard lock(mutex_);
  auto& lane = lanes_[place];
  lane.failures = 0;
  lane.silent_until = MonoTime::min();
  forget_if_idle(place);
}

void Lanes::heard_nothing(const Place& place, MonoTime now) { asked_for(place, now, Milliseconds(0)); }

void Lanes::asked_for(const Place& place, MonoTime now, Milliseconds silence) {
  std::lock_guard lock(mutex_);
  auto& lane = lanes_[place];
  lane.silent_until = now + std::max(silence, std::min(kLongestSilence, pause_after(++lane.failures)));
}

}  // namespace executus::run
