#include "net/client/body_queue.hpp"

#include <utility>

namespace executus::net {

BodyQueue::Offer BodyQueue::offer(std::string_view bytes) {
  std::lock_guard lock(mutex_);
  if (!bytes_.empty() && bytes_.size() + bytes.size() > window_) {
    refused_ = true;
    return Offer::full;
  }
  add(bytes);
  return Offer::taken;
}

void BodyQueue::put(std::string_view bytes) {
  std::lock_guard lock(mutex_);
  add(bytes);
}

void BodyQueue::add(std::string_view bytes) {
  bytes_ += bytes;
  if (!bytes_.empty()) signal();
}

void BodyQueue::end(std::exception_ptr error) {
  std::lock_guard lock(mutex_);
  if (std::exchange(ended_, true)) return;
  error_ = std::move(error);
  signal();
}

OneShot<> BodyQueue::arrival() {
  std::lock_guard lock(mutex_);
  reader_.emplace();
  OneShot<> arrival = *reader_;
  if (ended_ || !bytes_.empty()) signal();
  return arrival;
}

BodyQueue::Taken BodyQueue::take() {
  std::lock_guard lock(mutex_);
  Room room = std::exchange(refused_, false) ? Room::made : Room::as_before;
  if (!bytes_.empty()) return {std::exchange(bytes_, {}), room};
  if (error_) std::rethrow_exception(error_);
  return {std::nullopt, room};
}

void BodyQueue::signal() {
  if (!reader_) return;
  reader_->set();
  reader_.reset();
}

}  // namespace executus::net
