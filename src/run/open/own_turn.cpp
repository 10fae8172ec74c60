#include "run/open/own_turn.hpp"

#include <optional>
#include <utility>

namespace executus::run {
namespace {

constexpr Milliseconds kFresh{100};
constexpr Milliseconds kFreshWithoutLimits{1'000};
constexpr std::size_t kHeads = 64;

}  // namespace

Task<bool> OwnTurn::has_come(journal::JournalStore& store, const Clock& clock, RunId run) {
  auto now = clock.mono();
  {
    std::lock_guard lock(mutex_);
    if (now < later(looked_at_, limited_ ? kFresh : kFreshWithoutLimits)) co_return !limited_ || offered_.contains(run);
  }
  auto limits = co_await store.limits();
  journal::RunFilter heads;
  heads.limit = kHeads;
  heads.own_queued = true;
  std::set<RunId> offered;
  if (!limits.empty())
    for (auto& row : co_await store.claimable(std::move(heads))) offered.insert(std::move(row.id));
  std::lock_guard lock(mutex_);
  looked_at_ = now;
  limited_ = !limits.empty();
  offered_ = std::move(offered);
  co_return !limited_ || offered_.contains(run);
}

}  // namespace executus::run
