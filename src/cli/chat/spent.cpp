#include "cli/chat/spent.hpp"

namespace executus::cli {

void Spent::record(const llm::UsageRecord& record) {
  std::lock_guard lock(mutex_);
  usage_ += record.usage;
  if (record.cost)
    cost_ += *record.cost, ++priced_;
  else
    ++unpriced_;
}

void Spent::add_unanswered(const llm::Usage& usage) {
  if (usage == llm::Usage()) return;
  std::lock_guard lock(mutex_);
  usage_ += usage;
  ++unpriced_;
}

// With mutex_ held. Unknown is not zero.
std::string Spent::cost() const {
  if (unpriced_ == 0) return to_string(cost_);
  if (priced_ == 0) return "cost unknown: no price is known (docs/guides/cost.md)";
  return to_string(cost_) + " and what " + std::to_string(unpriced_) + (unpriced_ == 1 ? " answer" : " answers") +
         " without a known price cost";
}

std::string Spent::text() const {
  std::lock_guard lock(mutex_);
  return std::to_string(usage_.input) + " tokens in (" + std::to_string(usage_.cache_read) +
         " of them from a cache), " + std::to_string(usage_.output) + " out, " + cost();
}

}  // namespace executus::cli
