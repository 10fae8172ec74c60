// Port: keeps saved agents or skills, with their versions. Value is persona::Persona or skill::Skill: it has a `record`
// and a `definition`, and the functions
//
//   std::optional<Error> fault_of(const Value&);   // why no store keeps it: saved.malformed
//   std::vector<saved::Key> keys_of(const Value&);  // what it is found by, besides id and name
//
// Threads: any. All block. Errors: everything throws what the place throws that cannot be read or written, and nothing
// is changed then; besides, saved.malformed (a value that cannot be kept), saved.exists (the owner has that name),
// saved.unknown (no such id; "" is none) and saved.changed (another version is the newest by now).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <executus/base/result.hpp>
#include <executus/saved/saved.hpp>

namespace executus::saved {

// One as it is kept, read by itself.
template <class Value>
struct Row {
  Record record;
  std::string name;
  Result<Value> value;  // or why it cannot be read: saved.unreadable
};

template <class Value>
class Store {
 public:
  virtual ~Store() = default;

  // Keeps a new one and returns it with its id and first version. `next_run` is taken over.
  [[nodiscard]] virtual Value create(Value value) = 0;

  // Replaces the one of that id, whose newest version has to be `value.record.version`: nothing that another process
  // saved meanwhile is lost. Adds a version, unless nothing differs. Times of runs stay, but for another schedule
  // `next_run` is taken over.
  [[nodiscard]] virtual Value update(Value value) = 0;

  // Each as create() does when its id is empty, or else as update(): all of them, or none when one is refused.
  [[nodiscard]] virtual std::vector<Value> save(std::vector<Value> values) = 0;

  // With its versions. False: there was none.
  virtual bool remove(const std::string& id) = 0;

  [[nodiscard]] virtual std::optional<Value> find(const std::string& id) = 0;
  [[nodiscard]] virtual std::optional<Value> find_named(const std::string& owner, const std::string& name) = 0;

  // By owner and name: all, what a person sees, those that have a key.
  [[nodiscard]] virtual std::vector<Value> list() = 0;
  [[nodiscard]] virtual std::vector<Value> list_for(const std::string& person) = 0;
  [[nodiscard]] virtual std::vector<Value> list_with(const Key& key) = 0;

  // All, or what a person sees, likewise: one that cannot be read (a newer program wrote it) keeps no other from being
  // read.
  [[nodiscard]] virtual std::vector<Row<Value>> list_rows() = 0;
  [[nodiscard]] virtual std::vector<Row<Value>> list_rows_for(const std::string& person) = 0;

  // Snapshots, the newest first, as they were saved; empty: no such id. One of them by its own id.
  [[nodiscard]] virtual std::vector<Value> versions(const std::string& id) = 0;
  [[nodiscard]] virtual std::optional<Value> version(const std::string& version) = 0;

  // Another text than before when one was saved or removed since: for looking again and again, which is cheap then.
  [[nodiscard]] virtual std::string stamp() = 0;

  // Those whose time has come, the longest due first.
  [[nodiscard]] virtual std::vector<Value> due(WallTime now) = 0;

  // Notes a run of the schedule and when the next is due (nothing: none). No version. False: no such id.
  virtual bool mark_run(const std::string& id, WallTime ran, std::optional<WallTime> next) = 0;
};

}  // namespace executus::saved
