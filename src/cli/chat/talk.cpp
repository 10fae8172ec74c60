#include "cli/chat/talk.hpp"

#include <utility>

#include <boost/json.hpp>

#include <executus/run/run_json.hpp>

#include "base/text.hpp"
#include "cli/chat/turn_watch.hpp"
#include "cli/drive/base_run.hpp"
#include "cli/drive/show_outcome.hpp"
#include "cli/output/table.hpp"

namespace executus::cli {
namespace {

constexpr std::size_t kDescriptionWidth = 70;
constexpr const char* kPrompt = "> ";

std::string first_line(std::string_view text) {
  return printable_line(text.substr(0, text.find('\n')), kDescriptionWidth);
}

void tell(const CommandContext& context, const std::string& text) {
  if (!context.globals().quiet) write_err("executus: " + text + "\n");
}

using Rows = std::vector<std::vector<std::string>>;

std::string text_of(const boost::json::object& tool, std::string_view key) {
  const auto* value = tool.if_contains(key);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

// Before the first turn nothing is resolved: the tools that the agent's file declares, and those of the registry that
// it names.
void add_tools_of(Rows& rows, const Agent& agent, const tool::Registry& registry) {
  for (const auto& declared : agent.declared_tools) {
    if (registry.find(text_of(declared, "kind"))) continue;  // says how that one is to be
    auto effect = tool::parse_effect(text_of(declared, "effect")).value_or(tool::Effect::irreversible);
    rows.push_back(
        {text_of(declared, "name"), std::string(to_string(effect)), first_line(text_of(declared, "description"))});
  }
  for (const auto& pattern : agent.tools) {
    auto chosen = registry.select({pattern});
    if (!chosen.ok()) continue;  // the name of a declared one
    for (const auto& tool : chosen->tools())
      rows.push_back({tool->info().spec.name, std::string(to_string(tool->info().effect)),
                      first_line(tool->info().spec.description)});
  }
}

bool is_blank(const std::string& text) { return trim(text).empty(); }

}  // namespace

void Talk::notice(const std::string& text) const { tell(parts_.context, text); }

Exit Talk::run(const BaseRun& base) {
  if (base.finished && base.finished->ok()) show(*base.finished);
  if (base.unfinished) rest(parts_.context.runtime().attach(parts_.turn.continues).get());
  while (!over_) {
    auto line = next_line();
    if (line) attend(chat_line(*line));
  }
  return *over_;
}

// What goes wrong with a line ends no conversation that a person is in.
void Talk::attend(const ChatLine& line) {
  try {
    obey(line);
  } catch (const Error& error) {
    if (!parts_.progress || error.code().starts_with("cli.")) throw;
    show_error(parts_.context.globals(), error);
  }
}

// Lines that end with a backslash and the one after them are one. Nothing: it was cleared, or there are no more.
std::optional<std::string> Talk::next_line() {
  {
    std::lock_guard lock(mutex_);
    if (!typed_ahead_.empty()) {
      auto line = std::move(typed_ahead_.front());
      typed_ahead_.pop_front();
      return line;
    }
  }
  std::string all;
  for (;;) {
    auto typed = parts_.lines.read(all.empty() ? kPrompt : ". ", LineSource::Remember::yes);
    if (typed.what == Typed::leave || (typed.what == Typed::interrupted && !parts_.progress)) over_ = Exit::left;
    if (typed.what == Typed::end) over_ = Exit::ok;
    if (typed.what == Typed::interrupted && typed.text.empty() && all.empty())
      notice("to leave, type /quit or press Ctrl-D");
    if (typed.what == Typed::end && !all.empty()) return all;
    if (typed.what != Typed::line) return std::nullopt;
    if (!typed.text.ends_with('\\')) return all + typed.text;
    typed.text.back() = '\n';
    all += typed.text;
  }
}

void Talk::obey(const ChatLine& line) {
  switch (line.what) {
    case ChatLine::say:
      return is_blank(line.text) ? void() : say(line.text);
    case ChatLine::steer:
      return notice("no answer is being made: say it as a message");
    case ChatLine::approve:
      return answer(Approval::approved, "");
    case ChatLine::reject:
      return answer(Approval::rejected, line.text);
    case ChatLine::cancel:
      return cancel_waiting(line.text);
    case ChatLine::tools:
      return show_tools();
    case ChatLine::cost:
      return show_cost();
    case ChatLine::help:
      return write_err(chat_help());
    case ChatLine::quit:
      over_ = Exit::ok;
      return;
    case ChatLine::unknown:
      break;
  }
  std::string why = "there is no command " + printable_line(line.text) + "; /help lists them, // begins a message";
  if (!parts_.progress) throw failed("cli.usage", why);
  notice(why);
}

void Talk::say(std::string message) {
  if (still_waits()) return tell_what_waits();
  if (!over_) submit(std::move(message));
}

// A run that can go on, since it was answered elsewhere or its time came, does so first.
bool Talk::still_waits() {
  if (!waiting_) return false;
  auto run = *waiting_;
  auto state = run.state().get();
  if (!state || is_terminal(state->row.status) || state->answered || state->ready || state->driven) rest(run);
  return waiting_.has_value();
}

void Talk::tell_what_waits() {
  std::string run = "run " + waiting_->id().str();
  if (questions(*waiting_).empty())
    return notice(run + " waits, and asks nothing: try again later, or /cancel ends it");
  notice(run + " waits for an answer: /approve, /reject REASON, or /cancel to end it");
}

void Talk::submit(std::string message) {
  auto invocation = parts_.turn;
  invocation.run_id = RunId::generate(system_clock());
  invocation.prompt = std::move(message);
  auto run = parts_.context.runtime().start(parts_.agent, std::move(invocation)).get();
  if (!parts_.turn.continues.empty()) tell_of_another(run.id());
  rest(run);
}

// Another terminal may have gone on from the same run: of two, the later one finds the other.
void Talk::tell_of_another(const RunId& run) {
  auto other = earlier_continuation(parts_.context, parts_.turn.continues, run);
  if (!other.empty() && other != parts_.earlier) notice(continued_before(parts_.turn.continues, other));
}

// To the run's end, or until it waits for what is not answered here.
void Talk::rest(const RunHandle& run) {
  waiting_.reset();
  for (;;) {
    auto outcome = wait_for(run);
    parts_.turn.continues = run.id();
    auto asks = outcome.status == RunStatus::waiting && parts_.progress ? questions(run) : std::vector<Question>();
    if (asks.empty()) show(outcome);
    if (outcome.status == RunStatus::waiting) waiting_ = run;
    if (over_ || asks.empty()) return;
    if (!goes_on(ask(parts_.context, parts_.lines, asks), run)) return;
    waiting_.reset();
  }
}

// Whether the run that asked is to be waited for again: it was answered, or told to end.
bool Talk::goes_on(Asked asked, const RunHandle& run) {
  switch (asked) {
    case Asked::answered:
      return true;
    case Asked::stopped:
      (void)run.cancel().get();
      return true;
    case Asked::over:
      over_ = Exit::ok;
      break;
    case Asked::leave:
      over_ = Exit::left;
      break;
    case Asked::left_open:
      break;
  }
  notice("it waits: /approve, /reject REASON, or /cancel to end it");
  return false;
}

RunOutcome Talk::wait_for(const RunHandle& run) {
  TurnWatch::Heard heard{[&] { stop(run); }, [&] { leave(); }};
  if (parts_.progress) heard.line = [&](const std::string& line) { hear(run, line); };
  heard.cleared = [&] { notice("cleared; Ctrl-C once more stops the answer"); };
  TurnWatch watch(parts_.interrupts, std::move(heard));
  auto outcome = run.wait();
  if (parts_.progress) parts_.progress->finish_line();
  return outcome;
}

// Ends this turn's run as cancelled. That is not waited for: while the store is away, the next Ctrl-C is heard.
void Talk::stop(const RunHandle& run) {
  notice("stopping; Ctrl-C once more leaves the run for recovery");
  run.cancel().then([&context = parts_.context](const Result<Said>& said) {
    if (!said.ok()) tell(context, "the run could not be stopped: " + printable_line(said.error().message()));
  });
}

void Talk::leave() {
  notice("leaving; Ctrl-C ends it at once");
  parts_.context.shut_down();
}

// What is typed while an answer is made.
void Talk::hear(const RunHandle& run, const std::string& line) {
  auto heard = chat_line(line);
  if (heard.what == ChatLine::steer && !heard.text.empty()) return steer(run, heard.text);
  if (is_blank(line)) return;
  notice("kept for when this answer is there");
  std::lock_guard lock(mutex_);
  typed_ahead_.push_back(line);
}

// On the watching thread, which nothing may leave by an exception.
void Talk::steer(const RunHandle& run, const std::string& text) {
  try {
    auto said = run.steer(text).get();
    notice(said == Said::accepted ? "it hears that before its next step" : "it is over, and does not hear that");
  } catch (const Error& error) {
    notice("the run could not be told: " + printable_line(error.message()));
  }
}

std::vector<Question> Talk::questions(const RunHandle& run) {
  auto state = run.state().get();
  return state ? std::move(state->questions) : std::vector<Question>();
}

void Talk::answer(Approval approval, const std::string& reason) {
  if (!waiting_) return notice("nothing waits for an answer");
  if (questions(*waiting_).empty()) return still_waits() ? tell_what_waits() : void();
  auto run = *waiting_;
  if (goes_on(answer_at_once(parts_.context, parts_.lines, questions(run), approval, reason), run)) rest(run);
}

void Talk::cancel_waiting(const std::string& reason) {
  if (!waiting_) return notice("no run waits");
  auto run = *waiting_;
  (void)run.cancel(reason).get();
  rest(run);
}

void Talk::show(const RunOutcome& outcome) {
  if (is_terminal(outcome.status)) parts_.spent->add_unanswered(outcome.unanswered_usage), ++turns_;
  if (outcome.status == RunStatus::running) over_ = Exit::left;
  if (parts_.progress) return show_to_person(outcome);
  if (!outcome.ok())
    over_ = show_outcome(parts_.context, outcome, Answer::print, Origin::driven_here);
  else
    print_answer(outcome);
}

// An answer that finds no reader ends the conversation: the next one would be made for nothing.
void Talk::print_answer(const RunOutcome& outcome) const {
  const auto& context = parts_.context;
  if (context.globals().json) return context.print_json(to_json(outcome, Messages::left_out));
  if (context.globals().quiet) return context.print(outcome.run_id.str() + "\n");
  if (!outcome.output.empty()) context.print(outcome.output + (outcome.output.ends_with('\n') ? "" : "\n"));
}

void Talk::show_to_person(const RunOutcome& outcome) {
  bool shown = parts_.progress->has_shown(outcome.output);
  if (outcome.status == RunStatus::cancelled)
    return notice(outcome.output.empty() ? "stopped before it said anything"
                                         : "stopped; what was shown stays in the conversation");
  if (!outcome.ok())
    return (void)show_outcome(parts_.context, outcome, shown ? Answer::shown_already : Answer::print,
                              Origin::driven_here);
  if (!shown && !outcome.output.empty()) parts_.context.print(printable(outcome.output) + "\n");
}

void Talk::show_tools() {
  Rows rows{{"TOOL", "EFFECT", "DESCRIPTION"}};
  if (parts_.turn.continues.empty()) {
    add_tools_of(rows, parts_.agent, parts_.context.runtime().tools());
  } else {
    auto last = parts_.context.runs().stored(parts_.turn.continues).get();
    for (const auto& tool : last.agent.resolved_tools)
      rows.push_back({tool.spec.name, std::string(to_string(tool.effect)), first_line(tool.spec.description)});
  }
  write_err(rows.size() == 1 ? "it has no tools\n" : table(rows));
}

void Talk::show_cost() {
  write_err(std::to_string(turns_) + (turns_ == 1 ? " turn, " : " turns, ") + parts_.spent->text() + "\n");
}

}  // namespace executus::cli
