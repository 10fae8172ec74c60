#include "base/yaml/yaml_write.hpp"

#include <algorithm>
#include <string_view>

#include <boost/json.hpp>

#include <executus/base/json.hpp>

#include "base/ascii.hpp"
#include "base/yaml/yaml_scalar.hpp"

namespace executus {
namespace {

namespace json = boost::json;

constexpr std::size_t kLongestLine = 100;

bool begins_word(char c) { return is_ascii_alphanumeric(c) || c == '/'; }

// Words that mean nothing to YAML anywhere, also in a list in a line.
bool is_plain(std::string_view text) {
  auto fits = [](char c) { return begins_word(c) || std::string_view("_.+- ").find(c) != std::string_view::npos; };
  if (text.empty() || !begins_word(text.front()) || text.back() == ' ' || !std::ranges::all_of(text, fits))
    return false;
  auto read = plain_yaml_scalar(text);
  return read.ok() && read->is_string();
}

// In double quotes JSON is YAML, but for a character that JSON need not escape.
std::string quoted(std::string_view text) {
  auto json = write_json(json::value(text));
  for (auto at = json.find('\x7F'); at != json.npos; at = json.find('\x7F')) json.replace(at, 1, "\\u007f");
  return json;
}

std::string word(std::string_view text) { return is_plain(text) ? std::string(text) : quoted(text); }

// A text whose lines can stand as they are: YAML folds nothing in them, and their indentation is ours.
bool is_block(std::string_view text) {
  auto is_odd = [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; };
  bool begins_well = !text.empty() && text.front() != ' ' && text.front() != '\n';
  // U+0085, U+2028 and U+2029 are line breaks to some, and a byte order mark is nothing.
  bool has_breaks = false;
  for (std::string_view other : {"\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9", "\xEF\xBB\xBF", "\x7F"})
    has_breaks = has_breaks || text.find(other) != text.npos;
  return begins_well && text.find('\n') != text.npos && std::ranges::none_of(text, is_odd) && !has_breaks;
}

class Writer {
 public:
  void map(const json::object& map, std::size_t depth, bool first_is_open = false) {
    for (const auto& [key, value] : map) {
      if (!std::exchange(first_is_open, false)) indent(depth);
      text_ += word(key) + ":";
      below(value, depth);
    }
  }
  std::string take() { return std::move(text_); }

 private:
  void indent(std::size_t depth) { text_.append(depth * 2, ' '); }

  void below(const json::value& value, std::size_t depth) {
    if (value.is_object() && !value.get_object().empty()) {
      text_ += "\n";
      map(value.get_object(), depth + 1);
    } else if (value.is_array() && !fits_in_a_line(value.get_array())) {
      text_ += "\n";
      list(value.get_array(), depth + 1);
    } else {
      text_ += " ";
      scalar(value, depth + 1);
    }
  }

  void list(const json::array& list, std::size_t depth) {
    for (const auto& value : list) {
      indent(depth);
      text_ += "-";
      if (value.is_object() && !value.get_object().empty()) {
        text_ += " ";
        map(value.get_object(), depth + 1, true);
      } else {
        below(value, depth);
      }
    }
  }

  void scalar(const json::value& value, std::size_t depth) {
    if (value.is_string() && is_block(value.get_string())) return block(value.get_string(), depth);
    text_ += in_a_line(value) + "\n";
  }

  void block(std::string_view text, std::size_t depth) {
    bool ends = text.ends_with('\n'), more = text.ends_with("\n\n");
    text_ += more ? "|+\n" : ends ? "|\n" : "|-\n";
    if (ends) text.remove_suffix(1);
    for (;;) {
      auto line = text.substr(0, text.find('\n'));
      if (!line.empty()) indent(depth);
      text_ += std::string(line) + "\n";
      if (line.size() == text.size()) return;
      text.remove_prefix(line.size() + 1);
    }
  }

  static std::string in_a_line(const json::value& value) {
    if (value.is_string()) return word(value.get_string());
    if (!value.is_array()) return write_json(value);
    std::string text;
    for (const auto& element : value.get_array()) text += (text.empty() ? "" : ", ") + in_a_line(element);
    return "[" + text + "]";
  }

  static bool fits_in_a_line(const json::array& list) {
    auto is_simple = [](const json::value& value) {
      bool is_map = value.is_object() && !value.get_object().empty();
      return !is_map && !value.is_array() && !(value.is_string() && is_block(value.get_string()));
    };
    return std::ranges::all_of(list, is_simple) && in_a_line(list).size() <= kLongestLine;
  }

  std::string text_;
};

}  // namespace

std::string write_yaml(const json::object& map) {
  if (map.empty()) return "{}\n";
  Writer writer;
  writer.map(map, 0);
  return writer.take();
}

}  // namespace executus
