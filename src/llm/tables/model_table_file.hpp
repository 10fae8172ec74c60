// What the files of model tables have in common. Pure.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <executus/base/error.hpp>

#include "base/yaml/fields.hpp"
#include "llm/tables/model_table.hpp"

namespace executus::llm {

// Reads the map of a file: `rows` takes its own keys, "like" goes into `like`. Nothing: the file is good.
[[nodiscard]] std::optional<Error> read_model_table(std::string_view yaml, std::string file, ProviderLikeness& like,
                                                    const std::function<void(Fields&)>& rows);

// Reports a row that can name no target ("gpt-5" without its provider).
void check_row(Fields& fields, std::string_view key, const std::string& row);

}  // namespace executus::llm
