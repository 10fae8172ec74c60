// Brings packs and keeps them up to date, in steps that a person decides on: `subscribe` pins what a source has now,
// `check` looks whether it has something else by now and notes it, `apply` moves the pin to what was noted. Nothing
// else moves a pin: what a source's author changes reaches no run unseen.
//
// Contents are compared, not versions. All block. Threads: any; several processes may work on one store.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <executus/base/clock.hpp>
#include <executus/skillpack/pack.hpp>
#include <executus/skillpack/store.hpp>

namespace executus::skillpack {

enum class Rehearsal { no, yes };  // yes: everything is looked at and nothing is changed

// A pack as it is, or as it would be, and what that changes.
struct Checked {
  Subscription subscription;
  std::shared_ptr<const Pack> pack;  // of the pending content, else of the pinned one
  TreeChanges changes = {};          // from the pinned to the pending content; none pending: none
};

class Syncer final {
 public:
  // All outlive it.
  Syncer(PackStore& store, Fetcher& fetcher, const Clock& clock) : store_(store), fetcher_(fetcher), clock_(clock) {}

  // `name` empty: suggested_name(). Throws Error skillpack.name (no name for a pack, or taken), skillpack.empty (no
  // skill in it that can be loaded), and what fetching and the store throw.
  [[nodiscard]] Checked subscribe(Source source, std::string name = {}, Rehearsal rehearsal = Rehearsal::no);

  // Notes what its source has now, if that is not what is pinned; else nothing is pending any more. A content that
  // cannot be loaded from the store is put back when the source still has it. Throws Error skillpack.unknown,
  // skillpack.empty, and the others.
  [[nodiscard]] Checked check(const std::string& name, Rehearsal rehearsal = Rehearsal::no);

  // Moves the pin to what is pending, which is as it was when it was checked: the source is not asked. Nothing pending:
  // nothing happens, and `changes` is empty. Runs go on with the content they were started with.
  [[nodiscard]] Checked apply(const std::string& name, Rehearsal rehearsal = Rehearsal::no);

  // Takes the subscription away, and returns it. Its contents stay for the runs that were started with them. Throws
  // Error skillpack.unknown.
  [[nodiscard]] Subscription unsubscribe(const std::string& name, Rehearsal rehearsal = Rehearsal::no);

  // The pack as it is pinned. Throws Error skillpack.unknown, skillpack.corrupt, both by its name.
  [[nodiscard]] std::shared_ptr<const Pack> load(const std::string& name);

 private:
  struct Found {
    Pin pin;
    std::shared_ptr<const Pack> pack;
  };
  [[nodiscard]] Found fetch(const Source& source, const std::string& name);
  [[nodiscard]] TreeChanges changes(const Subscription& subscription, const PackTree& after);

  PackStore& store_;
  Fetcher& fetcher_;
  const Clock& clock_;
};

// The pack of a pin from its store. Throws Error skillpack.corrupt, which names the pack.
[[nodiscard]] std::shared_ptr<const Pack> load_pack(PackStore& store, const std::string& name, const Pin& pin);

}  // namespace executus::skillpack
