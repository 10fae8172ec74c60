#include "runtime/agent_file/agent_policies.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "run/open/kept_later.hpp"
#include "runtime/agent_file/idle_keys.hpp"

namespace executus {

void read_limits(Fields& fields, Agent& agent) {
  agent.max_iterations = static_cast<int>(fields.integer("max_iterations", {.min = 1, .max = 1'000'000}).value_or(0));
  if (auto limit = fields.duration("max_runtime")) {
    if (limit->count() <= 0) fields.error("max_runtime", "'max_runtime' has to be longer than 0");
    agent.max_runtime = *limit;
  }
}

void read_policies(Fields& fields, Agent& agent) {
  agent.on_in_doubt = fields
                          .choice<OnInDoubt>("on_in_doubt", {{"park", OnInDoubt::park},
                                                             {"tell_model", OnInDoubt::tell_model},
                                                             {"retry", OnInDoubt::retry}})
                          .value_or(OnInDoubt::park);
  agent.on_model_unavailable =
      fields
          .choice<OnModelUnavailable>("on_model_unavailable",
                                      {{"park", OnModelUnavailable::park}, {"fail", OnModelUnavailable::fail}})
          .value_or(OnModelUnavailable::park);
  agent.durability = fields
                         .choice<Durability>("durability", {{"strict", Durability::strict},
                                                            {"relaxed", Durability::relaxed},
                                                            {"memory", Durability::memory},
                                                            {"lazy", Durability::lazy}})
                         .value_or(Durability::strict);
  agent.durable_after = fields.duration("durable_after").value_or(Milliseconds(0));
  if (!fields.has("durable_after")) return;
  if (agent.durable_after.count() <= 0)
    fields.error("durable_after", "'durable_after' has to be longer than 0; 'durability: strict' stores a run first");
  if (agent.durable_after > run::kMaxDurableAfter)
    fields.error("durable_after",
                 "'durable_after' has to be a minute at most: what a run has done before it is stored "
                 "is lost with its process");
  warn_of_idle_durable_after(fields, agent.durability);
}

void read_critic(Fields& fields, Agent& agent) {
  fields.object("critic", [&](Fields& critic) {
    agent.critic.enabled = critic.boolean("enabled").value_or(true);
    warn_of_idle_critic_keys(critic, agent.critic.enabled);
    agent.critic.backstop_multiplier = critic.number("backstop_multiplier").value_or(3);
    if (agent.critic.backstop_multiplier <= 1)
      critic.error("backstop_multiplier", "'backstop_multiplier' has to be more than 1: it multiplies max_runtime");
  });
}

void read_retention(Fields& fields, AgentFile& file) {
  bool said = fields.object("retention", [&](Fields& retention) {
    file.keep_runs = retention.duration("keep");
    if (!retention.has("keep")) retention.missing("keep");
    if (file.keep_runs && file.keep_runs->count() <= 0)
      retention.error("keep", "'keep' has to be longer than 0: the runs would be erased as they end");
  });
  if (said && file.agent.durability == Durability::memory)
    fields.warning("retention", "runs that are kept in memory are not kept at all: 'retention' changes nothing");
}

void read_sharing(Fields& fields, AgentFile& file) {
  using enum tool::Visibility;
  file.visibility =
      fields.choice<tool::Visibility>("visibility", {{"private", owner}, {"shared", shared}, {"public", everyone}});
  file.shared_with = fields.strings("shared_with").value_or(std::vector<std::string>{});
  file.exposed = fields.boolean("exposed").value_or(false);
  bool is_shared = file.visibility == shared;
  if (is_shared && file.shared_with.empty())
    fields.error("visibility", "'visibility: shared' needs 'shared_with', the people it is shared with");
  if (!is_shared && fields.has("shared_with"))
    fields.error("shared_with", "'shared_with' is only for 'visibility: shared'");
}

namespace {

void set_delivery(Fields& fields, const std::string& target, const KnownTargets& known, AgentFile& file) {
  bool is_known = std::ranges::find(known.names, target) != known.names.end();
  if (is_known) file.target = deliver::NamedTarget{target, known.config};
  if (!is_known && !target.empty())
    fields.warning("deliver", "a run is refused here: executus.yaml names no target '" + std::string(clip(target, 80)) +
                                  "' below 'deliver:'" + did_you_mean(target, known.names));
}

}  // namespace

void read_deliver(Fields& fields, AgentFile& file, const KnownNames& known) {
  auto target = fields.string("deliver");
  if (!target) return;
  if (target->empty())
    fields.error("deliver", "'deliver' has to name a target, one of those below 'deliver:' in executus.yaml");
  if (known.targets) set_delivery(fields, *target, *known.targets, file);
  if (file.agent.durability == Durability::memory)
    fields.warning("deliver", "a run in memory is delivered once, and not again when that fails");
  file.deliver = std::move(*target);
}

}  // namespace executus
