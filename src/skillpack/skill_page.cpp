#include "skillpack/skill_page.hpp"

#include "base/text.hpp"

namespace executus::skillpack {
namespace {

constexpr std::size_t kMostListed = 200;  // files of a skill that are named

// The lines that fit a page, beginning with the first of `text`, which may be cut itself.
std::string_view first_page(std::string_view text) {
  if (text.size() <= kPageBytes) return text;
  auto end = text.substr(0, kPageBytes).rfind('\n');
  return end == std::string_view::npos ? clip_bytes(text, kPageBytes) : text.substr(0, end + 1);
}

std::string rest_note(std::string_view page, std::string_view rest, std::size_t first) {
  bool in_line = !page.ends_with('\n');
  std::size_t lines = 0;
  for (char c : page) lines += c == '\n';
  if (in_line) {
    auto end = rest.find('\n');
    std::string cut = "\n[line " + std::to_string(first + lines) + " is cut]";
    if (end == std::string_view::npos) return cut;
    return cut + "\n[more follows: `offset` " + std::to_string(first + lines + 1) + "]";
  }
  return "[more follows: `offset` " + std::to_string(first + lines) + "]";
}

std::string_view from_line(std::string_view text, std::size_t first) {
  for (; first > 1 && !text.empty(); --first) {
    auto end = text.find('\n');
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return text;
}

std::string file_line(const ChosenSkill& chosen, const PackFile& file) {
  std::string line =
      "\n- " + std::string(chosen.skill->local(file.path)) + " (" + std::to_string(file.bytes.size()) + " bytes";
  return line + (is_script(chosen, file) ? ", a script: it can be read, and cannot be run here)" : ")");
}

std::string listed_files(const ChosenSkill& chosen) {
  const auto& files = chosen.skill->files;
  std::string text;
  if (!files.empty()) text += "\n\nFiles of this skill; skill_use with `file` reads one:";
  for (std::size_t i = 0; i < files.size() && i < kMostListed; ++i) text += file_line(chosen, *files[i]);
  if (files.size() > kMostListed) text += "\n- and " + std::to_string(files.size() - kMostListed) + " more";
  for (const auto& file : chosen.skill->missing)
    text += "\nNot here: " + std::string(chosen.skill->local(file.path)) + " (" + file.what + ")";
  return text;
}

std::string allowed(const Manifest& manifest) {
  std::string text;
  for (const auto& tool : manifest.allowed_tools) text += (text.empty() ? "" : ", ") + tool;
  return text.empty() ? "" : "\nWritten for these tools: " + text;
}

}  // namespace

std::string page_of(std::string_view text, std::size_t first) {
  auto left = from_line(text, first);
  auto page = first_page(left);
  return std::string(page) + (page.size() < left.size() ? rest_note(page, left.substr(page.size()), first) : "");
}

std::string skill_page(const ChosenSkill& chosen, std::size_t first) {
  const auto& manifest = chosen.skill->manifest;
  auto page = page_of(manifest.body, first);
  if (first > 1) return page;
  return "Skill " + chosen.full_name() + allowed(manifest) + "\n\n" + page + listed_files(chosen);
}

const PackFile* file_of(const ChosenSkill& chosen, std::string_view path) {
  if (path.starts_with("./")) path.remove_prefix(2);
  for (const auto* file : chosen.skill->files)
    if (chosen.skill->local(file->path) == path) return file;
  return nullptr;
}

bool is_script(const ChosenSkill& chosen, const PackFile& file) {
  return file.runs || chosen.skill->local(file.path).starts_with("scripts/");
}

}  // namespace executus::skillpack
