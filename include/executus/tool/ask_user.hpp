// The tool with which a model asks a person.
#pragma once

#include <memory>
#include <string_view>

#include <executus/tool/tool.hpp>

namespace executus::tool {

// A call of this name always waits for a person, whatever the permissions allow: it is an approval with an answer
// (AnswerNote::answer of run/answering.hpp), which is the call's outcome. The tool itself is not called.
inline constexpr std::string_view kAskUser = "ask_user";

[[nodiscard]] std::shared_ptr<Tool> make_ask_user();

}  // namespace executus::tool
