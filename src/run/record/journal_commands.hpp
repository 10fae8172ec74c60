// The commands of a run's inbox, written and read as journal::Command (names and payloads are frozen).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <executus/journal/entry.hpp>
#include <executus/journal/store.hpp>
#include <executus/llm/conversation.hpp>
#include <executus/run/answering.hpp>

#include "journal/signal_command.hpp"

namespace executus::run::commands {

inline constexpr std::string_view kCancel = "cancel";  // {"reason"?}
inline constexpr std::string_view kResolve =
    "resolve";  // {"call": [response, index], "as": "completed"|"failed"|"retry", "text", "by"?}

inline constexpr std::string_view kSteer = "steer";  // {"text", "images"?: parts of a message}
inline constexpr std::string_view kApprove =
    "approve";  // {"call": [response, index], "tool", "arguments": digest, "approved", "reason", "by"?, "answer"?};
                // `approved`: a bool, or {"arguments"}: what the call becomes (versions that do not know that drop the
                // command); `answer`: the text that a question is answered with

// {}: a limit that the run waits for was raised, or is gone.
inline constexpr std::string_view kRaised = "raised";

inline constexpr std::string_view kSignal = journal::kSignal;  // {"name", "payload": any JSON value}

using executus::Resolution;

[[nodiscard]] journal::Command cancel(std::string reason = "");
[[nodiscard]] journal::Command signal(std::string name, boost::json::value payload);
[[nodiscard]] journal::Command resolve(llm::CallPosition call, Resolution how, std::string text, std::string by = "");

[[nodiscard]] journal::Command steer(std::string text, const std::vector<llm::Image>& images = {});
[[nodiscard]] std::optional<llm::Message> steer_message(const journal::Command& command);  // nothing: malformed

// The answer to the approval that `call` waits for; it holds for this call with these arguments alone.
using executus::Approval;
[[nodiscard]] journal::Command approve(const llm::CallRecord& call, Approval answer, std::string reason,
                                       std::string by = "", const std::optional<std::string>& text = {});

// Likewise: it is approved once it has these arguments.
[[nodiscard]] journal::Command change(const llm::CallRecord& call, std::string arguments, std::string reason,
                                      std::string by = "");

// Empty: the command gives the call no other arguments.
[[nodiscard]] std::string arguments_given(const journal::Command& command);

// The entry that applies an approve command; nothing when its call does not wait for one (any more), or is not the one
// the person saw.
[[nodiscard]] std::optional<journal::Payload> approval_entry(const llm::Conversation& conversation,
                                                             const journal::Command& command);

// The entry that applies a resolve command; nothing when its call is not in doubt (any more).
[[nodiscard]] std::optional<journal::Payload> resolution_entry(const llm::Conversation& conversation,
                                                               const journal::Command& command);

[[nodiscard]] bool asks_to_cancel(const std::vector<journal::Command>& inbox);
[[nodiscard]] std::string why_cancelled(const std::vector<journal::Command>& inbox);  // the first reason given
[[nodiscard]] std::vector<std::int64_t> ids_of(const std::vector<journal::Command>& inbox);

// The call that an approve or resolve command is about; nothing for others, and malformed ones.
[[nodiscard]] std::optional<llm::CallPosition> answered_call(const journal::Command& command);

// The answer an approve or resolve command gives, as people say it: "approved", "rejected", "changed", "answered",
// "completed", "failed", "to be retried". Anything else: the command's kind.
[[nodiscard]] std::string answer_name(const journal::Command& command);

}  // namespace executus::run::commands
