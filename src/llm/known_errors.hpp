// What providers say of a failure in their own words where its HTTP status says something else, or where there is none.
// Pure.
#pragma once

#include <boost/json/object.hpp>

namespace executus::llm {

// The HTTP status that says what `error`, an error object, means: 401 is a wrong key, 402 an account without credit,
// 413 more than the model takes. `status` is what it came with (0: nothing), and the answer where nothing else is
// known.
[[nodiscard]] int meant_status(const boost::json::object& error, int status);

// Whether an error that means 413 is about one image.
[[nodiscard]] bool is_about_an_image(const boost::json::object& error);

}  // namespace executus::llm
