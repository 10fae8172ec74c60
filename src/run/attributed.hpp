// Whom a model call is for. A resolver says who pays; which run it is, the run knows. Made for each call, not kept:
// most runs wait, and there are many.
#pragma once

#include <memory>

#include <executus/llm/model.hpp>
#include <executus/run/run_info.hpp>

namespace executus::run {

// What a resolver said (null: nothing), with run, agent and channel of `run`; its caller and its id as user and trace
// where the resolver named none.
[[nodiscard]] inline std::shared_ptr<const llm::Attribution> attributed(
    const std::shared_ptr<const llm::Attribution>& said, const RunInfo& run) {
  auto whole = std::make_shared<llm::Attribution>(said ? *said : llm::Attribution{});
  if (whole->user.empty()) whole->user = run.caller;
  whole->run = run.run.str();
  if (whole->trace_id.empty()) whole->trace_id = whole->run;
  whole->agent = run.name;
  whole->channel = run.channel;
  return whole;
}

}  // namespace executus::run
