// The attribution of a model call: the resolver's, completed with the run's own figures. Made for each call and not
// kept, since most runs wait and there are many.
#pragma once

#include <memory>

#include <executus/llm/model.hpp>
#include <executus/run/run_info.hpp>

namespace executus::run {

// The resolver's attribution (null: none), with run, agent and channel of `run`; its caller and its id as user and
// trace where the resolver named none.
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
