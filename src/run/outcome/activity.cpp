// A tool call as people see it: what it is about, in a line, without what should not be seen.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/run/outcome.hpp>
#include <executus/tool/invoke.hpp>

#include "base/secrets/redaction.hpp"
#include "base/text.hpp"

namespace executus {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxSummary = 200;

// Arguments that are not JSON are not shown: secrets in them could not be found.
json::object shown_arguments(const std::string& text) {
  auto arguments = tool::parse_arguments(text);
  if (!arguments.ok()) return {};
  json::value shown = std::move(*arguments);
  redact(shown);
  return std::move(shown.get_object());
}

std::string argument_text(const json::object& arguments, std::string_view name) {
  const auto* value = arguments.if_contains(name);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

struct Kind {
  std::string_view tool;
  std::string_view kind;
  std::string_view verb;      // of the summary
  std::string_view argument;  // the argument that the summary shows
  std::string_view without;   // the summary when that argument is not there
};
constexpr std::array<Kind, 36> kKinds{
    {{"read_file", "file", "Reading ", "path", "Reading a file"},
     {"list_dir", "file", "Listing ", "path", "Listing the root directory"},
     {"write_file", "file", "Writing ", "path", "Writing a file"},
     {"edit_file", "file", "Editing ", "path", "Editing a file"},
     {"apply_patch", "file", "", "", "Applying a patch"},
     {"run_command", "command", "Running ", "command", "Running a command"},
     {"git_diff", "command", "", "", "Looking at what changed"},
     {"git_log", "command", "", "", "Looking at commits"},
     {"grep", "search", "Searching for ", "pattern", "Searching"},
     {"find_files", "search", "Looking for files ", "pattern", "Looking for files"},
     {"think", "thought", "Thinking: ", "thought", "Thinking"},
     {"now", "time", "", "", "Looking at the clock"},
     {"clock", "time", "", "", "Looking at the clock"},
     {"web_fetch", "web", "Fetching ", "url", "Fetching a page"},
     {"http_request", "web", "Sending a request to ", "url", "Sending a request"},
     {"web_search", "search", "Searching the web for ", "query", "Searching the web"},
     {"calculate", "arithmetic", "Calculating ", "expression", "Calculating"},
     {"classify", "text", "", "", "Having a text labelled"},
     {"extract_entities", "text", "", "", "Having a text searched for entities"},
     {"summarize", "text", "", "", "Having a text summarized"},
     {"cite", "citation", "Citing ", "source", "Citing a source"},
     {"ask_user", "question", "Asking: ", "question", "Asking a person"},
     {"submit", "answer", "", "", "Handing in the answer"},
     {"sleep", "wait", "Sleeping until ", "until", "Sleeping for a while"},
     {"wait_for_signal", "wait", "Waiting for signal ", "name", "Waiting for a signal"},
     {"kv_get", "storage", "Looking up ", "key", "Looking up a value"},
     {"kv_set", "storage", "Keeping ", "key", "Keeping a value"},
     {"kv_list", "storage", "Listing values ", "prefix", "Listing values"},
     {"kv_delete", "storage", "Deleting ", "key", "Deleting a value"},
     {"file_save", "file", "Keeping file ", "name", "Keeping a file"},
     {"file_get", "file", "Reading file ", "file_id", "Reading a file"},
     {"file_get_text", "file", "Reading file ", "file_id", "Reading a file"},
     {"file_get_metadata", "file", "Looking at file ", "file_id", "Looking at a file"},
     {"file_list", "file", "Listing files of ", "scope", "Listing files"},
     {"file_delete", "file", "Deleting file ", "file_id", "Deleting a file"},
     {"skill_use", "skill", "Reading skill ", "skill", "Looking for a skill"}}};

std::string summary_of(const Kind& known, const json::object& arguments) {
  auto about = argument_text(arguments, known.argument);
  if (about.empty()) return std::string(known.without);
  if (known.kind != "search") return std::string(known.verb) + about;
  auto where = argument_text(arguments, "path");
  return std::string(known.verb) + "'" + about + "'" + (where.empty() ? "" : " in " + where);
}

std::string delegate_of(const std::string& tool) { return tool.substr(tool.find("__") + 2); }

// How many bytes at `at` are a character that breaks lines, drives terminals or turns the direction of writing; 0:
// none.
std::size_t control_length(std::string_view utf8, std::size_t at) {
  auto byte = [&](std::size_t i) { return at + i < utf8.size() ? static_cast<unsigned char>(utf8[at + i]) : 0u; };
  if (byte(0) < 0x20 || byte(0) == 0x7f) return 1;
  if (byte(0) == 0xc2 && byte(1) < 0xa0) return 2;                                         // U+0080 to U+009F
  if (byte(0) == 0xe2 && byte(1) == 0x80 && byte(2) >= 0xa8 && byte(2) <= 0xae) return 3;  // U+2028 to U+202E
  if (byte(0) == 0xe2 && byte(1) == 0x81 && byte(2) >= 0xa6 && byte(2) <= 0xa9) return 3;  // U+2066 to U+2069
  return 0;
}

// The beginning of `text`, as one line of characters a terminal may show.
std::string one_line(std::string_view text) {
  std::string utf8 = repair_utf8(clip(text, kMaxSummary)), line;
  for (std::size_t at = 0; at < utf8.size();) {
    std::size_t control = control_length(utf8, at);
    line += control > 0 ? ' ' : utf8[at];
    at += std::max<std::size_t>(1, control);
  }
  return line;
}

struct Described {
  std::string kind;
  std::string summary;
};

Described describe(const llm::ToolCall& call) {
  auto arguments = shown_arguments(call.arguments);
  auto known = std::ranges::find(kKinds, call.name, &Kind::tool);
  if (known != kKinds.end()) return {std::string(known->kind), summary_of(*known, arguments)};
  bool skill = call.name.starts_with("skill__"), agent = call.name.starts_with("agent__");
  if (skill || agent)
    return {skill ? "skill" : "agent", "Asking " + delegate_of(call.name) + ": " +
                                           (agent ? argument_text(arguments, "prompt") : write_json(arguments))};
  return {"tool", "Calling " + call.name + (arguments.empty() ? "" : " " + write_json(arguments))};
}

Activity::State activity_state(llm::CallState state) {
  if (state == llm::CallState::done) return Activity::State::complete;
  return is_settled(state) ? Activity::State::error : Activity::State::running;
}

}  // namespace

std::string_view to_string(Activity::State state) {
  switch (state) {
    case Activity::State::running:
      return "running";
    case Activity::State::complete:
      return "complete";
    case Activity::State::error:
      return "error";
  }
  return "error";
}

Activity activity_of(const llm::CallRecord& call) {
  auto described = describe(call.call);
  Activity activity;
  activity.id = std::to_string(call.position.response) + "." + std::to_string(call.position.index);
  activity.kind = std::move(described.kind);
  activity.tool = call.call.name;
  activity.summary = one_line(described.summary);
  activity.state = activity_state(call.state);
  return activity;
}

}  // namespace executus
