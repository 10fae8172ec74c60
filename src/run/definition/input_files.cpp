#include "run/definition/input_files.hpp"

#include <optional>
#include <set>
#include <utility>

#include "base/ascii.hpp"

namespace executus::run {
namespace {

constexpr std::size_t kMaxName = 100;
constexpr std::size_t kMaxExtension = 16;

std::string reduced(std::string_view text, std::string_view also_allowed) {
  std::string safe;
  for (char c : text)
    if (is_ascii_alphanumeric(c) || also_allowed.find(c) != std::string_view::npos) safe += c;
  return safe;
}

constexpr std::string_view kHeading = "[ATTACHED FILES]";
constexpr const char* kFileId = " bytes), file id: ";

// Whether there are lines, and each is that of a file.
bool lists_files(std::string_view lines) {
  bool any = false;
  while (lines.starts_with("\n- ")) {
    auto end = lines.find('\n', 1);
    if (lines.substr(0, end).find(kFileId) == std::string_view::npos) return false;
    lines = end == std::string_view::npos ? "" : lines.substr(end);
    any = true;
  }
  return any && lines.empty();
}

// Where the extension starts, with its dot; the end when there is none.
std::size_t extension_of(std::string_view name) {
  auto dot = name.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? name.size() : dot;
}

// Cuts the stem and keeps the extension, unless that is longer than an extension should be.
std::string shortened(std::string name) {
  if (name.size() <= kMaxName) return name;
  auto extension = name.substr(extension_of(name));
  if (extension.size() > kMaxExtension) extension.clear();
  return name.substr(0, kMaxName - extension.size()) + extension;
}

std::string why_skipped(const InputFile& file) {
  if (file.bytes.empty()) return "it is empty";
  if (file.bytes.size() > kMaxInputFile) return "it has more than " + std::to_string(kMaxInputFile) + " bytes";
  return "";
}

// A file that is skipped does not make the name of a stored file be numbered.
std::vector<std::string> names_for(const std::vector<InputFile>& files) {
  std::vector<std::string> kept;
  for (const auto& file : files)
    if (why_skipped(file).empty()) kept.push_back(safe_file_name(file.name));
  make_names_unique(kept);
  std::vector<std::string> names;
  auto next = kept.begin();
  for (const auto& file : files) names.push_back(why_skipped(file).empty() ? *next++ : safe_file_name(file.name));
  return names;
}

}  // namespace

std::string safe_file_name(std::string_view name) {
  auto slash = name.find_last_of("/\\");
  auto safe = shortened(reduced(slash == std::string_view::npos ? name : name.substr(slash + 1), "._-"));
  return safe.find_first_not_of('.') == std::string::npos ? "file" : safe;
}

std::string safe_mime(std::string_view mime) {
  auto safe = reduced(mime, "._-/+");
  return safe.empty() ? "application/octet-stream" : safe.substr(0, kMaxName);
}

void make_names_unique(std::vector<std::string>& names) {
  std::set<std::string> taken;
  for (auto& name : names) {
    std::string stem = name.substr(0, extension_of(name));
    std::string extension = name.substr(stem.size());
    for (int n = 2; !taken.insert(name).second; ++n) name = stem + "-" + std::to_string(n) + extension;
  }
}

std::string files_block(const std::vector<StagedFile>& files) {
  if (files.empty()) return "";
  std::string block(kHeading);
  for (const auto& file : files)
    block += "\n- " + file.name + " (" + file.mime + ", " + std::to_string(file.size) + kFileId + file.id;
  return block;
}

std::string_view files_block_of(std::string_view text) {
  auto begin = text.rfind(kHeading);
  if (begin == std::string_view::npos) return {};
  if (begin > 0 && !text.substr(0, begin).ends_with("\n\n")) return {};
  auto block = text.substr(begin);
  return lists_files(block.substr(kHeading.size())) ? block : std::string_view();
}

std::string with_files_block(std::string prompt, std::string_view block) {
  if (block.empty()) return prompt;
  return prompt + (prompt.empty() ? "" : "\n\n") + std::string(block);
}

Task<std::string> stage_files(InputFiles* port, RunId run, std::vector<InputFile> files, Logger& logger) {
  std::vector<StagedFile> staged;
  std::vector<std::string> names = names_for(files);
  for (std::size_t i = 0; port && i < files.size(); ++i) {
    StagedFile known{"", names[i], safe_mime(files[i].mime), files[i].bytes.size()};
    std::string skipped = why_skipped(files[i]);
    if (skipped.empty()) {
      try {
        InputFile file{known.name, known.mime, std::move(files[i].bytes)};
        known.id = co_await port->stage(run, i, std::move(file));
      } catch (const Cancelled&) {
        throw;
      } catch (...) {
        skipped = current_error().message();
      }
    }
    if (skipped.empty())
      staged.push_back(std::move(known));
    else
      logger.log(LogLevel::warn, "the attached file '" + names[i] + "' is left out: " + skipped);
  }
  co_return files_block(staged);
}

}  // namespace executus::run
