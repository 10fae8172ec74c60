// A declaration of an MCP server (an element of Agent::declared_tools) as a value. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include <executus/base/environment.hpp>
#include <executus/base/result.hpp>

#include "mcp/call/call_clock.hpp"
#include "mcp/offer/offer_rules.hpp"

namespace executus::mcp {

inline constexpr std::string_view kDeclarationKind = "mcp";

struct ServerConfig {
  std::string name;
  std::vector<std::string> command = {};  // empty: it is at `url`
  std::string cwd = ".";                  // from the root of the run
  std::map<std::string, std::string> environment = {};
  std::string url = {};
  std::map<std::string, std::string> headers = {};
  OfferRules rules = {};
  CallClock::Limits limits = {};
  Milliseconds startup_time{60'000};
  bool shared = true;  // between the runs of a process
  bool roots = true;
  std::string log_level = "warning";  // from which on the server is to tell its log
};

// Texts are as they were declared: ${VAR} is not filled in. Error mcp.declaration: another program wrote it.
[[nodiscard]] Result<ServerConfig> server_config(const boost::json::object& declaration);

// What `environment` lacks to use it, in words for people.
[[nodiscard]] std::vector<std::string> missing_for(const ServerConfig& config, const Environment& environment);

// Equal for what can share one server: how it is begun, with the values that its variables have now, and where. `root`:
// of the run. `owner`: of a server that is not shared.
[[nodiscard]] std::string server_key(const ServerConfig& config, const Environment& environment,
                                     const std::string& root, const std::string& owner);

}  // namespace executus::mcp
