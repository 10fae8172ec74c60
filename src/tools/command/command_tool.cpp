#include "tools/command/command_tool.hpp"

#include <utility>

#include <boost/json.hpp>

#include <executus/base/json.hpp>

#include "base/secrets/secrets.hpp"
#include "tools/command/command_rules.hpp"
#include "tools/program/program_environment.hpp"
#include "tools/program/program_outcome.hpp"
#include "tools/shared/declared_rules.hpp"
#include "tools/shared/variables.hpp"

namespace executus::tools {
namespace {

void check_config(const CommandToolConfig& config) {
  for (const auto& [name, value] : config.env) refuse_declaration_if(variable_problem(name), config.info);
}

class CommandTool final : public tool::Tool {
 public:
  CommandTool(CommandToolConfig config, const Environment& environment)
      : config_(std::move(config)), environment_(environment) {}

  const tool::ToolInfo& info() const override { return config_.info; }

  std::vector<std::string> missing() const override {
    std::vector<std::string> missing;
    add_missing(missing, config_.env, environment_);
    config_.place.add_missing_to(missing);
    return missing;
  }

  Task<tool::Outcome> call(tool::Call call) override {
    ProgramEnd end = co_await config_.place.run(call.root, program_for(call), call.permit);
    Secrets secrets;
    secrets.add_texts(config_.env, environment_);
    co_return outcome_of_program(config_.command.front(), config_.info.timeout, end, secrets);
  }

 private:
  ProgramSpec program_for(const tool::Call& call) const {
    ProgramSpec spec;
    spec.argv = config_.command;
    spec.environment =
        program_environment(environment_, config_.env, {{std::string(kKeyVariable), call.idempotency_key}});
    spec.directory = config_.cwd.starts_with('/') ? config_.cwd : call.root + "/" + config_.cwd;
    spec.input = write_json(call.arguments);
    spec.timeout = config_.info.timeout;
    return spec;
  }

  const CommandToolConfig config_;
  const Environment& environment_;
};

}  // namespace

std::shared_ptr<tool::Tool> make_command_tool(CommandToolConfig config, const Environment& environment) {
  check_config(config);
  return std::make_shared<CommandTool>(std::move(config), environment);
}

}  // namespace executus::tools
