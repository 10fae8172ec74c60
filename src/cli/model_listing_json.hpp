// Providers, tiers and aliases as JSON.
#pragma once

#include <boost/json/object.hpp>

#include <executus/llm/providers.hpp>

namespace executus::cli {

// {"providers": [...], "tiers": [...], "aliases": {...}}
[[nodiscard]] boost::json::object to_json(const llm::ModelListing& listing);

}  // namespace executus::cli
