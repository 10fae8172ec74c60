#include "llm/chain/pacing.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>
#include <variant>
#include <vector>

#include <executus/async/loop.hpp>
#include <executus/async/one_shot.hpp>

#include "llm/chain/token_bucket.hpp"

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

// While requests wait there is a timer for the first of them, on the loop of its task. It is cancelled when that one
// leaves the line, so it never outlives the loop.
struct Pace::Line : std::enable_shared_from_this<Line> {
  explicit Line(const ModelLimits& limits) : requests(request_bucket(limits)), tokens(tokens_bucket(limits)) {}

  // A place in the line, then a request that was let go. Taken back unless it was sent.
  struct Ticket {
    Ticket(std::shared_ptr<Line> line_, std::int64_t tokens_, Loop& loop_)
        : line(std::move(line_)), tokens(tokens_), loop(loop_) {}
    Ticket(const Ticket&) = delete;
    ~Ticket() {
      if (!sent) line->withdraw(*this);
    }
    const std::shared_ptr<Line> line;
    const std::int64_t tokens;
    Loop& loop;
    PaceId id = 0;
    bool taken = false;  // its share of the buckets; the line's mutex guards it
    bool sent = false;
  };
  using Turn = OneShot<Milliseconds>;  // as acquire() returns it
  struct Waiting {
    Ticket& ticket;  // leaves the line before it dies
    Turn turn;
  };
  // The turn to wait for, or what acquire() returns at once.
  std::variant<Milliseconds, Turn> join(Ticket& ticket);
  void withdraw(Ticket& ticket);
  void turn_all_away(std::unique_lock<std::mutex> lock);

  [[nodiscard]] Milliseconds held_for(MonoTime now) const;  // 0: no longer than kLongestHold
  [[nodiscard]] MonoTime ready(std::int64_t amount, MonoTime now) const;
  void take(double count, std::int64_t amount, MonoTime now);
  void take(Ticket& ticket, MonoTime now);
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

std::variant<Milliseconds, Pace::Line::Turn> Pace::Line::join(Ticket& ticket) {
  std::lock_guard lock(mutex);
  auto now = ticket.loop.clock().mono();
  if (auto hold = held_for(now); hold.count() > 0) return hold;
  if (waiting.empty() && ready(ticket.tokens, now) <= now) return take(ticket, now), Milliseconds(0);
  Turn turn;
  ticket.id = ++last_id;
  waiting.emplace(ticket.id, Waiting{ticket, turn});
  if (waiting.size() == 1) arm();
  return turn;
}

void Pace::Line::withdraw(Ticket& ticket) {
  std::unique_lock lock(mutex);
  waiting.erase(ticket.id);
  if (ticket.taken) take(-1, -ticket.tokens, ticket.loop.clock().mono());
  move_up(std::move(lock));
}

void Pace::Line::turn_all_away(std::unique_lock<std::mutex> lock) {
  std::vector<std::pair<Turn, Milliseconds>> turns;
  for (auto& [id, each] : std::exchange(waiting, {}))
    turns.emplace_back(std::move(each.turn), held_for(each.ticket.loop.clock().mono()));
  arm();
  lock.unlock();
  for (auto& [turn, hold] : turns) turn.set(hold);
}

Milliseconds Pace::Line::held_for(MonoTime now) const {
  if (paused_until <= later(now, kLongestHold)) return Milliseconds(0);
  return std::chrono::ceil<Milliseconds>(paused_until - now);
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

void Pace::Line::take(Ticket& ticket, MonoTime now) {
  take(1, ticket.tokens, now);
  ticket.taken = true;
}

// Lets the requests go that may, and sets the timer for the one that is first then.
void Pace::Line::move_up(std::unique_lock<std::mutex> lock) {
  std::vector<Turn> turns;
  while (!waiting.empty()) {
    auto& first = waiting.begin()->second;
    auto now = first.ticket.loop.clock().mono();
    if (ready(first.ticket.tokens, now) > now) break;
    take(first.ticket, now);
    turns.push_back(std::move(first.turn));
    waiting.erase(waiting.begin());
  }
  arm();
  lock.unlock();
  for (auto& turn : turns) turn.set(Milliseconds(0));
}

void Pace::Line::arm() {
  if (auto* loop = std::exchange(timer_loop, nullptr)) loop->cancel_timer(timer);
  if (waiting.empty()) return;
  const auto& first = waiting.begin()->second.ticket;
  auto when = ready(first.tokens, first.loop.clock().mono());
  timer_loop = &first.loop;
  timer = timer_loop->call_at(when, [line = shared_from_this()] { line->move_up(std::unique_lock(line->mutex)); });
}

Pace::Pace(const ModelLimits& limits)
    : counts_tokens_(limits.tokens_per_minute > 0), line_(std::make_shared<Line>(limits)) {}

// By its own reference: the line may be needed when the pace is gone.
Task<Milliseconds> Pace::acquire(std::int64_t tokens) {
  TaskContext context = co_await this_task();
  context.scope->throw_if_cancelled();
  Line::Ticket ticket(line_, tokens, context.strand->loop());
  auto place = ticket.line->join(ticket);
  auto* turn = std::get_if<Line::Turn>(&place);
  auto hold = turn ? co_await turn->wait() : std::get<Milliseconds>(place);
  context.scope->throw_if_cancelled();
  ticket.sent = hold.count() == 0;
  co_return hold;
}

void Pace::correct(std::int64_t estimated, std::int64_t actual, MonoTime now) {
  if (!counts_tokens_ || estimated == actual) return;
  std::unique_lock lock(line_->mutex);
  line_->take(0, actual - estimated, now);
  line_->move_up(std::move(lock));
}

void Pace::pause_until(MonoTime when) {
  std::unique_lock lock(line_->mutex);
  line_->paused_until = std::max(line_->paused_until, when);
  if (line_->waiting.empty()) return;
  bool too_long = line_->held_for(line_->waiting.begin()->second.ticket.loop.clock().mono()).count() > 0;
  too_long ? line_->turn_all_away(std::move(lock)) : line_->move_up(std::move(lock));
}

std::size_t Pace::waiting() const {
  std::lock_guard lock(line_->mutex);
  return line_->waiting.size();
}

}  // namespace executus::llm
