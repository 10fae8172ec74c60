#include <array>

#include <executus/journal/status.hpp>

namespace executus {
namespace {

constexpr std::array kRunStatuses{RunStatus::queued,      RunStatus::running,   RunStatus::waiting,
                                  RunStatus::quarantined, RunStatus::ok,        RunStatus::error,
                                  RunStatus::timeout,     RunStatus::cancelled, RunStatus::killed};
constexpr std::array kWaitReasons{WaitReason::in_doubt, WaitReason::approval, WaitReason::timer,
                                  WaitReason::budget,   WaitReason::child,    WaitReason::provider};
constexpr std::array kDurabilities{Durability::strict, Durability::relaxed, Durability::memory};

template <class Values>
auto find_by_name(const Values& values, std::string_view name) -> std::optional<typename Values::value_type> {
  for (auto value : values)
    if (to_string(value) == name) return value;
  return std::nullopt;
}

}  // namespace

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
  }
  return "strict";
}

std::optional<RunStatus> parse_run_status(std::string_view name) { return find_by_name(kRunStatuses, name); }
std::optional<WaitReason> parse_wait_reason(std::string_view name) { return find_by_name(kWaitReasons, name); }
std::optional<Durability> parse_durability(std::string_view name) { return find_by_name(kDurabilities, name); }

}  // namespace executus
