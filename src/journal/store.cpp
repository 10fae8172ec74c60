#include <executus/base/error.hpp>
#include <executus/journal/store.hpp>

namespace executus::journal {

namespace {

Error no_outgoing() {
  return failed("store.no_outgoing",
                "this store lists no deliveries and opens none again; `executus runs show` says how that of a run "
                "stands");
}

}  // namespace

Task<std::vector<Outgoing>> JournalStore::outgoing_in(OutgoingState, std::size_t) {
  throw no_outgoing();
  co_return std::vector<Outgoing>{};
}

Task<bool> JournalStore::send_again(RunId) {
  throw no_outgoing();
  co_return false;
}

Task<void> JournalStore::set_limit(QueueLimit limit) {
  throw failed("store.no_limits", "this store knows no limits of " + std::string(to_string(limit.of)) +
                                      " runs; bound them with the concurrency of each worker");
  co_return;
}

Task<std::vector<QueueLimit>> JournalStore::limits() { co_return std::vector<QueueLimit>{}; }

Task<std::vector<QueueLoad>> JournalStore::load() { co_return std::vector<QueueLoad>{}; }

Task<std::optional<QueueLimit>> JournalStore::limit_on(RunId) { co_return std::nullopt; }

}  // namespace executus::journal
