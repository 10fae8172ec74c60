// The tools every agent may name: think, now, read_file, list_dir, grep, find_files, sleep,
// wait_for_signal, which are pure; write_file, edit_file, apply_patch, which are idempotent.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <executus/async/blocking_pool.hpp>
#include <executus/base/clock.hpp>
#include <executus/base/ids.hpp>
#include <executus/tool/tool.hpp>

namespace executus::tools {

// The folder that holds the files a run was given; it need not be there.
using RunFolder = std::function<std::string(const RunId& run)>;

// `pool` (for files) and `clock` outlive the tools. read_file knows the file "run:NAME" as NAME in the run's folder;
// without `files_of` there are no such files. Nothing is written whose path begins with `state`, the database's.
[[nodiscard]] std::vector<std::shared_ptr<tool::Tool>> builtin_tools(BlockingPool& pool, const Clock& clock,
                                                                     RunFolder files_of = {},
                                                                     const std::string& state = {});

}  // namespace executus::tools
