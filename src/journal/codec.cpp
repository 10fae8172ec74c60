// Bodies of stored entries, format 1: one JSON object each, short keys, absent = default.
#include <array>
#include <string>
#include <utility>

#include <boost/json.hpp>

#include <executus/base/error.hpp>
#include <executus/journal/entry.hpp>

namespace executus::journal {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 10> kKindNames{"unknown", "admitted", "opened", "responded", "intended",
                                                      "settled", "steered",  "waited", "retried",   "ended"};

[[noreturn]] void malformed_body(std::string_view what) {
  throw failed("journal.malformed", "a journal entry is malformed (" + std::string(what) +
                                        "); the database is damaged or was written by another program");
}

// Reads fields of a stored body.
class Body {
 public:
  explicit Body(const json::value& value) : object_(value.is_object() ? value.get_object() : none()) {
    if (!value.is_object()) malformed_body("no object");
  }

  std::string text(std::string_view key) const {
    const auto* value = object_.if_contains(key);
    if (!value) return {};
    if (!value->is_string()) malformed_body(key);
    return std::string(value->get_string());
  }
  std::int64_t number(std::string_view key) const {
    const auto* value = object_.if_contains(key);
    if (!value) return 0;
    if (!value->is_int64()) malformed_body(key);
    return value->get_int64();
  }
  json::object object(std::string_view key) const {
    const auto* value = object_.if_contains(key);
    if (!value || !value->is_object()) malformed_body(key);
    return value->get_object();
  }
  const json::array& list(std::string_view key) const {
    static const json::array empty;
    const auto* value = object_.if_contains(key);
    if (!value) return empty;
    if (!value->is_array()) malformed_body(key);
    return value->get_array();
  }
  const json::value* if_contains(std::string_view key) const { return object_.if_contains(key); }

 private:
  static const json::object& none() {
    static const json::object empty;
    return empty;
  }
  const json::object& object_;
};

template <class E, class Parse>
E enum_from(const Body& body, std::string_view key, Parse parse) {
  auto value = parse(body.text(key));
  if (!value) malformed_body(key);
  return *value;
}

json::array position_json(llm::CallPosition position) { return {position.response, position.index}; }

llm::CallPosition position_from(const json::value& value) {
  if (!value.is_array() || value.get_array().size() != 2) malformed_body("call");
  auto part = [&](std::size_t i) {
    const auto& number = value.get_array()[i];
    if (!number.is_int64() || number.get_int64() < 0) malformed_body("call");
    return static_cast<std::uint32_t>(number.get_int64());
  };
  return {part(0), part(1)};
}

llm::CallPosition call_of(const Body& body) {
  const auto* value = body.if_contains("call");
  if (!value) malformed_body("call");
  return position_from(*value);
}

std::optional<llm::CallState> settled_state(std::string_view name) {
  for (auto state : {llm::CallState::done, llm::CallState::failed, llm::CallState::denied})
    if (to_string(state) == name) return state;
  return std::nullopt;
}

llm::FinishReason finish_from(std::string_view name) {
  using enum llm::FinishReason;
  for (auto reason : {stop, tool_calls, length, refusal})
    if (to_string(reason) == name) return reason;
  return other;
}

struct Encoder {
  json::object operator()(const Admitted& e) const {
    json::array input;
    for (const auto& message : e.input) input.push_back(llm::to_json(message));
    return {{"format", kFormat}, {"agent", e.agent}, {"invocation", e.invocation}, {"input", std::move(input)}};
  }
  json::object operator()(const Opened& e) const { return {{"epoch", e.epoch}, {"worker", e.worker}}; }
  json::object operator()(const Responded& e) const {
    return {{"message", llm::to_json(e.response.message)},
            {"finish", llm::to_string(e.response.finish)},
            {"usage", llm::to_json(e.response.usage)},
            {"target", e.response.target}};
  }
  json::object operator()(const Intended& e) const {
    return {{"call", position_json(e.call)}, {"key", e.key}, {"effect", e.effect}};
  }
  json::object operator()(const Settled& e) const {
    json::object body{{"call", position_json(e.call)}, {"state", to_string(e.state)}, {"key", e.key}, {"text", e.text}};
    if (e.images.empty()) return body;
    llm::ToolResult carrier;
    carrier.images = e.images;
    llm::Message message;
    message.tool_results.push_back(std::move(carrier));
    body["images"] = llm::to_json(message).at("results").at(0).at("images");
    return body;
  }
  json::object operator()(const Steered& e) const { return {{"message", llm::to_json(e.message)}}; }
  json::object operator()(const Waited& e) const {
    json::array calls;
    for (auto call : e.calls) calls.push_back(position_json(call));
    json::object body{{"reason", to_string(e.reason)}, {"calls", std::move(calls)}, {"detail", e.detail}};
    if (e.wake_at) body["wake_at"] = e.wake_at->time_since_epoch().count();
    return body;
  }
  json::object operator()(const Retried& e) const { return {{"call", position_json(e.call)}}; }
  json::object operator()(const Ended& e) const {
    json::object body{{"status", to_string(e.status)}};
    if (!e.output.empty()) body["output"] = e.output;
    if (!e.error.empty()) body["error"] = e.error;
    if (!e.error_code.empty()) body["error_code"] = e.error_code;
    return body;
  }
};

Admitted decode_admitted(const Body& body) {
  if (body.number("format") > kFormat)
    throw failed("journal.newer", "the run was written by a newer executus (journal format " +
                                      std::to_string(body.number("format")) + ", this one knows " +
                                      std::to_string(kFormat) + "); use that version or a newer one");
  Admitted entry{body.object("agent"), body.object("invocation"), {}};
  for (const auto& message : body.list("input")) entry.input.push_back(llm::message_from_json(message));
  return entry;
}

Responded decode_responded(const Body& body) {
  const auto* message = body.if_contains("message");
  const auto* usage = body.if_contains("usage");
  if (!message || !usage) malformed_body("message");
  return {{llm::message_from_json(*message), finish_from(body.text("finish")), llm::usage_from_json(*usage),
           body.text("target")}};
}

Settled decode_settled(const Body& body) {
  Settled entry{
      call_of(body), enum_from<llm::CallState>(body, "state", settled_state), body.text("key"), body.text("text"), {}};
  if (const auto* images = body.if_contains("images")) {
    json::object result{{"call", ""}, {"name", ""}, {"text", ""}, {"images", *images}};
    json::object message{{"role", "tool"}, {"results", json::array{std::move(result)}}};
    entry.images = llm::message_from_json(message).tool_results.at(0).images;
  }
  return entry;
}

Waited decode_waited(const Body& body) {
  Waited entry{enum_from<WaitReason>(body, "reason", parse_wait_reason), {}, body.text("detail"), std::nullopt};
  for (const auto& call : body.list("calls")) entry.calls.push_back(position_from(call));
  if (body.if_contains("wake_at")) entry.wake_at = WallTime(Milliseconds(body.number("wake_at")));
  return entry;
}

}  // namespace

std::string_view kind_name(int kind) {
  return kKindNames[kind > 0 && kind < static_cast<int>(kKindNames.size()) ? static_cast<std::size_t>(kind) : 0];
}

std::string encode(const Payload& payload) { return json::serialize(std::visit(Encoder{}, payload)); }

Payload decode(int kind, std::string_view text) {
  boost::system::error_code error;
  json::value value = json::parse({text.data(), text.size()}, error);
  if (error) malformed_body("no JSON");
  Body body(value);
  switch (kind) {
    case 1:
      return decode_admitted(body);
    case 2:
      return Opened{body.number("epoch"), body.text("worker")};
    case 3:
      return decode_responded(body);
    case 4:
      return Intended{call_of(body), body.text("key"), body.text("effect")};
    case 5:
      return decode_settled(body);
    case 6: {
      const auto* message = body.if_contains("message");
      if (!message) malformed_body("message");
      return Steered{llm::message_from_json(*message)};
    }
    case 7:
      return decode_waited(body);
    case 8:
      return Retried{call_of(body)};
    case 9:
      return Ended{enum_from<RunStatus>(body, "status", parse_run_status), body.text("output"), body.text("error"),
                   body.text("error_code")};
    default:
      throw failed("journal.newer", "the run holds a journal entry of kind " + std::to_string(kind) +
                                        ", which this executus does not know; use a newer version");
  }
}

}  // namespace executus::journal
