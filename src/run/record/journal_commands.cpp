#include "run/record/journal_commands.hpp"

#include <algorithm>
#include <utility>

#include <boost/json.hpp>

#include <executus/base/digest.hpp>

namespace executus::run::commands {
namespace {

std::string_view name_of(Resolution how) {
  switch (how) {
    case Resolution::completed:
      return "completed";
    case Resolution::failed:
      return "failed";
    case Resolution::retry:
      return "retry";
  }
  return "retry";
}

llm::CallPosition position_of(const journal::Command& command) {
  const auto& position = command.payload.at("call").as_array();
  return {position.at(0).to_number<std::uint32_t>(), position.at(1).to_number<std::uint32_t>()};
}

const llm::CallRecord* open_call(const llm::Conversation& conversation, const journal::Command& command,
                                 llm::CallState state) {
  auto position = position_of(command);
  for (const auto& call : conversation.open_batch())
    if (call.state == state && call.position == position) return &call;
  return nullptr;
}

std::string payload_text(const journal::Command& command, std::string_view key) {
  return std::string(command.payload.at(key).as_string());
}

}  // namespace

journal::Command cancel(std::string reason) {
  journal::Command command;
  command.kind = kCancel;
  if (!reason.empty()) command.payload["reason"] = std::move(reason);
  return command;
}

journal::Command signal(std::string name, boost::json::value payload) {
  journal::Command command;
  command.kind = kSignal;
  command.payload = {{"name", std::move(name)}, {"payload", std::move(payload)}};
  return command;
}

journal::Command resolve(llm::CallPosition call, Resolution how, std::string text, std::string by) {
  journal::Command command;
  command.kind = kResolve;
  command.payload = {{"call", boost::json::array{call.response, call.index}}, {"as", name_of(how)}, {"text", text}};
  if (!by.empty()) command.payload["by"] = std::move(by);
  return command;
}

journal::Command steer(std::string text, const std::vector<llm::Image>& images) {
  journal::Command command;
  command.kind = kSteer;
  command.payload = {{"text", std::move(text)}};
  if (images.empty()) return command;
  llm::Message message;
  message.parts.assign(images.begin(), images.end());
  command.payload["images"] = llm::to_json(message).at("parts");
  return command;
}

std::optional<llm::Message> steer_message(const journal::Command& command) {
  const auto* text = command.payload.if_contains("text");
  if (!text || !text->is_string()) return std::nullopt;
  const auto* images = command.payload.if_contains("images");
  if (!images) return llm::user_message(std::string(text->get_string()));
  try {
    auto message = llm::message_from_json(boost::json::object{{"role", "user"}, {"parts", *images}});
    if (!text->get_string().empty())
      message.parts.insert(message.parts.begin(), llm::Text{std::string(text->get_string())});
    return message;
  } catch (const Error&) {
    return std::nullopt;
  }
}

namespace {

journal::Command word_about(const llm::CallRecord& call, boost::json::value approved, std::string reason,
                            std::string by) {
  journal::Command command;
  command.kind = kApprove;
  command.payload = {{"call", boost::json::array{call.position.response, call.position.index}},
                     {"tool", call.call.name},
                     {"arguments", sha256_hex(call.call.arguments)},
                     {"approved", std::move(approved)},
                     {"reason", std::move(reason)}};
  if (!by.empty()) command.payload["by"] = std::move(by);
  return command;
}

std::optional<std::string> text_given(const journal::Command& command) {
  if (!command.payload.contains("answer")) return std::nullopt;
  return payload_text(command, "answer");
}

}  // namespace

journal::Command approve(const llm::CallRecord& call, Approval answer, std::string reason, std::string by,
                         const std::optional<std::string>& text) {
  auto command = word_about(call, answer == Approval::approved, std::move(reason), std::move(by));
  if (text) command.payload["answer"] = *text;
  return command;
}

journal::Command change(const llm::CallRecord& call, std::string arguments, std::string reason, std::string by) {
  boost::json::object becomes{{"arguments", std::move(arguments)}};
  return word_about(call, std::move(becomes), std::move(reason), std::move(by));
}

std::string arguments_given(const journal::Command& command) {
  const auto* word = command.kind == kApprove ? command.payload.if_contains("approved") : nullptr;
  const auto* given = word && word->is_object() ? word->get_object().if_contains("arguments") : nullptr;
  return given && given->is_string() ? std::string(given->get_string()) : "";
}

std::optional<journal::Payload> approval_entry(const llm::Conversation& conversation, const journal::Command& command) {
  const auto* call = open_call(conversation, command, llm::CallState::awaiting_approval);
  if (!call || call->call.name != payload_text(command, "tool")) return std::nullopt;
  if (sha256_hex(call->call.arguments) != payload_text(command, "arguments")) return std::nullopt;
  auto reason = payload_text(command, "reason");
  auto by = command.payload.contains("by") ? payload_text(command, "by") : "";
  if (auto becomes = arguments_given(command); !becomes.empty())
    return journal::CallChanged{call->position, call->call.arguments, std::move(becomes), std::move(reason),
                                std::move(by)};
  bool approved = command.payload.at("approved").as_bool();
  return journal::Approved{call->position, approved, std::move(reason), std::move(by), text_given(command)};
}

std::optional<journal::Payload> resolution_entry(const llm::Conversation& conversation,
                                                 const journal::Command& command) {
  const auto* call = open_call(conversation, command, llm::CallState::in_doubt);
  if (!call) return std::nullopt;
  std::string how = payload_text(command, "as");
  if (how == name_of(Resolution::retry)) return journal::Retried{call->position};
  journal::Settled settled;
  settled.call = call->position;
  settled.state = how == name_of(Resolution::completed) ? llm::CallState::done : llm::CallState::failed;
  settled.key = call->key;
  settled.text = payload_text(command, "text");
  return settled;
}

bool asks_to_cancel(const std::vector<journal::Command>& inbox) {
  return std::ranges::any_of(inbox, [](const auto& command) { return command.kind == kCancel; });
}

std::string why_cancelled(const std::vector<journal::Command>& inbox) {
  for (const auto& command : inbox) {
    const auto* reason = command.kind == kCancel ? command.payload.if_contains("reason") : nullptr;
    if (reason && reason->is_string() && !reason->get_string().empty()) return std::string(reason->get_string());
  }
  return {};
}

std::vector<std::int64_t> ids_of(const std::vector<journal::Command>& inbox) {
  std::vector<std::int64_t> ids;
  for (const auto& command : inbox) ids.push_back(command.id);
  return ids;
}

std::optional<llm::CallPosition> answered_call(const journal::Command& command) {
  if (command.kind != kApprove && command.kind != kResolve) return std::nullopt;
  const auto* call = command.payload.if_contains("call");
  if (!call || !call->is_array() || call->get_array().size() != 2) return std::nullopt;
  boost::system::error_code error;
  llm::CallPosition position{call->get_array()[0].to_number<std::uint32_t>(error), 0};
  if (!error) position.index = call->get_array()[1].to_number<std::uint32_t>(error);
  return error ? std::nullopt : std::optional(position);
}

std::string answer_name(const journal::Command& command) {
  if (command.kind == kApprove)
    if (const auto* word = command.payload.if_contains("approved"); word && (word->is_bool() || word->is_object())) {
      if (word->is_object()) return "changed";
      return text_given(command) ? "answered" : word->get_bool() ? "approved" : "rejected";
    }
  if (command.kind == kResolve)
    if (const auto* how = command.payload.if_contains("as"); how && how->is_string())
      return how->get_string() == name_of(Resolution::retry) ? "to be retried" : std::string(how->get_string());
  return command.kind;
}

}  // namespace executus::run::commands
