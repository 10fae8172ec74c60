// The agent files that the documentation shows are good ones: nothing is wrong with them, and nothing is doubted.
#include <regex>

#include "guide.hpp"

namespace executus::testing {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> pages() {
  const fs::path source(EXECUTUS_SOURCE);
  std::vector<fs::path> found{source / "README.md"};
  for (const auto& entry : fs::recursive_directory_iterator(source / "docs"))
    if (entry.path().extension() == ".md") found.push_back(entry.path());
  return found;
}

// The blocks of YAML on a page that have a `name`: the other ones are parts of files, or other files.
std::vector<std::string> agent_files_on(const fs::path& page) {
  auto files = blocks_of(page_text(page), "yaml");
  std::erase_if(files, [](const auto& block) { return !std::regex_search(block, std::regex("(^|\n)name: ")); });
  return files;
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
  environment_["SHOP_TOKEN"] = "a-token";
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

}  // namespace
}  // namespace executus::testing
