#include "run/commands.hpp"

#include <utility>

#include <boost/json.hpp>

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

const llm::CallRecord* in_doubt_call(const llm::Conversation& conversation, const boost::json::array& position) {
  for (const auto& call : conversation.open_batch())
    if (call.state == llm::CallState::in_doubt && call.position.response == position.at(0).to_number<std::uint32_t>() &&
        call.position.index == position.at(1).to_number<std::uint32_t>())
      return &call;
  return nullptr;
}

}  // namespace

journal::Command cancel() {
  journal::Command command;
  command.kind = kCancel;
  return command;
}

journal::Command resolve(llm::CallPosition call, Resolution how, std::string text) {
  journal::Command command;
  command.kind = kResolve;
  command.payload = {{"call", boost::json::array{call.response, call.index}}, {"as", name_of(how)}, {"text", text}};
  return command;
}

std::optional<journal::Payload> resolution_entry(const llm::Conversation& conversation,
                                                 const journal::Command& command) {
  const auto* call = in_doubt_call(conversation, command.payload.at("call").as_array());
  if (!call) return std::nullopt;
  std::string how(command.payload.at("as").as_string());
  if (how == name_of(Resolution::retry)) return journal::Retried{call->position};
  journal::Settled settled;
  settled.call = call->position;
  settled.state = how == name_of(Resolution::completed) ? llm::CallState::done : llm::CallState::failed;
  settled.key = call->key;
  settled.text = std::string(command.payload.at("text").as_string());
  return settled;
}

}  // namespace executus::run::commands
