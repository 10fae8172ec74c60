// What every request of a version carries in `params._meta`. Pure.
#pragma once

#include <optional>
#include <string>

#include <boost/json/object.hpp>

#include "mcp/wire/capabilities.hpp"
#include "mcp/wire/json_rpc.hpp"

namespace executus::mcp {

inline constexpr std::string_view kMetaPrefix = "io.modelcontextprotocol/";

// How this client calls itself: {"name","version"}.
[[nodiscard]] boost::json::object client_info();

struct RequestContext {
  Version version = kNewestLegacy;
  Capabilities ours = {};
  std::optional<RpcId> progress_token = {};
  std::string log_level = {};  // modern versions; empty: the server is to log nothing
};

// `params` with it; other members of its `_meta` stay.
[[nodiscard]] boost::json::object with_meta(boost::json::object params, const RequestContext& context);

}  // namespace executus::mcp
