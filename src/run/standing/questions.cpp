#include <functional>
#include <utility>

#include <executus/base/digest.hpp>
#include <executus/run/question.hpp>
#include <executus/run/run_state.hpp>
#include <executus/tool/ask_user.hpp>

#include "run/record/journal_commands.hpp"
#include "run/standing/answer_call.hpp"

namespace executus {
namespace {

using Kind = Question::Kind;

std::string digest_of(const std::string& tool, const std::string& arguments) {
  return sha256_hex(tool + '\n' + arguments);
}

std::string digest_of_call(const llm::CallRecord& call) { return digest_of(call.call.name, call.call.arguments); }

void add_questions(std::vector<Question>& questions, const StoredRun& run, Kind kind,
                   const std::vector<llm::CallRecord>& calls) {
  for (const auto& call : calls)
    questions.push_back({kind, run.row.id, run.row.agent, call.call.id, call.position, call.call.name,
                         call.call.arguments, digest_of_call(call), call.why_asked ? *call.why_asked : std::string()});
}

std::string text_in(const journal::Command& command, std::string_view key) {
  const auto* text = command.payload.if_contains(key);
  return text && text->is_string() ? std::string(text->get_string()) : "";
}

Answered::What what_of(CallAnswered::Verdict verdict) {
  switch (verdict) {
    case CallAnswered::Verdict::given:
      return Answered::accepted;
    case CallAnswered::Verdict::answered_before:
      return Answered::answered_before;
    case CallAnswered::Verdict::given_up:
    case CallAnswered::Verdict::run_ended:
      return Answered::too_late;
    case CallAnswered::Verdict::no_such_run:
      return Answered::no_such_run;
    default:
      return Answered::changed;
  }
}

Answered answered_by(const journal::Command& earlier) {
  return {Answered::answered_before, text_in(earlier, "by"), run::commands::answer_name(earlier)};
}

// The call that the question asks about, where the run may have taken in a word about it.
const llm::CallRecord* call_of(const CallAnswered& given, const Question& question) {
  bool may_have = question.kind == Kind::may_it_happen && given.run;
  return may_have ? given.run->checkpoint.conversation.find_call(question.call) : nullptr;
}

Task<Answered> told(journal::JournalStore& store, Question question, CallAnswered given) {
  Answered answered{what_of(given.verdict)};
  if (answered == Answered::accepted) co_return answered;
  if (answered == Answered::answered_before) co_return answered_by(given.earlier);
  const auto* call = call_of(given, question);
  if (!call) co_return answered;
  auto about_it = [tool = question.tool, digest = question.digest](const std::string& arguments) {
    return digest_of(tool, arguments) == digest;
  };
  auto earlier = co_await run::approval_taken_in(store, question.run, *call, about_it);
  co_return earlier ? answered_by(*earlier) : answered;
}

void require_kind(const Question& question, Kind kind) {
  if (question.kind == kind) return;
  bool asks_permission = question.kind == Kind::may_it_happen;
  throw failed("run.wrong_answer",
               "call '" + question.call_id + "' of run " + question.run.str() +
                   (asks_permission ? " waits for an approval: approve or reject it"
                                    : " is in doubt: resolve it as completed, failed or to be retried"));
}

// The call that the question is about, and no other one that took its place.
run::CallAsked asked_by(const Question& question) {
  return {"", [position = question.call, digest = question.digest](const llm::CallRecord& call) {
            return call.position == position && digest_of_call(call) == digest;
          }};
}

}  // namespace

bool wants_text(const Question& question) {
  return question.kind == Kind::may_it_happen && question.tool == tool::kAskUser;
}

std::vector<Question> questions_of(const StoredRun& run) {
  std::vector<Question> questions;
  add_questions(questions, run, Kind::did_it_happen, in_doubt(run));
  add_questions(questions, run, Kind::may_it_happen, awaiting_approval(run));
  return questions;
}

Task<std::vector<Question>> open_questions(journal::JournalStore& store, journal::RunRow row) {
  auto state = co_await read_run_state(store, std::move(row));
  if (auto why = unreadable_in(state)) throw *why;
  co_return std::move(state.questions);
}

Task<Answered> answer(journal::JournalStore& store, Question question, Approval approval, AnswerNote note) {
  require_kind(question, Kind::may_it_happen);
  auto command = [approval, note](const StoredRun& run, const llm::CallRecord& call) {
    return run::approval_command(run, call, approval, note);
  };
  auto given = co_await run::answer_call(store, question.run, awaiting_approval, asked_by(question), command);
  co_return co_await told(store, std::move(question), std::move(given));
}

Task<Answered> answer(journal::JournalStore& store, Question question, Resolution resolution, std::string text,
                      AnswerNote note) {
  require_kind(question, Kind::did_it_happen);
  auto command = [resolution, text, by = note.by](const StoredRun&, const llm::CallRecord& call) {
    return run::commands::resolve(call.position, resolution, text, by);
  };
  auto given = co_await run::answer_call(store, question.run, in_doubt, asked_by(question), command);
  co_return co_await told(store, std::move(question), std::move(given));
}

}  // namespace executus
