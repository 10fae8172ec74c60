#include <filesystem>
#include <optional>
#include <utility>

#include "cli/chat/talk.hpp"
#include "cli/chat/turn_watch.hpp"
#include "cli/commands/command_table.hpp"
#include "cli/context/agent_lookup.hpp"
#include "cli/drive/agent_to_run.hpp"
#include "cli/drive/base_run.hpp"
#include "cli/drive/show_outcome.hpp"
#include "cli/lookup/run_ids.hpp"

namespace executus::cli {
namespace {

void require_an_agent(const Chat& options) {
  if (options.choice.agent.empty() && options.continues.empty())
    throw failed("cli.usage",
                 "chat needs an agent, or a run to go on from: `executus chat AGENT`, `executus chat "
                 "--continue RUN`");
}

// A run that was left is finished first; Ctrl-C leaves it as it is.
std::optional<BaseRun> base_of(CommandContext& context, const Interrupts& interrupts, const Chat& options,
                               const std::string& agent) {
  if (options.continues.empty()) return std::nullopt;
  auto leave = [&context] { context.shut_down(); };
  TurnWatch watch(interrupts, {leave, leave});
  return base_run(context, options.continues, agent);
}

// Without an agent it is that of the run to go on from: as its file is now, or as stored when there is no such file.
Agent agent_of(CommandContext& context, const Chat& options, Invocation& turn) {
  auto choice = options.choice;
  choice.deliver = "";  // the person is here
  if (!choice.agent.empty()) return agent_to_run(context, choice, turn);
  choice.agent = find_row(context, find_run(context, options.continues)).agent;
  for (const auto& name : agent_library(context).agents().names())
    if (name == choice.agent) return agent_to_run(context, choice, turn);
  turn.definition = Invocation::Definition::of_continued;
  Agent stored;
  stored.name = choice.agent;
  return stored;
}

// Beside the database, for it holds as much.
std::filesystem::path history_of(CommandContext& context) {
  std::filesystem::path database = context.runtime().database();
  return database.empty() ? std::filesystem::path() : database.parent_path() / "chat_history";
}

void greet(const CommandContext& context, const Agent& agent, const std::optional<BaseRun>& base) {
  std::string from = base ? ", on from run " + base->run.str() : "";
  write_err(styled("talking to " + printable_line(agent.name) + from + "; /help lists commands, /quit leaves",
                   Style::dim, context.terminal().err_colour) +
            "\n");
}

}  // namespace

Exit execute(CommandContext& context, const Chat& options) {
  require_an_agent(options);
  if (!options.continues.empty()) context.wants_runs();
  context.use(options.cassette);
  const auto& terminal = context.terminal();
  bool person =
      terminal.in_is_terminal && terminal.out_is_terminal && !context.globals().json && !context.globals().quiet;
  auto progress = std::make_shared<Progress>(terminal);
  if (person) context.observe(progress);
  auto spent = std::make_shared<Spent>();
  context.record_usage(spent);
  Interrupts interrupts;  // before the runtime
  Invocation turn;
  turn.channel = "cli";
  context.act_for(options.caller);
  if (!options.caller.empty()) turn.caller = context.caller();
  auto agent = agent_of(context, options, turn);
  auto base = base_of(context, interrupts, options, agent.name);
  if (base) turn.continues = base->run;
  if (base && base->unfinished && base->unfinished->status != RunStatus::waiting)
    return show_outcome(context, *base->unfinished, Answer::print, Origin::driven_here);
  if (person) greet(context, agent, base);
  auto lines = person ? make_edited_lines(interrupts, history_of(context)) : make_plain_lines(interrupts);
  Talk talk({context, interrupts, *lines, spent, person ? progress.get() : nullptr, std::move(agent),
             base ? base->earlier : RunId(), std::move(turn)});
  return talk.run(base.value_or(BaseRun()));
}

}  // namespace executus::cli
