// Which packs there are and which content each of them has: subscriptions, and trees by their digest.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <executus/base/clock.hpp>
#include <executus/skillpack/source.hpp>

namespace executus::skillpack {

// A content, and where it came from.
struct Pin {
  std::string digest = {};
  std::string revision = {};  // the commit; empty for folders
  WallTime at = {};           // when it was fetched
  std::vector<MissingFile> missing = {};
  bool operator==(const Pin&) const = default;
};

struct Subscription {
  std::string name = {};  // chosen once; nothing changes it
  Source source = {};
  Pin pinned = {};
  std::optional<Pin> pending = {};  // what a check found, and nobody has applied
  bool operator==(const Subscription&) const = default;
};

// Port: keeps subscriptions and contents. Threads: any; several processes may share what one keeps. All block. Errors:
// everything throws Error skillpack.store when the place cannot be read or written, and nothing is half changed then.
class PackStore {
 public:
  virtual ~PackStore() = default;

  [[nodiscard]] virtual std::vector<Subscription> list() = 0;  // by name

  // Changes one subscription: `change` gets it as it is now (nothing: there is none of that name), and what it leaves
  // is kept. All or nothing, and no other process comes between. What it throws passes, and nothing is changed.
  using Change = std::function<void(std::optional<Subscription>& subscription)>;
  virtual void update(const std::string& name, const Change& change) = 0;

  // Keeps a tree under its digest, before anything refers to it. Idempotent; a damaged copy is replaced.
  virtual void keep(const PackTree& tree) = 0;

  // The tree of that digest; its files alone. Nothing: it is not kept here. Throws Error skillpack.corrupt when what is
  // kept has another digest by now.
  [[nodiscard]] virtual std::optional<PackTree> content(const std::string& digest) = 0;
};

// Throws Error skillpack.unknown, which names the near one.
[[nodiscard]] Subscription find_subscription(PackStore& store, const std::string& name);

// In memory, for tests and for hosts that keep nothing.
[[nodiscard]] std::unique_ptr<PackStore> make_memory_store();

// In a folder, which is made when something is kept:
//   subscriptions.json   replaced by a rename
//   content/DIGEST/      a finished tree, put there by a rename and never changed
//   lock                 held while something changes
// A process that is killed at any moment leaves the old or the new; what it had not finished is removed by the next
// change. Contents that nothing is pinned to any more stay, for the runs that were started with them. `folder` empty:
// nothing is there, and nothing can be kept.
[[nodiscard]] std::unique_ptr<PackStore> make_folder_store(std::string folder);

}  // namespace executus::skillpack
