// What providers say of a failure in their own words where its HTTP status says something else, or where there is none.
// Pure.
#pragma once

#include <cstdint>
#include <string>

#include <boost/json/object.hpp>

namespace executus::llm {

// The HTTP status that says what `error`, an error object, means: 401 is a wrong key, 402 an account without credit,
// 413 more than the model takes. `status` is what it came with (0: nothing), and the answer where nothing else is
// known.
[[nodiscard]] int meant_status(const boost::json::object& error, int status);

// What `error` says for people, in whichever member: {"message"}, {"error"}, {"detail"}, {"msg"}, each a text, an
// object or a list of them. Empty: nothing.
[[nodiscard]] std::string error_words(const boost::json::object& error);

// The HTTP status that a code of MiniMax's "base_resp" means; 0: it is not known.
[[nodiscard]] int status_of_base_code(std::int64_t code);

// Whether an error that means 413 is about one image.
[[nodiscard]] bool is_about_an_image(const boost::json::object& error);

// Whether it is about an image that the server cannot read, or of a kind that it does not take.
[[nodiscard]] bool is_about_an_unreadable_image(const boost::json::object& error);

}  // namespace executus::llm
