#include "journal/turns.hpp"

#include <algorithm>
#include <functional>
#include <queue>
#include <ranges>
#include <tuple>
#include <utility>

namespace executus::journal {

Turns::Turns(std::vector<QueueLimit> limits, std::uint64_t round) : round_(round) {
  for (auto& limit : limits) {
    limits_by_.at(static_cast<std::size_t>(limit.of)).emplace(limit.name, static_cast<int>(limits_.size()));
    limits_.push_back({std::move(limit)});
  }
}

int Turns::find_limit(LimitOf of, std::string_view name) const {
  const auto& known = limits_by_.at(static_cast<std::size_t>(of));
  auto found = known.find(name);
  return found == known.end() ? -1 : found->second;
}

Turns::Limits Turns::limits_of(QueuedAs run) const {
  if (limits_.empty()) return {-1, -1, -1, -1};
  return {find_limit(LimitOf::all, ""), find_limit(LimitOf::agent, run.agent), find_limit(LimitOf::caller, run.caller),
          find_limit(LimitOf::queue, run.queue)};
}

const Turns::Limit* Turns::full(const Limits& limits) const {
  for (int each : limits)
    if (each >= 0 && limits_[static_cast<std::size_t>(each)].is_full()) return &limits_[static_cast<std::size_t>(each)];
  return nullptr;
}

void Turns::occupy(const Limits& limits) {
  for (int each : limits)
    if (each >= 0) ++limits_[static_cast<std::size_t>(each)].driven;
}

int Turns::caller(std::string_view name) {
  auto known = callers_.find(name);
  if (known != callers_.end()) return known->second;
  driven_of_.push_back(0);
  return callers_.emplace(name, static_cast<int>(callers_.size())).first->second;
}

void Turns::driven(QueuedAs run) {
  occupy(limits_of(run));
  ++driven_of_[static_cast<std::size_t>(caller(run.caller))];
}

void Turns::due(std::int64_t number, int priority, QueuedAs run, Offer offer) {
  due_.push_back({number, priority, caller(run.caller), limits_of(run), offer});
}

std::optional<QueueLimit> Turns::limit_on(QueuedAs run) const {
  const auto* found = full(limits_of(run));
  return found ? std::optional(found->limit) : std::nullopt;
}

std::vector<std::int64_t> Turns::take(std::size_t most) {
  std::ranges::sort(due_, {}, [](const Due& run) { return std::pair(-std::int64_t{run.priority}, run.number); });
  std::vector<std::int64_t> taken;
  for (auto begin = due_.begin(); begin != due_.end() && taken.size() < most;) {
    auto end = std::find_if(begin, due_.end(), [&](const Due& run) { return run.priority != begin->priority; });
    take_of({begin, end}, most, taken);
    begin = end;
  }
  return taken;
}

// Of callers, in this round.
std::vector<std::int64_t> Turns::ranks() const {
  std::vector<std::int64_t> ranks(callers_.size());
  std::uint64_t place = round_;
  for (const auto& [name, caller] : callers_)
    ranks[static_cast<std::size_t>(caller)] = static_cast<std::int64_t>(place++ % callers_.size());
  return ranks;
}

// A line for each caller; the next is always the head of the line whose caller has the fewest runs. Of callers that
// have none it is the oldest head. One that has no place lets the one behind it forward.
void Turns::take_of(Level level, std::size_t most, std::vector<std::int64_t>& taken) {
  std::vector<std::vector<const Due*>> lines(callers_.size());
  for (const auto& run : std::views::reverse(level)) lines[static_cast<std::size_t>(run.caller)].push_back(&run);
  auto in_round = ranks();
  using Head = std::tuple<int, std::int64_t, std::size_t>;  // driven for the caller, age or rank, line
  std::priority_queue<Head, std::vector<Head>, std::greater<>> heads;
  auto come_forward = [&](std::size_t line) {
    if (lines[line].empty()) return;
    heads.emplace(driven_of_[line], driven_of_[line] == 0 ? lines[line].back()->number : in_round[line], line);
  };
  for (std::size_t line = 0; line < lines.size(); ++line) come_forward(line);
  while (!heads.empty() && taken.size() < most) {
    auto line = std::get<std::size_t>(heads.top());
    heads.pop();
    const auto& run = *lines[line].back();
    lines[line].pop_back();
    if (!full(run.limits)) {
      occupy(run.limits);
      ++driven_of_[line];
      if (run.offer == Offer::to_all) taken.push_back(run.number);
    }
    come_forward(line);
  }
}

}  // namespace executus::journal
