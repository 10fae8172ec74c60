// Questions to a program of another project, a line each, and its answers.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace executus::interop {

// EXECUTUS_TEST_SEED where it is set, else the one CI runs with.
inline unsigned seed() {
  const char* given = std::getenv("EXECUTUS_TEST_SEED");
  return given ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : 1;
}

// What `script` of this folder writes of the file `questions`; it goes through the file `answers`. Nothing: it failed.
inline std::vector<std::string> judged_by(const std::string& script, const std::filesystem::path& questions,
                                          const std::filesystem::path& answers) {
  std::string home = EXECUTUS_INTEROP_HOME;
  std::string command = "NODE_PATH=" + home + "/node_modules " + home + "/node " EXECUTUS_INTEROP_FOLDER "/" + script +
                        " < " + questions.string() + " > " + answers.string();
  if (std::system(command.c_str()) != 0) return {};
  std::vector<std::string> lines;
  std::ifstream file(answers);
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

}  // namespace executus::interop
