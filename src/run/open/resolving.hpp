// What a run needs to live, found out from its agent. Asking opens nothing: no session is made, nothing is admitted,
// and the same question may be asked of a run again and again, by any process.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <executus/run/executor.hpp>

#include "run/life/live_run.hpp"

namespace executus::run {

// fresh: what the agent names is looked up now. stored: it was when the run was admitted.
enum class Definition { fresh, stored };

// The toolbox has the agent's own tools, the delegates, submit and what the invocation brings; a session's tools follow
// when the run is opened. Throws Error when something that the agent names is unknown here.
[[nodiscard]] LiveRun::Parts resolve(const ExecutorConfig& config, Definition definition, Agent agent,
                                     const Invocation& invocation, WallTime started_at);

// Looks up parts.agent.model: the agent gets its spec, the stage the model. Throws Error when there is none.
void resolve_model(LiveRun::Parts& parts, const ExecutorConfig& config);

// Of a run that is about to be driven; null: its agent wants no tools of any. Throws what the port throws.
[[nodiscard]] std::unique_ptr<RunSources> open_sources(const LiveRun::Parts& parts, const ExecutorConfig& config);

// What makes the run's session: the submitter's factory, else the host's. Empty: the run gets none.
[[nodiscard]] SessionFactory session_factory(const Ports& ports, const Invocation& invocation, const RunInfo& info);

// Of the run's session in this process: it gets none, its tools come when the run is opened, or the toolbox has them.
enum class SessionStage { none, to_come, open };

// What the run needs and this process does not have: in words for people.
[[nodiscard]] std::vector<std::string> missing_of(const LiveRun::Parts& parts, SessionStage session);

// Throws Error "tool.missing" when there is anything.
void require_complete(const LiveRun::Parts& parts, SessionStage session);

}  // namespace executus::run
