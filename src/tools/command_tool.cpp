#include "tools/command_tool.hpp"

#include <utility>
#include <vector>

#include <boost/json.hpp>
#include <signal.h>

#include <executus/base/json_schema.hpp>

#include "base/secrets.hpp"
#include "base/text.hpp"
#include "tools/capped_text.hpp"
#include "tools/child_process.hpp"
#include "tools/variables.hpp"

namespace executus::tools {
namespace {

constexpr std::size_t kMaxProgramErrors = 4'000;  // characters of the end of standard error

std::string program_output(ProgramEnd end, const Secrets& secrets) {
  Part part = end.output.size() < end.output_bytes ? Part::beginning : Part::whole;
  std::string size = "the output has " + std::to_string(end.output_bytes) + " bytes";
  return capped_text(secrets.masked(end.output), part, kMaxResult, size);
}

std::string program_errors(ProgramEnd end, const Secrets& secrets) {
  bool all = end.errors.size() == end.errors_bytes;
  std::string errors = as_utf8(secrets.masked(end.errors));
  std::string tail(clip_front(errors, kMaxProgramErrors));
  if (all && tail.size() == errors.size()) return tail;
  return "[cut: the end of " + std::to_string(end.errors_bytes) + " bytes]\n" + tail;
}

tool::Outcome outcome_of_program(const std::string& name, ProgramEnd end, const Secrets& secrets) {
  switch (end.how) {
    case ProgramEnd::How::not_started:
      return tool::Failed{"'" + name + "' could not be started: " + end.errors};
    case ProgramEnd::How::killed:
      return tool::Unknown{"'" + name + "' was killed" + (end.code ? " by signal " + std::to_string(end.code) : "")};
    case ProgramEnd::How::exited:
      break;
  }
  if (end.code != 0)
    return tool::Failed{"'" + name + "' ended with exit code " + std::to_string(end.code) + ": " +
                        program_errors(std::move(end), secrets)};
  return tool::Done{program_output(std::move(end), secrets), {}};
}

// Sets the flag when its frame goes: the waiting task was cancelled, or is done.
struct StopOnExit {
  std::shared_ptr<std::atomic<bool>> stop;
  ~StopOnExit() { *stop = true; }
};

class CommandTool final : public tool::Tool {
 public:
  CommandTool(CommandToolConfig config, BlockingPool& pool, const Environment& environment)
      : config_(std::move(config)), pool_(pool), environment_(environment) {}

  const tool::ToolInfo& info() const override { return config_.info; }

  std::vector<std::string> missing() const override {
    std::vector<std::string> missing;
    add_missing(missing, config_.env, environment_);
    return missing;
  }

  Task<tool::Outcome> call(tool::Call call) override {
    if (auto wrong = validate(config_.info.spec.parameters, call.arguments); !wrong.empty()) {
      tool::Outcome refused = tool::Failed{"the arguments do not fit: " + wrong.front()};
      co_return refused;
    }
    StopOnExit guard{std::make_shared<std::atomic<bool>>(false)};
    auto work = [spec = program_for(call), stop = guard.stop] { return run_program(spec, *stop); };
    ProgramEnd end = co_await pool_.run(std::move(work), call.permit);
    Secrets secrets;
    secrets.add_texts(config_.env, environment_);
    co_return outcome_of_program(config_.command.front(), std::move(end), secrets);
  }

 private:
  // A minimal environment: what a program needs to run, what was declared, and the key.
  ProgramSpec program_for(const tool::Call& call) const {
    ProgramSpec spec;
    spec.argv = config_.command;
    for (const char* name : {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ"})
      if (auto value = environment_.get(name)) spec.environment.push_back(std::string(name) + "=" + *value);
    for (const auto& [name, value] : config_.env)
      spec.environment.push_back(name + "=" + expand_variables(value, environment_).value());
    spec.environment.push_back("EXECUTUS_IDEMPOTENCY_KEY=" + call.idempotency_key);
    spec.directory = config_.cwd.starts_with('/') ? config_.cwd : call.root + "/" + config_.cwd;
    spec.input = boost::json::serialize(call.arguments);
    spec.timeout = config_.info.timeout;
    return spec;
  }

  const CommandToolConfig config_;
  BlockingPool& pool_;
  const Environment& environment_;
};

}  // namespace

std::shared_ptr<tool::Tool> make_command_tool(CommandToolConfig config, BlockingPool& pool,
                                              const Environment& environment) {
  return std::make_shared<CommandTool>(std::move(config), pool, environment);
}

}  // namespace executus::tools
