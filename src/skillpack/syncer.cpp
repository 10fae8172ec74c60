#include <utility>

#include <executus/skillpack/syncer.hpp>

namespace executus::skillpack {
namespace {

Error no_skill(const Source& source, const Pack& pack) {
  std::string text = "there is no skill in " + shown(source) + ": ";
  if (pack.broken.empty()) text += "no file SKILL.md; name the folder that has one";
  for (const auto& broken : pack.broken)
    for (const auto& line : broken.errors) text += "\n" + line;
  return failed("skillpack.empty", text);
}

Error taken(const Subscription& other) {
  return failed("skillpack.name", "there is a skill pack '" + other.name + "' already, from " + shown(other.source) +
                                      "; give this one another name (--name), or bring that one up to date: `executus "
                                      "packs check " +
                                      other.name + "`");
}

std::string checked_name(std::string name, const Source& source) {
  bool suggested = name.empty();
  if (suggested) name = suggested_name(source);
  if (auto wrong = wrong_with_name(name); !wrong.empty())
    throw failed("skillpack.name", "the name of a skill pack: " + wrong + (suggested ? "; give it one (--name)" : ""));
  return name;
}

Subscription& there(std::optional<Subscription>& subscription, const std::string& name) {
  if (!subscription) throw failed("skillpack.unknown", "skill pack '" + name + "' was removed meanwhile");
  return *subscription;
}

// Whenever, and at whatever revision, it was found.
bool is_same_content(const Pin& a, const Pin& b) { return a.digest == b.digest && a.missing == b.missing; }

}  // namespace

std::shared_ptr<const Pack> load_pack(PackStore& store, const std::string& name, const Pin& pin) {
  std::optional<PackTree> tree;
  try {
    tree = store.content(pin.digest);
  } catch (const Error& error) {
    throw Error(error.kind(), error.code(), "skill pack '" + name + "': " + error.message());
  }
  if (!tree)
    throw failed("skillpack.corrupt", "skill pack '" + name + "': its content " + pin.digest.substr(0, 12) +
                                          " is not here; `executus packs check " + name +
                                          "` brings it back as long as its source still has it");
  tree->missing = pin.missing;  // the cache does not know it
  return make_pack(name, std::move(*tree));
}

Syncer::Found Syncer::fetch(const Source& source, const std::string& name) {
  auto fetched = fetcher_.fetch(source);
  Found found;
  found.pin = {digest_of(fetched.tree), std::move(fetched.revision), clock_.wall(), fetched.tree.missing};
  found.pack = make_pack(name, std::move(fetched.tree));
  if (found.pack->skills.empty()) throw no_skill(source, *found.pack);
  return found;
}

// What the pinned content was may be damaged: then all of it counts as new.
TreeChanges Syncer::changes(const Subscription& subscription, const PackTree& after) {
  PackTree before;
  try {
    if (auto tree = store_.content(subscription.pinned.digest)) before = std::move(*tree);
  } catch (const Error& error) {
    if (error.code() != "skillpack.corrupt") throw;
  }
  return changes_between(before, after);
}

Checked Syncer::subscribe(Source source, std::string name, Rehearsal rehearsal) {
  name = checked_name(std::move(name), source);
  for (const auto& other : store_.list())
    if (other.name == name || other.source == source) throw taken(other);
  auto found = fetch(source, name);
  Checked checked{{name, std::move(source), std::move(found.pin), std::nullopt}, std::move(found.pack), {}};
  if (rehearsal == Rehearsal::yes) return checked;
  store_.keep(checked.pack->tree);
  store_.update(name, [&](std::optional<Subscription>& there) {
    if (there) throw taken(*there);
    there = checked.subscription;
  });
  return checked;
}

Checked Syncer::check(const std::string& name, Rehearsal rehearsal) {
  Checked checked{find_subscription(store_, name), nullptr, {}};
  auto found = fetch(checked.subscription.source, name);
  checked.pack = found.pack;
  if (rehearsal == Rehearsal::no) store_.keep(found.pack->tree);
  auto note = [&](Subscription& subscription) {
    bool same = found.pin.digest == subscription.pinned.digest;
    subscription.pending = same ? std::nullopt : std::optional(found.pin);
    checked.subscription = subscription;
  };
  if (rehearsal == Rehearsal::yes)
    note(checked.subscription);
  else
    store_.update(name, [&](std::optional<Subscription>& subscription) { note(there(subscription, name)); });
  if (checked.subscription.pending) checked.changes = changes(checked.subscription, found.pack->tree);
  return checked;
}

Checked Syncer::apply(const std::string& name, Rehearsal rehearsal) {
  Checked checked{find_subscription(store_, name), nullptr, {}};
  auto& subscription = checked.subscription;
  if (!subscription.pending) {
    checked.pack = load_pack(store_, name, subscription.pinned);
    return checked;
  }
  auto pending = *subscription.pending;
  checked.pack = load_pack(store_, name, pending);
  checked.changes = changes(subscription, checked.pack->tree);
  auto move = [&](Subscription& now) {
    bool done = !now.pending && is_same_content(now.pinned, pending);  // by another apply, meanwhile
    if (done) return static_cast<void>(subscription = now);
    if (!now.pending || !is_same_content(*now.pending, pending))
      throw failed("skillpack.changed",
                   "another check of skill pack '" + name + "' found something else meanwhile; look at it first");
    now.pinned = *std::exchange(now.pending, std::nullopt);
    subscription = now;
  };
  if (rehearsal == Rehearsal::yes) return checked;
  store_.update(name, [&](std::optional<Subscription>& now) { move(there(now, name)); });
  return checked;
}

Subscription Syncer::unsubscribe(const std::string& name, Rehearsal rehearsal) {
  auto gone = find_subscription(store_, name);
  if (rehearsal == Rehearsal::yes) return gone;
  store_.update(name, [&](std::optional<Subscription>& now) {
    gone = there(now, name);
    now.reset();
  });
  return gone;
}

std::shared_ptr<const Pack> Syncer::load(const std::string& name) {
  return load_pack(store_, name, find_subscription(store_, name).pinned);
}

}  // namespace executus::skillpack
