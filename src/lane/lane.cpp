#include <mutex>
#include <unordered_map>
#include <vector>

#include <executus/lane/lane.hpp>

#include "lane/pool.hpp"

namespace executus::lane {
namespace {

Error closed_error() {
  return failed("lane.closed", "the lane is closed: it starts no more jobs; submit before the program shuts down");
}
Error cancelled_error() {
  return failed("lane.cancelled", "the job was taken out of the lane's queue before it started");
}

using Waiters = std::vector<OneShot<>>;

}  // namespace

struct Lane::State {
  State(const Clock& the_clock, std::size_t max_concurrent) : clock(the_clock), pool(max_concurrent) {}

  struct Admitted {
    JobId id = 0;
    std::size_t position = 0;
    std::optional<OneShot<>> turn;  // nothing: it runs already
  };
  enum class Position { asked, not_asked };
  Admitted admit(const JobLabel& label, Position position);
  void leave(JobId id) noexcept;
  OneShot<> take_waiter(JobId id);
  Waiters take_waiters(const std::vector<JobId>& ids);

  const Clock& clock;
  std::mutex mutex;
  Pool pool;
  std::unordered_map<JobId, OneShot<>> waiting;  // one for each queued job
  bool closed = false;
};

Lane::State::Admitted Lane::State::admit(const JobLabel& label, Position position) {
  std::lock_guard lock(mutex);
  if (closed) throw closed_error();
  auto [id, admission] = pool.admit(label);
  if (admission == Pool::Admission::running) return {id, 0, std::nullopt};
  OneShot<> turn;
  waiting.emplace(id, turn);
  return {id, position == Position::asked ? pool.position(id) : 0, std::move(turn)};
}

// The place is given away under the lock; its new owner is told after it.
void Lane::State::leave(JobId id) noexcept {
  std::unique_lock lock(mutex);
  waiting.erase(id);
  auto next = pool.leave(id, clock.mono());
  if (!next) return;
  auto turn = take_waiter(*next);
  lock.unlock();
  turn.set();
}

OneShot<> Lane::State::take_waiter(JobId id) { return std::move(waiting.extract(id).mapped()); }

Waiters Lane::State::take_waiters(const std::vector<JobId>& ids) {
  Waiters taken;
  for (auto id : ids) taken.push_back(take_waiter(id));
  return taken;
}

namespace {

// When a turn and a cancellation come together, the job does not start.
Task<void> wait_for(std::optional<OneShot<>> turn) {
  if (turn) co_await turn->wait();
  TaskContext context = co_await this_task();
  context.scope->throw_if_cancelled();
}

Task<void> run_in(Lane::Slot slot, std::optional<OneShot<>> turn, Task<void> work) {
  co_await wait_for(std::move(turn));
  co_await std::move(work);
  (void)slot;  // held until here
}

// The job's frame, and its place with it, are gone before `done` says so.
Task<void> complete(Task<void> job, OneShot<> done) {
  try {
    co_await std::exchange(job, {});
  } catch (...) {
    done.fail(std::current_exception());
    co_return;
  }
  done.set();
}

}  // namespace

Lane::Slot::~Slot() {
  if (state_) state_->leave(id_);
}

Lane::Lane(const Clock& clock, std::size_t max_concurrent) : state_(std::make_shared<State>(clock, max_concurrent)) {}

Lane::~Lane() { close(); }

Lane::Submission Lane::submit(RootGroup& group, Task<void> work, JobLabel label) {
  auto admitted = state_->admit(label, State::Position::asked);
  Slot slot(state_, admitted.id);
  OneShot<> done;
  group.spawn(complete(run_in(std::move(slot), std::move(admitted.turn), std::move(work)), done));
  return {admitted.id, admitted.position, done};
}

Task<Lane::Slot> Lane::enter(JobLabel label) {
  auto admitted = state_->admit(label, State::Position::not_asked);
  Slot slot(state_, admitted.id);  // from here on every end of the wait leaves the line
  co_await wait_for(std::move(admitted.turn));
  co_return slot;
}

bool Lane::cancel(JobId id) {
  std::unique_lock lock(state_->mutex);
  if (!state_->pool.cancel(id)) return false;
  auto turn = state_->take_waiter(id);
  lock.unlock();
  turn.fail(cancelled_error());
  return true;
}

void Lane::set_max_concurrent(std::size_t max_concurrent) {
  std::unique_lock lock(state_->mutex);
  auto started = state_->take_waiters(state_->pool.resize(max_concurrent));
  lock.unlock();
  for (const auto& turn : started) turn.set();
}

void Lane::close() {
  std::unique_lock lock(state_->mutex);
  state_->closed = true;
  auto dropped = state_->take_waiters(state_->pool.drop_queued());
  lock.unlock();
  for (const auto& turn : dropped) turn.fail(closed_error());
}

LaneStats Lane::stats() const {
  std::lock_guard lock(state_->mutex);
  return state_->pool.stats(state_->clock.mono());
}

}  // namespace executus::lane
