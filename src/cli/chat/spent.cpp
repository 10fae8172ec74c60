#include "cli/chat/spent.hpp"

namespace executus::cli {

void Spent::record(const llm::UsageRecord& record) {
  std::lock_guard lock(mutex_);
  usage_ += record.usage;
  cost_ += record.cost;
  if (record.cost) ++priced_;
}

void Spent::add_unanswered(const llm::Usage& usage) {
  if (usage == llm::Usage()) return;
  std::lock_guard lock(mutex_);
  usage_ += usage;
  cost_ += std::nullopt;
}

// With mutex_ held. Unknown is not zero.
std::string Spent::cost() const {
  if (auto total = cost_.total()) return to_string(*total);
  if (priced_ == 0) return "cost unknown: no price is known (docs/guides/cost.md)";
  return to_string(cost_.known) + " and what " + std::to_string(cost_.unpriced) +
         (cost_.unpriced == 1 ? " answer" : " answers") + " without a known price cost";
}

std::string Spent::text() const {
  std::lock_guard lock(mutex_);
  return std::to_string(usage_.input) + " tokens in (" + std::to_string(usage_.cache_read) +
         " of them from a cache), " + std::to_string(usage_.output) + " out, " + cost();
}

}  // namespace executus::cli
