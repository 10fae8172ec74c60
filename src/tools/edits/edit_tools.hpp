// write_file, edit_file, apply_patch: idempotent by content digest (file_edits.hpp). And the note that read_file leaves
// of what it showed.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include <boost/describe/class.hpp>

#include <executus/async/blocking_pool.hpp>
#include <executus/tool/tool.hpp>

#include "tools/edits/file_edits.hpp"

namespace executus::tools {

struct WriteFileArgs {
  std::string path;
  std::string content;
};
BOOST_DESCRIBE_STRUCT(WriteFileArgs, (), (path, content))

struct EditFileArgs {
  std::string path;
  std::optional<std::string> old_text;
  std::optional<std::string> new_text;
  std::optional<bool> replace_all;
  std::optional<std::string> patch;
};
BOOST_DESCRIBE_STRUCT(EditFileArgs, (), (path, old_text, new_text, replace_all, patch))

struct ApplyPatchArgs {
  std::string patch;
};
BOOST_DESCRIBE_STRUCT(ApplyPatchArgs, (), (patch))

[[nodiscard]] std::string_view describe_field(std::type_identity<WriteFileArgs>, std::string_view field);
[[nodiscard]] std::string_view describe_field(std::type_identity<EditFileArgs>, std::string_view field);
[[nodiscard]] std::string_view describe_field(std::type_identity<ApplyPatchArgs>, std::string_view field);

// What a call is to do. Pure; throws Error for arguments that do not go together.
[[nodiscard]] std::vector<FileEdit> edits_of(const WriteFileArgs& args);
[[nodiscard]] std::vector<FileEdit> edits_of(const EditFileArgs& args);
[[nodiscard]] std::vector<FileEdit> edits_of(const ApplyPatchArgs& args);

// `pool` outlives the tools. Files whose absolute paths begin with `state` are the host's own, and are refused; empty:
// it has none.
[[nodiscard]] std::vector<std::shared_ptr<tool::Tool>> edit_tools(BlockingPool& pool, const std::string& state = {});

struct SeenFile {
  std::string absolute;
  std::string digest;
};

// The file at `path` as it is now; nothing for one that cannot be edited. Blocks.
[[nodiscard]] std::optional<SeenFile> look_at_file(const std::string& path, const std::string& root);

}  // namespace executus::tools
