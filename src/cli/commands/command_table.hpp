// Every command that can be executed; each has a file in commands/<group>/. What goes wrong before or beside the runs
// is thrown as Error.
#pragma once

#include "cli/context/command_context.hpp"
#include "cli/input/options.hpp"
#include "cli/output/exit_code.hpp"

namespace executus::cli {

[[nodiscard]] Exit execute(CommandContext& context, const Init& options);
[[nodiscard]] Exit execute(CommandContext& context, const Run& options);
[[nodiscard]] Exit execute(CommandContext& context, const Chat& options);
[[nodiscard]] Exit execute(CommandContext& context, const Recover& options);
[[nodiscard]] Exit execute(CommandContext& context, const Work& options);
[[nodiscard]] Exit execute(CommandContext& context, const RunsList& options);
[[nodiscard]] Exit execute(CommandContext& context, const RunsShow& options);
[[nodiscard]] Exit execute(CommandContext& context, const RunsEvents& options);
[[nodiscard]] Exit execute(CommandContext& context, const RunsResolve& options);
[[nodiscard]] Exit execute(CommandContext& context, const RunsDigest& options);
[[nodiscard]] Exit execute(CommandContext& context, const RunsCancel& options);
[[nodiscard]] Exit execute(CommandContext& context, const RunsSteer& options);
[[nodiscard]] Exit execute(CommandContext& context, const RunsSignal& options);
[[nodiscard]] Exit execute(CommandContext& context, const RunsApprove& options);
[[nodiscard]] Exit execute(CommandContext& context, const RunsTree& options);
[[nodiscard]] Exit execute(CommandContext& context, const RunsResume& options);
[[nodiscard]] Exit execute(CommandContext& context, const RunsRetry& options);
[[nodiscard]] Exit execute(CommandContext& context, const RunsDeliver& options);
[[nodiscard]] Exit execute(CommandContext& context, const RunsRelease& options);
[[nodiscard]] Exit execute(CommandContext& context, const RunsUpgrade& options);
[[nodiscard]] Exit execute(CommandContext& context, const RunsFork& options);
[[nodiscard]] Exit execute(CommandContext& context, const RunsErase& options);
[[nodiscard]] Exit execute(CommandContext& context, const RunsPrune& options);
[[nodiscard]] Exit execute(CommandContext& context, const RunsWait& options);
[[nodiscard]] Exit execute(CommandContext& context, const RunsPending& options);
[[nodiscard]] Exit execute(CommandContext& context, const AgentsValidate& options);
[[nodiscard]] Exit execute(CommandContext& context, const AgentsList& options);
[[nodiscard]] Exit execute(CommandContext& context, const AgentsShow& options);
[[nodiscard]] Exit execute(CommandContext& context, const AgentsImport& options);
[[nodiscard]] Exit execute(CommandContext& context, const AgentsExport& options);
[[nodiscard]] Exit execute(CommandContext& context, const AgentsDiff& options);
[[nodiscard]] Exit execute(CommandContext& context, const AgentsRollback& options);
[[nodiscard]] Exit execute(CommandContext& context, const AgentsRemove& options);
[[nodiscard]] Exit execute(CommandContext& context, const PacksSubscribe& options);
[[nodiscard]] Exit execute(CommandContext& context, const PacksCheck& options);
[[nodiscard]] Exit execute(CommandContext& context, const PacksApply& options);
[[nodiscard]] Exit execute(CommandContext& context, const PacksRemove& options);
[[nodiscard]] Exit execute(CommandContext& context, const PacksList& options);
[[nodiscard]] Exit execute(CommandContext& context, const PacksShow& options);
[[nodiscard]] Exit execute(CommandContext& context, const ToolsList& options);
[[nodiscard]] Exit execute(CommandContext& context, const ModelsList& options);
[[nodiscard]] Exit execute(CommandContext& context, const ModelsTest& options);
[[nodiscard]] Exit execute(CommandContext& context, const ModelsSuspend& options);
[[nodiscard]] Exit execute(CommandContext& context, const ModelsRestore& options);
[[nodiscard]] Exit execute(CommandContext& context, const ScheduleNext& options);
[[nodiscard]] Exit execute(CommandContext& context, const AuditList& options);
[[nodiscard]] Exit execute(CommandContext& context, const McpLogin& options);
[[nodiscard]] Exit execute(CommandContext& context, const ScheduleList& options);
[[nodiscard]] Exit execute(CommandContext& context, const ScheduleRun& options);
[[nodiscard]] Exit execute(CommandContext& context, const SchedulePause& options);
[[nodiscard]] Exit execute(CommandContext& context, const ScheduleResume& options);
[[nodiscard]] Exit execute(CommandContext& context, const ScheduleRemove& options);
[[nodiscard]] Exit execute(CommandContext& context, const QueueList& options);
[[nodiscard]] Exit execute(CommandContext& context, const QueueSetLimit& options);
[[nodiscard]] Exit execute(CommandContext& context, const QueuePause& options);
[[nodiscard]] Exit execute(CommandContext& context, const BudgetShow& options);
[[nodiscard]] Exit execute(CommandContext& context, const BudgetSet& options);
[[nodiscard]] Exit execute(CommandContext& context, const BudgetRaise& options);
[[nodiscard]] Exit execute(CommandContext& context, const BudgetCorrect& options);
[[nodiscard]] Exit execute(CommandContext& context, const Doctor& options);
[[nodiscard]] Exit execute(CommandContext& context, const Bench& options);
[[nodiscard]] Exit execute(CommandContext& context, const Completion& options);
[[nodiscard]] Exit execute(CommandContext& context, const CompletionWords& options);
[[nodiscard]] Exit execute(CommandContext& context, const Version& options);

}  // namespace executus::cli
