// A saved agent: an agent with an owner, and with what starts it besides a person. It runs by lowering into an Agent.
//
//   auto store = executus::persona::make_memory_store();
//   auto saved = store->create(std::move(persona));
//   runtime.start(to_agent(saved, layers).value(), "Good morning");
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <executus/saved/store.hpp>

namespace executus::persona {

// What starts it, besides its schedule.
struct Triggers {
  std::string webhook_secret = {};         // of calls from outside; empty: none start it. Kept in clear
  std::vector<std::string> channels = {};  // of chats whose messages start it
  bool operator==(const Triggers&) const = default;
};

struct Persona {
  saved::Record record = {};
  saved::Definition definition = {};  // its agent has palettes, tools, phases and critic
  Triggers triggers = {};
  std::vector<std::string> personalization = {};      // names of layers that are added to the prompt, in this order
  std::map<std::string, std::string> reactions = {};  // an emoji for each state that a chat shows
  bool operator==(const Persona&) const = default;
};

// The text of a layer; nothing: there is no such layer.
using Layers = std::function<std::optional<std::string>(std::string_view layer)>;

// The agent that runs: its id is the persona's, and the texts of its layers follow its prompt. The error
// (persona.layer) names a layer that is not known. `layers` may be null when the persona names none.
[[nodiscard]] Result<Agent> to_agent(const Persona& persona, const Layers& layers = {});

// See saved::Store. A secret that another persona has is refused as saved.malformed.
using PersonaStore = saved::Store<Persona>;
[[nodiscard]] std::optional<Error> fault_of(const Persona& persona);
[[nodiscard]] std::vector<saved::Key> keys_of(const Persona& persona);

// The one that a call with this secret starts; "" finds none. It is looked up by its digest: how long that takes says
// nothing of the secrets that are kept.
[[nodiscard]] std::optional<Persona> find_webhook(PersonaStore& store, std::string_view secret);

// Those that messages of this channel start, by owner and name.
[[nodiscard]] std::vector<Persona> list_channel(PersonaStore& store, const std::string& channel);

// In memory, for tests and for hosts that keep nothing.
[[nodiscard]] std::unique_ptr<PersonaStore> make_memory_store();

}  // namespace executus::persona
