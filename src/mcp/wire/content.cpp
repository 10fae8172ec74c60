#include "mcp/wire/content.hpp"

#include <executus/base/json.hpp>

#include "base/base64.hpp"
#include "base/text.hpp"
#include "mcp/wire/fields.hpp"

namespace executus::mcp {
namespace {

namespace json = boost::json;

constexpr std::size_t kShownOfOther = 2'000;  // characters: what is no base64 may be megabytes

Block other(std::string why, const json::value& value) {
  return OtherBlock{std::move(why), std::string(clip(write_json(value), kShownOfOther))};
}

// `key`: the member that has the bytes.
Block media(MediaBlock::Kind kind, const json::object& from, std::string_view key) {
  const auto* encoded = text_in(from, key);
  auto bytes = encoded ? base64_decode(*encoded) : std::nullopt;
  if (!bytes) return other("its '" + std::string(key) + "' is no base64", from);
  return MediaBlock{kind, std::move(*bytes), text_or(from, "mimeType", "application/octet-stream"),
                    text_or(from, "uri")};
}

}  // namespace

Block read_link(const json::object& block) {
  auto title = text_or(block, "title");
  return LinkBlock{text_or(block, "uri"), title.empty() ? text_or(block, "name") : title, text_or(block, "description"),
                   text_or(block, "mimeType"), integer_in(block, "size").value_or(-1)};
}

Block read_resource(const json::object& resource) {
  if (const auto* text = text_in(resource, "text"))
    return DocumentBlock{text_or(resource, "uri"), text_or(resource, "mimeType"), std::string(*text)};
  return media(MediaBlock::Kind::resource, resource, "blob");
}

Block read_block(const json::value& value) {
  const auto* block = value.if_object();
  if (!block) return other("it is no object", value);
  auto type = text_or(*block, "type");
  if (const auto* text = text_in(*block, "text"); text && type == "text") return TextBlock{std::string(*text)};
  if (type == "image") return media(MediaBlock::Kind::image, *block, "data");
  if (type == "audio") return media(MediaBlock::Kind::audio, *block, "data");
  if (type == "resource_link") return read_link(*block);
  if (const auto* resource = object_in(*block, "resource"); resource && type == "resource")
    return read_resource(*resource);
  return other("its type '" + type + "' is not known", value);
}

std::vector<Block> read_blocks(const json::array& array) {
  std::vector<Block> blocks;
  blocks.reserve(array.size());
  for (const auto& one : array) blocks.push_back(read_block(one));
  return blocks;
}

}  // namespace executus::mcp
