// Whom a model call is for. A resolver says who pays; which run it is, the run knows. Pure.
#pragma once

#include <memory>
#include <utility>

#include <executus/llm/model.hpp>
#include <executus/run/run_info.hpp>

namespace executus::run {

[[nodiscard]] inline llm::Attribution attribution_of(const RunInfo& info) {
  auto run = info.run.str();
  return {.user = info.caller, .trace_id = run, .run = run, .agent = info.name, .channel = info.channel};
}

// What a resolver said (null: nothing), with run, agent and channel of `run`, and its user and trace where the
// resolver named none.
[[nodiscard]] inline std::shared_ptr<const llm::Attribution> attributed(
    const std::shared_ptr<const llm::Attribution>& said, const llm::Attribution& run) {
  auto whole = said ? *said : llm::Attribution{};
  if (whole.user.empty()) whole.user = run.user;
  if (whole.trace_id.empty()) whole.trace_id = run.trace_id;
  whole.run = run.run;
  whole.agent = run.agent;
  whole.channel = run.channel;
  return std::make_shared<const llm::Attribution>(std::move(whole));
}

}  // namespace executus::run
