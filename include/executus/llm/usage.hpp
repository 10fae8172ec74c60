// Ports: UsageSink is told what model calls used and cost, TraceSink what was said in the calls that are
// traced.
//
// Absent: nothing is recorded. Threads: called on the strand of the run that asked, by many runs at once; must not
// block (queue what goes to a disk). Errors: what they throw is logged, and the call goes on.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <executus/base/clock.hpp>
#include <executus/base/error.hpp>
#include <executus/llm/cost.hpp>
#include <executus/llm/model.hpp>

namespace executus::llm {

// One answer that came, also one that was read from a provider's cache alone. Calls that failed have none.
struct UsageRecord {
  std::string target;  // "provider/model" that served it; in a chain not always the one that was asked first
  Attribution attribution;
  Usage usage;
  std::optional<NanoDollars> cost;  // nothing: not known, which is not the same as free
  WallTime started;
  Milliseconds duration{0};
};

class UsageSink {
 public:
  virtual ~UsageSink() = default;
  virtual void record(const UsageRecord& record) = 0;
};

// One call, whole, with everything that was said: it may hold secrets of users and tools. Only calls whose attribution
// has a trace id have one. A call that is abandoned (its task destroyed) has none.
struct Span {
  std::string trace_id;
  std::string id;  // 16 hexadecimal digits
  Attribution attribution;
  std::string target;  // that served it; of a failed call the one that was asked
  std::string system;
  Transcript messages;
  ToolSpecs tools;
  std::optional<Response> response;  // its calls: response->message.tool_calls, its tokens: response->usage
  std::optional<Error> error;        // exactly one of the two
  std::optional<NanoDollars> cost;
  WallTime started;
  WallTime ended;
};

class TraceSink {
 public:
  virtual ~TraceSink() = default;
  virtual void record(const Span& span) = 0;
};

// `base` (null: an empty one) with one thing changed, as a new value: ResolvedModel and Request share theirs.
using SharedAttribution = std::shared_ptr<const Attribution>;
[[nodiscard]] SharedAttribution with_model(const SharedAttribution& base, std::string asked_for);
[[nodiscard]] SharedAttribution with_trace_id(const SharedAttribution& base, std::string trace_id);
[[nodiscard]] SharedAttribution with_usage_tool(const SharedAttribution& base, std::string tool);
[[nodiscard]] SharedAttribution with_usage_user(const SharedAttribution& base, std::string user);

}  // namespace executus::llm
