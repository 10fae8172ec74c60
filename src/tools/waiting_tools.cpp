#include "tools/waiting_tools.hpp"

#include <cstdint>
#include <optional>
#include <string>

#include <boost/describe/class.hpp>

#include <executus/base/json.hpp>
#include <executus/tool/typed_tool.hpp>

namespace executus::tools {
namespace {

using tool::Call;
using tool::Done;
using tool::Failed;
using tool::Outcome;

struct SleepArgs {
  std::optional<std::int64_t> seconds;
  std::optional<std::string> until;
};
BOOST_DESCRIBE_STRUCT(SleepArgs, (), (seconds, until))

struct SignalArgs {
  std::string name;
  std::optional<std::int64_t> timeout_seconds;
};
BOOST_DESCRIBE_STRUCT(SignalArgs, (), (name, timeout_seconds))

// The end of time when that is later.
Milliseconds lasting(std::int64_t seconds) {
  constexpr auto most = std::chrono::floor<std::chrono::seconds>(Milliseconds::max());
  return std::min(std::chrono::seconds(seconds), most);
}

// The same text whenever it was woken: a run that was killed meanwhile reads no other one.
Outcome sleep(const SleepArgs& args, const Call& call) {
  if (args.seconds.has_value() == args.until.has_value()) return Failed{"give either `seconds` or `until`"};
  if (args.seconds && *args.seconds < 0) return Failed{"`seconds` must not be negative"};
  auto until = args.until ? parse_rfc3339(*args.until) : std::nullopt;
  if (args.until && !until)
    return Failed{"`until` must be a date and time such as 2026-01-31T09:00:00Z or 2026-01-31T10:00:00+01:00"};
  if (call.woken()) return Done{"the time has come"};
  if (until) return tool::ParkUntil{*until};
  return tool::ParkFor{lasting(*args.seconds)};
}

Outcome wait_for_signal(const SignalArgs& args, const Call& call) {
  boost::json::object told{{"signal", args.name}};
  if (const auto* payload = call.signal()) {
    told["payload"] = *payload;
    return Done{write_json(told)};
  }
  told["timed_out"] = true;
  if (call.woken()) return Done{write_json(told)};
  if (!args.timeout_seconds) return tool::ParkForSignal{args.name};
  if (*args.timeout_seconds < 0) return Failed{"`timeout_seconds` must not be negative"};
  return tool::ParkForSignal{args.name, lasting(*args.timeout_seconds)};
}

}  // namespace

std::shared_ptr<tool::Tool> sleep_tool() {
  return make_tool<SleepArgs>({.name = "sleep",
                               .description = "Wait: for `seconds`, or `until` a date and time (RFC 3339). Any length, "
                                              "also weeks; nothing is used up meanwhile.",
                               .effect = tool::Effect::pure,
                               .categories = {"time"}},
                              sleep);
}

std::shared_ptr<tool::Tool> wait_for_signal_tool() {
  return make_tool<SignalArgs>(
      {.name = "wait_for_signal",
       .description = "Wait until a signal of this `name` comes from outside, at most `timeout_seconds` (none: without "
                      "end). The result has the signal's payload, or `timed_out`.",
       .effect = tool::Effect::pure,
       .categories = {"signals"}},
      wait_for_signal);
}

}  // namespace executus::tools
