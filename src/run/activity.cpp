// A tool call as people see it: what it is about, in a line, without what should not be seen.
#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include <executus/run/outcome.hpp>

#include "base/text.hpp"

namespace executus {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxSummary = 200;

// Parts of argument names whose values nobody should read over a shoulder.
constexpr std::array<std::string_view, 12> kSensitive{"token",         "secret",     "password",    "passwd",
                                                      "authorization", "apikey",     "api_key",     "api-key",
                                                      "cookie",        "credential", "private_key", "session_id"};

bool is_sensitive(std::string_view name) {
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::ranges::any_of(kSensitive, [&](auto part) { return lower.find(part) != std::string::npos; });
}

void redact(json::value& value) {
  if (auto* list = value.if_array())
    for (auto& each : *list) redact(each);
  if (auto* object = value.if_object())
    for (auto& member : *object) {
      if (is_sensitive(member.key()))
        member.value() = "***";
      else
        redact(member.value());
    }
}

// Arguments that are not JSON are not shown: nobody knows what is in them.
json::object shown_arguments(const std::string& text) {
  boost::system::error_code error;
  auto value = json::parse(text.empty() ? "{}" : text, error);
  if (error || !value.is_object()) return {};
  redact(value);
  return std::move(value.get_object());
}

std::string argument_text(const json::object& arguments, std::string_view name) {
  const auto* value = arguments.if_contains(name);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

struct Kind {
  std::string_view tool;
  std::string_view kind;
  std::string_view verb;      // of the summary
  std::string_view argument;  // that says what it is about
};
constexpr std::array<Kind, 8> kKinds{{{"read_file", "file", "Reading", "path"},
                                      {"list_dir", "file", "Listing", "path"},
                                      {"grep", "search", "Searching for", "pattern"},
                                      {"find_files", "search", "Looking for files", "name"},
                                      {"think", "thought", "Thinking:", "thought"},
                                      {"now", "time", "Looking at the clock", ""},
                                      {"clock", "time", "Looking at the clock", ""},
                                      {"submit", "answer", "Handing in the answer", ""}}};

std::string delegate_of(const std::string& tool) { return tool.substr(tool.find("__") + 2); }

// One line of characters a terminal may show.
std::string one_line(const std::string& text) {
  std::string line = repair_utf8(text);
  for (char& c : line)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  return std::string(clip(line, kMaxSummary));
}

struct Described {
  std::string kind;
  std::string summary;
};

Described describe(const llm::ToolCall& call) {
  auto arguments = shown_arguments(call.arguments);
  auto known = std::ranges::find(kKinds, call.name, &Kind::tool);
  if (known != kKinds.end()) {
    auto about = argument_text(arguments, known->argument);
    return {std::string(known->kind), std::string(known->verb) + (about.empty() ? "" : " " + about)};
  }
  bool skill = call.name.starts_with("skill__"), agent = call.name.starts_with("agent__");
  if (skill || agent)
    return {skill ? "skill" : "agent", "Asking " + delegate_of(call.name) + ": " +
                                           (agent ? argument_text(arguments, "prompt") : json::serialize(arguments))};
  return {"tool", "Calling " + call.name + (arguments.empty() ? "" : " " + json::serialize(arguments))};
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
