#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <utility>
#include <vector>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>

#include <executus/base/json.hpp>

namespace executus {
namespace {

namespace json = boost::json;

// Fills a value_stack from parser events. It exists because the double of Boost 1.81's parser is not always the nearest
// one: numbers are read again from their text.
struct TreeHandler {
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);
  using text = json::string_view;
  using errc = json::error_code;

  json::value_stack stack;
  std::string number;

  bool on_document_begin(errc&) { return true; }
  bool on_document_end(errc&) { return true; }
  bool on_object_begin(errc&) { return true; }
  bool on_object_end(std::size_t n, errc&) { return stack.push_object(n), true; }
  bool on_array_begin(errc&) { return true; }
  bool on_array_end(std::size_t n, errc&) { return stack.push_array(n), true; }
  bool on_key_part(text s, std::size_t, errc&) { return stack.push_chars(s), true; }
  bool on_key(text s, std::size_t, errc&) { return stack.push_key(s), true; }
  bool on_string_part(text s, std::size_t, errc&) { return stack.push_chars(s), true; }
  bool on_string(text s, std::size_t, errc&) { return stack.push_string(s), true; }
  bool on_number_part(text s, errc&) { return number.append(s.data(), s.size()), true; }
  bool on_int64(std::int64_t i, text, errc&) { return number.clear(), stack.push_int64(i), true; }
  bool on_uint64(std::uint64_t u, text, errc&) { return number.clear(), stack.push_uint64(u), true; }
  bool on_double(double rough, text rest, errc& error) {
    number.append(rest.data(), rest.size());
    double nearest = 0;
    auto read = std::from_chars(number.data(), number.data() + number.size(), nearest);
    number.clear();
    if (read.ec != std::errc() && std::abs(rough) > 1) return error = json::error::exponent_overflow, false;
    return stack.push_double(nearest), true;  // 0 when it is nearer than the smallest double
  }
  bool on_bool(bool b, errc&) { return stack.push_bool(b), true; }
  bool on_null(errc&) { return stack.push_null(), true; }
  bool on_comment_part(text, errc&) { return true; }
  bool on_comment(text, errc&) { return true; }
};

Error malformed_json(std::string_view text, std::size_t offset, const std::string& reason) {
  std::string_view before = text.substr(0, std::min(offset, text.size()));
  auto line = 1 + std::count(before.begin(), before.end(), '\n');
  std::size_t column = before.size() - (before.rfind('\n') + 1) + 1;  // npos + 1 is 0
  return failed("json.malformed", "the JSON text is malformed at offset " + std::to_string(before.size()) + " (line " +
                                      std::to_string(line) + ", column " + std::to_string(column) + "): " + reason);
}

// Number::toString of ECMAScript (RFC 8785 section 3.2.2.3).
void append_double(std::string& out, double number) {
  if (!std::isfinite(number))
    throw failed("json.not_finite", "writing JSON failed: NaN and infinity are no JSON numbers");
  if (number == 0) {
    out += '0';
    return;
  }
  char buffer[32];
  auto end = std::to_chars(buffer, buffer + sizeof buffer, std::abs(number), std::chars_format::scientific).ptr;
  std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
  std::size_t e = text.find('e');
  std::string digits(text.substr(0, e));
  std::erase(digits, '.');
  int exponent = std::atoi(std::string(text.substr(e + 1)).c_str());
  int count = static_cast<int>(digits.size());
  int point = exponent + 1;  // where the decimal point stands, counted from before the first digit

  if (number < 0) out += '-';
  if (point >= count && point <= 21) {
    out += digits + std::string(static_cast<std::size_t>(point - count), '0');
  } else if (point > 0 && point <= 21) {
    out += digits.insert(static_cast<std::size_t>(point), 1, '.');
  } else if (point > -6 && point <= 0) {
    out += "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
  } else {
    if (count > 1) digits.insert(1, 1, '.');
    out += digits + (exponent < 0 ? "e-" : "e+") + std::to_string(std::abs(exponent));
  }
}

void append_quoted(std::string& out, std::string_view text) {
  static constexpr char hex[] = "0123456789abcdef";
  out += '"';
  for (char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\r':
        out += "\\r";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += "\\u00";
          out += hex[c >> 4];
          out += hex[c & 15];
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

// Orders UTF-8 by UTF-16 code units: bytes compare as they are, except that the lead bytes of characters above U+FFFF
// (0xf0..), which UTF-16 writes as surrogates, come before those of U+E000..U+FFFF (0xee, 0xef).
bool utf16_less(std::string_view a, std::string_view b) {
  auto rank = [](char c) {
    unsigned byte = static_cast<unsigned char>(c);
    return byte == 0xee || byte == 0xef ? byte + 0x100 : byte;
  };
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                      [&](char x, char y) { return rank(x) < rank(y); });
}

void append_canonical(std::string& out, const json::value& value);

void append_canonical(std::string& out, const json::object& object) {
  std::vector<const json::key_value_pair*> members;
  members.reserve(object.size());
  for (const auto& member : object) members.push_back(&member);
  std::sort(members.begin(), members.end(),
            [](const auto* a, const auto* b) { return utf16_less(a->key(), b->key()); });
  out += '{';
  for (const auto* member : members) {
    if (member != members.front()) out += ',';
    append_quoted(out, member->key());
    out += ':';
    append_canonical(out, member->value());
  }
  out += '}';
}

void append_canonical(std::string& out, const json::array& array) {
  out += '[';
  for (const auto& element : array) {
    if (&element != &array.front()) out += ',';
    append_canonical(out, element);
  }
  out += ']';
}

void append_canonical(std::string& out, const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      out += "null";
      return;
    case json::kind::bool_:
      out += value.get_bool() ? "true" : "false";
      return;
    case json::kind::int64:
      out += std::to_string(value.get_int64());
      return;
    case json::kind::uint64:
      out += std::to_string(value.get_uint64());
      return;
    case json::kind::double_:
      return append_double(out, value.get_double());
    case json::kind::string:
      return append_quoted(out, value.get_string());
    case json::kind::array:
      return append_canonical(out, value.get_array());
    case json::kind::object:
      return append_canonical(out, value.get_object());
  }
}

}  // namespace

Result<json::value> parse_json(std::string_view text) {
  json::parse_options options;
  options.max_depth = max_json_depth;
  json::basic_parser<TreeHandler> parser(options);
  parser.handler().stack.reset();
  json::error_code error;
  std::size_t read = parser.write_some(false, text.data(), text.size(), error);
  if (!error && read < text.size()) error = json::error::extra_data;
  if (error) return malformed_json(text, read, error.message());
  return Result<json::value>(parser.handler().stack.release());
}

std::string canonical_json(const json::value& value) {
  std::string out;
  append_canonical(out, value);
  return out;
}

std::string pointer_to(std::string_view parent, std::string_view key) {
  std::string pointer(parent);
  pointer += '/';
  for (char c : key) {
    if (c == '~')
      pointer += "~0";
    else if (c == '/')
      pointer += "~1";
    else
      pointer += c;
  }
  return pointer;
}

std::string pointer_to(std::string_view parent, std::size_t index) {
  return std::string(parent) + '/' + std::to_string(index);
}

std::string_view kind_in_words(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      return "null";
    case json::kind::bool_:
      return "a boolean";
    case json::kind::int64:
    case json::kind::uint64:
      return "an integer";
    case json::kind::double_:
      return "a number";
    case json::kind::string:
      return "a string";
    case json::kind::array:
      return "an array";
    case json::kind::object:
      return "an object";
  }
  return "null";
}

}  // namespace executus
