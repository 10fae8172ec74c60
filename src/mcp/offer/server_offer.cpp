#include "mcp/offer/server_offer.hpp"

#include <utility>

#include <executus/base/digest.hpp>
#include <executus/base/json.hpp>
#include <executus/base/json_schema.hpp>

#include "base/among.hpp"
#include "base/text.hpp"
#include "mcp/offer/header_parameters.hpp"
#include "mcp/offer/tool_naming.hpp"
#include "mcp/wire/fields.hpp"

namespace executus::mcp {
namespace {

namespace json = boost::json;

constexpr std::size_t kLargestSchema = std::size_t{256} * 1024;  // bytes as JSON
constexpr std::size_t kNamedLeftOut = 10;

// Why a tool cannot be offered; `schema` becomes its parameters.
std::optional<std::string> why_not(const ListedTool& tool, json::object& schema) {
  if (tool.as_task == ListedTool::AsTask::must) return "it can only be called as a task, which is not supported yet";
  const auto* input = tool.input.if_object();
  if (!input) return "it has no input schema";
  schema = *input;
  const auto* type = schema.if_contains("type");
  if (!type) schema["type"] = "object";
  if (type && *type != json::value("object")) return "its input is no object";
  if (write_json(schema).size() > kLargestSchema) return "its input schema is larger than 256 KiB";
  if (auto error = check_schema(schema)) return "its input schema is malformed: " + error->message();
  return std::nullopt;
}

std::optional<json::object> output_schema(const ListedTool& tool) {
  const auto* schema = tool.output.if_object();
  const bool usable = schema && write_json(*schema).size() <= kLargestSchema && !check_schema(*schema);
  return usable ? std::optional(*schema) : std::nullopt;
}

std::string digest_of(const ListedTool& tool, const json::object& parameters) {
  return sha256_hex(canonical_json(json::object{{"name", tool.name},
                                                {"title", tool.hints.title},
                                                {"description", tool.description},
                                                {"parameters", parameters}}));
}

using Does = StoredTool::Does;

std::string_view to_string(Does does) {
  switch (does) {
    case Does::call:
      return "call";
    case Does::list_resources:
      return "list_resources";
    case Does::read_resource:
      return "read_resource";
  }
  return "";
}

Does does_from(std::string_view name) {
  for (auto does : {Does::list_resources, Does::read_resource})
    if (to_string(does) == name) return does;
  return Does::call;
}

// What gives a model the server's resources.
StoredTool resource_tool(const OfferRules& rules, Does does, std::string description, std::string_view parameters) {
  StoredTool tool{rules.server + "." + std::string(to_string(does)), std::string(to_string(does)),
                  std::move(description), parse_json(parameters).value().as_object()};
  tool.effect = tool::Effect::pure;
  tool.order = tool::Order::parallel;
  tool.does = does;
  tool.digest = sha256_hex(canonical_json(json::object{
      {"name", tool.remote}, {"title", ""}, {"description", tool.description}, {"parameters", tool.parameters}}));
  return tool;
}

void add_resource_tools(const OfferRules& rules, const std::vector<std::string>& names, ServerOffer& offer) {
  StoredTool tools[] = {
      resource_tool(
          rules, Does::list_resources,
          "Lists the resources of the MCP server '" + rules.server + "': texts and files that can be read.",
          R"({"type":"object","properties":{"cursor":{"type":"string","description":"Where a list goes on."}}})"),
      resource_tool(rules, Does::read_resource, "Reads a resource of the MCP server '" + rules.server + "'.",
                    R"({"type":"object","properties":{"uri":{"type":"string"}},"required":["uri"]})")};
  for (auto& tool : tools)
    if (is_wanted(rules, tool.remote) && !is_among(tool.name, names)) offer.tools.push_back(std::move(tool));
}

json::object to_json(const StoredTool& tool) {
  json::object stored{{"name", tool.name},
                      {"remote", tool.remote},
                      {"description", tool.description},
                      {"parameters", tool.parameters},
                      {"effect", tool::to_string(tool.effect)},
                      {"digest", tool.digest}};
  if (tool.output) stored["output"] = *tool.output;
  if (tool.order == tool::Order::parallel) stored["parallel"] = true;
  if (tool.does != Does::call) stored["does"] = to_string(tool.does);
  return stored;
}

std::optional<StoredTool> tool_from(const json::value& value) {
  const auto* stored = value.if_object();
  const auto* parameters = stored ? object_in(*stored, "parameters") : nullptr;
  auto effect = stored ? tool::parse_effect(text_or(*stored, "effect")) : std::nullopt;
  if (!parameters || !effect || !text_in(*stored, "name") || !text_in(*stored, "remote")) return std::nullopt;
  StoredTool tool{text_or(*stored, "name"), text_or(*stored, "remote"), text_or(*stored, "description"), *parameters};
  if (const auto* output = object_in(*stored, "output")) tool.output = *output;
  tool.effect = *effect;
  tool.order = is_true(*stored, "parallel") ? tool::Order::parallel : tool::Order::sequential;
  tool.does = does_from(text_or(*stored, "does"));
  tool.digest = text_or(*stored, "digest");
  return tool;
}

Error unreadable(const std::string& what) {
  return failed("mcp.malformed", "the stored offer of an MCP server has " + what);
}

std::string in_words(const std::vector<LeftOut>& left_out) {
  std::string words;
  for (std::size_t i = 0; i < left_out.size() && i < kNamedLeftOut; ++i)
    words += (i ? "; '" : "not offered: '") + left_out[i].tool + "' (" + left_out[i].why + ")";
  if (left_out.size() > kNamedLeftOut) words += "; and " + std::to_string(left_out.size() - kNamedLeftOut) + " more";
  return words;
}

}  // namespace

Result<ServerOffer> make_offer(const OfferRules& rules, Version version, const ServerAbilities& abilities,
                               const std::vector<ListedTool>& listed) {
  std::vector<std::string> remote;
  for (const auto& tool : listed) remote.push_back(tool.name);
  auto names = tool_names(rules.server, remote);
  if (!names) return names.error();
  ServerOffer offer{version, {}, {}, {}, {}};
  for (std::size_t i = 0; i < listed.size(); ++i) {
    const auto& tool = listed[i];
    if (!is_wanted(rules, tool.name)) continue;
    json::object parameters;
    auto why = why_not(tool, parameters);
    if (!why && rules.over_http && is_modern(version)) why = header_problem(parameters);
    if (why) {
      offer.left_out.push_back({as_utf8(std::string(clip(tool.name, 100))), std::move(*why)});
      continue;
    }
    auto effect = effect_of(rules, tool);
    auto digest = digest_of(tool, parameters);
    offer.tools.push_back({names->at(i), tool.name, tool.description, std::move(parameters), output_schema(tool),
                           effect, order_of(rules, tool.name, effect), Does::call, std::move(digest)});
  }
  if (abilities.resources) add_resource_tools(rules, *names, offer);
  return offer;
}

json::object to_json(const ServerOffer& offer) {
  json::array tools, left_out;
  for (const auto& tool : offer.tools) tools.push_back(to_json(tool));
  for (const auto& [tool, why] : offer.left_out) left_out.push_back(json::object{{"tool", tool}, {"why", why}});
  return {{"version", to_string(offer.version)},
          {"server", json::object{{"name", offer.server_name}, {"version", offer.server_version}}},
          {"tools", std::move(tools)},
          {"left_out", std::move(left_out)}};
}

Result<ServerOffer> offer_from_json(const json::object& stored) {
  auto version = parse_version(text_or(stored, "version"));
  const auto* tools = array_in(stored, "tools");
  if (!version || !tools) return unreadable("no version that is known here, or no tools");
  ServerOffer offer{*version, {}, {}, {}, {}};
  if (const auto* server = object_in(stored, "server"))
    offer.server_name = text_or(*server, "name"), offer.server_version = text_or(*server, "version");
  for (const auto& value : *tools) {
    auto tool = tool_from(value);
    if (!tool) return unreadable("a tool that cannot be read");
    offer.tools.push_back(std::move(*tool));
  }
  if (const auto* left_out = array_in(stored, "left_out"))
    for (const auto& value : *left_out)
      if (const auto* one = value.if_object()) offer.left_out.push_back({text_or(*one, "tool"), text_or(*one, "why")});
  return offer;
}

journal::ToolOffer to_tool_offer(const std::string& source, const ServerOffer& offer) {
  journal::ToolOffer told{source, {}, {}, to_json(offer), in_words(offer.left_out), {}};
  for (const auto& tool : offer.tools)
    told.tools.push_back({tool.name, std::string(tool::to_string(tool.effect)), tool.digest});
  return told;
}

}  // namespace executus::mcp
