#include "llm/pacing.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include <executus/async/loop.hpp>
#include <executus/async/one_shot.hpp>

#include "llm/token_bucket.hpp"

namespace executus::llm {
namespace {

constexpr int kBurstShare = 50;  // by default a burst has one for each so many a minute, and one

std::optional<TokenBucket> request_bucket(const ModelLimits& limits) {
  if (limits.requests_per_minute <= 0) return std::nullopt;
  int burst = limits.burst.value_or(1 + limits.requests_per_minute / kBurstShare);
  return TokenBucket(rate_within(limits.requests_per_minute, burst));
}

std::optional<TokenBucket> tokens_bucket(const ModelLimits& limits) {
  if (limits.tokens_per_minute <= 0) return std::nullopt;
  auto limit = static_cast<double>(limits.tokens_per_minute);
  return TokenBucket(rate_within(limit, limit / kBurstShare));
}

using PaceId = std::uint64_t;

}  // namespace

// While somebody waits there is a timer for the first of them, on that one's loop. It goes when the first goes: so it
// never outlives the loop.
struct Pace::Line : std::enable_shared_from_this<Line> {
  explicit Line(const ModelLimits& limits) : requests(request_bucket(limits)), tokens(tokens_bucket(limits)) {}

  struct Waiting {
    std::int64_t tokens;
    Loop* loop;
    OneShot<> turn;
  };
  // A place in the line, then a request that was let go. Taken back unless it was sent.
  class Ticket {
   public:
    Ticket(std::shared_ptr<Line> line, PaceId id, std::int64_t tokens, Loop& loop)
        : line_(std::move(line)), id_(id), tokens_(tokens), loop_(loop) {}
    Ticket(const Ticket&) = delete;
    ~Ticket() {
      if (!sent_) line_->withdraw(id_, tokens_, loop_.clock().mono());
    }
    void sent() noexcept { sent_ = true; }

   private:
    std::shared_ptr<Line> line_;
    PaceId id_;
    std::int64_t tokens_;
    Loop& loop_;
    bool sent_ = false;
  };
  struct Place {
    PaceId id;
    std::optional<OneShot<>> turn;  // nothing: it may go
  };
  Place join(std::int64_t amount, Loop& loop);
  void withdraw(PaceId id, std::int64_t amount, MonoTime now);

  [[nodiscard]] MonoTime ready(std::int64_t amount, MonoTime now) const;
  void take(double count, std::int64_t amount, MonoTime now);
  void move_up(std::unique_lock<std::mutex> lock);
  void arm();

  std::mutex mutex;
  std::optional<TokenBucket> requests;  // nothing: not limited
  std::optional<TokenBucket> tokens;
  MonoTime paused_until = MonoTime::min();
  std::map<PaceId, Waiting> waiting;  // in the order they came
  PaceId last_id = 0;
  Loop* timer_loop = nullptr;  // null: no timer is set
  TimerId timer = 0;
};

Pace::Line::Place Pace::Line::join(std::int64_t amount, Loop& loop) {
  std::lock_guard lock(mutex);
  PaceId id = ++last_id;
  auto now = loop.clock().mono();
  if (waiting.empty() && ready(amount, now) <= now) {
    take(1, amount, now);
    return {id, std::nullopt};
  }
  OneShot<> turn;
  waiting.emplace(id, Waiting{amount, &loop, turn});
  if (waiting.size() == 1) arm();
  return {id, std::move(turn)};
}

void Pace::Line::withdraw(PaceId id, std::int64_t amount, MonoTime now) {
  std::unique_lock lock(mutex);
  if (waiting.erase(id) == 0) take(-1, -amount, now);
  move_up(std::move(lock));
}

MonoTime Pace::Line::ready(std::int64_t amount, MonoTime now) const {
  auto when = std::max(now, paused_until);
  if (requests) when = std::max(when, requests->ready(1, now));
  if (tokens) when = std::max(when, tokens->ready(static_cast<double>(amount), now));
  return when;
}

void Pace::Line::take(double count, std::int64_t amount, MonoTime now) {
  if (requests) requests->take(count, now);
  if (tokens) tokens->take(static_cast<double>(amount), now);
}

// Lets those go who may, and sets the timer for who is first then.
void Pace::Line::move_up(std::unique_lock<std::mutex> lock) {
  std::vector<OneShot<>> turns;
  while (!waiting.empty()) {
    auto& first = waiting.begin()->second;
    auto now = first.loop->clock().mono();
    if (ready(first.tokens, now) > now) break;
    take(1, first.tokens, now);
    turns.push_back(std::move(first.turn));
    waiting.erase(waiting.begin());
  }
  arm();
  lock.unlock();
  for (const auto& turn : turns) turn.set();
}

void Pace::Line::arm() {
  if (auto* loop = std::exchange(timer_loop, nullptr)) loop->cancel_timer(timer);
  if (waiting.empty()) return;
  const auto& first = waiting.begin()->second;
  auto when = ready(first.tokens, first.loop->clock().mono());
  timer_loop = first.loop;
  timer = timer_loop->call_at(when, [line = shared_from_this()] { line->move_up(std::unique_lock(line->mutex)); });
}

Pace::Pace(const ModelLimits& limits)
    : counts_tokens_(limits.tokens_per_minute > 0), line_(std::make_shared<Line>(limits)) {}

// By its own reference: the line may be needed when the pace is gone.
Task<void> Pace::acquire(std::int64_t tokens) {
  TaskContext context = co_await this_task();
  Loop& loop = context.strand->loop();
  context.scope->throw_if_cancelled();
  auto line = line_;
  auto place = line->join(tokens, loop);
  Line::Ticket ticket(line, place.id, tokens, loop);
  if (place.turn) co_await place.turn->wait();
  context.scope->throw_if_cancelled();
  ticket.sent();
}

void Pace::settle(std::int64_t estimated, std::int64_t actual, MonoTime now) {
  if (!counts_tokens_ || estimated == actual) return;
  std::unique_lock lock(line_->mutex);
  line_->take(0, actual - estimated, now);
  line_->move_up(std::move(lock));
}

void Pace::pause_until(MonoTime when) {
  std::unique_lock lock(line_->mutex);
  line_->paused_until = std::max(line_->paused_until, when);
  line_->move_up(std::move(lock));
}

std::size_t Pace::waiting() const {
  std::lock_guard lock(line_->mutex);
  return line_->waiting.size();
}

}  // namespace executus::llm
