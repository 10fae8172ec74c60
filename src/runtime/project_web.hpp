// What an executus.yaml says below `web`: docs/guides/web.md.
#pragma once

#include <filesystem>

#include <executus/tools/web.hpp>

#include "base/yaml/fields.hpp"

namespace executus {

// `folder` is the file's. What is wrong is reported.
[[nodiscard]] tools::WebOptions read_web(Fields& web, const std::filesystem::path& folder);

}  // namespace executus
