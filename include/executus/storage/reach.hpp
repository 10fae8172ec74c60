// Who may reach what: a run its own scope, that of its agent and of its caller; and to read, the scopes of the runs
// below it. Not those above: what a parent keeps is not its delegates'.
#pragma once

#include <string>

#include <executus/base/ids.hpp>
#include <executus/journal/store.hpp>
#include <executus/storage/scope.hpp>

namespace executus::storage {

struct Asker {
  RunId run;
  std::string agent;
  std::string caller = {};  // empty: none, and no scope of a caller's
};

[[nodiscard]] bool is_own(const Asker& asker, const Scope& scope);

// Also of the runs below it, as the journal has them. Throws Error store.* when that cannot be read. `store` outlives
// the task.
[[nodiscard]] Task<bool> may_read(journal::JournalStore& store, Asker asker, Scope scope);

}  // namespace executus::storage
