#include "base/yaml/yaml.hpp"

#include <algorithm>
#include <optional>
#include <sstream>
#include <unordered_map>
#include <utility>
#include <vector>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <executus/base/json.hpp>

#include "base/text.hpp"
#include "base/yaml/yaml_advice.hpp"
#include "base/yaml/yaml_scalar.hpp"

namespace executus {
namespace {

namespace json = boost::json;

constexpr std::size_t max_yaml_bytes = std::size_t{4} << 20;
constexpr std::size_t max_yaml_weight = 200'000;  // see weight_of

TextPosition position(const YAML::Mark& mark) {
  return mark.is_null() ? TextPosition{} : TextPosition{mark.line + 1, mark.column + 1};
}

// Nodes, and text in units of 64 bytes: what copying a value costs.
std::size_t weight_of(const json::value& value) {
  std::size_t weight = 1;
  if (value.is_string()) weight += value.get_string().size() / 64;
  if (value.is_array())
    for (const auto& element : value.get_array()) weight += weight_of(element);
  if (value.is_object())
    for (const auto& member : value.get_object()) weight += weight_of(member.value()) + member.key().size() / 64;
  return weight;
}

// yaml-cpp writes the escapes \N and \_ as the lone bytes 0x85 and 0xa0; U+0085 and U+00A0 are meant.
std::string mend_escapes(const std::string& text) {
  std::string mended;
  for (std::string_view rest = text; !rest.empty();) {
    std::size_t valid = valid_utf8_prefix(rest);
    mended += rest.substr(0, valid);
    if (valid == rest.size()) break;
    mended += '\xc2';
    mended += rest[valid];
    rest.remove_prefix(valid + 1);
  }
  return mended;
}

// Builds the tree from yaml-cpp's events, because its own Node keeps duplicate keys and loses where aliases stand.
class TreeBuilder final : public YAML::EventHandler {
 public:
  json::value root;
  YamlPositions positions;
  std::vector<YamlProblem> duplicates;

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (expects_key()) throw YamlProblem{position(mark), "a key is missing or null; quote it if text is meant"};
    add(mark, nullptr, anchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& read) override {
    const std::string text = mend_escapes(read);
    if (expects_key()) return take_key(mark, tag, text);
    add(mark, scalar(mark, tag, text), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_as_key(mark, "an alias");
    auto found = anchors_.find(anchor);
    if (found == anchors_.end()) throw YamlProblem{position(mark), "this alias stands inside of what it refers to"};
    spend(mark, weight_of(found->second.value));
    std::string from = found->second.pointer, to = next_pointer();
    add(mark, found->second.value, 0);
    copy_positions(mark, from, to);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    start(mark, tag, anchor, json::array(), "a list");
  }
  void OnSequenceEnd() override { end(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    start(mark, tag, anchor, json::object(), "a map");
  }
  void OnMapEnd() override { end(); }

 private:
  struct Open {
    json::value container;
    std::string pointer;
    YAML::anchor_t anchor;
    YAML::Mark mark;
    std::optional<std::string> key;  // read, its value is next
  };
  struct Anchored {
    std::string pointer;
    json::value value;
  };

  bool expects_key() const { return !open_.empty() && open_.back().container.is_object() && !open_.back().key; }

  void refuse_as_key(const YAML::Mark& mark, const char* what) const {
    if (expects_key())
      throw YamlProblem{position(mark),
                        std::string("a key has to be text, got ") + what + " (or one that is not closed)"};
  }

  std::string next_pointer() const {
    if (open_.empty()) return {};
    const Open& parent = open_.back();
    if (parent.key) return pointer_to(parent.pointer, *parent.key);
    return pointer_to(parent.pointer, parent.container.get_array().size());
  }

  void take_key(const YAML::Mark& mark, const std::string& tag, const std::string& text) {
    Open& map = open_.back();
    if (text == "<<" && tag == "?")
      throw YamlProblem{position(mark), "merge keys ('<<') are not supported; write the fields out"};
    std::string pointer = pointer_to(map.pointer, text);
    if (map.container.get_object().contains(text)) {
      TextPosition first = positions.by_pointer[pointer].key;
      duplicates.push_back({position(mark), "duplicate key '" + std::string(clip(text, 80)) +
                                                "'; it is already given in line " + std::to_string(first.line)});
    } else {
      positions.by_pointer[pointer].key = position(mark);
    }
    map.key = text;
  }

  static json::value scalar(const YAML::Mark& mark, const std::string& tag, const std::string& text) {
    if (tag == "!" || tag == "tag:yaml.org,2002:str") return json::value(json::string(text));
    check_tag(mark, tag, {"null", "bool", "int", "float"});
    Result<json::value> value = plain_yaml_scalar(text);
    if (!value) throw YamlProblem{position(mark), value.error().message()};
    return std::move(value).value();
  }

  static void check_tag(const YAML::Mark& mark, const std::string& tag, std::initializer_list<std::string_view> known) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    for (std::string_view name : known)
      if (tag == "tag:yaml.org,2002:" + std::string(name)) return;
    throw YamlProblem{position(mark), "the tag '" + std::string(clip(tag, 80)) + "' is not supported"};
  }

  void start(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, json::value container,
             const char* what) {
    refuse_as_key(mark, what);
    check_tag(mark, tag, {"map", "seq"});
    if (open_.size() >= max_json_depth) throw YamlProblem{position(mark), "nested too deeply"};
    note(mark, next_pointer());
    open_.push_back({std::move(container), next_pointer(), anchor, mark, std::nullopt});
  }

  void end() {
    Open done = std::move(open_.back());
    open_.pop_back();
    place(done.mark, std::move(done.container), done.pointer, done.anchor);
  }

  void add(const YAML::Mark& mark, json::value value, YAML::anchor_t anchor) {
    std::string pointer = next_pointer();
    note(mark, pointer);
    place(mark, std::move(value), pointer, anchor);
  }

  void spend(const YAML::Mark& mark, std::size_t weight) {
    spent_ += weight;
    if (spent_ > max_yaml_weight) throw YamlProblem{position(mark), "too many nodes; aliases may have multiplied them"};
  }

  // Counts a node and remembers where its value stands.
  void note(const YAML::Mark& mark, const std::string& pointer) {
    spend(mark, 1);
    YamlPositions::Marks& marks = positions.by_pointer[pointer];
    marks.value = position(mark);
    bool named = !open_.empty() && open_.back().key;
    if (!named) marks.key = marks.value;
  }

  void place(const YAML::Mark& mark, json::value value, const std::string& pointer, YAML::anchor_t anchor) {
    if (anchor) {
      spend(mark, weight_of(value));
      anchors_[anchor] = {pointer, value};
    }
    if (open_.empty()) {
      root = std::move(value);
    } else if (open_.back().container.is_array()) {
      open_.back().container.get_array().push_back(std::move(value));
    } else {
      open_.back().container.get_object()[*open_.back().key] = std::move(value);
      open_.back().key.reset();
    }
  }

  // What an alias brings in below `to` stands where its anchor's content, below `from`, stands.
  void copy_positions(const YAML::Mark& mark, const std::string& from, const std::string& to) {
    std::string below = from + '/';
    std::vector<std::pair<std::string, YamlPositions::Marks>> copies;
    for (auto it = positions.by_pointer.lower_bound(below);
         it != positions.by_pointer.end() && it->first.starts_with(below); ++it)
      copies.emplace_back(to + it->first.substr(from.size()), it->second);
    for (auto& [pointer, marks] : copies) {
      if (std::count(pointer.begin(), pointer.end(), '/') > static_cast<std::ptrdiff_t>(max_json_depth))
        throw YamlProblem{position(mark), "nested too deeply"};
      positions.by_pointer[std::move(pointer)] = marks;
    }
  }

  std::vector<Open> open_;
  std::unordered_map<YAML::anchor_t, Anchored> anchors_;
  std::size_t spent_ = 0;
};

// Refuses what yaml-cpp would take for something else: bytes that are no UTF-8, control characters (it uses 0x04 as an
// end mark).
void check_characters(std::string_view text) {
  auto at = [&](std::size_t offset) {
    std::string_view before = text.substr(0, offset);
    auto line = std::count(before.begin(), before.end(), '\n');
    return TextPosition{static_cast<int>(line) + 1, static_cast<int>(offset - (before.rfind('\n') + 1)) + 1};
  };
  if (text.size() > max_yaml_bytes) throw YamlProblem{{}, "the file is larger than 4 MiB"};
  std::size_t valid = valid_utf8_prefix(text);
  if (valid < text.size()) throw YamlProblem{at(valid), "this byte is not UTF-8"};
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool white = text[i] == '\t' || text[i] == '\n' || text[i] == '\r';
    if ((static_cast<unsigned char>(text[i]) < 0x20 && !white) || text[i] == 0x7f)
      throw YamlProblem{at(i), "a control character; YAML has escapes for them in double quotes"};
  }
}

// Detects what comes after the first document.
class SecondDocument final : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark& mark) override {
    throw YamlProblem{position(mark), "expected the end of the file: a whole document stands before this"};
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
};

// Everything wrong with the text; `builder` has the tree when nothing is.
std::optional<YamlProblem> build_tree(std::string_view text, TreeBuilder& builder) {
  std::optional<YamlProblem> end;
  try {
    check_characters(text);
    // yaml-cpp takes a quote that is never closed for closed when a line break ends the file; a comment after it
    // undeceives it.
    std::istringstream stream{std::string(text) + (text.ends_with('\n') ? "#" : "")};
    YAML::Parser parser(stream);
    SecondDocument second;
    if (parser.HandleNextDocument(builder)) parser.HandleNextDocument(second);
  } catch (const YamlProblem& problem) {
    end = problem;
  } catch (const YAML::Exception& error) {
    auto where = position(error.mark);
    end = YamlProblem{where, as_utf8(error.msg) + yaml_advice(text, where.line)};  // it may quote half a character
  }
  return end;
}

}  // namespace

std::string located(std::string_view file, TextPosition where, std::string_view kind, std::string_view message) {
  std::string line(file);
  line += ':' + std::to_string(where.line) + ':' + std::to_string(where.column) + ": ";
  return line.append(kind).append(": ").append(message);
}

YamlPositions::Marks YamlDocument::marks(std::string_view pointer) const {
  for (;;) {
    auto found = positions_.by_pointer.find(pointer);
    if (found != positions_.by_pointer.end()) return found->second;
    if (pointer.empty()) return {};
    std::size_t slash = pointer.rfind('/');
    pointer = pointer.substr(0, slash == std::string_view::npos ? 0 : slash);
  }
}

Result<YamlDocument> parse_yaml(std::string_view text, std::string file) {
  std::vector<YamlProblem> problems;
  auto document = parse_yaml(text, file, problems);
  if (problems.empty()) return std::move(*document);
  std::string message;
  for (const YamlProblem& problem : problems)
    message += (message.empty() ? "" : "\n") + located(file, problem.where, "error", problem.message);
  return failed("yaml.malformed", std::move(message));
}

std::optional<YamlDocument> parse_yaml(std::string_view text, std::string file, std::vector<YamlProblem>& problems) {
  TreeBuilder builder;
  auto end = build_tree(text, builder);
  for (auto& problem : builder.duplicates) problems.push_back(std::move(problem));
  if (end) {
    problems.push_back(std::move(*end));
    return std::nullopt;
  }
  return YamlDocument(std::move(file), std::move(builder.root), std::move(builder.positions));
}

}  // namespace executus
