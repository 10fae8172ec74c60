// Providers, tiers and aliases as JSON.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include <executus/llm/providers.hpp>

namespace executus::cli {

// What providers said of their models; nothing: none was asked.
using ToldModels = std::optional<std::vector<llm::ToldModels>>;

// {"providers": [...], "tiers": [...], "aliases": {...}}. Providers have "models", "context_windows" and
// "models_problem" when they were asked; null: this one cannot tell.
[[nodiscard]] boost::json::object to_json(const llm::ModelListing& listing, const ToldModels& told = {});

// Null: it was not asked.
[[nodiscard]] const llm::ToldModels* told_by(const ToldModels& told, const std::string& provider);

}  // namespace executus::cli
