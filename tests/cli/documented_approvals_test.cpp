// The commands of the guide to approvals do what it says.
#include <cstdlib>
#include <fstream>
#include <regex>
#include <sstream>

#include "cli_program.hpp"

namespace executus::testing {
namespace {

namespace fs = std::filesystem;

using ::testing::AllOf;
using ::testing::HasSubstr;

class ApprovalsGuide : public CliProgram {
 protected:
  void SetUp() override {
    std::stringstream text;
    text << std::ifstream(fs::path(EXECUTUS_SOURCE) / "docs/guides/approvals.md").rdbuf();
    page_ = text.str();
    write("agents/shop.yaml", blocks("yaml").at(0));
    script("shop", "  - {calls: [{tool: charge, arguments: {cents: 500}}]}\n  - text: Done.\n");
    environment_["EXECUTUS_MODEL_TIER_FAST"] = "scripted/" + (folder() / "shop.turns.yaml").string();
  }
  std::vector<std::string> blocks(const std::string& language) const {
    const std::string begin = "\n```" + language + "\n", end = "\n```";
    std::vector<std::string> found;
    for (auto at = page_.find(begin); at != std::string::npos; at = page_.find(begin, at)) {
      at += begin.size();
      found.push_back(page_.substr(at, page_.find(end, at) + 1 - at));
    }
    return found;
  }
  // Runs the commands of the n-th block; each ends with the exit code that its comment says, or 0. What they print.
  std::string run_block(std::size_t n) {
    std::istringstream lines(blocks("sh").at(n));
    const std::regex word("\"([^\"]*)\"|([^ ]+)"), code("# exit code ([0-9]+)");
    std::string all, line;
    while (std::getline(lines, line)) {
      std::smatch said;
      int expected = std::regex_search(line, said, code) ? std::stoi(said[1]) : 0;
      auto command = line.substr(0, line.find('#'));
      Arguments words;
      for (std::sregex_iterator at(command.begin(), command.end(), word), none; at != none; ++at)
        words.push_back((*at)[1].matched ? (*at)[1].str() : (*at)[2].str());
      auto finished = run({words.begin() + 1, words.end()});
      EXPECT_EQ(finished.exit, expected) << line << "\n" << finished.err;
      all += finished.out + finished.err;
    }
    return all;
  }

 private:
  std::string page_;
};

TEST_F(ApprovalsGuide, SaysHowACallIsAllowedAndRefused) {  // [DUR-36]
  EXPECT_THAT(run_block(0), AllOf(HasSubstr("{\"cents\":500}"), HasSubstr("Done.")));
  EXPECT_EQ(read("charges.log"), "{\"cents\":500}");
  EXPECT_THAT(run_block(1), HasSubstr("Done."));
  EXPECT_EQ(read("charges.log"), "{\"cents\":500}") << "the second charge was refused";
  EXPECT_THAT(run({"runs", "show", "order-10"}).out, HasSubstr("over the limit"));
}

}  // namespace
}  // namespace executus::testing
