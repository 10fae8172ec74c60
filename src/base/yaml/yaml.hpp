// YAML files as JSON trees that remember where everything stands.
//
// YAML 1.2 core schema: null, true/false, decimal, 0x and 0o integers and floats are what they look like, the rest is
// text; yes, no, on, 12:30 are text. So are numbers with leading zeros (007), whatever the standard says: they are
// identifiers or modes, and a reader that wants an integer says so. Quoted scalars and !!str are always text. Keys are
// text as written. What JSON cannot say (.inf, .nan, integers beyond 64 bits) is an error, like duplicate keys, merge
// keys (<<), null or composed keys, other tags, a second document, control characters and bytes that are not UTF-8.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include <executus/base/result.hpp>

namespace executus {

// Both count from 1; columns count bytes.
struct TextPosition {
  int line = 1;
  int column = 1;
  auto operator<=>(const TextPosition&) const = default;
};

// "agent.yaml:3:5: error: <message>"; kind is "error" or "warning".
[[nodiscard]] std::string located(std::string_view file, TextPosition where, std::string_view kind,
                                  std::string_view message);

// Where each node of a document stands, by JSON Pointer.
struct YamlPositions {
  struct Marks {
    TextPosition key, value;  // without a key (root, elements): both the value
  };
  std::map<std::string, Marks, std::less<>> by_pointer;
};

// A value. What came through an alias has the positions of its anchor.
class YamlDocument {
 public:
  YamlDocument(std::string file, boost::json::value root, YamlPositions positions)
      : file_(std::move(file)), root_(std::move(root)), positions_(std::move(positions)) {}

  [[nodiscard]] const std::string& file() const noexcept { return file_; }
  [[nodiscard]] const boost::json::value& root() const noexcept { return root_; }

  // Position of the value, or of the key that names it, that `pointer` leads to; when there is none, of the nearest
  // thing above it.
  [[nodiscard]] TextPosition value_at(std::string_view pointer) const { return marks(pointer).value; }
  [[nodiscard]] TextPosition key_at(std::string_view pointer) const { return marks(pointer).key; }

 private:
  [[nodiscard]] YamlPositions::Marks marks(std::string_view pointer) const;

  std::string file_;
  boost::json::value root_;
  YamlPositions positions_;
};

// One document; an empty text is null. `file` is for messages only. The error (yaml.malformed) has one line per
// problem, each "file:line:col: error: ...". Bounded: 4 MiB, nesting as in JSON, 200,000 nodes after aliases are
// expanded (64 bytes of text that an alias repeats count as a node).
[[nodiscard]] Result<YamlDocument> parse_yaml(std::string_view text, std::string file);

// The same for a reader that reports everything at once: duplicate keys do not hide what else is wrong with the file.
// The last of them counts in the tree; `duplicates` gets a place and message each.
struct YamlProblem {
  TextPosition where;
  std::string message;
};
[[nodiscard]] Result<YamlDocument> parse_yaml(std::string_view text, std::string file,
                                              std::vector<YamlProblem>& duplicates);

}  // namespace executus
