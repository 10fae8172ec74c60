#include <executus/journal/queue.hpp>

#include "base/named.hpp"

namespace executus::journal {

std::string_view to_string(LimitOf of) {
  switch (of) {
    case LimitOf::all:
      return "all";
    case LimitOf::agent:
      return "agent";
    case LimitOf::caller:
      return "caller";
    case LimitOf::queue:
      return "queue";
  }
  return "";
}

std::optional<LimitOf> parse_limit_of(std::string_view name) {
  return find_named(name, {LimitOf::all, LimitOf::agent, LimitOf::caller, LimitOf::queue});
}

std::string describe(const QueueLimit& limit) {
  auto of =
      limit.of == LimitOf::all ? std::string("all runs") : std::string(to_string(limit.of)) + " '" + limit.name + "'";
  if (limit.paused) return "the queue is paused for " + of;
  if (!limit.runs) return "the queue does not limit " + of;
  return "the queue limits " + of + " to " + std::to_string(*limit.runs) + " at once";
}

}  // namespace executus::journal
