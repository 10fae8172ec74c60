#include "tools/files/file_tools.hpp"

namespace executus::tools {

std::string_view describe_field(std::type_identity<ReadFileArgs>, std::string_view field) {
  if (field == "path") return "Path below the root, or the id of an attached file (run:NAME).";
  if (field == "offset") return "First line to show, from 1.";
  if (field == "column") return "Shows that line alone, from this byte on (from 1): for lines that are cut.";
  return "How many lines to show; 500 when left out.";
}
std::string_view describe_field(std::type_identity<ListDirArgs>, std::string_view) {
  return "Directory below the root; the root itself when left out.";
}
std::string_view describe_field(std::type_identity<GrepArgs>, std::string_view field) {
  if (field == "pattern")
    return "Regular expression (RE2: (?i), \\pL for any letter; \\w, \\d, \\s and \\b know ASCII alone; no "
           "look-around, no "
           "back references), looked for in each line.";
  if (field == "path") return "File or directory below the root; everything when left out.";
  if (field == "glob") return "Only files whose path or name fits, such as *.log, src/**/*.{h,cpp}.";
  if (field == "ignore_case") return "Whether letters match in any case.";
  return "How many matching lines to show; 100 when left out.";
}
std::string_view describe_field(std::type_identity<FindFilesArgs>, std::string_view field) {
  if (field == "pattern") return "Glob for the path or the name, such as *.cpp, src/**/*_test.cpp, *.{h,cpp}.";
  return "Directory below the root to search; everything when left out.";
}

}  // namespace executus::tools
