#include <gmock/gmock.h>

#include <executus/llm/spec.hpp>

namespace executus::llm {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Spec, TakesEverythingAfterTheFirstSlashVerbatim) {  // [LLM-07]
  EXPECT_EQ(parse_spec("openai/gpt-x").value(), (ModelSpec{"openai", "gpt-x"}));
  EXPECT_EQ(parse_spec("lab/meta-llama/Llama-3:8b").value(), (ModelSpec{"lab", "meta-llama/Llama-3:8b"}));
  EXPECT_EQ(parse_spec("scripted//tmp/a turn.yaml").value(), (ModelSpec{"scripted", "/tmp/a turn.yaml"}));
  EXPECT_EQ(parse_spec(" openai/what? ").value(), (ModelSpec{"openai", "what?"}));
}

TEST(Spec, HasTheEffortAsParameter) {  // [MOD-04]
  EXPECT_EQ(parse_spec("openai/gpt-x?effort=high").value(), (ModelSpec{"openai", "gpt-x", {.effort = "high"}}));
}

TEST(Spec, HasALimitOfTheAnswerAndATemperatureAsParameters) {
  auto spec = parse_spec("openai/gpt-x?temperature=0.20&max_output_tokens=8000").value();

  EXPECT_EQ(spec, (ModelSpec{"openai", "gpt-x", {.max_output_tokens = 8000, .temperature = 0.2}}));
  EXPECT_EQ(to_string(spec), "openai/gpt-x?max_output_tokens=8000&temperature=0.2");
}

TEST(Spec, SaysWhatIsWrongWithAParameter) {
  for (auto [text, why] : std::vector<std::pair<std::string, std::string>>{
           {"openai/x?effort=", "'effort' that is not a word like low or high"},
           {"openai/x?effort=low&effort=high", "'effort' twice"},
           {"openai/x?max_output_tokens=0", "'max_output_tokens' that is not a whole number from 1"},
           {"openai/x?max_output_tokens=1.5", "'max_output_tokens' that is not a whole number from 1"},
           {"openai/x?max_output_tokens=99999999999", "'max_output_tokens' that is not a whole number from 1"},
           {"openai/x?temperature=2.1", "'temperature' that is not a number from 0 to 2"},
           {"openai/x?temperature=nan", "'temperature' that is not a number from 0 to 2"},
           {"openai/x?effort=low&", "unknown parameter ''"},
           {"openai/x?top_p=1", "unknown parameter 'top_p'; there are effort"}})
    EXPECT_THAT(parse_spec(text).error().message(), HasSubstr(why)) << text;
}

TEST(Spec, IsWrittenAsItIsRead) {
  for (std::string text : {"openai/gpt-x?effort=high", "lab/m?effort=low&max_output_tokens=9&temperature=1.5",
                           "lab/a/b:c", "scripted//tmp/t.yaml"})
    EXPECT_EQ(to_string(parse_spec(text).value()), text);
}

TEST(Spec, RefusesWhatIsNoSpec) {
  for (std::string text :
       {"", "gpt-x", "/gpt-x", "openai/", "Open AI/x", "openai/x?effort=", "openai/x?temperature=hot"})
    EXPECT_EQ(parse_spec(text).error().code(), "model.spec") << text;
}

TEST(Spec, IsOneModel) { EXPECT_EQ(parse_spec("openai/a,lab/b").error().code(), "model.spec"); }

TEST(Spec, OfAChainIsWrittenWithCommas) {  // [LLM-11]
  EXPECT_EQ(to_string(ModelChain{{"openai", "a", {.effort = "high"}}, {"lab", "b/c"}}), "openai/a?effort=high,lab/b/c");
}

TEST(Spec, DoesNotQuoteAUrlThatMayHoldAToken) {
  auto spec = parse_spec("openai://c4n4ry@host/v1");

  EXPECT_EQ(spec.error().code(), "model.spec");
  EXPECT_THAT(spec.error().message(), Not(HasSubstr("c4n4ry")));
}

}  // namespace
}  // namespace executus::llm
