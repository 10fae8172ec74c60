// The tools of a run's definition. A run that is taken up again calls the tools of this process, but the model reads
// their names, descriptions and parameters as the run was started with them.
#pragma once

#include <vector>

#include <boost/json/object.hpp>

#include <executus/run/agent.hpp>
#include <executus/tool/registry.hpp>

namespace executus::run {

// The tools of a toolbox as the definition of a run remembers them.
[[nodiscard]] inline std::vector<DefinedTool> defined_tools(const tool::Toolbox& toolbox) {
  std::vector<DefinedTool> stored;
  for (const auto& tool : toolbox.tools()) stored.push_back({tool->info().spec, tool->info().effect});
  return stored;
}

[[nodiscard]] tool::Toolbox as_defined(const tool::Toolbox& toolbox, const std::vector<DefinedTool>& stored);

// Whether a tool with the parameters `now` takes all arguments that fit `then`: they are the same but for words that
// describe them, and for members that came since and may be left out.
[[nodiscard]] bool takes_arguments_of(const boost::json::object& now, const boost::json::object& then);

}  // namespace executus::run
