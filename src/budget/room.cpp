#include "budget/room.hpp"

#include <algorithm>

namespace executus::budget {
namespace {

constexpr std::int64_t kCallsInBlock = 8;
constexpr std::int64_t kLeastBlocksLeft = 16;
constexpr int kTurnsOfTime = 64;

std::int64_t times(std::int64_t count, std::int64_t factor) {
  std::int64_t product = 0;
  return __builtin_mul_overflow(count, factor, &product) ? std::numeric_limits<std::int64_t>::max() : product;
}

// Of one kind: a block of `left` for calls that need `need`.
std::int64_t block_of(std::int64_t need, std::int64_t left) {
  auto block = std::max(need, std::min(times(need, kCallsInBlock), left / kLeastBlocksLeft));
  return std::min(block, left);
}

// Takes its share of one kind into `held`.
Room take(std::int64_t limit, std::int64_t spent, std::int64_t held_by_others, std::int64_t need, std::int64_t& held) {
  if (spent >= limit) return Room::none;
  auto left = limit - spent - held_by_others;
  if (left <= 0 && need > 0) return Room::later;
  held = need > 0 ? block_of(need, left) : 0;
  return Room::enough;
}

void add_words(std::string& text, std::string words) { text += (text.empty() ? "" : ", ") + std::move(words); }

std::string seconds(Milliseconds time) {
  auto tenths = time.count() / 100;
  return std::to_string(tenths / 10) + (tenths % 10 ? "." + std::to_string(tenths % 10) : "");
}

}  // namespace

Share share_of(const SpendingLimits& limits, const Amounts& spent, const Amounts& held, const Amounts& calls) {
  Share share;
  share.held = {calls.time, times(calls.tokens, kCallsInBlock), {times(calls.cost.count, kCallsInBlock)}};
  if (limits.time) share.good_for = std::max(Milliseconds(0), *limits.time - spent.time) / kTurnsOfTime;
  auto note = [&](Room room) { share.room = std::max(share.room, room); };
  if (limits.time && spent.time >= *limits.time) note(Room::none);
  if (limits.tokens) note(take(*limits.tokens, spent.tokens, held.tokens, calls.tokens, share.held.tokens));
  if (limits.cost)
    note(take(limits.cost->count, spent.cost.count, held.cost.count, calls.cost.count, share.held.cost.count));
  return share;
}

std::string words_of(const SpendingLimits& limits, const Amounts& spent) {
  std::string text;
  if (limits.cost) add_words(text, to_string(spent.cost) + " of " + to_string(*limits.cost));
  if (limits.tokens)
    add_words(text, std::to_string(spent.tokens) + " of " + std::to_string(*limits.tokens) + " tokens");
  if (limits.time) add_words(text, seconds(spent.time) + " of " + seconds(*limits.time) + " seconds");
  return text;
}

}  // namespace executus::budget
