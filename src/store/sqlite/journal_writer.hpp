// The writing half of the port as SQL. Every method runs inside a write transaction of the writer's connection and
// throws Error with the work of this call half done: the caller rolls back.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>

#include <executus/base/clock.hpp>
#include <executus/journal/store.hpp>

#include "store/sqlite/connection/connection.hpp"
#include "store/sqlite/connection/table_values.hpp"
#include "store/sqlite/erasure.hpp"
#include "store/sqlite/places.hpp"
#include "store/sqlite/worker.hpp"

namespace executus::sqlite {

class JournalWriter final {
 public:
  JournalWriter(Connection& connection, const Worker& worker, Liveness& liveness, const Clock& clock);

  [[nodiscard]] journal::AdmitResult admit(const EncodedAdmission& submitted);
  [[nodiscard]] journal::Appended append(const EncodedAppend& append);
  [[nodiscard]] std::optional<journal::RunRow> claim(const RunId& run, std::int64_t seen_epoch);
  void release(const RunId& run, std::int64_t epoch, journal::Attempt attempt);
  void quarantine(const RunId& run, std::int64_t epoch, const std::string& reason);
  [[nodiscard]] bool lift_quarantine(const RunId& run);
  [[nodiscard]] journal::AmendVerdict amend(const EncodedAmendment& amendment);
  void set_limit(const journal::QueueLimit& limit);
  [[nodiscard]] journal::PostVerdict post(const RunId& run, const journal::Command& command);
  [[nodiscard]] journal::Answered answer(const RunId& run, std::uint64_t as_of, const journal::Command& command);
  [[nodiscard]] journal::Erased erase(const RunId& run, journal::Erasing how);
  // Deletes a part of what erased runs have left, or gives a part of the free pages back: as much as is good for one
  // transaction. Whether anything is left to do.
  [[nodiscard]] bool sweep();
  [[nodiscard]] bool has_leftovers();
  [[nodiscard]] bool take_outgoing(const RunId& run, std::uint64_t seq, int tries);
  void settle_outgoing(const journal::OutgoingTry& result);
  [[nodiscard]] bool send_again(const RunId& run);

  [[nodiscard]] Connection& connection() noexcept { return connection_; }  // for seams, in the transaction

  // Whether the append is worth an fsync. Outside of a transaction too.
  [[nodiscard]] bool needs_sync(const EncodedAppend& append) const;

  // Whether, since this was last asked, something was written that may make a run claimable.
  [[nodiscard]] bool take_news() { return std::exchange(news_, false); }

  // Whether, since this was last asked, something was erased that is still to be read in the WAL.
  [[nodiscard]] bool take_erasures() { return std::exchange(swept_, false); }

  // Something is being rolled back. It may have created runs; SQLite gives their row numbers to the next ones.
  void forget_rows() { owned_.clear(); }

 private:
  struct Owned {
    std::int64_t id;
    Durability durability;
  };
  struct Tail;

  [[nodiscard]] std::optional<std::int64_t> id_of(const RunId& run);
  [[nodiscard]] std::optional<Tail> tail_of(const RunId& run);
  [[nodiscard]] std::optional<RunAndDriver> find(const RunId& run);
  [[nodiscard]] bool is_erased(std::string_view run);  // of an id that is empty: no
  [[nodiscard]] bool is_driven(const RunAndDriver& run) const;
  // `number` 0: the run is not there yet.
  [[nodiscard]] std::optional<journal::QueueLimit> limit_on(std::int64_t number, const journal::RunRow& row);
  void check_same(const EncodedAppend& append, const Tail& tail, std::size_t count);
  [[nodiscard]] bool has_unread(std::int64_t run, const std::vector<std::int64_t>& consumed);
  [[nodiscard]] std::optional<journal::Command> earlier_answer(std::int64_t run, const journal::Command& command);
  [[nodiscard]] bool has_answers(std::int64_t run);
  void insert_command(std::int64_t run, const journal::Command& command, std::int64_t at_ms);
  [[nodiscard]] std::string root_of(const journal::RunRow& row);
  void insert_run(const journal::RunRow& row, const journal::Admission& admission);
  void insert_entry(std::int64_t run, const EncodedEntry& entry);
  void insert_entries(const RunId& run, std::span<const EncodedEntry> entries, const Tail& tail);
  void advance(const Tail& tail, std::uint64_t last_seq, const journal::Projection& change);
  [[nodiscard]] std::int64_t now_ms() const { return to_ms(clock_.wall()); }

  Connection& connection_;
  const Worker& worker_;
  Liveness& liveness_;
  const Clock& clock_;
  bool news_ = false, swept_ = false;
  std::unordered_map<RunId, Owned> owned_;  // so that an append does not look up a text key
  Statement find_, is_erased_, insert_run_, root_of_, tail_, insert_entry_, stored_entry_, advance_,
      advance_with_status_, redefine_, end_, send_out_, withdraw_, take_outgoing_, settle_outgoing_, send_again_,
      amend_, unread_, consume_, take_, release_, quarantine_, lift_, post_, inbox_, cancel_children_;
  Erasure erasure_;
  Places places_;
};

}  // namespace executus::sqlite
