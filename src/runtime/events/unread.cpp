#include "runtime/events/unread.hpp"

#include <algorithm>
#include <utility>

namespace executus {

void Unread::add_at(std::uint64_t after, Event::What what) {
  std::lock_guard lock(mutex_);
  if (after < passed_) return;
  push(after, std::move(what));
}

void Unread::add(Event::What what) {
  std::lock_guard lock(mutex_);
  push(durable_, std::move(what));
}

void Unread::push(std::optional<std::uint64_t> after, Event::What what) {
  if (most_ == 0) return;
  if (events_.size() == most_) {
    lost_after_ = events_.front().after;
    events_.pop_front();
    ++lost_;
  }
  events_.push_back({after, std::move(what)});
  wake();
}

void Unread::durable(std::uint64_t seq) {
  std::lock_guard lock(mutex_);
  if (!durable_) place_all(seq - 1);
  durable_ = std::max(durable_.value_or(0), seq);
  wake();
}

void Unread::stood_at(std::uint64_t seq) {
  std::lock_guard lock(mutex_);
  if (durable_) return;
  durable_ = seq;
  place_all(seq);
}

void Unread::place_all(std::uint64_t after) {
  for (auto& event : events_)
    if (!event.after) event.after = after;
  if (lost_ > 0 && !lost_after_) lost_after_ = after;
}

std::optional<Event::What> Unread::take(std::uint64_t read) {
  std::lock_guard lock(mutex_);
  auto is_due = [&](const std::optional<std::uint64_t>& after) { return after && *after <= read; };
  if (lost_ > 0 && is_due(lost_after_)) return Lagged{std::exchange(lost_, 0)};
  if (events_.empty() || !is_due(events_.front().after)) return std::nullopt;
  auto what = std::move(events_.front().what);
  events_.pop_front();
  return what;
}

void Unread::passed(std::uint64_t seq) {
  std::lock_guard lock(mutex_);
  passed_ = seq;
}

std::uint64_t Unread::newest_durable() const {
  std::lock_guard lock(mutex_);
  return durable_.value_or(0);
}

std::uint64_t Unread::changes() const {
  std::lock_guard lock(mutex_);
  return changes_;
}

OneShot<> Unread::changed_since(std::uint64_t seen) {
  std::lock_guard lock(mutex_);
  OneShot<> changed;
  if (changes_ != seen || closed_)
    changed.set();
  else
    waiter_ = changed;
  return changed;
}

void Unread::close() {
  std::lock_guard lock(mutex_);
  closed_ = true;
  wake();
}

bool Unread::closed() const {
  std::lock_guard lock(mutex_);
  return closed_;
}

void Unread::wake() {
  ++changes_;
  if (waiter_) std::exchange(waiter_, std::nullopt)->set();
}

}  // namespace executus
