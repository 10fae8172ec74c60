#include <algorithm>

#include <boost/json.hpp>

#include <executus/run/held_runs.hpp>
#include <executus/run/run_json.hpp>

#include "base/text.hpp"
#include "cli/commands/command_table.hpp"
#include "cli/context/agent_lookup.hpp"
#include "cli/drive/signals.hpp"
#include "cli/drive/stopped_holders.hpp"
#include "cli/input/attempts_limit.hpp"
#include "cli/input/since.hpp"
#include "cli/lookup/open_questions.hpp"
#include "cli/lookup/recovery_notes.hpp"
#include "cli/lookup/run_ids.hpp"
#include "cli/lookup/run_state.hpp"

namespace executus::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t kOutputWidth = 100;

RecoverOptions recover_options(CommandContext& context, const Recover& options) {
  RecoverOptions wanted;
  for (const auto& run : options.runs) wanted.ids.push_back(find_run(context, run));
  wanted.agent = options.agent;
  if (!options.since.empty()) wanted.since = parse_since(options.since, system_clock().wall());
  if (!options.cassette.replay.empty() && options.runs.empty())
    throw failed("cli.usage",
                 "--replay takes up runs that were named only: another run's request is not on the cassette, "
                 "and would end that run; write `executus recover RUN --replay FILE`");
  if (options.concurrency < 1) throw failed("cli.usage", "--concurrency has to be at least 1");
  wanted.concurrency = options.concurrency;
  wanted.max_attempts = attempts_limit(options.max_attempts);
  return wanted;
}

json::array strings_json(const std::vector<std::string>& strings) {
  return json::array(strings.begin(), strings.end());
}

json::object recovered_json(const Recovered& recovered) {
  auto object = to_json(recovered.outcome, Messages::left_out);
  object["missing"] = strings_json(recovered.missing);
  if (recovered.untouched) object["untouched"] = true;
  return object;
}

std::string recovered_line(CommandContext& context, const Recovered& recovered) {
  const auto& outcome = recovered.outcome;
  std::string line = outcome.run_id.str() + "  " + printable_line(outcome.agent) + "  ";
  if (!recovered.missing.empty()) {
    line += "not taken up:";
    for (const auto& what : recovered.missing) line += "\n    " + printable(what);
    return line + "\n";
  }
  if (recovered.untouched) return line + "left as it was (" + std::string(to_string(outcome.status)) + ")\n";
  line += outcome.status == RunStatus::running ? "left for recovery" : to_string(outcome.status);
  if (!outcome.reason.empty()) line += " (" + printable_line(outcome.reason) + ")";
  if (!outcome.error.empty()) line += ": " + printable_line(outcome.error);
  if (outcome.ok()) line += "  " + printable_line(outcome.output, kOutputWidth);
  line += "\n";
  if (outcome.status == RunStatus::waiting || outcome.status == RunStatus::quarantined) {
    auto left = open_questions(context, outcome);
    for (const auto& why : explanations(left)) line += "    " + printable_line(why) + "\n";
    for (const auto& command : next_commands(left)) line += "    " + printable_line(command) + "\n";
  }
  return line;
}

void show_recovered(CommandContext& context, const std::vector<Recovered>& all, const std::string& when_none) {
  json::array list;
  std::string text;
  for (const auto& each : all) {
    if (context.globals().json)
      list.push_back(recovered_json(each));
    else
      text += context.globals().quiet ? each.outcome.run_id.str() + "\n" : recovered_line(context, each);
  }
  if (context.globals().json) return context.print_json(list);
  if (all.empty() && !context.globals().quiet) text = when_none;
  context.print(text);
}

Exit show_candidates(CommandContext& context, const RecoverOptions& wanted) {
  auto rows = context.runs().recoverable(wanted).get();
  json::array list;
  std::string text;
  for (const auto& row : rows) {
    list.push_back(executus::to_json(row));
    text += row.id.str();
    if (!context.globals().quiet) text += "  " + printable_line(row.agent) + "  " + std::string(to_string(row.status));
    text += "\n";
  }
  if (context.globals().json)
    context.print_json(list);
  else
    context.print(text.empty() && !context.globals().quiet ? "nothing to recover\n" : text);
  if (rows.size() == kMostRecoverable)
    write_err("executus: these are the oldest " + std::to_string(rows.size()) +
              "; a recovery takes up newer ones too\n");
  return Exit::ok;
}

void require_known_agent(CommandContext& context, const std::string& agent) {
  if (agent.empty()) return;
  auto names = agent_library(context).agents().names();
  std::ranges::copy(agents_with_runs(context), std::back_inserter(names));
  journal::RunFilter filter;
  filter.agent = agent;
  filter.limit = 1;
  if (std::ranges::find(names, agent) != names.end()) return;
  if (!context.runs().list(std::move(filter)).get().empty()) return;
  throw failed("cli.usage", "--agent: there is no agent '" + printable_line(agent) + "', and no run of one" +
                                did_you_mean(agent, names));
}

// What is queued after all that could be taken up was has no place.
void name_queued(CommandContext& context) {
  if (context.runs().limits().get().empty()) return;
  std::size_t queued = 0;
  for (const auto& load : context.runs().load().get()) queued += load.queued;
  if (queued > 0)
    write_err("executus: " + std::to_string(queued) + (queued == 1 ? " run waits for its" : " runs wait for their") +
              " turn; `executus queue list` shows the limits\n");
}

// Of runs that were named and could not be taken up a person wants to know why.
void add_untouched(CommandContext& context, const std::vector<RunId>& named, std::vector<Recovered>& recovered) {
  for (const auto& id : named) {
    if (is_among(recovered, id)) continue;
    auto row = find_row(context, id);
    auto state = load_if_readable(context, id);
    Recovered untouched{state ? outcome_of(*state) : outcome_of(row), {}};
    if (auto limit = context.runs().limit_on(id).get())
      untouched.missing.push_back("it waits for its turn: " + describe(*limit));
    else if (untouched.outcome.status == RunStatus::running)
      untouched.missing.push_back("it is being driven by a living worker (" + row.worker + ")");
    recovered.push_back(std::move(untouched));
  }
}

void look_after_held(CommandContext& context, const RecoverOptions& wanted, std::vector<Recovered>& recovered) {
  if (wanted.ids.empty()) return name_held(context, wanted, recovered);
  try {
    take_up_from_stopped(context, wanted, recovered);
  } catch (const Cancelled&) {  // by a signal: what is held stays so
  }
}

}  // namespace

Exit execute(CommandContext& context, const Recover& options) {
  SignalWatch signals([&context] {
    write_err("\nexecutus: stopping at the next boundaries; once more ends at once\n");
    context.shut_down();
  });
  context.wants_runs();
  if (!options.dry_run) context.use(options.cassette);
  auto wanted = recover_options(context, options);
  require_known_agent(context, wanted.agent);
  if (options.dry_run) return show_candidates(context, wanted);
  auto recovered = context.recover(wanted);
  if (!signals.signalled()) look_after_held(context, wanted, recovered);
  add_untouched(context, wanted.ids, recovered);
  auto waiting = other_waiting(context, wanted, recovered);
  show_recovered(context, recovered, waiting.count == 0 ? "nothing to recover\n" : "nothing is due\n");
  name_waiting(waiting);
  name_queued(context);
  name_untouched(recovered);
  if (signals.signalled()) return Exit::left;
  auto verdict = exit_code(recovered);
  return verdict == Exit::ok && waiting.count > 0 ? Exit::waits : verdict;
}

}  // namespace executus::cli
