#include "run/worker/resting.hpp"

#include <algorithm>
#include <utility>

#include "run/record/backoff.hpp"

namespace executus::run {

Milliseconds rest_after(int times, Milliseconds longest) { return doubled(kFirstRest, times, longest); }

Resting::News Resting::lay_down(const journal::RunRow& row, std::vector<std::string> lacks, MonoTime now) {
  auto [place, is_new] = rests_.try_emplace(row.id);
  auto& rest = place->second;
  bool same = !is_new && rest.last_seq == row.last_seq && rest.lacks == lacks;
  int times = !is_new && rest.last_seq == row.last_seq ? rest.times + 1 : 1;
  auto longest = std::max(kLongestRest, kLongestRestEach * static_cast<Milliseconds::rep>(rests_.size()));
  rest = {row.last_seq, std::move(lacks), times, now + rest_after(times, longest)};
  return same ? News::no : News::yes;
}

void Resting::wake_all(MonoTime now) {
  for (auto& [run, rest] : rests_) rest.until = std::min(rest.until, now);
}

bool Resting::rests(const journal::RunRow& row, MonoTime now) const {
  auto found = rests_.find(row.id);
  if (found == rests_.end()) return false;
  const auto& rest = found->second;
  return rest.last_seq == row.last_seq && now < rest.until;
}

void Resting::forget_old(MonoTime now) {
  std::erase_if(rests_, [now](const auto& rest) { return later(rest.second.until, 2 * kLongestRest) < now; });
}

}  // namespace executus::run
