// The commands of guides, run by a shell as they stand there.
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "cli_program.hpp"

namespace executus::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string guide_text(const fs::path& file) {
  std::stringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

class SavedGuides : public CliProgram {
 protected:
  // What the commands of a page print, but those that would ask another machine. Fails the test when one of them fails.
  std::string follow(const std::string& page) {
    script("any", "  - text: Done.\n  - text: Done.\n");
    environment_["EXECUTUS_MODEL_TIER_FAST"] = "scripted/" + (folder() / "any.turns.yaml").string();
    fs::create_symlink(EXECUTUS_PROGRAM, folder() / "executus");
    write("guide.sh", variables() + commands(guide_text(fs::path(EXECUTUS_SOURCE) / "docs/guides" / page)));
    auto shell = "cd '" + folder().string() + "' && sh -e guide.sh > out 2>&1 < /dev/null";
    EXPECT_EQ(std::system(shell.c_str()), 0) << read("out");
    return read("out");
  }

 private:
  std::string variables() const {
    std::string lines;
    for (const auto& [name, value] : environment_) lines += "export " + name + "='" + value + "'\n";
    return lines + "PATH=\"$PWD:$PATH\"\n";
  }
  static std::string commands(const std::string& page) {
    const std::string begin = "\n```sh\n", end = "\n```";
    std::string all;
    for (auto at = page.find(begin); at != std::string::npos; at = page.find(begin, at)) {
      at += begin.size();
      auto block = page.substr(at, page.find(end, at) + 1 - at);
      if (block.find("https://") == std::string::npos) all += block;
    }
    return all;
  }
};

TEST_F(SavedGuides, ToSavedAgentsDoesWhatItSays) {
  EXPECT_THAT(follow("saved_agents.md"),
              AllOf(HasSubstr("clerk: created (version 1)"), HasSubstr("clerk: updated (version 2)"),
                    HasSubstr("+system_prompt: Answer the letter kindly and briefly.\n"),
                    HasSubstr("clerk: version 1 again, as version 3"), HasSubstr("wrote clerk.yaml"),
                    HasSubstr("would remove clerk with its 3 versions"), HasSubstr("version 1 of ann"),
                    Not(HasSubstr("warning"))));
}

TEST_F(SavedGuides, ToSkillsDoesWhatItSays) {
  EXPECT_THAT(follow("skills.md"),
              AllOf(HasSubstr("skills/shorten.yaml: ok"), HasSubstr("shorten: created (version 1)"),
                    HasSubstr("version 1 of local (another is first)"), Not(HasSubstr("warning"))));
}

TEST_F(SavedGuides, ToPacksDoesWhatItSays) {
  EXPECT_THAT(follow("packs.md"), AllOf(HasSubstr("brought skills: 1 skill"), HasSubstr("agents/writer.yaml: ok")));
}

}  // namespace
}  // namespace executus::testing
