#include "tools/program/program_lookup.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>

#include <unistd.h>

#include "base/text.hpp"

namespace executus::tools {
namespace {

constexpr std::string_view kUsualPath = "/usr/bin:/bin";  // where no PATH is given, as for execvp(3)

std::string below(const std::string& directory, std::string path) {
  return path.starts_with('/') ? path : directory + "/" + path;
}

std::string path_of(const std::vector<std::string>& environment) {
  constexpr std::string_view kName = "PATH=";
  for (const auto& variable : environment)
    if (variable.starts_with(kName)) return variable.substr(kName.size());
  return std::string(kUsualPath);
}

bool is_executable_file(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
}

bool exists(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

std::string directory_problem(const std::string& directory, int error) {
  std::string named = "its working directory '" + directory + "' ";
  if (error == ENOENT) return named + "does not exist";
  if (error == ENOTDIR) return named + "is not a directory";
  return named + "cannot be entered: " + std::strerror(error);
}

// What the first line of a script names after "#!"; nothing when the file is no script.
std::optional<std::string> interpreter_line(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  char line[256] = {};
  file.read(line, sizeof line - 1);
  std::string text(line, static_cast<std::size_t>(file.gcount()));
  if (!text.starts_with("#!")) return std::nullopt;
  return text.substr(2, text.find('\n') == text.npos ? text.npos : text.find('\n') - 2);
}

// The words for ENOENT of a file that exists: its interpreter, or the loader that it names, does not.
std::string missing_interpreter(const std::string& path) {
  auto line = interpreter_line(path);
  if (!line) return "what it needs to run (its loader) is not there; it was built for another system";
  if (line->ends_with('\r'))
    return "its first line ends with a carriage return (a file from Windows), which becomes part of the interpreter's "
           "name; save it with line ends of Unix";
  auto begin = line->find_first_not_of(" \t");
  std::string name = begin == line->npos ? "" : line->substr(begin);
  name = name.substr(0, name.find_first_of(" \t"));
  return "its first line names the interpreter '" + as_utf8(name) + "', which is not there";
}

std::string program_problem(const std::string& path, int error) {
  switch (error) {
    case ENOENT:
      return exists(path) ? missing_interpreter(path) : "there is no file '" + path + "'";
    case EACCES:
      return "'" + path + "' may not be executed; chmod +x it, and look at what its first line names";
    case E2BIG:
      return "its arguments and environment are larger than the system allows";
    case ENOEXEC:
      return "'" + path + "' is no program for this system";
    default:
      return "'" + path + "': " + std::strerror(error);
  }
}

Error not_found(const std::string& name, const std::string& path, const std::string& directory) {
  std::string hint = exists(below(directory, name)) ? "; './" + name + "' is the file in its working directory" : "";
  return failed("program.not_started", "no program '" + name + "' is in its PATH (" + path + ")" + hint);
}

}  // namespace

Result<std::string> find_program(const std::string& name, const std::string& directory,
                                 const std::vector<std::string>& environment) {
  if (::access(directory.c_str(), F_OK) != 0) return failed("program.not_started", directory_problem(directory, errno));
  if (name.find('/') != name.npos) return name;
  std::string path = path_of(environment);
  std::string found_without_right;
  for (auto entry : split(path, ':')) {
    std::string candidate = below(directory, std::string(entry)) + "/" + name;
    if (is_executable_file(candidate)) return candidate;
    if (found_without_right.empty() && exists(candidate)) found_without_right = candidate;
  }
  if (!found_without_right.empty()) return found_without_right;  // starting it fails and reports why
  return not_found(name, path, directory);
}

std::string why_not_started(const Report& report, const ProgramImage& image) {
  switch (report.stage) {
    case Report::Stage::directory:
      return directory_problem(image.directory, report.value);
    case Report::Stage::program:
      return program_problem(below(image.directory, image.path), report.value);
    case Report::Stage::none:
    case Report::Stage::guard:
      break;
  }
  return std::string("no process could be made for it: ") + std::strerror(report.value);
}

}  // namespace executus::tools
