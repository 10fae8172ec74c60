// Brings one call to a known outcome, or to the point where only a person can tell: attempt after attempt, and probes
// between them, as the call's effect class allows (run/calls/settle.hpp decides).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>

#include <executus/tool/invoke.hpp>

#include "run/calls/intents.hpp"
#include "run/calls/model_for_tools.hpp"
#include "run/calls/settle.hpp"
#include "run/record/recorder.hpp"
#include "run/record/session_hub.hpp"

namespace executus::run {

class Attempts final {
 public:
  struct Parts {
    Recorder& recorder;
    Watchers& watchers;
    Intents& intents;
    SessionHub* session = nullptr;  // null: there is no session
    OnInDoubt policy = OnInDoubt::park;
    Milliseconds drain_window{0};  // how long a shutdown lets gated calls in flight go on
    ModelForTools& model;
  };
  explicit Attempts(const Parts& parts) : parts_(parts) {}

  struct InDoubt {
    std::string cause;  // "": this process does not know
  };
  struct Parks {
    llm::CallWait wait;
    bool may_have_happened = false;  // an attempt before the one that parked
  };
  using End = std::variant<tool::Outcome, InDoubt, Parks>;  // the outcome is done or failed
  [[nodiscard]] Task<End> settle(tool::Tool& tool, tool::Call call, llm::CallPosition position);

  // What precedes every dispatch: the lease, a durable intent, and word to the watchers. Nothing is sent once the run
  // is to stop.
  enum class Before { not_sent, perhaps_sent };  // of an earlier attempt at the call, as far as is known
  [[nodiscard]] Task<Before> announce(tool::Tool& tool, const tool::Call& call, llm::CallPosition position);

  [[nodiscard]] int under_way() const noexcept { return under_way_; }  // calls that a tool has begun and not ended

 private:
  Task<std::optional<tool::Outcome>> attempt(tool::Tool& tool, tool::Call call, llm::CallPosition position,
                                             CallAction action, Tries& tries);
  Task<std::optional<tool::Outcome>> dispatch(tool::Tool& tool, tool::Call call, llm::CallPosition position,
                                              Tries& tries);
  [[nodiscard]] End end_of(tool::Outcome outcome, llm::CallPosition position, const Tries& tries) const;
  Task<tool::Outcome> send(tool::Tool& tool, tool::Call call, llm::CallPosition position, Before before);
  Task<std::optional<tool::Outcome>> probe(tool::Tool& tool, tool::Call call, llm::CallPosition position, Tries& tries);
  Task<void> until_probes_count(const tool::ToolInfo& info, llm::CallPosition position, const Tries& tries);

  const Parts parts_;
  int under_way_ = 0;
};

}  // namespace executus::run
