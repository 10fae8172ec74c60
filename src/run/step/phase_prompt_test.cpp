#include "run/step/phase_prompt.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"

namespace executus::run {
namespace {

journal::Checkpoint after_phases(std::vector<std::pair<std::string, std::string>> outputs) {
  journal::Checkpoint checkpoint;
  checkpoint.opening.push_back(llm::user_message("why?"));
  checkpoint.admitted.invocation = {{"inputs", {{"service", "web"}, {"port", 80}}}};
  for (auto& [name, output] : outputs) checkpoint.phases.push_back({0, name, journal::PhaseEnd::completed, output, ""});
  return checkpoint;
}

std::string rendered(const std::string& prompt, const journal::Checkpoint& checkpoint) {
  return render_phase_prompt(prompt, Answers(checkpoint, {})).text;
}

TEST(PhasePrompt, NamesQueryInputsAndEarlierPhases) {  // [PH-02]
  auto checkpoint = after_phases({{"plan", "<b>look & see</b>"}});
  EXPECT_EQ(rendered("{{Query}} {{.Query}} {{inputs.service}} {{inputs.port}} {{plan}} {{.plan}}", checkpoint),
            "why? why? web 80 <b>look & see</b> <b>look & see</b>");
}

TEST(PhasePrompt, NumbersAreWrittenAsPeopleWriteThem) {
  auto checkpoint = after_phases({});
  checkpoint.admitted.invocation = {{"inputs", {{"price", 19.9}, {"all", {{"rate", 0.05}, {"n", 3.0}}}}}};
  EXPECT_EQ(rendered("{{inputs.price}} {{inputs.all}}", checkpoint), R"(19.9 {"rate":0.05,"n":3})");
}

TEST(PhasePrompt, TheLatestOfEqualNamesCountsAndQueryMayBeShadowed) {  // [PH-04] [PH-20]
  auto checkpoint = after_phases({{"step", "one"}, {"step", "two"}, {"Query", "another question"}});
  EXPECT_EQ(rendered("{{step}} {{Query}}", checkpoint), "two another question");
}

TEST(PhasePrompt, IsSentAsItIsWhenItCannotBeRendered) {  // [PH-03]
  for (const char* prompt : {"{{nobody}}", "{{Query", "{{ }}", "{{Query}} {{"}) {
    auto result = render_phase_prompt(prompt, Answers(after_phases({}), {}));
    EXPECT_EQ(result.text, prompt);
    EXPECT_FALSE(result.warning.empty()) << prompt;
  }
}

TEST(Salvage, KeepsTheEndOfWhatWasSaidAndFound) {  // [PH-08] [PH-09]
  llm::Transcript transcript{llm::user_message("why?"), llm::assistant_message("looking", {{"c", "grep", "{}"}})};
  llm::Message results;
  results.role = llm::Role::tool;
  results.tool_results = {{"c", "grep", "found it", {}, false}};
  transcript.push_back(results);
  EXPECT_EQ(salvage(transcript), "looking\n\nfound it");
}

TEST(Salvage, IsBoundedAndCutBetweenCharacters) {  // [PH-09]
  std::string many;
  for (std::size_t i = 0; i < kSalvagedCharacters; ++i) many += "é";
  auto kept = salvage({llm::assistant_message("x" + many + "end")});
  EXPECT_EQ(count_characters(kept), kSalvagedCharacters);
  EXPECT_TRUE(is_valid_utf8(kept));
  EXPECT_TRUE(kept.ends_with("éend"));
}

}  // namespace
}  // namespace executus::run
