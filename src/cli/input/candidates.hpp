// What may stand at the end of a command line that is being typed, as the grammar has it.
#pragma once

#include <string>
#include <vector>

namespace executus::cli {

struct Candidate {
  std::string word;
  std::string description = {};
};

// Values that the grammar does not list. agents: files are agents too; agent_names: also of agents that have runs
// alone.
enum class Values { none, files, folders, agents, skills, agent_names, packs, runs, models };

struct Candidates {
  std::vector<Candidate> words;
  Values values = Values::none;
};

// `typed`: the words behind the program's name; the last one is being typed, and may be empty. Words that do not begin
// like it are among the candidates too.
[[nodiscard]] Candidates candidates(const std::vector<std::string>& typed);

}  // namespace executus::cli
