#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>

#include <executus/base/json.hpp>

#include "base/decimal.hpp"
#include "base/json/json_mend.hpp"

namespace executus {
namespace {

namespace json = boost::json;

enum class Strictness { strict, tolerant };

// Whether `number`, written down, is the number of `literal` to its last digit. Of integers that are longer than 64
// bits the text has to be the same: such a double is written with an exponent.
bool says(double number, const std::string& literal) {
  std::string written = write_json(json::value(number));
  if (literal.find_first_of(".eE") == std::string::npos) return written == literal;
  return decimal_of(std::string_view(written)) == decimal_of(std::string_view(literal));
}

// Fills a value_stack from parser events. It exists because the double of Boost 1.81's parser is not always the nearest
// one: numbers are read again from their text.
struct TreeHandler {
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);
  using text = json::string_view;
  using errc = json::error_code;

  Strictness strictness = Strictness::strict;
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
    std::string literal = std::exchange(number, {});
    double nearest = 0;
    auto read = std::from_chars(literal.data(), literal.data() + literal.size(), nearest);
    if (read.ec != std::errc() && std::abs(rough) > 1) return push_too_large(literal, error);
    if (std::abs(nearest) >= kFirstInexact && !says(nearest, literal)) return stack.push_string(literal), true;
    return stack.push_double(nearest), true;  // 0 when it is nearer than the smallest double
  }
  bool push_too_large(const std::string& literal, errc& error) {
    if (strictness == Strictness::strict) return error = json::error::exponent_overflow, false;
    double infinity = std::numeric_limits<double>::infinity();
    if (literal == kNanLiteral) infinity = std::numeric_limits<double>::quiet_NaN();
    return stack.push_double(literal.starts_with('-') ? -infinity : infinity), true;
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

Result<json::value> parsed(std::string_view text, Strictness strictness, std::size_t max_depth = max_json_depth) {
  json::parse_options options;
  options.max_depth = max_depth;
  options.allow_invalid_utf8 = strictness == Strictness::tolerant;
  json::basic_parser<TreeHandler> parser(options);
  parser.handler().strictness = strictness;
  parser.handler().stack.reset();
  json::error_code error;
  std::size_t read = parser.write_some(false, text.data(), text.size(), error);
  if (!error && read < text.size()) error = json::error::extra_data;
  if (error) return malformed_json(text, read, error.message());
  return Result<json::value>(parser.handler().stack.release());
}

// The error is of the text itself, not of the mended one: its places are those of the text.
Result<json::value> parsed_or(Result<json::value> first, std::string_view mended, Strictness strictness,
                              std::size_t max_depth = max_json_depth) {
  auto second = parsed(mended, strictness, max_depth);
  return second ? std::move(second) : std::move(first);
}

bool has_control_characters(std::string_view text) {
  return std::ranges::any_of(text, [](unsigned char c) { return c < 0x20; });
}

}  // namespace

Result<json::value> parse_json(std::string_view text, std::size_t max_depth) {
  auto value = parsed(text, Strictness::strict, max_depth);
  if (value || !has_control_characters(text)) return value;
  return parsed_or(std::move(value), ControlEscaper().feed(text), Strictness::strict, max_depth);
}

Result<json::value> parse_tolerant_json(std::string_view text) {
  auto value = parsed(text, Strictness::strict);
  if (value) return value;
  return parsed_or(std::move(value), mended_json(text), Strictness::tolerant);
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
