#include "mcp/wire/notices.hpp"

#include <cmath>

#include <executus/base/json.hpp>

#include "mcp/wire/fields.hpp"

namespace executus::mcp {
namespace {

namespace json = boost::json;

std::optional<double> number_in(const json::object& params, std::string_view key) {
  const auto* value = params.if_contains(key);
  if (!value || !value->is_number()) return std::nullopt;
  return value->to_number<double>();
}

std::optional<RpcId> id_in(const json::object& params, std::string_view key) {
  const auto* value = params.if_contains(key);
  return value ? rpc_id_from(*value) : std::nullopt;
}

std::optional<Notice> progress(const json::object& params) {
  auto token = id_in(params, "progressToken");
  if (!token) return std::nullopt;
  return Progress{std::move(*token), number_in(params, "progress").value_or(0), number_in(params, "total"),
                  text_or(params, "message")};
}

std::optional<Notice> log_line(const json::object& params) {
  const auto* data = params.if_contains("data");
  return LogLine{text_or(params, "level", "info"), text_or(params, "logger"), data ? *data : json::value(nullptr)};
}

std::optional<Notice> withdrawn(const json::object& params) {
  auto request = id_in(params, "requestId");
  if (!request) return std::nullopt;
  return RequestWithdrawn{std::move(*request)};
}

}  // namespace

std::optional<Notice> read_notice(const Notification& notification) {
  constexpr std::string_view kPrefix = "notifications/";
  std::string_view name = notification.method;
  if (!name.starts_with(kPrefix)) return std::nullopt;
  name.remove_prefix(kPrefix.size());
  const auto& params = notification.params;
  if (name == "progress") return progress(params);
  if (name == "message") return log_line(params);
  if (name == "cancelled") return withdrawn(params);
  if (name == "tools/list_changed") return ListChanged{ListChanged::Of::tools};
  if (name == "resources/list_changed") return ListChanged{ListChanged::Of::resources};
  if (name == "prompts/list_changed") return ListChanged{ListChanged::Of::prompts};
  if (name == "resources/updated") return ResourceUpdated{text_or(params, "uri")};
  return std::nullopt;
}

std::string in_words(const Progress& progress) {
  auto words = write_json(json::value(progress.done));
  if (progress.total) words += " of " + write_json(json::value(*progress.total));
  return progress.message.empty() ? words : words + ": " + progress.message;
}

}  // namespace executus::mcp
