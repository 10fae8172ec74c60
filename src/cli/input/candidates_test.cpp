#include "cli/input/candidates.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace executus::cli {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

std::vector<std::string> words(const std::vector<std::string>& typed) {
  std::vector<std::string> found;
  for (const auto& candidate : candidates(typed).words) found.push_back(candidate.word);
  return found;
}

TEST(CandidatesOfALine, AreCommandsAndTheirSubcommands) {
  EXPECT_THAT(words({""}), AllOf(Contains("run"), Contains("runs"), Contains("completion")));
  EXPECT_THAT(words({"runs", ""}), AllOf(Contains("list"), Contains("approve"), Not(Contains("run"))));
  EXPECT_THAT(words({"completion", ""}), ElementsAre("bash", "zsh", "fish"));
  EXPECT_EQ(candidates({"run"}).words.front().description.empty(), false);
}

TEST(CandidatesOfALine, AreOptionsOfTheCommand) {
  EXPECT_THAT(words({"run", "--"}), AllOf(Contains("--detach"), Contains("--json"), Contains("--help")));
  EXPECT_THAT(words({"runs", "approve", "--"}), Contains("--answer"));
  EXPECT_THAT(words({"runs", "list", "-"}), AllOf(Contains("--status"), Not(Contains("--detach"))));
}

TEST(CandidatesOfALine, AreValuesOfAnOption) {
  EXPECT_THAT(words({"run", "--durability", ""}), ElementsAre("strict", "relaxed", "memory", "lazy"));
  EXPECT_THAT(words({"run", "--durability", "=", "s"}), Contains("strict")) << "as bash cuts it";
  EXPECT_THAT(words({"runs", "list", "--status", "w"}), Contains("waiting"));
  EXPECT_THAT(words({"audit", "--by", ""}), ElementsAre("agent", "caller", "tree"));
  EXPECT_EQ(candidates({"audit", "--tree", ""}).values, Values::runs);
  EXPECT_EQ(candidates({"audit", "--agent", ""}).values, Values::agent_names);
  EXPECT_EQ(candidates({"run", "a", "--image", ""}).values, Values::files);
  EXPECT_EQ(candidates({"bench", "--dir", ""}).values, Values::folders);
  for (const char* command : {"recover", "worker"})
    EXPECT_EQ(candidates({command, "--agent", ""}).values, Values::agent_names) << command << " takes no file";
}

TEST(CandidatesOfALine, AreArgumentsByTheirPlace) {
  EXPECT_EQ(candidates({"run", ""}).values, Values::agents);
  EXPECT_EQ(candidates({"--db", "x.db", "run", "--json", ""}).values, Values::agents);
  EXPECT_EQ(candidates({"run", "triage", ""}).values, Values::none) << "a prompt is free";
  EXPECT_EQ(candidates({"runs", "show", ""}).values, Values::runs);
  EXPECT_EQ(candidates({"recover", "one", ""}).values, Values::runs) << "as many as one likes";
  EXPECT_EQ(candidates({"runs", "show", "one", ""}).values, Values::none);
  EXPECT_EQ(candidates({"models", "test", ""}).values, Values::models);
}

TEST(CandidatesOfALine, AreNoOptionsBehindTwoDashes) { EXPECT_THAT(words({"run", "--", "-"}), IsEmpty()); }

}  // namespace
}  // namespace executus::cli
