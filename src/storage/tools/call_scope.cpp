#include "storage/tools/call_scope.hpp"

#include "base/text.hpp"

namespace executus::storage {

Asker asker_of(const tool::Call& call) { return {call.run, call.agent, call.caller}; }

Scope scope_of(const std::optional<std::string>& word, std::string_view otherwise, const tool::Call& call) {
  std::string_view wanted = word ? std::string_view(*word) : otherwise;
  if (wanted == "run") return Scope::of_run(call.run);
  if (wanted == "agent") return Scope::of_agent(call.agent).value();
  if (wanted != "caller")
    throw failed("storage.scope",
                 "`scope` has to be agent, run or caller, not '" + std::string(clip(wanted, 80)) + "'");
  if (call.caller.empty()) throw failed("storage.scope", "this run has no caller; use the scope agent or run");
  return Scope::of_caller(call.caller).value();
}

Scope scope_of_files(const std::optional<std::string>& word, const std::optional<std::string>& run,
                     const tool::Call& call) {
  if (!run) return scope_of(word, "run", call);
  auto id = RunId::parse(*run);
  if (!id) throw failed("storage.scope", "'" + std::string(clip(*run, 80)) + "' is no run id");
  return Scope::of_run(*id);
}

}  // namespace executus::storage
