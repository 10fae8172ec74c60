// What the file tools do, as plain functions that block: the model's arguments and the run's root in, text out.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

#include <boost/describe/class.hpp>

#include <executus/tool/tool.hpp>

namespace executus::tools {

struct ReadFileArgs {
  std::string path;
  std::optional<int> offset;
  std::optional<int> limit;
  std::optional<std::int64_t> column;
};
BOOST_DESCRIBE_STRUCT(ReadFileArgs, (), (path, offset, limit, column))

struct ListDirArgs {
  std::optional<std::string> path;
};
BOOST_DESCRIBE_STRUCT(ListDirArgs, (), (path))

struct GrepArgs {
  std::string pattern;
  std::optional<std::string> path;
  std::optional<std::string> glob;
  std::optional<bool> ignore_case;
  std::optional<int> max_matches;
};
BOOST_DESCRIBE_STRUCT(GrepArgs, (), (pattern, path, glob, ignore_case, max_matches))

struct FindFilesArgs {
  std::string pattern;
  std::optional<std::string> path;
};
BOOST_DESCRIBE_STRUCT(FindFilesArgs, (), (pattern, path))

[[nodiscard]] std::string_view describe_field(std::type_identity<ReadFileArgs>, std::string_view field);
[[nodiscard]] std::string_view describe_field(std::type_identity<ListDirArgs>, std::string_view field);
[[nodiscard]] std::string_view describe_field(std::type_identity<GrepArgs>, std::string_view field);
[[nodiscard]] std::string_view describe_field(std::type_identity<FindFilesArgs>, std::string_view field);

// What read_file shows. `whole`: every line of the file, each to its end.
struct FilePage {
  std::string text;
  enum class Part { some, whole } part = Part::some;
};

// Each throws Error with what the model should know. Files may be of any size, which takes time but not memory: `stop`
// ends the work when the answer is not wanted any more. An answer says in brackets what was cut, passed over or not
// understood, and how to get at it.
[[nodiscard]] FilePage read_file(const ReadFileArgs& args, const std::string& root, std::stop_token stop = {});
[[nodiscard]] std::string list_dir(const ListDirArgs& args, const std::string& root, std::stop_token stop = {});
[[nodiscard]] std::string grep(const GrepArgs& args, const std::string& root, std::stop_token stop = {});
[[nodiscard]] std::string find_files(const FindFilesArgs& args, const std::string& root, std::stop_token stop = {});

}  // namespace executus::tools
