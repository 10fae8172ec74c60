#include "run/open/turns_by_id.hpp"

namespace executus::run {

// A task's place in the queue of an id. Lives in the frame of take().
class TurnsById::Place {
 public:
  Place(TurnsById& turns, RunId id) : turns_(turns), id_(std::move(id)) { turns_.enter(id_, *this); }
  ~Place() {
    if (!taken_) turns_.leave(id_, *this);
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  void set() { its_turn_.set(); }
  auto its_turn() { return its_turn_.wait_shielded(); }
  Turn turn() {
    taken_ = true;
    return {&turns_, std::move(id_)};
  }

 private:
  TurnsById& turns_;
  RunId id_;
  OneShot<> its_turn_;
  bool taken_ = false;
};

Task<TurnsById::Turn> TurnsById::take(RunId id) {
  Place place(*this, std::move(id));
  co_await place.its_turn();
  co_return place.turn();
}

void TurnsById::enter(const RunId& id, Place& place) {
  std::lock_guard lock(mutex_);
  auto [queue, first] = waiting_.try_emplace(id);
  if (first) return place.set();
  queue->second.push_back(&place);
}

// A place that has got its turn meanwhile gives the turn to the next one.
void TurnsById::leave(const RunId& id, Place& place) {
  std::lock_guard lock(mutex_);
  auto& queue = waiting_.find(id)->second;
  if (std::erase(queue, &place) == 0) pass_on_locked(id);
}

void TurnsById::pass_on(const RunId& id) {
  std::lock_guard lock(mutex_);
  pass_on_locked(id);
}

void TurnsById::pass_on_locked(const RunId& id) {
  auto queue = waiting_.find(id);
  if (queue->second.empty()) {
    waiting_.erase(queue);
    return;
  }
  Place* next = queue->second.front();
  queue->second.pop_front();
  next->set();
}

}  // namespace executus::run
