#include <executus/journal/status.hpp>

#include "base/named.hpp"

namespace executus {

std::string_view to_string(RunStatus status) {
  switch (status) {
    case RunStatus::queued:
      return "queued";
    case RunStatus::running:
      return "running";
    case RunStatus::waiting:
      return "waiting";
    case RunStatus::quarantined:
      return "quarantined";
    case RunStatus::ok:
      return "ok";
    case RunStatus::error:
      return "error";
    case RunStatus::timeout:
      return "timeout";
    case RunStatus::cancelled:
      return "cancelled";
    case RunStatus::killed:
      return "killed";
  }
  return "error";
}

std::string_view to_string(WaitReason reason) {
  switch (reason) {
    case WaitReason::in_doubt:
      return "in_doubt";
    case WaitReason::approval:
      return "approval";
    case WaitReason::timer:
      return "timer";
    case WaitReason::budget:
      return "budget";
    case WaitReason::child:
      return "child";
    case WaitReason::provider:
      return "provider";
    case WaitReason::signal:
      return "signal";
  }
  return "timer";
}

std::string_view to_string(Durability durability) {
  switch (durability) {
    case Durability::strict:
      return "strict";
    case Durability::relaxed:
      return "relaxed";
    case Durability::memory:
      return "memory";
    case Durability::lazy:
      return "lazy";
  }
  return "strict";
}

std::optional<RunStatus> parse_run_status(std::string_view name) {
  using enum RunStatus;
  return find_named(name, {queued, running, waiting, quarantined, ok, error, timeout, cancelled, killed});
}

std::optional<WaitReason> parse_wait_reason(std::string_view name) {
  using enum WaitReason;
  return find_named(name, {in_doubt, approval, timer, budget, child, provider, signal});
}

std::optional<Durability> parse_durability(std::string_view name) {
  using enum Durability;
  return find_named(name, {strict, relaxed, memory, lazy});
}

namespace journal {

std::string_view to_string(OutgoingState state) {
  switch (state) {
    case OutgoingState::pending:
      return "pending";
    case OutgoingState::delivered:
      return "delivered";
    case OutgoingState::refused:
      return "refused";
  }
  return "pending";
}

std::optional<OutgoingState> parse_outgoing_state(std::string_view name) {
  return find_named(name, {OutgoingState::pending, OutgoingState::delivered, OutgoingState::refused});
}

}  // namespace journal

}  // namespace executus
