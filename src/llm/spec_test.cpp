#include <gmock/gmock.h>

#include <executus/llm/spec.hpp>

namespace executus::llm {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Spec, TakesEverythingAfterTheFirstSlashVerbatim) {  // [LLM-07]
  EXPECT_EQ(parse_spec("openai/gpt-x").value(), (ModelSpec{"openai", "gpt-x", ""}));
  EXPECT_EQ(parse_spec("lab/meta-llama/Llama-3:8b").value(), (ModelSpec{"lab", "meta-llama/Llama-3:8b", ""}));
  EXPECT_EQ(parse_spec("scripted//tmp/a turn.yaml").value(), (ModelSpec{"scripted", "/tmp/a turn.yaml", ""}));
  EXPECT_EQ(parse_spec(" openai/what? ").value(), (ModelSpec{"openai", "what?", ""}));
}

TEST(Spec, HasTheEffortAsParameter) {  // [MOD-04]
  EXPECT_EQ(parse_spec("openai/gpt-x?effort=high").value(), (ModelSpec{"openai", "gpt-x", "high"}));
}

TEST(Spec, IsWrittenAsItIsRead) {
  for (std::string text : {"openai/gpt-x?effort=high", "lab/a/b:c", "scripted//tmp/t.yaml"})
    EXPECT_EQ(to_string(parse_spec(text).value()), text);
}

TEST(Spec, RefusesWhatIsNoSpec) {
  for (std::string text : {"", "gpt-x", "/gpt-x", "openai/", "Open AI/x", "openai/x?effort=", "openai/x?temperature=1"})
    EXPECT_EQ(parse_spec(text).error().code(), "model.spec") << text;
}

TEST(Spec, IsOneModel) { EXPECT_EQ(parse_spec("openai/a,lab/b").error().code(), "model.spec"); }

TEST(Spec, OfAChainIsWrittenWithCommas) {  // [LLM-11]
  EXPECT_EQ(to_string(ModelChain{{"openai", "a", "high"}, {"lab", "b/c", ""}}), "openai/a?effort=high,lab/b/c");
}

TEST(Spec, DoesNotQuoteAUrlThatMayHoldAToken) {
  auto spec = parse_spec("openai://c4n4ry@host/v1");

  EXPECT_EQ(spec.error().code(), "model.spec");
  EXPECT_THAT(spec.error().message(), Not(HasSubstr("c4n4ry")));
}

}  // namespace
}  // namespace executus::llm
