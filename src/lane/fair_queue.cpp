#include "lane/fair_queue.hpp"

#include <algorithm>
#include <iterator>

namespace executus::lane {

void FairQueue::push(JobId id, const JobLabel& label) {
  auto known = lines_.find(label.user);
  if (known == lines_.end()) {
    turns_.push_back({label.user, {}, 0});
    known = lines_.emplace(label.user, std::prev(turns_.end())).first;
  }
  auto line = known->second;
  line->by_priority[label.priority].insert(id);
  ++line->size;
  places_.emplace(id, Place{line, label.priority});
}

std::optional<JobId> FairQueue::pop() {
  if (turns_.empty()) return std::nullopt;
  auto line = turns_.begin();
  const auto& [priority, ids] = *line->by_priority.begin();
  JobId id = *ids.begin();
  turns_.splice(turns_.end(), turns_, line);
  remove(line, int{priority}, id);
  return id;
}

bool FairQueue::erase(JobId id) {
  auto place = places_.find(id);
  if (place == places_.end()) return false;
  remove(place->second.line, place->second.priority, id);
  return true;
}

// Before the n-th job of a user start: n - 1 jobs of that user, up to n jobs of each user with an earlier turn, and up
// to n - 1 of each other user.
std::size_t FairQueue::position(JobId id) const {
  auto found = places_.find(id);
  if (found == places_.end()) return 0;
  auto [own, priority] = found->second;
  std::size_t nth = 0;
  for (auto level = own->by_priority.begin(); level->first != priority; ++level) nth += level->second.size();
  const auto& peers = own->by_priority.at(priority);
  auto younger = static_cast<std::size_t>(std::distance(peers.find(id), peers.end())) - 1;
  nth += peers.size() - younger;

  std::size_t before = nth - 1;
  std::size_t turns = nth;  // of users with an earlier turn
  for (auto line = turns_.begin(); line != turns_.end(); ++line) {
    if (line == own) {
      --turns;
    } else {
      before += std::min(line->size, turns);
    }
  }
  return before + 1;
}

void FairQueue::remove(Turn line, int priority, JobId id) {
  places_.erase(id);
  auto level = line->by_priority.find(priority);
  level->second.erase(id);
  if (level->second.empty()) line->by_priority.erase(level);
  if (--line->size > 0) return;
  lines_.erase(line->user);
  turns_.erase(line);
}

}  // namespace executus::lane
