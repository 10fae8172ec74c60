// Reads a price file: prices.hpp shows one. Pure.
#pragma once

#include <string>
#include <string_view>

#include <executus/base/result.hpp>

#include "llm/tables/prices.hpp"

namespace executus::llm {

// Error config.invalid or yaml.malformed, all problems at once. An empty text holds no prices.
[[nodiscard]] Result<ModelTable<Price>::Layer> read_prices(std::string_view yaml, std::string file);

}  // namespace executus::llm
