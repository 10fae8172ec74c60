// The keywords of JSON Schema 2020-12, with those that older drafts and OpenAPI 3.0 add.
#pragma once

#include <string_view>
#include <vector>

namespace executus {

// What the value of a keyword is.
enum class KeywordValue {
  anything,          // const, and what says nothing of instances
  type,              // a name or a list of names
  reference,         // $ref
  schema,            // one schema
  schema_or_list,    // items of older drafts
  schemas,           // a list of them
  named_schemas,     // by name
  pattern_schemas,   // by pattern
  names_or_schemas,  // dependencies of older drafts: each a list of names or a schema
  names_by_name,     // dependentRequired
  names,             // required
  values,            // enum
  pattern,
  number,
  positive_number,
  count,
  flag
};

// checked: instances are held to it. note: it says nothing of instances. unchecked: it may say something of instances,
// and they are not held to it.
enum class KeywordUse { checked, note, unchecked };

struct Keyword {
  std::string_view name;
  KeywordValue value = KeywordValue::anything;
  KeywordUse use = KeywordUse::note;
};

// Null: there is no such keyword.
[[nodiscard]] const Keyword* keyword_of(std::string_view name);

[[nodiscard]] const std::vector<std::string_view>& keyword_names();

// Extensions are not taken for slips: x-order, ui:widget.
[[nodiscard]] bool is_extension(std::string_view name);

}  // namespace executus
