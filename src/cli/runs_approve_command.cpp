#include <boost/json.hpp>

#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/open_questions.hpp"
#include "cli/run_ids.hpp"
#include "run/commands.hpp"

namespace executus::cli {
namespace {

std::string waiting_call_lines(const std::vector<llm::CallRecord>& calls) {
  std::string lines;
  for (const auto& call : calls)
    lines += "\n  --call " + printable_line(call.call.id) + "   # " +
             printable_line(call.call.name + " " + call.call.arguments);
  return lines;
}

// The answered ones are told so by the store, which names the answer that counts.
llm::CallRecord call_to_answer(Session& session, const RunState& state, const std::string& named) {
  require_not_cancelled(session, state);
  auto calls = awaiting_approval(state, Questions::asked);
  if (calls.empty())
    throw failed("cli.approve", "run " + state.row.id.str() + " has no call that waits for an approval (" +
                                    standing(state) + ")" + questions_below(session, state));
  auto open = awaiting_approval(state);
  if (named.empty() && calls.size() == 1) return calls.front();
  if (named.empty() && open.size() == 1) return open.front();
  if (named.empty() && open.empty()) return calls.front();
  if (named.empty())
    throw failed("cli.approve", "more than one call waits for an approval; say which:" + waiting_call_lines(open));
  for (const auto& call : calls)
    if (call.call.id == named) return call;
  throw failed("cli.approve", "call '" + printable_line(named) +
                                  "' does not wait for an approval; those that do:" + waiting_call_lines(open));
}

}  // namespace

Exit execute(Session& session, const RunsApprove& options) {
  using run::commands::Approval;
  session.wants_runs();
  auto run = find_run(session, options.run);
  auto answer = options.approved ? Approval::approved : Approval::rejected;
  auto call = answer_call(
      session, run, [&](const RunState& state) { return call_to_answer(session, state, options.call); },
      [&](const llm::CallRecord& open) { return run::commands::approve(open, answer, options.reason); });
  std::string next = "executus recover " + run.str();
  std::string word = options.approved ? "approved" : "rejected";
  if (session.globals().json)
    session.print_json(
        boost::json::object{{"run_id", run.str()}, {"call_id", call.call.id}, {"answer", word}, {"next", next}});
  else if (session.globals().quiet)
    session.print(run.str() + "\n");
  else
    session.print(word + " " + printable_line(call.call.name + " " + call.call.arguments) +
                  "; the next recovery goes on with it:\n  " + next + "\n");
  return Exit::ok;
}

}  // namespace executus::cli
