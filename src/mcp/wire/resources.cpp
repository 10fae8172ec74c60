#include "mcp/wire/resources.hpp"

#include <utility>

#include <executus/base/json.hpp>

#include "mcp/wire/fields.hpp"

namespace executus::mcp {

Result<CallResult> read_resource_list(const boost::json::object& result) {
  const auto* resources = array_in(result, "resources");
  if (!resources) return failed("mcp.malformed", "the answer to resources/list has no list 'resources'");
  CallResult read;
  for (const auto& value : *resources)
    if (const auto* resource = value.if_object()) read.content.push_back(read_link(*resource));
  if (const auto* cursor = text_in(result, "nextCursor"))
    read.content.emplace_back(TextBlock{"[the list goes on at cursor " + write_json(*cursor) + "]"});
  return read;
}

std::vector<Block> read_resource_templates(const boost::json::object& result) {
  std::vector<Block> blocks;
  const auto* templates = array_in(result, "resourceTemplates");
  if (!templates || templates->empty()) return blocks;
  blocks.emplace_back(TextBlock{"More can be read at addresses like these, with the names in braces filled in:"});
  for (const auto& value : *templates) {
    const auto* one = value.if_object();
    if (!one) continue;
    auto link = *one;
    link["uri"] = text_or(*one, "uriTemplate");
    blocks.push_back(read_link(link));
  }
  return blocks;
}

Result<CallResult> read_resource_contents(const boost::json::object& result) {
  const auto* contents = array_in(result, "contents");
  if (!contents) return failed("mcp.malformed", "the answer to resources/read has no list 'contents'");
  CallResult read;
  for (const auto& value : *contents) {
    const auto* resource = value.if_object();
    read.content.push_back(resource ? read_resource(*resource) : read_block(value));
  }
  return read;
}

}  // namespace executus::mcp
