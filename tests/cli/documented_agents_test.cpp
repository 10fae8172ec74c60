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

// "agents/base.yaml", where a block begins with "# agents/base.yaml".
std::string path_of(const std::string& block) {
  std::smatch path;
  return std::regex_search(block, path, std::regex("^\n?# ((agents|skills|bases)/[^ \n]+)")) ? path[1].str() : "";
}

class DocumentedAgents : public CliProgram {
 protected:
  // Files of a page that say where they lie belong together.
  void write_placed(const fs::path& page) {
    for (const char* placed : {"agents", "skills", "bases"}) fs::remove_all(folder() / placed);
    for (const auto& file : agent_files_on(page))
      if (auto path = path_of(file); !path.empty()) write(path, file);
  }
  // Those a file delegates to.
  void write_delegates(const std::string& file) {
    const std::regex lists("\n(agents|skills): *\\[([^\\]]*)\\]"), name("[a-z0-9-]+");
    for (std::sregex_iterator list(file.begin(), file.end(), lists), none; list != none; ++list) {
      auto names = (*list)[2].str();
      for (std::sregex_iterator each(names.begin(), names.end(), name); each != none; ++each)
        if (auto path = "agents/" + each->str() + ".yaml"; !fs::exists(folder() / path))
          write(path, "name: " + each->str() + "\n");
    }
  }
};

TEST_F(DocumentedAgents, AreGoodOnes) {
  std::size_t seen = 0;
  for (const auto& page : pages())
    for (const auto& file : agent_files_on(page)) {
      ++seen;
      write_placed(page);
      write_delegates(file);
      auto path = path_of(file).empty() ? "agents/shown.yaml" : path_of(file);
      write(path, file);
      auto checked = run({path.starts_with("skills/") ? "skills" : "agents", "validate", path});
      EXPECT_EQ(checked.exit, 0) << page << "\n" << file;
      EXPECT_EQ(checked.err, "") << page << "\n" << file;
    }
  EXPECT_GE(seen, 5u);
}

// The commands of the guide that ask no model.
TEST_F(DocumentedAgents, OfTheGuideCanBeLookedAtAsItSays) {  // [PER-08]
  const auto page = fs::path(EXECUTUS_SOURCE) / "docs/guides/agents.md";
  write_placed(page);
  auto text = text_of(page);
  const std::regex command("\n(executus (agents|skills)[^#\n]*[^# \n])"), word("[^ ]+");
  std::size_t seen = 0;
  for (std::sregex_iterator each(text.begin(), text.end(), command), none; each != none; ++each) {
    auto line = (*each)[1].str();
    Arguments words;
    for (std::sregex_iterator at(line.begin(), line.end(), word); at != none; ++at) words.push_back(at->str());
    auto finished = run({words.begin() + 1, words.end()});
    EXPECT_EQ(finished.exit, 0) << line << "\n" << finished.err;
    ++seen;
  }
  EXPECT_GE(seen, 3u);
}

}  // namespace
}  // namespace executus::testing
