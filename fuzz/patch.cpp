// Unified diffs of models, and the files they are for: up to a line "====" the patch, the rest the file. Reading is
// total; a patch that fits changes no line end of what stays, and the same bytes come of it each time.
#include "tools/edits/patch.hpp"

#include <executus/base/error.hpp>

#include "fuzz/property.hpp"
#include "tools/edits/normal_text.hpp"

namespace {

using namespace executus;
using namespace executus::tools;

bool only_context(const std::vector<Hunk>& hunks) {
  for (const auto& hunk : hunks)
    for (const auto& line : hunk.lines)
      if (line.kind != ' ') return false;
  return true;
}

void try_patch(const std::vector<Hunk>& hunks, std::string_view file) {
  try {
    auto patched = with_hunks(file, hunks);
    fuzz::expect(patched == with_hunks(file, hunks), "the same bytes come of a patch each time");
    if (only_context(hunks)) fuzz::expect(patched == file, "what stays, stays");
  } catch (const Error& error) {
    fuzz::expect(error.code() == "tool.patch", "a patch that does not fit says so");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto text = fuzz::text_of(data, size);
  constexpr std::string_view kFile = "\n====\n";
  auto at = text.find(kFile);
  std::string_view patch = std::string_view(text).substr(0, at);
  std::string_view file = at == text.npos ? "" : std::string_view(text).substr(at + kFile.size());
  try {
    try_patch(parse_hunks(patch, "x"), file);
  } catch (const Error& error) {
    fuzz::expect(error.code() == "tool.patch", "what is no patch is said to be none");
  }
  try {
    for (const auto& each : parse_patch(patch)) try_patch(each.hunks, file);
  } catch (const Error& error) {
    fuzz::expect(error.code() == "tool.patch", "what is no patch is said to be none");
  }
  return 0;
}
