#include <executus/critic/extend_once.hpp>

namespace executus::critic {

CriticDecision extend_once(const Situation& situation, Milliseconds by) {
  CriticDecision decision;
  if (situation.so_far.extensions > 0) return decision;
  decision.extend_by = by.count() > 0 ? by : situation.soft;
  decision.reason = "no activity; extended once";
  return decision;
}

Task<CriticDecision> ExtendOnce::escalate(Situation situation) { co_return extend_once(situation, by_); }

}  // namespace executus::critic
