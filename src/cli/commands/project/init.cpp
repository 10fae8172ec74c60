#include <algorithm>
#include <filesystem>

#include <boost/json.hpp>

#include "cli/commands/command_table.hpp"
#include "cli/output/new_file.hpp"

namespace executus::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kAgentText = R"(# An agent: what it is told, which model and tools it uses. Run it with
#   executus run @NAME@ "What is in this folder?"
# Check it with
#   executus agents validate agents/@NAME@.yaml
name: @NAME@
description: Answers questions about the files in this folder.

# A tier (fast, thinking), an alias of executus.yaml, or a spec such as openai/MODEL. `executus models list` shows them.
model: fast

system_prompt: |
  You answer questions about the files you can read. Look before you answer, and name the file you found it in.

# What the tools see; relative to this file. Without it: the working directory at submission.
root: ..

max_iterations: 12
max_runtime: 5m

# `executus tools list` shows what there is. Globs work.
tools: [@TOOLS@]

# A tool of your own that is an HTTP call (or a program: command_tools). Its effect class says what repeating a call
# would do, and so what happens to a call that a crash cut short: pure, idempotent and keyed calls are repeated, a
# probeable one is asked after, an irreversible one waits for you (`executus runs pending`).
#http_tools:
#  - name: charge
#    description: Charge a customer.
#    url: http://127.0.0.1:9000/charge
#    headers: {Authorization: "Bearer ${CHARGE_TOKEN}"}
#    effect: keyed
#    allow_private_network: true
#    parameters: {type: object, properties: {amount: {type: integer}}, required: [amount]}

# strict: what is acknowledged survives a power loss. relaxed: it survives a crash. memory: nothing is stored.
durability: strict
)";

constexpr std::string_view kProjectText =
    R"(# Configuration of this project: found from here and every folder below. Flags and the environment go before it.

# Where runs are stored. Without it: $XDG_STATE_HOME/executus/executus.db
#db: .executus/executus.db

# What agents mean by their model. Providers come from the environment (OPENAI_API_KEY, ANTHROPIC_API_KEY,
# GEMINI_API_KEY, OLLAMA_HOST, or LLM_<NAME>=openai+http://127.0.0.1:8080/v1).
#models:
#  tiers: {fast: openai/MODEL, thinking: openai/MODEL}
#  aliases: {house: lab/MODEL}
#  # What providers allow a minute, and at a time; kept by all runs of a process together.
#  limits: {openai: {requests_per_minute: 60, tokens_per_minute: 90000, concurrent: 4}}
#  # Files of yours, beside this one, above the built-in tables: what a million tokens cost, how many a model takes.
#  prices: prices.yaml                    # prices: {lab/*: {input: 0.20, output: 0.80}}
#  context_windows: windows.yaml          # windows: {lab/*: 32768}
)";

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
  return text;
}

// Those of an agent that answers questions about files, as far as this build has them.
std::string reading_tools(CommandContext& context) {
  std::string list;
  for (const char* name : {"find_files", "grep", "list_dir", "now", "read_file", "think"})
    if (context.runtime().tools().find(name)) list += (list.empty() ? "" : ", ") + std::string(name);
  return list;
}

void require_name(const std::string& name) {
  auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  if (name.empty() || !std::all_of(name.begin(), name.end(), fits))
    throw failed("cli.usage",
                 "'" + printable_line(name) + "' is no agent name: use lower-case letters, digits and '-'");
}

}  // namespace

Exit execute(CommandContext& context, const Init& options) {
  require_name(options.name);
  fs::path agent = fs::path("agents") / (options.name + ".yaml"), project = "executus.yaml";
  std::error_code error;
  if (fs::exists(agent, error))
    throw failed("config.exists", "'" + agent.string() + "' exists already; choose another name");
  fs::create_directories(agent.parent_path(), error);
  if (error) throw failed("config.file", "cannot make the folder 'agents': " + error.message());
  auto text = replaced(std::string(kAgentText), "@NAME@", options.name);
  write_new_file(agent.string(), replaced(std::move(text), "@TOOLS@", reading_tools(context)));
  boost::json::array written{agent.string()};
  if (!fs::exists(project, error)) {
    write_new_file(project.string(), kProjectText);
    written.emplace_back(project.string());
  }
  if (context.globals().json) {
    context.print_json(boost::json::object{{"written", written}});
    return Exit::ok;
  }
  for (const auto& file : written)
    context.print((context.globals().quiet ? "" : "wrote ") + std::string(file.as_string()) + "\n");
  if (!context.globals().quiet)
    context.print("next:\n  executus run " + options.name + " \"What is in this folder?\"\n");
  return Exit::ok;
}

}  // namespace executus::cli
