#include "guide.hpp"

#include <fstream>
#include <regex>
#include <sstream>

namespace executus::testing {

Guide::Guide(const std::string& page) {
  std::stringstream text;
  text << std::ifstream(std::filesystem::path(EXECUTUS_SOURCE) / page).rdbuf();
  page_ = text.str();
}

std::vector<std::string> Guide::blocks(const std::string& language) const {
  const std::string begin = "\n```" + language + "\n", end = "\n```";
  std::vector<std::string> found;
  for (auto at = page_.find(begin); at != std::string::npos; at = page_.find(begin, at)) {
    at += begin.size();
    found.push_back(page_.substr(at, page_.find(end, at) + 1 - at));
  }
  return found;
}

std::string Guide::run_block(std::size_t n) {
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

}  // namespace executus::testing
