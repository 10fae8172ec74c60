#include "runtime/git_program.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>

#include "tools/program/program.hpp"

namespace executus {
namespace {

using How = tools::ProgramEnd::How;

// With these git would work in another repository, or with other objects.
constexpr std::array<std::string_view, 9> kOfAnotherRepository{
    "GIT_DIR",       "GIT_WORK_TREE",  "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE", "GIT_COMMON_DIR", "GIT_PREFIX",     "GIT_TEMPLATE_DIR"};

// Nothing may ask a person; what is stored (credential helpers, keys, an agent) is used. Only these transports.
const std::map<std::string, std::string> kSet{
    {"GIT_TERMINAL_PROMPT", "0"}, {"GIT_ASKPASS", ""},
    {"SSH_ASKPASS", ""},          {"SSH_ASKPASS_REQUIRE", "never"},
    {"GCM_INTERACTIVE", "never"}, {"GIT_ALLOW_PROTOCOL", "https:ssh:git:file"},
    {"GIT_LFS_SKIP_SMUDGE", "1"}, {"LC_ALL", "C"}};

std::vector<std::string> variables_of(const Environment& environment) {
  std::map<std::string, std::string> variables;
  for (const auto& name : environment.names_with_prefix(""))
    if (std::ranges::find(kOfAnotherRepository, name) == kOfAnotherRepository.end())
      variables[name] = environment.get(name).value_or("");
  for (const auto& [name, value] : kSet) variables[name] = value;
  std::vector<std::string> list;
  for (const auto& [name, value] : variables) list.push_back(name + "=" + value);
  return list;
}

std::string said(const tools::ProgramEnd& end) {
  switch (end.how) {
    case How::exited:
      return end.errors.is_whole() ? end.errors.beginning() : end.errors.end();
    case How::timed_out:
      return "git was not done in time, and was ended";
    case How::not_started:
      return "the program git cannot be run: " + end.problem;
    case How::signalled:
      return "git was ended by signal " + std::to_string(end.code);
    case How::stopped:
    case How::lost:
      break;
  }
  return "git was ended";
}

}  // namespace

skillpack::GitEnd GitProgram::run(std::vector<std::string> arguments, Milliseconds timeout) {
  tools::ProgramSpec spec;
  spec.argv = std::move(arguments);
  spec.argv.insert(spec.argv.begin(), "git");
  spec.environment = variables_of(environment_);
  spec.directory = "/";
  spec.timeout = timeout;
  auto end = tools::run_program(guard_, spec, {});
  return {end.how == How::exited ? end.code : -1, end.output.beginning(), end.output.is_whole(), said(end)};
}

}  // namespace executus
