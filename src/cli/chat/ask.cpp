#include "cli/chat/ask.hpp"

#include <utility>

#include "base/ascii.hpp"
#include "base/text.hpp"

namespace executus::cli {
namespace {

bool is_doubt(const Question& question) { return question.kind == Question::Kind::did_it_happen; }

std::string words_of(const Question& question) {
  std::string call = printable_line(question.tool + " " + question.arguments);
  if (wants_text(question)) return "It asks: " + call + "\n  your answer; an empty line leaves it open\n";
  return is_doubt(question)
             ? "It is not known whether this happened: " + call +
                   "\n  yes RESULT, no REASON, or retry; an empty line leaves it open\n"
             : "May this happen? " + call +
                   "\n  y, n, or why not; {...}: yes, with these arguments; an empty line leaves it open\n";
}

void tell(const Answered& answered) {
  switch (answered.what) {
    case Answered::accepted:
      return;
    case Answered::answered_before:
      return write_err("executus: answered before" + (answered.by.empty() ? "" : " by " + printable_line(answered.by)) +
                       ": " + answered.answer + "\n");
    case Answered::too_late:
    case Answered::no_such_run:
      return write_err("executus: too late: the run has ended or is being cancelled\n");
    case Answered::changed:
      return write_err("executus: the run does not ask this any more\n");
  }
}

Answered decide(CommandContext& context, const Question& question, Approval approval, AnswerNote note) {
  return approval == Approval::approved ? context.runs().approve(question, note).get()
                                        : context.runs().reject(question, note).get();
}

// Nothing: the arguments do not fit, which is told.
std::optional<Answered> decide_changed(CommandContext& context, const Question& question,
                                       const std::string& arguments) {
  try {
    return decide(context, question, Approval::approved, {.arguments = arguments});
  } catch (const Error& error) {
    if (error.code() != "run.arguments") throw;
    write_err("executus: " + error.message() + "\n");
    return std::nullopt;
  }
}

std::optional<Answered> decide_by(CommandContext& context, const Question& question, const std::string& said) {
  if (wants_text(question)) return decide(context, question, Approval::approved, {.answer = said});
  auto word = lowered(said);
  if (word == "y" || word == "yes") return decide(context, question, Approval::approved, {});
  if (said.starts_with('{')) return decide_changed(context, question, said);
  return decide(context, question, Approval::rejected, {.reason = word == "n" || word == "no" ? "" : said});
}

// Nothing: it says neither.
std::optional<Answered> resolve_by(CommandContext& context, const Question& question, const std::string& said) {
  auto end = std::min(said.find(' '), said.size());
  auto word = lowered(said.substr(0, end));
  std::string text(trim(said.substr(end)));
  if (word == "retry") return context.runs().resolve(question, Resolution::retry).get();
  if (word == "y" || word == "yes") return context.runs().resolve(question, Resolution::completed, text).get();
  if (word == "n" || word == "no") return context.runs().resolve(question, Resolution::failed, text).get();
  return std::nullopt;
}

// What is typed at a question. Ctrl-C clears a line that has text, and the question is put again.
Typed typed_at(LineSource& lines, const Question& question) {
  for (;;) {
    write_err(words_of(question));
    auto typed = lines.read("? ", LineSource::Remember::no);
    if (typed.what != Typed::interrupted || typed.text.empty()) return typed;
  }
}

Asked ask_one(CommandContext& context, LineSource& lines, const Question& question) {
  auto typed = typed_at(lines, question);
  if (typed.what == Typed::end) return Asked::over;
  if (typed.what == Typed::leave) return Asked::leave;
  if (typed.what == Typed::interrupted) return Asked::stopped;
  std::string said(trim(typed.text));
  if (said.empty()) return Asked::left_open;
  auto answered = is_doubt(question) ? resolve_by(context, question, said) : decide_by(context, question, said);
  if (!answered) return is_doubt(question) ? Asked::left_open : ask_one(context, lines, question);
  tell(*answered);
  return Asked::answered;
}

}  // namespace

Asked ask(CommandContext& context, LineSource& lines, const std::vector<Question>& questions) {
  for (const auto& question : questions)
    if (auto asked = ask_one(context, lines, question); asked != Asked::answered) return asked;
  return questions.empty() ? Asked::left_open : Asked::answered;
}

Asked answer_at_once(CommandContext& context, LineSource& lines, const std::vector<Question>& questions,
                     Approval approval, const std::string& reason) {
  bool is_yes_or_no =
      questions.size() == 1 && !is_doubt(questions[0]) && (approval == Approval::rejected || !wants_text(questions[0]));
  if (!is_yes_or_no) return ask(context, lines, questions);
  tell(decide(context, questions[0], approval, {.reason = reason}));
  return Asked::answered;
}

}  // namespace executus::cli
