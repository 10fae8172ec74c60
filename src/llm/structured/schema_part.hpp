// The part of JSON Schema that an API holds a model to. A schema that leaves it is not sent there: it would be refused,
// or half of it passed over. Pure.
#pragma once

#include <span>
#include <string_view>

#include <boost/json/object.hpp>

namespace executus::llm {

struct SchemaPart {
  enum class Recursion { refused, taken };
  enum class Maps { refused, taken };                    // objects with members whose names the schema does not list
  enum class Choices { texts_and_numbers, plain, any };  // what enum may hold; plain: no objects and arrays

  std::span<const std::string_view> keywords;      // no other is taken
  std::span<const std::string_view> formats = {};  // of texts; empty: any
  Recursion recursion = Recursion::refused;
  Maps maps = Maps::refused;
  Choices choices = Choices::plain;
  int most_optional = 0;  // properties that may be left out, in all; 0: no limit
  int most_unions = 0;    // lists of types and anyOf, in all; 0: no limit
};

// Whether `schema`, one that check_schema() passes, keeps to the part. Besides, everywhere: its root has the type
// object and is no choice among schemas, each place says what it wants, $ref stands alone.
[[nodiscard]] bool keeps_to(const boost::json::object& schema, const SchemaPart& part);

}  // namespace executus::llm
