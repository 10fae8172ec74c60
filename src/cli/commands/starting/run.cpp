#include <iostream>
#include <iterator>

#include <boost/json.hpp>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/shell_word.hpp"
#include "cli/commands/command_table.hpp"
#include "cli/drive/agent_to_run.hpp"
#include "cli/drive/base_run.hpp"
#include "cli/drive/drive.hpp"
#include "cli/drive/show_outcome.hpp"
#include "cli/input/attached_file.hpp"
#include "cli/input/image_file.hpp"
#include "cli/input/run_id_option.hpp"
#include "cli/input/standard_input.hpp"
#include "cli/output/next_steps.hpp"

namespace executus::cli {
namespace {

std::string prompt_from_stdin() {
  auto text = all_of_stdin();
  if (!text.empty() && text.back() == '\n') text.pop_back();  // the shell's, not the person's
  return text;
}

// An empty one is a shell variable that was not set, or a command that printed nothing.
std::string prompt_of(const std::string& given) {
  auto prompt = given == "-" ? prompt_from_stdin() : given;
  if (prompt.find_first_not_of(" \t\r\n") == std::string::npos)
    throw failed("cli.usage", given == "-" ? "the prompt is empty: nothing came from standard input"
                                           : "the prompt is empty; leave it out when the agent needs none");
  return prompt;
}

// A text is piped in, and the dash that asks for it is missing.
bool text_waits_on_stdin() {
  struct stat file{};
  if (::fstat(STDIN_FILENO, &file) != 0) return false;
  if (S_ISREG(file.st_mode)) return file.st_size > ::lseek(STDIN_FILENO, 0, SEEK_CUR);
  pollfd pipe{STDIN_FILENO, POLLIN, 0};
  return S_ISFIFO(file.st_mode) && ::poll(&pipe, 1, 0) == 1 && (pipe.revents & POLLIN) != 0;
}

RunId wanted_run_id(const Run& options) {
  if (options.run_id.empty()) return RunId::generate(system_clock());
  return run_id_option(options.run_id);
}

Durability wanted_durability(const Run& options, Durability otherwise) {
  if (options.durability.empty()) return otherwise;
  auto mode = parse_durability(options.durability);
  if (!mode) throw failed("cli.usage", "--durability has to be strict, relaxed, memory or lazy");
  if (*mode == Durability::memory && options.detach)
    throw failed("cli.usage", "--detach needs a run that is stored: leave out --durability memory");
  return *mode;
}

void require_a_base(const Run& options) {
  if (options.old_definition && options.continues.empty())
    throw failed("cli.usage", "--old-definition is that of a run to go on from: name one with --continue");
}

void require_run_here(const Run& options) {
  const auto& [record, replay] = options.cassette;
  if (!options.detach || (record.empty() && replay.empty())) return;
  std::string flag = record.empty() ? "--replay" : "--record";
  throw failed("cli.usage", flag + " is for runs of this process, and --detach leaves the run to another; give " +
                                flag + " to the `executus recover` that runs it");
}

// The invocation but for its prompt is known before anything is opened.
Invocation invocation_of(const Run& options) {
  Invocation invocation;
  invocation.run_id = wanted_run_id(options);
  if (options.prompt) invocation.prompt = prompt_of(*options.prompt);
  for (const auto& path : options.images) invocation.images.push_back(read_image(path));
  for (const auto& path : options.files) invocation.files.push_back(read_attached_file(path));
  invocation.channel = "cli";
  invocation.priority = options.priority;
  if (options.detach) invocation.start = Invocation::Start::queued;
  return invocation;
}

// Flags go before the agent file.
Agent agent_of(CommandContext& context, const Run& options, Invocation& invocation) {
  AgentChoice choice{options.agent, options.inputs, options.model, options.root};
  if (!options.deliver.empty()) choice.deliver = options.deliver;
  auto agent = agent_to_run(context, choice, invocation);
  agent.durability = wanted_durability(options, agent.durability);
  bool is_lazy = agent.durability == Durability::lazy;
  if (is_lazy && options.run_id.empty()) invocation.run_id = {};  // an id that is given has to be in the store first
  if (agent.durability == Durability::memory && !options.files.empty())
    throw failed("cli.usage", "--file needs a run that is stored: leave out --durability memory");
  return agent;
}

// The run that this one goes on from becomes part of the invocation. Nothing: it has done so, or there is none.
std::optional<RunOutcome> unfinished_base(CommandContext& context, const Run& options, const std::string& agent,
                                          Invocation& invocation) {
  if (options.continues.empty()) return std::nullopt;
  auto base = base_run(context, options.continues, agent);
  invocation.continues = base.run;
  if (options.old_definition) invocation.definition = Invocation::Definition::of_continued;
  return std::move(base.unfinished);
}

}  // namespace

Exit execute(CommandContext& context, const Run& options) {
  require_run_here(options);
  require_a_base(options);
  if (!options.continues.empty()) context.wants_runs();
  auto invocation = invocation_of(options);
  if (!options.prompt && text_waits_on_stdin())
    context.warn("standard input is not read; `executus run " + shell_word(options.agent) +
                 " -` takes it as the prompt");
  context.use(options.cassette);
  context.act_for(options.caller);
  if (!options.caller.empty()) invocation.caller = context.caller();
  auto drive = [&] {
    auto agent = agent_of(context, options, invocation);
    if (auto unfinished = unfinished_base(context, options, agent.name, invocation)) return std::move(*unfinished);
    return context.runtime().run(std::move(agent), std::move(invocation));
  };
  if (options.detach) return show_queued(context, drive());
  return drive_and_show(context, drive);
}

}  // namespace executus::cli
