// The agent files that the documentation shows are good ones: nothing is wrong with them, and nothing is doubted.
#include <fstream>
#include <regex>
#include <sstream>

#include "cli_program.hpp"

namespace executus::testing {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& file) {
  std::stringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

std::vector<fs::path> pages() {
  const fs::path source(EXECUTUS_SOURCE);
  std::vector<fs::path> found{source / "README.md"};
  for (const auto& entry : fs::recursive_directory_iterator(source / "docs"))
    if (entry.path().extension() == ".md") found.push_back(entry.path());
  return found;
}

// The blocks of YAML on a page that have a `name`: the other ones are parts of files, or other files.
std::vector<std::string> agent_files_on(const fs::path& page) {
  const std::string begin = "\n```yaml\n", end = "\n```";
  auto text = text_of(page);
  std::vector<std::string> files;
  for (auto at = text.find(begin); at != std::string::npos; at = text.find(begin, at)) {
    at += begin.size();
    auto block = text.substr(at, text.find(end, at) + 1 - at);
    if (std::regex_search(block, std::regex("(^|\n)name: "))) files.push_back(block);
  }
  return files;
}

class DocumentedAgents : public CliProgram {
 protected:
  // Those a file delegates to.
  void write_delegates(const std::string& file) {
    const std::regex lists("\n(agents|skills): *\\[([^\\]]*)\\]"), name("[a-z0-9-]+");
    for (std::sregex_iterator list(file.begin(), file.end(), lists), none; list != none; ++list) {
      auto names = (*list)[2].str();
      for (std::sregex_iterator each(names.begin(), names.end(), name); each != none; ++each)
        write("agents/" + each->str() + ".yaml", "name: " + each->str() + "\n");
    }
  }
};

TEST_F(DocumentedAgents, AreGoodOnes) {
  std::size_t seen = 0;
  for (const auto& page : pages())
    for (const auto& file : agent_files_on(page)) {
      ++seen;
      fs::remove_all(folder() / "agents");
      write_delegates(file);
      write("agents/shown.yaml", file);
      auto checked = run({"agents", "validate", "agents/shown.yaml"});
      EXPECT_EQ(checked.exit, 0) << page << "\n" << file;
      EXPECT_EQ(checked.err, "") << page << "\n" << file;
    }
  EXPECT_GE(seen, 5u);
}

}  // namespace
}  // namespace executus::testing
