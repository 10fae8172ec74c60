#include <utility>

#include "base/secrets/secrets.hpp"
#include "base/text.hpp"
#include "deliver/targets/answers.hpp"
#include "deliver/targets/senders.hpp"
#include "tools/program/program_environment.hpp"

namespace executus::deliver {
namespace {

using How = tools::ProgramEnd::How;

constexpr int kRefuses = 65;  // EX_DATAERR of sysexits.h
constexpr std::size_t kShownErrors = 300;

tools::ProgramSpec program_for(const CommandTarget& target, const Message& message, const Environment& environment) {
  tools::ProgramSpec spec;
  spec.argv = target.command;
  spec.environment = tools::program_environment(environment, target.env, {{"EXECUTUS_DELIVERY_ID", message.id}});
  spec.directory = target.directory;
  spec.input = message.body;
  spec.timeout = target.timeout;
  return spec;
}

std::string end_of(const tools::ProgramEnd& end) {
  switch (end.how) {
    case How::exited:
      return "ended with exit code " + std::to_string(end.code);
    case How::signalled:
      return "was killed by signal " + std::to_string(end.code);
    case How::timed_out:
      return "took too long and was ended";
    case How::not_started:
      return "could not be started: " + end.problem;
    case How::stopped:
    case How::lost:
      break;
  }
  return "was ended before it was done";
}

// With the end of what it said.
std::string words_of(const tools::ProgramEnd& end, const CommandTarget& target, const Environment& environment) {
  Secrets secrets;
  secrets.add_texts(target.env, environment);
  auto errors = as_utf8(secrets.masked(end.errors.end(), Cut::at_both));
  auto said = trim(errors);
  auto text = "'" + target.command.front() + "' " + end_of(end);
  return said.empty() ? text : text + ": " + std::string(clip_front(said, kShownErrors));
}

}  // namespace

Task<void> run_command(Services services, CommandTarget target, Message message) {
  auto spec = program_for(target, message, services.environment);
  auto end = co_await services.programs.run(std::move(spec), std::make_shared<StartPermit>());
  if (end.how == How::exited && end.code == 0) co_return;
  auto words = words_of(end, target, services.environment);
  if (end.how == How::exited && end.code == kRefuses) throw refused(words);
  throw not_delivered(words);
}

}  // namespace executus::deliver
