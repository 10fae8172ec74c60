// The reading half of the port as SQL: short transactions on a connection of its own, so that no checkpoint waits long.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <executus/base/clock.hpp>
#include <executus/journal/store.hpp>

#include "store/sqlite/connection/connection.hpp"
#include "store/sqlite/connection/liveness.hpp"
#include "store/sqlite/places.hpp"

namespace executus::sqlite {

// What claimable() and list() ask, so that the plans can be looked at; 13 parameters.
[[nodiscard]] std::string sql_of_claimable(const journal::RunFilter& filter);
[[nodiscard]] std::string sql_of_list(const journal::RunFilter& filter);

class JournalReader final {
 public:
  explicit JournalReader(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}

  [[nodiscard]] Connection& connection() noexcept { return *connection_; }  // for seams
  [[nodiscard]] bool was_replaced() const { return connection_->was_replaced(); }

  // `self`: this store's worker id. Runs that this worker drives are not claimable.
  [[nodiscard]] std::vector<journal::RunRow> claimable(const journal::RunFilter& filter, WallTime now,
                                                       std::int64_t self, Liveness& liveness);
  [[nodiscard]] std::vector<journal::QueueLimit> limits() { return places().limits(); }
  [[nodiscard]] std::vector<journal::QueueLoad> load(std::int64_t self, Liveness& liveness);
  [[nodiscard]] std::optional<journal::QueueLimit> limit_on(const RunId& run, std::int64_t self, Liveness& liveness);
  [[nodiscard]] std::vector<journal::Command> inbox(const RunId& run);
  [[nodiscard]] std::vector<RunId> owned_with_commands(std::int64_t self);
  [[nodiscard]] std::optional<journal::RunRow> find(const RunId& run);
  [[nodiscard]] std::vector<journal::RunRow> list(const journal::RunFilter& filter);
  [[nodiscard]] std::vector<journal::Entry> read(const RunId& run, std::uint64_t after, std::size_t limit);
  [[nodiscard]] std::vector<RunId> undriven(const std::vector<RunId>& runs, std::int64_t self, Liveness& liveness);
  [[nodiscard]] std::vector<journal::RunRow> below(const RunId& run, std::size_t limit);
  [[nodiscard]] std::vector<journal::Outgoing> outgoing_due(WallTime now, std::size_t limit,
                                                            const std::vector<journal::Target>& without);
  [[nodiscard]] std::optional<journal::Outgoing> outgoing_of(const RunId& run);
  [[nodiscard]] std::vector<journal::Outgoing> outgoing_in(journal::OutgoingState state, std::size_t limit);
  [[nodiscard]] std::uint64_t size();  // of the pages in use, in bytes
  [[nodiscard]] std::vector<RunId> complete_id(const std::string& prefix, std::size_t limit);

 private:
  // Statements of looks for claimable runs: a worker asks the same few every second, and preparing one costs more than
  // running it.
  [[nodiscard]] Statement& look(std::string sql);
  [[nodiscard]] Places& places();
  void add_due(journal::Turns& turns, Drivers& drivers, const journal::RunFilter& filter, WallTime now);

  std::unique_ptr<Connection> connection_;
  std::map<std::string, Statement> looks_;  // before the connection goes
  std::optional<Places> places_;            // likewise
};

}  // namespace executus::sqlite
