#include "mcp/call/call_outcome.hpp"

#include <utility>

#include <executus/base/json.hpp>

#include "base/text.hpp"
#include "mcp/call/result_text.hpp"
#include "mcp/wire/codes.hpp"

namespace executus::mcp {
namespace {

constexpr std::size_t kShownOfData = 2'000;  // characters

std::string named(const std::string& server) { return "MCP server '" + server + "'"; }

}  // namespace

tool::Outcome outcome_of(const CallResult& result, const std::optional<boost::json::object>& output) {
  if (result.is_error) return tool::Failed{text_of_error(result)};
  auto read = shown(result, output);
  tool::Done done{std::move(read.text)};
  done.images = std::move(read.images);
  return done;
}

tool::Outcome outcome_of(const RpcError& error, const std::string& server, Results results) {
  auto said = named(server) + ": " + error.message + " (" + std::to_string(error.code) + ")";
  if (error.code == kUnreadableAnswer)
    said = named(server) + " has made the call; its answer cannot be read: " + error.message;
  if (!error.data.is_null()) said += " " + std::string(clip(write_json(error.data), kShownOfData));
  bool of_a_result = results == Results::checked && error.code == kInvalidParams;
  return tool::Failed{std::move(said), did_nothing(error.code) && !of_a_result};
}

tool::Outcome outcome_of(const Loss& loss, const std::string& server) {
  if (loss.got == Loss::Got::no)
    return tool::Failed{named(server) + " did not get the call: " + loss.problem.message(), true};
  return tool::Unknown{named(server) + " was sent the call and has not answered: " + loss.problem.message()};
}

}  // namespace executus::mcp
