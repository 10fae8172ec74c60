#include "mcp/wire/request_meta.hpp"

#include <utility>

namespace executus::mcp {
namespace {

std::string meta_key(std::string_view name) { return std::string(kMetaPrefix) + std::string(name); }

}  // namespace

boost::json::object client_info() { return {{"name", "executus"}, {"version", EXECUTUS_MCP_CLIENT_VERSION}}; }

boost::json::object with_meta(boost::json::object params, const RequestContext& context) {
  auto& value = params["_meta"];
  if (!value.is_object()) value = boost::json::object();
  auto& meta = value.get_object();
  if (is_modern(context.version)) {
    meta[meta_key("protocolVersion")] = to_string(context.version);
    meta[meta_key("clientCapabilities")] = to_json(context.ours, context.version);
    meta[meta_key("clientInfo")] = client_info();
    if (!context.log_level.empty()) meta[meta_key("logLevel")] = context.log_level;
  }
  if (context.progress_token) meta["progressToken"] = to_json(*context.progress_token);
  if (meta.empty()) params.erase("_meta");
  return params;
}

}  // namespace executus::mcp
