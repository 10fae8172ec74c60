#include "guide.hpp"

#include <cstdlib>
#include <fstream>
#include <regex>
#include <sstream>

namespace executus::testing {
namespace {

namespace fs = std::filesystem;

// A line that says the code it ends with is held to it; `sh -e` holds the others to 0.
std::string held_to_codes(const std::string& block) {
  static const std::regex coded("([^\n]*)# exit code ([0-9]+)[^\n]*");
  return std::regex_replace(block, coded, "code=0; $1 || code=$$?; [ $$code -eq $2 ]");
}

}  // namespace

std::string page_text(const fs::path& page) {
  std::stringstream text;
  text << std::ifstream(fs::path(EXECUTUS_SOURCE) / page).rdbuf();
  return text.str();
}

std::vector<std::string> blocks_of(const std::string& page, const std::string& language) {
  const std::string begin = "\n```" + language + "\n", end = "\n```";
  std::vector<std::string> found;
  for (auto at = page.find(begin); at != std::string::npos; at = page.find(begin, at)) {
    at += begin.size();
    found.push_back(page.substr(at, page.find(end, at) + 1 - at));
  }
  return found;
}

std::string path_of(const std::string& block) {
  std::smatch path;
  return std::regex_search(block, path, std::regex("^# ((agents/|skills/|bases/|executus)[^ \n]*)")) ? path[1].str()
                                                                                                     : "";
}

// The database is where it is for a new user, whose home is empty.
Guide::Guide(const std::string& page) : page_(page_text(page)) {
  environment_.erase("EXECUTUS_DB");
  fs::create_symlink(EXECUTUS_PROGRAM, folder() / "executus");
}

void Guide::TearDown() { EXPECT_EQ(ran_, blocks("sh").size()) << "a block of commands that no test runs"; }

void Guide::write_files() {
  for (const auto& block : blocks("yaml"))
    if (auto path = path_of(block); !path.empty()) write(path, block);
}

void Guide::models_say(const std::string& turns) {
  script("any", turns);
  for (const char* tier : {"FAST", "THINKING"})
    environment_["EXECUTUS_MODEL_TIER_" + std::string(tier)] = "scripted/" + (folder() / "any.turns.yaml").string();
}

void Guide::instead_of(const std::string& shown, const std::string& there) {
  auto at = page_.find(shown);
  ASSERT_NE(at, std::string::npos) << shown;
  page_.replace(at, shown.size(), there);
}

std::string Guide::run_block(std::size_t n) {
  std::string commands = "cd '" + folder().string() + "'\n";
  for (const auto& [name, value] : environment_) commands += "export " + name + "='" + value + "'\n";
  write("guide.sh", commands + "PATH=\"$PWD:$PATH\"\n" + held_to_codes(blocks("sh").at(n)));
  auto script = (folder() / "guide.sh").string(), out = (folder() / "out").string();
  EXPECT_EQ(std::system(("env -i sh -e '" + script + "' > '" + out + "' 2>&1 < /dev/null").c_str()), 0)
      << blocks("sh")[n] << read("out");
  ++ran_;
  return read("out");
}

std::string Guide::run_all() {
  std::string all;
  for (std::size_t n = 0; n < blocks("sh").size(); ++n) all += run_block(n);
  return all;
}

}  // namespace executus::testing
