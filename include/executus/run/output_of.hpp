// The schema of an answer from its C++ type:
//
//   struct Verdict {
//     bool safe;
//     std::vector<std::string> reasons;
//   };
//   BOOST_DESCRIBE_STRUCT(Verdict, (), (safe, reasons))
//
//   auto verdict = runtime.run({.name = "judge", .output = output_of<Verdict>()}, diff).value<Verdict>();
#pragma once

#include <boost/json/object.hpp>

#include <executus/base/described.hpp>

namespace executus {

// For `Agent::output`: an answer that fits it can be read as a T. The types are those of executus/base/described.hpp.
template <class T>
[[nodiscard]] boost::json::object output_of() {
  return json_schema_of<T>(described::Ranges::said);
}

}  // namespace executus
