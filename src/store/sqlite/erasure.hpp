// Erasing runs as SQL, within write transactions: first the tombstone and everything that is found by the run, then
// its entries, a part at a time.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <executus/journal/store.hpp>

#include "store/sqlite/connection/connection.hpp"
#include "store/sqlite/stored_of_run.hpp"

namespace executus::sqlite {

// How much one transaction deletes or moves, at most: it is written with one fsync, and others wait for it.
inline constexpr int kSweptRows = 256;
inline constexpr std::int64_t kSweptBytes = 1'000'000;  // of entries; one that is larger goes alone
inline constexpr std::int64_t kSweptPages = 256;

class Erasure final {
 public:
  explicit Erasure(Connection& connection);

  // What keeps an ended run from being erased, and who holds copies of it.
  [[nodiscard]] journal::Erased judged(const journal::RunRow& row);

  // The run is not found any more from here on; its entries are for sweep().
  void begin(const journal::RunRow& row);

  // JournalWriter's.
  [[nodiscard]] bool sweep();
  [[nodiscard]] bool has_leftovers();

 private:
  [[nodiscard]] std::vector<RunId> ids(Statement& statement, std::string_view run);
  [[nodiscard]] bool delete_entries(std::int64_t run);
  [[nodiscard]] bool give_pages_back();
  void forget_budget(const std::string& account);

  Connection& connection_;
  StoredOfRun stored_;
  Statement open_parent_, children_, continued_by_, forks_;
  Statement bury_, forget_commands_, forget_outgoing_, forget_run_, forget_limit_, forget_spent_, forget_estimates_;
  Statement leftover_, part_, delete_entry_, finish_, free_pages_;
};

}  // namespace executus::sqlite
