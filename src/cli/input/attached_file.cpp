#include "cli/input/attached_file.hpp"

#include <filesystem>
#include <string_view>
#include <utility>

#include "base/ascii.hpp"
#include "base/text_file.hpp"

namespace executus::cli {
namespace {

// IANA media types of what people attach.
constexpr std::pair<std::string_view, std::string_view> kTypes[] = {
    {".txt", "text/plain"},        {".log", "text/plain"},        {".md", "text/markdown"},
    {".csv", "text/csv"},          {".html", "text/html"},        {".xml", "application/xml"},
    {".json", "application/json"}, {".yaml", "application/yaml"}, {".yml", "application/yaml"},
    {".pdf", "application/pdf"},   {".zip", "application/zip"}};

std::string type_of(const std::filesystem::path& path) {
  auto end = lowered(path.extension().string());
  for (const auto& [extension, type] : kTypes)
    if (end == extension) return std::string(type);
  return "";
}

}  // namespace

InputFile read_attached_file(const std::string& path) {
  auto bytes = read_text_file(path, kMaxInputFile).value();
  if (bytes.empty()) throw failed("cli.usage", "--file '" + path + "' is empty");
  return {std::filesystem::path(path).filename().string(), type_of(path), std::move(bytes)};
}

}  // namespace executus::cli
