// Content blocks of results, prompts and sampling. Pure.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace executus::mcp {

struct TextBlock {
  std::string text;
  bool operator==(const TextBlock&) const = default;
};

// An image, sound, or a resource of bytes: decoded.
struct MediaBlock {
  enum class Kind { image, audio, resource } kind = Kind::image;
  std::string bytes;
  std::string mime;
  std::string uri = {};  // of a resource
  bool operator==(const MediaBlock&) const = default;
};

// A resource that is text.
struct DocumentBlock {
  std::string uri;
  std::string mime;
  std::string text;
  bool operator==(const DocumentBlock&) const = default;
};

// Where a resource is; its content is not here.
struct LinkBlock {
  std::string uri;
  std::string name;
  std::string description;
  std::string mime;
  std::int64_t size = -1;  // -1: not said
  bool operator==(const LinkBlock&) const = default;
};

// Of a type that is not known here, or not as its type should be: `why` says so, `json` is all of it.
struct OtherBlock {
  std::string why;
  std::string json;
  bool operator==(const OtherBlock&) const = default;
};

using Block = std::variant<TextBlock, MediaBlock, DocumentBlock, LinkBlock, OtherBlock>;

// Never fails: what cannot be read is an OtherBlock.
[[nodiscard]] Block read_block(const boost::json::value& json);
[[nodiscard]] std::vector<Block> read_blocks(const boost::json::array& array);

// A resource_link, or an element of `resources/list`, which has the same members.
[[nodiscard]] Block read_link(const boost::json::object& link);

// The contents of a resource: {"uri","mimeType"?,"text" or "blob"}.
[[nodiscard]] Block read_resource(const boost::json::object& resource);

}  // namespace executus::mcp
