// The tools every agent may name: think, now, calculate, classify, extract_entities, summarize, read_file, list_dir,
// grep, find_files, sleep, wait_for_signal, ask_user, which are pure; write_file, edit_file, apply_patch, which are
// idempotent.
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

// What `now` says.
using CurrentTime = std::function<std::string(const tool::Call& call)>;

// `pool` (for files) and `clock` outlive the tools. read_file knows the file "run:NAME" as NAME in the run's folder;
// without `files_of` there are no such files. Nothing is written whose path begins with `state`, the database's.
// Without `current_time`, `now` is the time in UTC.
[[nodiscard]] std::vector<std::shared_ptr<tool::Tool>> builtin_tools(BlockingPool& pool, const Clock& clock,
                                                                     RunFolder files_of = {},
                                                                     const std::string& state = {},
                                                                     CurrentTime current_time = {});

}  // namespace executus::tools
