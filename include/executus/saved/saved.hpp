// What saved agents (executus/persona) and saved skills (executus/skill) have in common: an owner, who sees them, a
// schedule, versions. Plain values; how they run is said by the Agent that they hold and lower into.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include <executus/base/clock.hpp>
#include <executus/base/error.hpp>
#include <executus/run/agent.hpp>
#include <executus/tool/permission.hpp>

namespace executus::saved {

// When it runs by itself. The grammar of `cron` is that of whoever computes the times.
struct Schedule {
  std::string cron = {};  // empty: it does not
  std::string timezone = "UTC";
  std::string prompt = {};
  bool operator==(const Schedule&) const = default;
};

// The text that a definition was read from, for people: an agent file.
struct Source {
  std::string text = {};  // empty: there is none
  std::string of = {};    // digest of the definition that it says; set_source() computes it
  bool operator==(const Source&) const = default;
};

struct Definition {
  Agent agent = {};                 // its name is unique among those of the owner
  boost::json::object inputs = {};  // JSON Schema of the inputs that a run is given; empty: none declared
  tool::Visibility visibility = tool::Visibility::owner;
  std::vector<std::string> shared_with = {};  // people, when it is shared
  bool exposed = false;                       // whether chats offer it
  Schedule schedule = {};
  std::optional<Milliseconds> keep_runs = {};  // ended runs are erased when they are older; nothing: they stay
  Source source = {};
  bool operator==(const Definition&) const = default;
};

// Keeps the text beside what it says.
void set_source(Definition& definition, std::string text);

// The text; nothing: there is none, or what it said was changed since.
[[nodiscard]] std::optional<std::string> source_of(const Definition& definition);

// What the store knows of it besides.
struct Record {
  std::string id = {};       // the store's, for good; empty: it was not saved yet
  std::string version = {};  // id of this snapshot, the store's
  int number = 0;            // of this snapshot: the first that was saved is 1, the next 2
  std::string owner = {};
  std::optional<WallTime> next_run = {}, last_run = {};  // of the schedule; no snapshot holds them
  bool operator==(const Record&) const = default;
};

// What a value is found by besides its id and name: the channels of an agent.
struct Key {
  std::string kind;  // frozen: stores keep it
  std::string text;  // no secret: stores look it up without care
  enum class Holders { many, one };
  Holders holders = Holders::many;  // one: of two values that have it, the second is refused
};

// Owner of what comes with a program.
inline constexpr std::string_view kBuiltin = "builtin";

// Whether `person` may see it: the owner, those it is shared with, everyone.
[[nodiscard]] bool is_visible(const Record& record, const Definition& definition, std::string_view person);

// When it is due; nothing: no run of it is planned.
[[nodiscard]] std::optional<WallTime> due_at(const Record& record, const Definition& definition);

// What no store keeps (saved.malformed): no name, no owner, shared with nobody, or with people without being shared,
// inputs that are no JSON Schema.
[[nodiscard]] std::optional<Error> fault_of(const Record& record, const Definition& definition);

// Why a person of that rank may not save it so: the tools it names (tool/permission.hpp), also in phases and in agents
// below it. What comes with a program need not ask.
[[nodiscard]] std::optional<Error> refusal(const Definition& definition, const tool::Registry& registry,
                                           tool::Author author);

// Checks inputs that a run is to be given, and fills in defaults; the error is config.inputs.
[[nodiscard]] Result<boost::json::object> with_defaults(const Definition& definition, const boost::json::object& given);

}  // namespace executus::saved
