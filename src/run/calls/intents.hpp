// The intents of gated calls (keyed, probeable, irreversible): such a call is sent only when its intent is durable, and
// while this process certainly owns the run.
#pragma once

#include <optional>
#include <string>

#include <executus/tool/registry.hpp>

#include "run/calls/delegation.hpp"
#include "run/calls/gatekeeper.hpp"
#include "run/record/recorder.hpp"

namespace executus::run {

class Intents final {
 public:
  // `delegation` may be null: no delegates.
  Intents(Recorder& recorder, Watchers& watchers, const Gatekeeper& gate, const Delegation* delegation)
      : recorder_(recorder), watchers_(watchers), gate_(gate), delegation_(delegation) {}

  // The tools of the run, or of its phase; they outlive it.
  void use(const tool::Toolbox& toolbox) { toolbox_ = &toolbox; }

  // Nothing for a call that is not gated, that will not be sent because tool or arguments are wrong, or that may not be
  // sent yet.
  [[nodiscard]] std::optional<journal::Intended> of(const llm::ToolCall& call, llm::CallPosition position) const;

  // The one that may be committed together with this response: that of its first call, when that call runs alone and
  // nothing of the batch has to be decided.
  [[nodiscard]] std::optional<journal::Intended> with_response(const llm::Message& response) const;

  // The one that may be committed together with the outcome of the call at `position`.
  [[nodiscard]] std::optional<journal::Intended> with_outcome_of(llm::CallPosition position) const;

  // Whether it may run beside its neighbours; their intents share a commit then.
  [[nodiscard]] bool runs_in_parallel(const llm::CallRecord& call) const;

  // Returns when the intent is durable, is not older than a settle time allows, and the lease holds.
  [[nodiscard]] Task<void> make_durable(tool::Tool& tool, std::string key, llm::CallPosition position);

  // Journals what an open call is about to do, unless an attempt before it did. The lease holds when it returns.
  [[nodiscard]] Task<void> plan(tool::Tool& tool, std::string key, llm::CallPosition position,
                                boost::json::object plan);

  // Until this process certainly owns the run.
  [[nodiscard]] Task<void> wait_for_lease();

 private:
  [[nodiscard]] journal::Intended made(const tool::Tool& tool, std::string key, llm::CallPosition position) const;
  [[nodiscard]] bool is_stale(const tool::Tool& tool, llm::CallPosition position) const;
  Task<void> write_plan(tool::Tool& tool, std::string key, llm::CallPosition position, boost::json::object plan);

  Recorder& recorder_;
  Watchers& watchers_;
  const Gatekeeper& gate_;
  const Delegation* const delegation_;
  const tool::Toolbox* toolbox_ = nullptr;
};

}  // namespace executus::run
