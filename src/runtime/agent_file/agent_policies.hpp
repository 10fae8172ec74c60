// The keys of an agent file that choose among what there is: limits, policies, the critic, who sees it.
#pragma once

#include <executus/run/agent.hpp>
#include <executus/runtime/agent_file.hpp>

#include "base/yaml/fields.hpp"
#include "runtime/agent_file/agent_file.hpp"

namespace executus {

void read_limits(Fields& fields, Agent& agent);
void read_policies(Fields& fields, Agent& agent);
void read_critic(Fields& fields, Agent& agent);
void read_sharing(Fields& fields, AgentFile& file);
void read_deliver(Fields& fields, AgentFile& file, const KnownNames& known);
void read_retention(Fields& fields, AgentFile& file);  // after the durability was read

}  // namespace executus
