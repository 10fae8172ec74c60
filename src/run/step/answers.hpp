// What is known of a run when one of its phases begins, by the names that prompts use: Query (the run's input, its
// first message), inputs.NAME, and the output of each phase that is over. Where that is a value, a name may lead into
// it: plan.items. The latest of equal names counts, and a phase named Query shadows the query.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include <executus/base/result.hpp>
#include <executus/journal/checkpoint.hpp>
#include <executus/run/agent.hpp>

namespace executus::run {

class Answers final {
 public:
  // `phases`: the agent's. The output of one that answers with a value, or maps, is that value; of others it is text.
  // Where phases may be passed over, or run again, one that has not run yet is null.
  Answers(const journal::Checkpoint& checkpoint, const std::vector<Phase>& phases);

  // Nothing: there is no such name. A member that the phase's schema declares, and the value does not have, is null.
  [[nodiscard]] std::optional<boost::json::value> at(std::string_view name) const;

  void set_unless_named(std::string name, boost::json::value value) {
    named_.try_emplace(std::move(name), Named{std::move(value), {}});
  }
  // Hides what was called so.
  void set(std::string name, boost::json::value value) { named_[std::move(name)] = {std::move(value), {}}; }

  // The text with each {{name}} replaced, once: a text as it is, null as nothing, else as JSON. Error
  // template.malformed.
  [[nodiscard]] Result<std::string> fill(std::string_view text) const;

 private:
  struct Named {
    boost::json::value value;
    boost::json::object schema;  // of a phase's answer; empty: it has none
  };
  std::map<std::string, Named, std::less<>> named_;
};

}  // namespace executus::run
