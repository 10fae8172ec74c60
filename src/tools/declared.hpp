// Tools as data: what an agent file declares and a run's stored definition remembers, so that any process that takes
// the run up can build them again. {"kind": "http" | "command" | "run_command" |
// "git_diff" | "git_log", "name", "description", "effect", "parameters",
// "timeout_ms", ...}: the keys of agent files, durations in milliseconds, ${VAR} unexpanded.
#pragma once

#include <memory>

#include <boost/json/object.hpp>

#include <executus/base/environment.hpp>
#include <executus/base/result.hpp>
#include <executus/net/client/http_client.hpp>
#include <executus/tool/tool.hpp>

#include "tools/program/programs.hpp"
#include "tools/sandbox/sandbox.hpp"

namespace executus::tools {

// What declared tools need; outlives them.
struct Services {
  net::HttpClient& http;
  const Environment& environment;
  Programs& programs;
  Sandbox* sandbox = nullptr;  // null: tools in a sandbox are refused
};

// Whether it is of one of these kinds.
[[nodiscard]] bool is_built_in(const boost::json::object& declaration);

[[nodiscard]] Result<std::shared_ptr<tool::Tool>> make_declared_tool(const boost::json::object& declaration,
                                                                     Services services);

}  // namespace executus::tools
