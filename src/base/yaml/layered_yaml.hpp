// YAML maps laid over each other, the lowest first: what files that extend one another come to. A key of a higher file
// replaces that of the lower ones, and so does a list; maps are merged key by key, but those that are one value. A key
// "tools+" adds its list to what the lower ones have under "tools".
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/object.hpp>

#include "base/yaml/fields.hpp"
#include "base/yaml/yaml.hpp"

namespace executus {

// Where a value was given.
struct YamlOrigin {
  std::string file;
  int line = 1;  // of its key
  bool operator==(const YamlOrigin&) const = default;
};

// By JSON pointer, for each value that is no map that was merged. A list that was added to has several, the lowest
// first.
using YamlOrigins = std::map<std::string, std::vector<YamlOrigin>, std::less<>>;

class YamlLayers {
 public:
  // `whole`: the pointers of maps that are one value, such as a JSON Schema.
  explicit YamlLayers(std::vector<std::string> whole) : whole_(std::move(whole)) {}

  // Precondition: the document is a map, of one file. Keys that add to nothing are reported.
  void lay(const YamlDocument& document, Problems& problems);

  // Takes out a key of the layers so far, when it is there.
  void drop(std::string_view key);

  [[nodiscard]] const YamlOrigins& origins() const noexcept { return origins_; }

  // What the layers come to; its files are in the order they were laid.
  [[nodiscard]] YamlDocument document() const;

 private:
  class Layer;
  void erase_below(const std::string& pointer);

  const std::vector<std::string> whole_;
  std::vector<std::string> files_;
  boost::json::object root_;
  YamlPositions positions_;
  YamlOrigins origins_;
};

}  // namespace executus
