// The commands: one file each. What goes wrong before or beside the runs themselves is thrown as Error.
#pragma once

#include "cli/input/options.hpp"
#include "cli/output/exit_code.hpp"
#include "cli/session/session.hpp"

namespace executus::cli {

[[nodiscard]] Exit execute(Session& session, const Init& options);
[[nodiscard]] Exit execute(Session& session, const Run& options);
[[nodiscard]] Exit execute(Session& session, const Recover& options);
[[nodiscard]] Exit execute(Session& session, const RunsList& options);
[[nodiscard]] Exit execute(Session& session, const RunsShow& options);
[[nodiscard]] Exit execute(Session& session, const RunsEvents& options);
[[nodiscard]] Exit execute(Session& session, const RunsResolve& options);
[[nodiscard]] Exit execute(Session& session, const RunsDigest& options);
[[nodiscard]] Exit execute(Session& session, const RunsCancel& options);
[[nodiscard]] Exit execute(Session& session, const RunsSteer& options);
[[nodiscard]] Exit execute(Session& session, const RunsApprove& options);
[[nodiscard]] Exit execute(Session& session, const RunsTree& options);
[[nodiscard]] Exit execute(Session& session, const RunsResume& options);
[[nodiscard]] Exit execute(Session& session, const RunsWait& options);
[[nodiscard]] Exit execute(Session& session, const RunsPending& options);
[[nodiscard]] Exit execute(Session& session, const AgentsValidate& options);
[[nodiscard]] Exit execute(Session& session, const AgentsList& options);
[[nodiscard]] Exit execute(Session& session, const AgentsShow& options);
[[nodiscard]] Exit execute(Session& session, const ToolsList& options);
[[nodiscard]] Exit execute(Session& session, const ModelsList& options);
[[nodiscard]] Exit execute(Session& session, const ModelsTest& options);
[[nodiscard]] Exit execute(Session& session, const ModelsSuspend& options);
[[nodiscard]] Exit execute(Session& session, const ModelsRestore& options);
[[nodiscard]] Exit execute(Session& session, const Doctor& options);
[[nodiscard]] Exit execute(Session& session, const Bench& options);
[[nodiscard]] Exit execute(Session& session, const Version& options);

}  // namespace executus::cli
