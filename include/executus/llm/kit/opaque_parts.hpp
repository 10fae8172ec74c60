// Parts of an answer that its server wants back as it sent them, such as signed thinking. Pure.
#pragma once

#include <string_view>

#include <boost/json/object.hpp>

#include <executus/llm/message.hpp>

namespace executus::llm {

// What `provider` gave in an opaque part, where that is an object: fields that it wants back. Null: it is none of its
// own.
[[nodiscard]] const boost::json::object* own_data(const Part& part, std::string_view provider);

}  // namespace executus::llm
