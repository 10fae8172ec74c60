#include <utility>

#include <executus/storage/reach.hpp>

namespace executus::storage {
namespace {

constexpr int kDeepest = 1'000;  // far more than runs may delegate

bool is(const Result<Scope>& own, const Scope& scope) { return own.ok() && *own == scope; }

}  // namespace

bool is_own(const Asker& asker, const Scope& scope) {
  return scope == Scope::of_run(asker.run) || is(Scope::of_agent(asker.agent), scope) ||
         is(Scope::of_caller(asker.caller), scope);
}

Task<bool> may_read(journal::JournalStore& store, Asker asker, Scope scope) {
  if (is_own(asker, scope)) co_return true;
  auto above = scope.run();
  for (int depth = 0; above && depth < kDeepest; ++depth) {
    auto row = co_await store.find(*above);
    above = row ? RunId::parse(row->parent) : std::nullopt;
    if (above == asker.run) co_return true;
  }
  co_return false;
}

}  // namespace executus::storage
