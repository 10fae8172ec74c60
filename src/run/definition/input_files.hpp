// The files a run is given: stored through the host's port, told to the model by id.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <executus/base/log.hpp>
#include <executus/run/input_files.hpp>

namespace executus::run {

struct StagedFile {
  std::string id;
  std::string name;
  std::string mime;
  std::size_t size = 0;
};

// Reduced to letters, digits and ._- (a MIME type: also / and +), at most 100 characters; "file" and
// "application/octet-stream" when nothing is left. Pure.
[[nodiscard]] std::string safe_file_name(std::string_view name);
[[nodiscard]] std::string safe_mime(std::string_view mime);

// Equal names get -2, -3, ... before the extension. Pure.
void make_names_unique(std::vector<std::string>& names);

// What the model reads; empty when there are no files. Pure.
[[nodiscard]] std::string files_block(const std::vector<StagedFile>& files);

// The block in the text of an opening message that has one, which may be empty; and a text with that block. Pure.
[[nodiscard]] std::string_view files_block_of(std::string_view text);
[[nodiscard]] std::string with_files_block(std::string prompt, std::string_view block);

// Stores what can be stored, and returns the block for the model. A file that is empty, too large or that the port
// fails on is skipped and logged. `port` may be null: then files are ignored.
[[nodiscard]] Task<std::string> stage_files(InputFiles* port, RunId run, std::vector<InputFile> files, Logger& logger);

}  // namespace executus::run
