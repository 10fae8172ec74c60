#include "llm/anthropic/cache_marks.hpp"

#include <boost/json.hpp>

namespace executus::llm::anthropic {
namespace {

namespace json = boost::json;

constexpr int kMarkedTurns = 2;

void mark_last(json::array& blocks) {
  if (!blocks.empty()) blocks.back().get_object()["cache_control"] = json::object{{"type", "ephemeral"}};
}

}  // namespace

void mark_for_cache(json::array& tools, json::array& system, std::vector<Turn>& turns) {
  mark_last(tools);
  mark_last(system);
  int marked = 0;
  for (auto turn = turns.rbegin(); turn != turns.rend() && marked < kMarkedTurns; ++turn) {
    if (turn->role != Role::user) continue;
    mark_last(turn->content);
    ++marked;
  }
}

}  // namespace executus::llm::anthropic
