#include <utility>

#include <executus/storage/scope.hpp>

#include "base/text.hpp"
#include "storage/rules.hpp"

namespace executus::storage {
namespace {

constexpr std::string_view kRun = "run/", kAgent = "agent/", kCaller = "caller/";

Error no_scope(std::string_view text) {
  return failed("storage.scope", "'" + std::string(clip(repair_utf8(text), 80)) +
                                     "' is no scope; it has to be run/ID, agent/NAME or caller/NAME");
}

}  // namespace

Result<Scope> Scope::named(std::string_view kind, std::string_view name) {
  auto text = std::string(kind).append(name);
  if (!is_plain_name(name, kLongestName)) return no_scope(text);
  return Scope(std::move(text));
}

Result<Scope> Scope::of_agent(std::string_view name) { return named(kAgent, name); }
Result<Scope> Scope::of_caller(std::string_view name) { return named(kCaller, name); }

Result<Scope> Scope::parse(std::string_view text) {
  if (text.starts_with(kAgent)) return of_agent(text.substr(kAgent.size()));
  if (text.starts_with(kCaller)) return of_caller(text.substr(kCaller.size()));
  auto run = text.starts_with(kRun) ? RunId::parse(std::string(text.substr(kRun.size()))) : std::nullopt;
  if (!run) return no_scope(text);
  return of_run(*run);
}

std::optional<RunId> Scope::run() const {
  return text_.starts_with(kRun) ? RunId::parse(text_.substr(kRun.size())) : std::nullopt;
}

}  // namespace executus::storage
