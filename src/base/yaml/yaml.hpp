// YAML files as JSON trees that remember where everything stands.
//
// YAML 1.2 core schema: null, true/false, decimal, 0x and 0o integers and floats are what they look like, the rest is
// text; yes, no, on, 12:30 are text. So are numbers with leading zeros (007), whatever the standard says: they are
// identifiers or modes, and a reader that wants an integer says so. Quoted scalars and !!str are always text. Keys are
// text as written. What JSON cannot say (.inf, .nan, integers beyond 64 bits) is an error, like duplicate keys, merge
// keys (<<), null or composed keys, other tags, a second document, control characters and bytes that are not UTF-8.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
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
    std::size_t file = 0;     // which of the document's files
  };
  std::map<std::string, Marks, std::less<>> by_pointer;
};

// A value. What came through an alias has the positions of its anchor. Documents that are laid over each other
// (layered_yaml.hpp) are one of several files.
class YamlDocument {
 public:
  YamlDocument(std::string file, boost::json::value root, YamlPositions positions)
      : YamlDocument(std::vector{std::move(file)}, std::move(root), std::move(positions)) {}
  // Precondition: there is a file.
  YamlDocument(std::vector<std::string> files, boost::json::value root, YamlPositions positions)
      : files_(std::move(files)), root_(std::move(root)), positions_(std::move(positions)) {}

  [[nodiscard]] const boost::json::value& root() const noexcept { return root_; }
  [[nodiscard]] const YamlPositions& positions() const noexcept { return positions_; }

  // File and position of the value, or of the key that names it, that `pointer` leads to; when there is none, of the
  // nearest thing above it.
  [[nodiscard]] const std::string& file_at(std::string_view pointer) const { return files_[file_index_at(pointer)]; }
  [[nodiscard]] std::size_t file_index_at(std::string_view pointer) const { return marks(pointer).file; }
  [[nodiscard]] TextPosition value_at(std::string_view pointer) const { return marks(pointer).value; }
  [[nodiscard]] TextPosition key_at(std::string_view pointer) const { return marks(pointer).key; }

 private:
  [[nodiscard]] YamlPositions::Marks marks(std::string_view pointer) const;

  std::vector<std::string> files_;
  boost::json::value root_;
  YamlPositions positions_;
};

// One document; an empty text is null. `file` is for messages only. The error (yaml.malformed) has one line per
// problem, each "file:line:col: error: ...". Bounded: 4 MiB, nesting as in JSON, 200,000 nodes after aliases are
// expanded (64 bytes of text that an alias repeats count as a node).
[[nodiscard]] Result<YamlDocument> parse_yaml(std::string_view text, std::string file);

// The same for a reader that reports everything at once: duplicate keys do not hide what else is wrong with the file.
// The last of them counts in the tree; `problems` gets a place and message each, and what the text ended with when
// nothing is returned.
struct YamlProblem {
  TextPosition where;
  std::string message;
};
[[nodiscard]] std::optional<YamlDocument> parse_yaml(std::string_view text, std::string file,
                                                     std::vector<YamlProblem>& problems);

}  // namespace executus
