// What is stored of a run when it is admitted: its agent as resolved, and its invocation.
#pragma once

#include <executus/journal/store.hpp>
#include <executus/run/agent.hpp>
#include <executus/run/invocation.hpp>
#include <executus/tool/registry.hpp>

namespace executus::run {

// `agent` is resolved; its resolved_tools are those that belong to the submission, `toolbox` holds everything the model
// sees, a session's tools too. `files`: what the model is told about the files it was given; may be empty. `upto`: with
// so many entries it continues the run that the invocation names.
[[nodiscard]] journal::Admission admission_for(const Agent& agent, const tool::Toolbox& toolbox,
                                               const Invocation& invocation, std::string_view files, WallTime now,
                                               std::uint64_t upto = 0);

// The RunInfo of a run, from its submission and from its stored admission.
[[nodiscard]] RunInfo run_info(const Agent& agent, const Invocation& invocation, WallTime started_at);
[[nodiscard]] Invocation stored_invocation(const RunId& run, const boost::json::object& json);

}  // namespace executus::run
