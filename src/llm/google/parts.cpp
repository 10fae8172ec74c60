#include "llm/google/parts.hpp"

#include <algorithm>
#include <utility>

#include <boost/json.hpp>

#include <executus/llm/kit/opaque_parts.hpp>
#include <executus/llm/kit/wire.hpp>

#include "base/base64.hpp"
#include "base/text.hpp"

namespace executus::llm::google {
namespace {

namespace json = boost::json;

// docs: "Thought signatures", for calls that were not made by Gemini.
constexpr std::string_view kForeignSignature = "skip_thought_signature_validator";

bool is_thought(const json::object& part) {
  const auto* thought = part.if_contains("thought");
  return thought && thought->is_bool() && thought->get_bool();
}

const json::object* call_in(const json::object& part) { return object_in(part, "functionCall"); }

bool is_text(const json::object& part) {
  const auto* text = part.if_contains("text");
  return text && text->is_string() && !is_thought(part);
}

// Whether the part is text and nothing else, in particular no signature, so that it may be joined with its neighbour.
bool is_plain(const json::object& part) {
  std::size_t known = part.contains("text") + part.contains("thought");
  return part.contains("text") && part.size() == known;
}

json::object rest_of(json::object part, std::string_view without) {
  part.erase(without);
  return part;
}

std::vector<ToolCall> calls_of(const Parts& parts) {
  std::vector<ToolCall> calls;
  for (const auto& part : parts) {
    const auto* call = call_in(part);
    if (!call) continue;
    const auto* args = call->if_contains("args");
    bool is_text = !args || args->is_null() || args->is_string();
    calls.push_back(
        {text_in(*call, "id"), text_in(*call, "name"), is_text ? text_in(*call, "args") : written_arguments(*args)});
  }
  return calls;
}

// Whether the calls all come last, as they do in a Message.
bool calls_come_last(const Parts& parts) {
  bool called = false;
  for (const auto& part : parts) {
    if (called && !call_in(part)) return false;
    called = called || call_in(part) != nullptr;
  }
  return true;
}

void add_text(Message& message, const json::object& part, const std::string& provider) {
  auto text = text_in(part, "text");
  if (text.empty()) {  // a signature in a part of its own
    message.parts.emplace_back(Opaque{provider, part});
    return;
  }
  message.parts.emplace_back(Text{std::move(text)});
  if (auto rest = rest_of(part, "text"); !rest.empty())
    message.parts.emplace_back(Opaque{provider, json::object{{"of", "text"}, {"rest", std::move(rest)}}});
}

json::object inline_data(const Image& image) {
  return {{"inlineData", json::object{{"mimeType", text_json(image.mime)}, {"data", base64_encode(image.bytes)}}}};
}

json::object call_part(const ToolCall& call, const ToolNames& names) {
  json::object function{
      {"id", text_json(call.id)}, {"name", names.to_wire(call.name)}, {"args", arguments_object(call.arguments)}};
  return {{"functionCall", std::move(function)}};
}

// Writes the parts of an assistant's message.
class Unfolding {
 public:
  Unfolding(const Message& message, const ToolNames& names, std::string_view provider)
      : message_(message), names_(names), provider_(provider), sent_(message.tool_calls.size(), false) {}

  json::array run() && {
    for (const auto& part : message_.parts) add(part);
    for (std::size_t i = 0; i < sent_.size(); ++i) add_call(i, {});
    return std::move(parts_);
  }

 private:
  void add(const Part& part) {
    bool after_text = std::exchange(after_text_, false);
    if (const auto* text = std::get_if<Text>(&part)) {
      after_text_ = !text->text.empty();
      if (after_text_) parts_.push_back(text_part(text->text));
    }
    if (const auto* data = own_data(part, provider_)) add_own(*data, after_text);
  }

  void add_own(const json::object& data, bool after_text) {
    auto of = text_in(data, "of");
    const auto* rest = object_in(data, "rest");
    if (of.empty()) parts_.push_back(data);
    if (of == "text" && after_text && rest) merge(parts_.back().get_object(), *rest);
    if (of != "call") return;
    for (std::size_t i = 0; i < sent_.size(); ++i)
      if (message_.tool_calls[i].id == text_in(data, "id")) add_call(i, rest ? *rest : json::object{});
  }

  void add_call(std::size_t index, const json::object& rest) {
    if (sent_[index]) return;
    sent_[index] = true;
    auto part = call_part(message_.tool_calls[index], names_);
    merge(part, rest);
    parts_.push_back(std::move(part));
  }

  static void merge(json::object& part, const json::object& rest) {
    for (const auto& [key, value] : rest)
      if (!part.contains(key)) part[key] = value;
  }

  const Message& message_;
  const ToolNames& names_;
  std::string_view provider_;
  json::array parts_;
  std::vector<bool> sent_;  // of the calls
  bool after_text_ = false;
};

// Of calls that were made at once, Gemini signs the first.
void sign_foreign_calls(json::array& parts) {
  json::object* first = nullptr;
  for (auto& part : parts) {
    auto& object = part.get_object();
    if (!call_in(object)) continue;
    if (object.contains("thoughtSignature")) return;
    if (!first) first = &object;
  }
  if (first) (*first)["thoughtSignature"] = kForeignSignature;
}

// docs: "output" and "error" are the keys that models know.
json::object response_of(const ToolResult& result) {
  return {{result.is_error ? "error" : "output", text_json(result.text)}};
}

json::object result_part(const ToolResult& result, const ToolNames& names, const Recipient& to) {
  json::object response{
      {"id", text_json(result.call_id)}, {"name", names.to_wire(result.name)}, {"response", response_of(result)}};
  json::array images;
  if (to.traits.result_images == Traits::ResultImages::inside)
    for (const auto& image : result.images) images.push_back(inline_data(image));
  if (!images.empty()) response["parts"] = std::move(images);
  return {{"functionResponse", std::move(response)}};
}

}  // namespace

void add_part(Parts& parts, json::object part) {
  if (part.empty() || (is_plain(part) && text_in(part, "text").empty())) return;
  bool goes_on =
      !parts.empty() && is_plain(part) && is_plain(parts.back()) && is_thought(part) == is_thought(parts.back());
  if (!goes_on) return parts.push_back(std::move(part));
  auto& text = parts.back()["text"].get_string();
  text.append(part["text"].get_string());
}

std::string shown_text(const json::object& part) { return is_text(part) ? text_in(part, "text") : std::string(); }

void note_aside(std::vector<Aside>& asides, const json::object& part, const ToolNames& names) {
  if (is_thought(part)) note_reasoning(asides, text_in(part, "text"));
  for (auto& call : calls_of({part}))
    asides.push_back({{}, std::move(call.id), names.from_wire(call.name), std::move(call.arguments)});
}

bool says_something(const json::object& part) {
  return !is_thought(part) && !(is_text(part) && trim(text_in(part, "text")).empty());
}

Message message_of_parts(const Parts& parts, Asked& asked) {
  Message message;
  message.role = Role::assistant;
  message.tool_calls = completed(calls_of(parts), asked);
  bool in_order = calls_come_last(parts);
  std::size_t next = 0;
  for (const auto& part : parts) {
    if (call_in(part)) {
      json::object place{{"of", "call"}, {"id", text_json(message.tool_calls[next++].id)}};
      auto rest = rest_of(part, "functionCall");
      bool say = !in_order || !rest.empty();
      place["rest"] = std::move(rest);
      if (say) message.parts.emplace_back(Opaque{asked.provider, std::move(place)});
    } else if (is_text(part)) {
      add_text(message, part, asked.provider);
    } else {
      message.parts.emplace_back(Opaque{asked.provider, part});
    }
  }
  return message;
}

json::array model_parts(const Message& message, const ToolNames& names, const Recipient& to) {
  auto parts = Unfolding(message, names, to.provider).run();
  auto says = [](const json::value& part) { return says_something(part.get_object()); };
  if (std::ranges::none_of(parts, says)) return {};
  if (to.traits.signatures == Traits::Signatures::required) sign_foreign_calls(parts);
  return parts;
}

json::array user_parts(const Message& message) {
  json::array parts;
  for (const auto& part : message.parts) {
    const auto* text = std::get_if<Text>(&part);
    if (text && !text->text.empty()) parts.push_back(text_part(text->text));
    if (const auto* image = std::get_if<Image>(&part)) parts.push_back(inline_data(*image));
  }
  return parts;
}

json::array result_parts(const Message& message, const ToolNames& names, const Recipient& to) {
  json::array parts;
  for (const auto& result : message.tool_results) parts.push_back(result_part(result, names, to));
  return parts;
}

json::array result_images(const Message& message, const ToolNames& names, const Recipient& to) {
  json::array parts;
  if (to.traits.result_images == Traits::ResultImages::inside) return parts;
  for (const auto& result : message.tool_results) {
    if (result.images.empty()) continue;
    parts.push_back(text_part("Images in the result of " + names.to_wire(result.name) + " (" + result.call_id + "):"));
    for (const auto& image : result.images) parts.push_back(inline_data(image));
  }
  return parts;
}

json::object text_part(std::string_view text) { return {{"text", text_json(text)}}; }

}  // namespace executus::llm::google
