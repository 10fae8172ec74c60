#include "base/json/json_write.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string_view>
#include <vector>

#include <executus/base/json.hpp>

namespace executus {
namespace {

namespace json = boost::json;

// Number::toString of ECMAScript (RFC 8785 section 3.2.2.3).
void append_double(std::string& out, double number) {
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

bool needs_escape(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

void append_escaped(std::string& out, char c) {
  static constexpr char hex[] = "0123456789abcdef";
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
      out += "\\u00";
      out += hex[c >> 4];
      out += hex[c & 15];
  }
}

// What needs no escape is copied as a whole: most of what is written is text.
void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (auto at = text.begin();;) {
    auto escape = std::find_if(at, text.end(), needs_escape);
    out.append(at, escape);
    if (escape == text.end()) break;
    append_escaped(out, *escape);
    at = escape + 1;
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

class Writer {
 public:
  Writer(std::string& out, Members order, NotFinite how) : out_(out), order_(order), how_(how) {}

  void value(const json::value& value) {
    switch (value.kind()) {
      case json::kind::null:
        out_ += "null";
        return;
      case json::kind::bool_:
        out_ += value.get_bool() ? "true" : "false";
        return;
      case json::kind::int64:
        out_ += std::to_string(value.get_int64());
        return;
      case json::kind::uint64:
        out_ += std::to_string(value.get_uint64());
        return;
      case json::kind::double_:
        return number(value.get_double());
      case json::kind::string:
        return append_quoted(out_, value.get_string());
      case json::kind::array:
        return array(value.get_array());
      case json::kind::object:
        return object(value.get_object());
    }
  }

  void object(const json::object& object) {
    std::vector<const json::key_value_pair*> members;
    members.reserve(object.size());
    for (const auto& member : object) members.push_back(&member);
    if (order_ == Members::sorted)
      std::sort(members.begin(), members.end(),
                [](const auto* a, const auto* b) { return utf16_less(a->key(), b->key()); });
    out_ += '{';
    for (const auto* member : members) {
      if (member != members.front()) out_ += ',';
      append_quoted(out_, member->key());
      out_ += ':';
      value(member->value());
    }
    out_ += '}';
  }

  void array(const json::array& array) {
    out_ += '[';
    for (const auto& element : array) {
      if (&element != &array.front()) out_ += ',';
      value(element);
    }
    out_ += ']';
  }

 private:
  void number(double number) {
    if (std::isfinite(number)) return append_double(out_, number);
    if (how_ == NotFinite::refuse)
      throw failed("json.not_finite", "writing JSON failed: NaN and infinity are no JSON numbers");
    if (how_ == NotFinite::null)
      out_ += "null";
    else
      out_ += std::isnan(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity";
  }

  std::string& out_;
  Members order_;
  NotFinite how_;
};

}  // namespace

void append_json(std::string& out, const json::value& value, Members order, NotFinite how) {
  Writer(out, order, how).value(value);
}

std::string canonical_json(const json::value& value) {
  std::string out;
  append_json(out, value, Members::sorted, NotFinite::refuse);
  return out;
}

std::string write_json(const json::value& value) {
  std::string out;
  append_json(out, value, Members::in_their_order, NotFinite::null);
  return out;
}

std::string write_json(const json::object& object) {
  std::string out;
  Writer(out, Members::in_their_order, NotFinite::null).object(object);
  return out;
}

std::string write_json(const json::array& array) {
  std::string out;
  Writer(out, Members::in_their_order, NotFinite::null).array(array);
  return out;
}

}  // namespace executus
