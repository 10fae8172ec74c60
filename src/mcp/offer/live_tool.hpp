// Whether a call that was made for a tool as a run knows it can go to the tool as its server has it now. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

namespace executus::mcp {

// True where `now`, an input schema, takes whatever `stored` takes: it is equal, or it has more properties and demands
// no more. In doubt: false.
[[nodiscard]] bool takes_arguments_of(const boost::json::value& now, const boost::json::object& stored);

}  // namespace executus::mcp
