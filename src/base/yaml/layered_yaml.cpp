#include "base/yaml/layered_yaml.hpp"

#include <algorithm>

#include <executus/base/json.hpp>

#include "base/text.hpp"

namespace executus {
namespace {

namespace json = boost::json;

// Calls `each` with what `map` holds at `pointer` and below it. `map` is sorted: "/a+" stands between "/a" and "/a/b".
template <class Map, class Each>
void for_each_below(Map& map, const std::string& pointer, Each each) {
  if (auto at = map.find(pointer); at != map.end()) each(at);
  const std::string below = pointer + '/';
  for (auto at = map.lower_bound(below); at != map.end() && at->first.starts_with(below);) each(at++);
}

template <class Map>
void erase_from(Map& map, const std::string& pointer) {
  for_each_below(map, pointer, [&](auto at) { map.erase(at); });
}

}  // namespace

// One document on its way onto the layers below it.
class YamlLayers::Layer {
 public:
  Layer(YamlLayers& layers, const YamlDocument& document, Problems& problems)
      : layers_(layers), document_(document), problems_(problems) {}

  void merge(json::object& below, const json::object& above, const std::string& at) {
    for (const auto& [key, value] : above) {
      if (key.ends_with('+'))
        add(below, above, at, key);
      else
        put(below[key], value, pointer_to(at, key));
    }
  }

 private:
  void put(json::value& below, const json::value& above, const std::string& at) {
    bool is_merged = above.is_object() && std::ranges::find(layers_.whole_, at) == layers_.whole_.end();
    if (is_merged && below.is_object() && !above.get_object().empty()) {
      take_marks(at);
      return merge(below.get_object(), above.get_object(), at);
    }
    layers_.erase_below(at);
    if (!is_merged || above.get_object().empty()) return put_whole(below, above, at);
    take_marks(at);
    merge(below.emplace_object(), above.get_object(), at);
  }

  void put_whole(json::value& below, const json::value& above, const std::string& at) {
    below = above;
    copy_marks(at, at);
    layers_.origins_[at] = {origin(at)};
  }

  void add(json::object& below, const json::object& above, const std::string& at, std::string_view key) {
    const auto from = pointer_to(at, key);
    const auto plain = key.substr(0, key.size() - 1);
    auto* list = below.if_contains(plain);
    if (auto wrong = wrong_with_adding(list, above, plain); !wrong.empty())
      return problems_.error(document_.file_at(from), document_.key_at(from), wrong);
    append(list->get_array(), above.at(key).get_array(), from, pointer_to(at, plain));
  }

  static std::string wrong_with_adding(const json::value* list, const json::object& above, std::string_view plain) {
    const auto shown = "'" + std::string(clip(plain, 80));
    if (above.contains(plain)) return "give either " + shown + "' or " + shown + "+', not both";
    if (!above.at(std::string(plain) + "+").is_array()) return shown + "+' has to be a list: it adds to " + shown + "'";
    if (!list)
      return shown + "+' adds to " + shown + "', which nothing that this file extends has; write " + shown + "'";
    return list->is_array() ? "" : shown + "+' adds to a list, and " + shown + "' of what this file extends is none";
  }

  void append(json::array& list, const json::array& more, const std::string& from, const std::string& to) {
    for (std::size_t i = 0; i < more.size(); ++i) {
      copy_marks(pointer_to(from, i), pointer_to(to, list.size()));
      list.push_back(more[i]);
    }
    layers_.origins_[to].push_back(origin(from));
  }

  [[nodiscard]] YamlOrigin origin(const std::string& at) const {
    return {document_.file_at(at), document_.key_at(at).line};
  }

  void take_marks(const std::string& at) {
    layers_.positions_.by_pointer[at] = ours(document_.positions().by_pointer.at(at));
  }

  void copy_marks(const std::string& from, const std::string& to) {
    for_each_below(document_.positions().by_pointer, from, [&](auto at) {
      layers_.positions_.by_pointer[to + at->first.substr(from.size())] = ours(at->second);
    });
  }

  [[nodiscard]] YamlPositions::Marks ours(YamlPositions::Marks marks) const {
    marks.file = layers_.files_.size() - 1;
    return marks;
  }

  YamlLayers& layers_;
  const YamlDocument& document_;
  Problems& problems_;
};

void YamlLayers::lay(const YamlDocument& document, Problems& problems) {
  files_.push_back(document.file_at(""));
  Layer layer(*this, document, problems);
  auto root = document.positions().by_pointer.at("");
  root.file = files_.size() - 1;
  positions_.by_pointer[""] = root;
  layer.merge(root_, document.root().get_object(), "");
}

void YamlLayers::drop(std::string_view key) {
  root_.erase(key);
  erase_below(pointer_to("", key));
}

void YamlLayers::erase_below(const std::string& pointer) {
  erase_from(positions_.by_pointer, pointer);
  erase_from(origins_, pointer);
}

YamlDocument YamlLayers::document() const { return {files_, root_, positions_}; }

}  // namespace executus
