// Runs the open batch of a run: every call to a known outcome, or to the point where only a person can tell.
//
// A gated call (keyed, probeable, irreversible) is dispatched only when its intent is durable, and the next one's
// intent is written only with its outcome; so after a crash at most one call of an ordered batch has an unknown
// outcome.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <executus/agent/loop.hpp>
#include <executus/tool/invoke.hpp>
#include <executus/tool/registry.hpp>

#include "run/recorder.hpp"
#include "run/settle.hpp"

namespace executus::run {

class Dispatcher final {
 public:
  // The toolbox and recorder outlive it.
  Dispatcher(Recorder& recorder, const tool::Toolbox& toolbox, std::string root, OnInDoubt policy);

  // The intent that may be committed together with this response: that of its first call, when that call is gated.
  [[nodiscard]] std::optional<journal::Intended> first_intent(const llm::Message& response) const;
  void armed(llm::CallPosition position) { armed_ = position; }  // first_intent() was committed

  // Runs every open call that can be run. parked: in_doubt() says which calls wait for a person.
  [[nodiscard]] Task<agent::LoopHost::Batch> run_batch();
  [[nodiscard]] const std::vector<llm::CallPosition>& in_doubt() const noexcept { return in_doubt_; }

 private:
  enum class Ordered { leftover, in_turn };  // settling what a crash left, or going through the batch in order
  Task<bool> run_call(llm::CallPosition position, Ordered how);  // false: in doubt
  Task<std::optional<tool::Outcome>> attempt(tool::Tool& tool, tool::Call call, llm::CallPosition position,
                                             CallAction action, Tries& tries);
  Task<tool::Outcome> send(tool::Tool& tool, tool::Call call, llm::CallPosition position);
  Task<std::optional<tool::Outcome>> probe(tool::Tool& tool, tool::Call call, llm::CallPosition position, Tries& tries);
  Task<void> settle(llm::CallPosition position, tool::Outcome outcome, Ordered how);
  Task<void> wait_for_lease();

  [[nodiscard]] const llm::CallRecord& record(llm::CallPosition position) const;
  [[nodiscard]] tool::Call call_for(const llm::CallRecord& record, boost::json::object arguments) const;
  [[nodiscard]] std::optional<journal::Intended> intent_for(const llm::ToolCall& call,
                                                            llm::CallPosition position) const;
  [[nodiscard]] std::optional<journal::Intended> next_intent(llm::CallPosition after) const;

  Recorder& recorder_;
  const tool::Toolbox& toolbox_;
  const std::string root_;
  const OnInDoubt policy_;
  std::optional<llm::CallPosition> armed_;  // its intent is durable, and it was not sent yet
  std::vector<llm::CallPosition> in_doubt_;
};

}  // namespace executus::run
