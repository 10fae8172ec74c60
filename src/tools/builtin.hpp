// The tools every agent may name: think, now, read_file, list_dir, grep, find_files. All pure.
#pragma once

#include <memory>
#include <vector>

#include <executus/async/blocking_pool.hpp>
#include <executus/base/clock.hpp>
#include <executus/tool/tool.hpp>

namespace executus::tools {

// `pool` (for files) and `clock` outlive the tools.
[[nodiscard]] std::vector<std::shared_ptr<tool::Tool>> builtin_tools(BlockingPool& pool, const Clock& clock);

}  // namespace executus::tools
