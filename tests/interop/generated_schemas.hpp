// Schemas and values at random, of JSON Schema 2020-12.
#pragma once

#include <algorithm>
#include <random>
#include <string>

#include <boost/json.hpp>

namespace executus::interop {

namespace json = boost::json;

// Small words, so that schemas and values meet. What ajv errs in is left out: empty names of properties;
// `unevaluated...` beside an `if` or a `contains`, of which ajv counts also what does not fit; `contains` beside
// `prefixItems`, which an empty list fits there.
class GeneratedSchemas {
 public:
  explicit GeneratedSchemas(unsigned seed) : random_(seed) {}

  json::value value(int depth = 0) {
    switch (below(depth > 2 ? 6 : 8)) {
      case 0:
        return nullptr;
      case 1:
        return below(2) == 0;
      case 2:
      case 3:
        return number();
      case 4:
      case 5:
        return json::value(below(8) ? word() : "");
      case 6: {
        json::array list;
        for (unsigned n = below(4); n > 0; --n) list.push_back(value(depth + 1));
        return list;
      }
      default: {
        json::object object;
        for (unsigned n = below(4); n > 0; --n) object[word()] = value(depth + 1);
        return object;
      }
    }
  }

  json::value root() {
    conditions_ = below(2) == 0;
    json::value made = schema(0);
    if (made.is_bool()) return made;
    json::object defs;
    for (const char* name : {"a", "b"}) defs[name] = schema(2, false);
    made.get_object()["$defs"] = std::move(defs);
    return made;
  }

 private:
  unsigned below(unsigned n) { return random_() % n; }
  std::string word() {
    static const char* words[] = {"a", "b", "ab", "ba", "aa", "\u00e4", "\U0001f600b"};
    return words[below(7)];
  }
  json::value number() {
    return below(2) ? json::value(static_cast<double>(below(9)) / 2) : json::value(static_cast<int>(below(7)) - 2);
  }
  json::value count() { return below(4); }
  json::array words(unsigned n) {
    json::array list;  // the meta-schema wants them different
    for (; n > 0; --n)
      if (json::value next(word()); std::ranges::find(list, next) == list.end()) list.push_back(next);
    return list;
  }
  json::array schemas(int depth, bool refs) {
    json::array list{schema(depth + 1, refs)};
    for (unsigned n = below(2); n > 0; --n) list.push_back(schema(depth + 1, refs));
    return list;
  }
  json::object named(int depth, bool refs) {
    json::object object;
    for (unsigned n = 1 + below(2); n > 0; --n) object[word()] = schema(depth + 1, refs);
    return object;
  }
  json::value type() {
    static const char* types[] = {"null", "boolean", "integer", "number", "string", "array", "object", "object"};
    return json::value(types[below(8)]);
  }

  // `refs` keeps "$defs" without references, so that no schema leads back to itself.
  json::value schema(int depth, bool refs = true) {
    if (below(12) == 0) return below(3) > 0;
    json::object made;
    for (unsigned n = 1 + below(3); n > 0; --n) add_keyword(made, depth, refs);
    return made;
  }

  void add_keyword(json::object& to, int depth, bool refs) {
    if (to.contains("nullable")) return;
    unsigned kind = below(depth > 2 ? 19 : 40);
    auto inner = [&] { return schema(depth + 1, refs); };
    static const char* patterns[] = {"^a", "b$", "^.$", "[ab]+"};
    switch (kind) {
      case 0:
      case 1:
      case 2:
        to["type"] = below(3) ? type() : json::value(json::array{type()});
        return;
      case 3:
        to["enum"] = json::array{value(2)};
        return;
      case 4:
        to["const"] = value(2);
        return;
      case 5:
        to["multipleOf"] = static_cast<double>(1 + below(4)) / 2;
        return;
      case 6:
        to[below(2) ? "minimum" : "exclusiveMinimum"] = number();
        return;
      case 7:
        to[below(2) ? "maximum" : "exclusiveMaximum"] = number();
        return;
      case 8:
        to[below(2) ? "minLength" : "maxLength"] = count();
        return;
      case 9:
        to["pattern"] = patterns[below(4)];
        return;
      case 10:
        to[below(2) ? "minItems" : "maxItems"] = count();
        return;
      case 11:
        to["uniqueItems"] = below(3) > 0;
        return;
      case 12:
        to[below(2) ? "minProperties" : "maxProperties"] = count();
        return;
      case 13:
      case 14:
        to["required"] = words(1 + below(2));
        return;
      case 15:
        to["dependentRequired"] = json::object{{word(), words(1)}};
        return;
      case 16:
        to[below(2) ? "minContains" : "maxContains"] = count();
        return;
      case 17:
        if (refs) to["$ref"] = below(2) ? "#/$defs/a" : "#/$defs/b";
        return;
      case 18:
        to = {{"type", "integer"}, {"nullable", true}};  // ajv wants nothing beside it that shuts null out
        return;
      case 19:
      case 20:
        to["items"] = inner();
        return;
      case 21:
        if (!to.contains("contains")) to["prefixItems"] = schemas(depth, refs);
        return;
      case 22:
      case 23:
        if (conditions_ && !to.contains("prefixItems")) to["contains"] = inner();
        return;
      case 24:
        if (!conditions_) to["unevaluatedItems"] = inner();
        return;
      case 25:
      case 26:
      case 27:
        to["properties"] = named(depth, refs);
        return;
      case 28:
        to["patternProperties"] = json::object{{patterns[below(4)], inner()}};
        return;
      case 29:
        to["additionalProperties"] = inner();
        return;
      case 30:
        if (!conditions_) to["unevaluatedProperties"] = inner();
        return;
      case 31:
        to["propertyNames"] = inner();
        return;
      case 32:
        to["dependentSchemas"] = named(depth, refs);
        return;
      case 33:
        to["allOf"] = schemas(depth, refs);
        return;
      case 34:
        to["anyOf"] = schemas(depth, refs);
        return;
      case 35:
        to["oneOf"] = schemas(depth, refs);
        return;
      case 36:
        to["not"] = inner();
        return;
      default:
        if (!conditions_) return;
        to["if"] = inner();
        to["then"] = inner();
        if (below(2)) to["else"] = inner();
    }
  }

  std::mt19937 random_;
  bool conditions_ = false;
};

}  // namespace executus::interop
