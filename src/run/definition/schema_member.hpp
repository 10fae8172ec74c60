// What a JSON Schema says of a member, and of the items, of the values that fit it. Pure.
#pragma once

#include <string_view>

#include <boost/json/object.hpp>

namespace executus::run {

// declared: `schema` is that part's, or null where it may be anything. open: nothing can be told. absent: no such value
// has it.
struct SchemaMember {
  enum class Is { declared, open, absent };
  Is is = Is::open;
  const boost::json::object* schema = nullptr;  // within the schema that was asked
};

// `path`: names of members with dots between them; empty: the whole.
[[nodiscard]] SchemaMember schema_member(const boost::json::object& schema, std::string_view path);

// Of each item of a list. absent: what fits the schema is no list.
[[nodiscard]] SchemaMember schema_of_items(const SchemaMember& list);

}  // namespace executus::run
