// Subscriptions as they are stored: {"format": 1, "packs": [...]}. Frozen.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <executus/skillpack/store.hpp>

namespace executus::skillpack {

[[nodiscard]] std::string write_subscriptions(const std::vector<Subscription>& all);

// Throws Error skillpack.store, which names `file`: malformed, or of a newer format.
[[nodiscard]] std::vector<Subscription> read_subscriptions(std::string_view text, const std::string& file);

}  // namespace executus::skillpack
