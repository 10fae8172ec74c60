// What a model reads and writes, as values. No provider's wire format is visible here.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <boost/json/value.hpp>

namespace executus::llm {

enum class Role { system, user, assistant, tool };

struct Text {
  std::string text;
  bool operator==(const Text&) const = default;
};

struct Image {
  std::string bytes;
  std::string mime;  // image/png, image/jpeg, ...
  bool operator==(const Image&) const = default;
};

// Content only the model that made it understands (signed thinking): kept as it came, sent back only to that model of
// that provider. `model` is its id there; empty: any of the provider's, as journals of older versions have it.
struct Opaque {
  std::string provider;
  boost::json::value data;
  std::string model = {};
  bool operator==(const Opaque&) const = default;
};

using Part = std::variant<Text, Image, Opaque>;

// A tool the model wants called. `arguments` is the JSON text as the model wrote it: it may be malformed.
struct ToolCall {
  std::string id;
  std::string name;
  std::string arguments;
  bool operator==(const ToolCall&) const = default;
};

struct ToolResult {
  std::string call_id;
  std::string name;
  std::string text;
  std::vector<Image> images;
  bool is_error = false;
  bool operator==(const ToolResult&) const = default;
};

// role user/system: parts. assistant: parts and tool_calls. tool: tool_results, one for each call of the message
// before.
struct Message {
  Role role = Role::user;
  std::vector<Part> parts;
  std::vector<ToolCall> tool_calls;
  std::vector<ToolResult> tool_results;
  bool operator==(const Message&) const = default;

  [[nodiscard]] std::string text() const;  // the text parts, joined
};

[[nodiscard]] Message user_message(std::string text);
[[nodiscard]] Message assistant_message(std::string text, std::vector<ToolCall> calls = {});

// length: cut off by a limit. refusal: declined, or withheld by a filter. other: ended before it was complete, for a
// reason with no name here. What ends with one of these three is no answer, whatever text it has.
enum class FinishReason { stop, tool_calls, length, refusal, other };

// Tokens. The cache and reasoning figures are parts of input and output, not additions.
struct Usage {
  std::int64_t input = 0;
  std::int64_t output = 0;
  std::int64_t cache_read = 0;
  std::int64_t cache_write = 0;
  std::int64_t reasoning = 0;

  Usage& operator+=(const Usage& other);  // sums stop at the largest number
  bool operator==(const Usage&) const = default;
};

struct Response {
  Message message;  // role assistant
  FinishReason finish = FinishReason::stop;
  Usage usage;
  std::string target;                           // "provider/model" that served it
  std::shared_ptr<const std::string> raw = {};  // the answer's bytes, a stream's too, when the request asked for them
};

// Names are frozen: they are stored in journals.
[[nodiscard]] std::string_view to_string(Role role);
[[nodiscard]] std::string_view to_string(FinishReason reason);

// The stored form (frozen): {"role":"assistant","parts":[{"text":"..."}],"calls":[...],"results":[...]}; empty lists
// are left out, image bytes are base64. message_from_json throws Error "journal.malformed" on anything else.
[[nodiscard]] boost::json::value to_json(const Message& message);
[[nodiscard]] Message message_from_json(const boost::json::value& json);
[[nodiscard]] boost::json::value to_json(const Usage& usage);
[[nodiscard]] Usage usage_from_json(const boost::json::value& json);

}  // namespace executus::llm
