#include "cli/commands/agents/checked_agent.hpp"

#include <vector>

#include <boost/json.hpp>

namespace executus::cli {
namespace {

namespace json = boost::json;

json::array lines_json(const std::vector<std::string>& lines) { return json::array(lines.begin(), lines.end()); }

}  // namespace

Checked check_agent(const AgentLibrary& library, Noun noun, const std::string& file) {
  Checked checked;
  checked.file = file;
  checked.agent = library.load(file, checked.said, kind_of(noun));
  return checked;
}

json::object checked_json(const Checked& checked) {
  return {{"file", checked.file},
          {"valid", checked.agent.has_value()},
          {"name", checked.agent ? json::value(checked.agent->agent.name) : json::value(nullptr)},
          {"description", checked.agent ? json::value(checked.agent->agent.description) : json::value(nullptr)},
          {"errors", lines_json(checked.said.errors)},
          {"warnings", lines_json(checked.said.warnings)}};
}

}  // namespace executus::cli
