#include "skillpack/unknown_pack.hpp"

#include <utility>

#include <executus/skillpack/store.hpp>

#include "base/text.hpp"

namespace executus::skillpack {

Error unknown_pack(const std::string& name, const std::vector<std::string>& names) {
  return failed("skillpack.unknown", "there is no skill pack '" + std::string(clip(name, 80)) + "'" +
                                         did_you_mean(name, names) +
                                         (names.empty() ? "; `executus packs subscribe SOURCE` brings one" : ""));
}

Subscription find_subscription(PackStore& store, const std::string& name) {
  std::vector<std::string> names;
  for (auto& subscription : store.list()) {
    if (subscription.name == name) return std::move(subscription);
    names.push_back(subscription.name);
  }
  throw unknown_pack(name, names);
}

}  // namespace executus::skillpack
