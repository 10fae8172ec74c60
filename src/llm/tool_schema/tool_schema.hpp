// A tool's schema as an API takes it. Schemas come from other people's servers, and one that an API refuses has it
// refuse all tools of the request. Arguments are still checked against the schema as it came. Pure.
#pragma once

#include <span>
#include <string_view>

#include <boost/json/object.hpp>

namespace executus::llm {

struct ToolSchemaRules {
  enum class Refs { kept, inlined };  // inlined: a schema that contains itself goes one round, then takes anything
  enum class Names { any, plain };    // of properties; plain: 1 to 64 of A-Z a-z 0-9 _ . -
  enum class Choices { any, texts_and_numbers };  // what enum may hold

  std::span<const std::string_view> keywords = {};  // no other is taken; empty: all that check arguments
  Refs refs = Refs::kept;
  Names names = Names::any;
  Choices choices = Choices::any;
};

// `parameters`, one that check_schema() passes, within the rules. Everywhere: an object with properties at the root,
// and no choice among schemas there; items in every array; the words of draft 2020-12 for those of older drafts; no
// true and false for schemas but after additionalProperties and its like; 64 levels and 5000 schemas at most. What
// fits `parameters` fits this too: what cannot be said is left out, never made stricter. The same in, the same out.
[[nodiscard]] boost::json::object lowered(const boost::json::object& parameters, const ToolSchemaRules& rules);

}  // namespace executus::llm
