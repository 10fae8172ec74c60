#include "tools/program/program_outcome.hpp"

#include "base/text.hpp"
#include "tools/shared/capped_text.hpp"

namespace executus::tools {
namespace {

using How = ProgramEnd::How;

std::string result(const KeptOutput& output, const Secrets& secrets) {
  std::string size = "the output has " + std::to_string(output.bytes()) + " bytes";
  auto cut = output.is_whole() ? Cut::nowhere : Cut::at_end;
  return capped_text(secrets.masked(output.beginning(), cut), output.is_whole() ? Part::whole : Part::beginning,
                     kMaxResult, size);
}

// The end of an output, under its name; "" for an empty output.
std::string shown(const char* name, const KeptOutput& output, std::size_t most, const Secrets& secrets) {
  if (output.bytes() == 0) return {};
  std::string end = output.end();
  bool all = end.size() == output.bytes();
  // A program that was killed, or gave up, may have written half of a line.
  std::string text = as_utf8(secrets.masked(end, all ? Cut::at_end : Cut::at_both));
  std::string_view tail = clip_front(text, most);
  std::string cut =
      all && tail.size() == text.size() ? "" : "[cut: the end of " + std::to_string(output.bytes()) + " bytes]\n";
  return std::string("\n") + name + ":\n" + cut + std::string(tail);
}

std::string all_that_it_wrote(const ProgramEnd& end, const Secrets& secrets) {
  std::string output = shown("standard output", end.output, kShownOutput, secrets);
  std::string errors = shown("standard error", end.errors, kShownErrors, secrets);
  if (output.ends_with('\n') && !errors.empty()) errors.erase(0, 1);
  return output.empty() && errors.empty() ? " and wrote nothing" : output + errors;
}

}  // namespace

tool::Outcome outcome_of_program(const std::string& name, Milliseconds timeout, const ProgramEnd& end,
                                 const Secrets& secrets) {
  std::string named = "'" + name + "' ";
  switch (end.how) {
    case How::not_started:
      return tool::Failed{named + "could not be started: " + end.problem, true};
    case How::exited:
      if (end.code == 0) return tool::Done{result(end.output, secrets), {}};
      return tool::Failed{named + "ended with exit code " + std::to_string(end.code) + all_that_it_wrote(end, secrets)};
    case How::signalled:
      return tool::Unknown{named + "was killed by signal " + std::to_string(end.code) +
                           all_that_it_wrote(end, secrets)};
    case How::timed_out:
      return tool::Unknown{named + "was ended after its time of " + std::to_string(timeout.count()) + " ms" +
                           all_that_it_wrote(end, secrets)};
    case How::stopped:
      return tool::Unknown{named + "was ended because its call was" + all_that_it_wrote(end, secrets)};
    case How::lost:
      break;
  }
  return tool::Unknown{named + "was lost: the process that guards it was killed" + all_that_it_wrote(end, secrets)};
}

}  // namespace executus::tools
