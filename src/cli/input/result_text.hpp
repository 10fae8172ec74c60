// The result of a call, as a person gives it on the command line.
#pragma once

#include <string>

namespace executus::cli {

// A JSON string is its text; other JSON is the result as it stands, without the white space between its parts. A bare
// word is text too, but what begins like JSON has to be it: a slip of the pen must not become a tool's result. Throws
// Error cli.usage that names `option`.
[[nodiscard]] std::string result_text(const std::string& option, const std::string& given);

}  // namespace executus::cli
