// What a client declares it can do for a server, and what a server says it can do.
#pragma once

#include <boost/json/object.hpp>

#include "mcp/wire/version.hpp"

namespace executus::mcp {

struct Capabilities {
  enum class Elicitation { none, form, form_and_url } elicitation = Elicitation::none;
  bool sampling = false;
  bool roots = false;
  bool tasks = false;
};

// As that version has it. Tasks of a modern version are an extension; those of 2025-11-25 are the server's to declare.
[[nodiscard]] boost::json::object to_json(const Capabilities& ours, Version version);

struct ServerAbilities {
  bool tools = false;
  bool resources = false;
  bool prompts = false;
  bool logging = false;
  bool completions = false;
  bool tool_changes = false;  // it says when its tools change
  bool resource_subscriptions = false;
  // asked_for: a call becomes a task when the client says so (2025-11-25). own_choice: when the server likes.
  enum class Tasks { none, asked_for, own_choice } tasks = Tasks::none;
};
[[nodiscard]] ServerAbilities abilities_from(const boost::json::object& capabilities, Version version);

}  // namespace executus::mcp
