// The names of entries and of what they hold, as they are stored and shown: frozen.
#include <array>
#include <string_view>

#include <executus/journal/entry.hpp>

namespace executus::journal {
namespace {

constexpr std::array<std::string_view, 27> kKindNames{
    "unknown",   "admitted",   "opened",    "responded",     "intended",     "settled", "steered",
    "waited",    "retried",    "ended",     "phase_started", "phase_ended",  "gated",   "approved",
    "compacted", "criticised", "generated", "spent",         "withheld",     "cut",     "parked",
    "woken",     "reopened",   "redefined", "mapped",        "call_changed", "offered"};

}  // namespace

std::string_view to_string(PhaseEnd how) {
  switch (how) {
    case PhaseEnd::completed:
      return "completed";
    case PhaseEnd::fallback:
      return "fallback";
    case PhaseEnd::salvaged:
      return "salvaged";
  }
  return "completed";
}

std::string_view to_string(Ruling ruling) {
  switch (ruling) {
    case Ruling::allow:
      return "allow";
    case Ruling::rewrite:
      return "rewrite";
    case Ruling::deny:
      return "deny";
    case Ruling::ask:
      return "ask";
  }
  return "allow";
}

std::string_view kind_name(int kind) {
  return kKindNames[kind > 0 && kind < static_cast<int>(kKindNames.size()) ? static_cast<std::size_t>(kind) : 0];
}

}  // namespace executus::journal
