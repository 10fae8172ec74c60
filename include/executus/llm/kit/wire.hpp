// Reading and writing that the vendors' JSON dialects have in common. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include <executus/base/result.hpp>
#include <executus/llm/model.hpp>

namespace executus::llm {

// The JSON of an answer of which parts are kept as they came, as parse_tolerant_json reads it. Nested less deep than
// parse_json takes it, since journals and cassettes have levels around those parts. Error json.malformed.
inline constexpr std::size_t kDeepestAnswer = 100;
[[nodiscard]] Result<boost::json::value> parse_answer(std::string_view text);

// Readers that take what is there and of the right kind, and else nothing.
[[nodiscard]] const boost::json::object* object_in(const boost::json::object& object, std::string_view key);
[[nodiscard]] const boost::json::array* array_in(const boost::json::object& object, std::string_view key);
[[nodiscard]] std::string text_in(const boost::json::object& object, std::string_view key);

// Never negative, and never so large that the sum of a few overflows: servers may say anything.
inline constexpr std::int64_t kMostCounted = 1'000'000'000'000'000;
[[nodiscard]] std::int64_t count_in(const boost::json::object* object, std::string_view key);

// Texts from tools and people may be no UTF-8; JSON must be.
[[nodiscard]] boost::json::value text_json(std::string_view text);

// The system prompt with the system messages of the history after it.
[[nodiscard]] std::string system_text(const Request& request);

// Whether a message of the assistant is more than reasoning and white space. One that is not is never sent: servers
// refuse it.
[[nodiscard]] bool says_something(const Message& answer);

// The arguments of a call that came as JSON, not as a text of it. A number that is not finite stays the word it came
// as: that is malformed, and no tool is called with it.
[[nodiscard]] std::string written_arguments(const boost::json::value& arguments);

// The arguments of a call of the history; what is no JSON object becomes {"malformed_arguments": "..."}, since servers
// refuse a history that holds it.
[[nodiscard]] boost::json::object arguments_object(const std::string& arguments);

// A result for APIs without a flag for errors: errors begin with "error: ".
[[nodiscard]] std::string result_text(const ToolResult& result);

// A tool's JSON Schema as it is; of a tool without arguments an object without properties. Whether a server takes all
// of it is another question: the tools of MCP servers have schemas of any kind.
[[nodiscard]] boost::json::object parameters_of(const ToolSpec& tool);

}  // namespace executus::llm
