#include "llm/catalog/naming.hpp"

#include <gmock/gmock.h>

namespace executus::llm {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

Naming naming(std::map<std::string, std::string> tiers, std::map<std::string, std::string> aliases = {}) {
  Naming names;
  for (const auto& [tier, spec] : tiers) names.tier_names.push_back(tier);
  names.tier = [tiers](const std::string& name) -> Result<std::optional<std::string>> {
    auto found = tiers.find(name);
    return found == tiers.end() ? std::optional<std::string>() : std::optional(found->second);
  };
  names.aliases = std::move(aliases);
  return names;
}

std::string expanded(std::string_view name, const Naming& names) { return to_string(expand_name(name, names).value()); }

TEST(Naming, ExpandsTiersAndAliases) {
  auto names =
      naming({{"fast", "quick"}, {"thinking", "openai/t?effort=high"}}, {{"quick", "lab/q"}, {"deep", "thinking"}});

  EXPECT_EQ(expanded("fast", names), "lab/q");
  EXPECT_EQ(expanded("quick", names), "lab/q");
  EXPECT_EQ(expanded("deep", names), "openai/t?effort=high");
  EXPECT_EQ(expanded("openai/any", names), "openai/any");
}

TEST(Naming, OfNothingIsTheFallbackTier) { EXPECT_EQ(expanded("", naming({{"fast", "lab/q"}})), "lab/q"); }

TEST(Naming, KeepsTheEffortThroughATierAndLetsTheNameOverrideIt) {  // [MOD-04]
  auto names = naming({{"thinking", "smart?effort=high"}}, {{"smart", "openai/t?effort=low"}});

  EXPECT_EQ(expanded("smart", names), "openai/t?effort=low");
  EXPECT_EQ(expanded("thinking", names), "openai/t?effort=high");
  EXPECT_EQ(expanded("thinking?effort=minimal", names), "openai/t?effort=minimal");
}

TEST(Naming, TakesEachParameterFromWhereItIsNearest) {
  auto names = naming({{"thinking", "lab/t?effort=high&temperature=1&max_output_tokens=9"}});

  EXPECT_EQ(expanded("thinking?temperature=0.5", names), "lab/t?effort=high&max_output_tokens=9&temperature=0.5");
}

TEST(Naming, RefusesATierInATier) {  // [MOD-05]
  auto names = naming({{"fast", "a"}, {"thinking", "lab/t"}}, {{"a", "thinking"}});

  EXPECT_EQ(expand_name("fast", names).error().code(), "model.nested_tier");
  EXPECT_EQ(expand_name("fast", naming({{"fast", "fast"}})).error().code(), "model.nested_tier");
}

TEST(Naming, RefusesACircleOfAliases) {  // [LLM-12]
  auto names = naming({}, {{"a", "b"}, {"b", "c?effort=low"}, {"c", "a"}});

  auto spec = expand_name("a", names);

  EXPECT_EQ(spec.error().code(), "model.alias_cycle");
  EXPECT_THAT(spec.error().message(), HasSubstr("a -> b -> c -> a"));
}

TEST(Naming, GuessesWhatAnUnknownNameMeant) {
  auto names = naming({{"thinking", "lab/t"}}, {{"triage", "lab/q"}});

  EXPECT_THAT(expand_name("thinkng", names).error().message(),
              AllOf(HasSubstr("did you mean 'thinking'?"), HasSubstr("EXECUTUS_MODEL_TIER_THINKNG")));
  EXPECT_THAT(expand_name("triag", names).error().message(), HasSubstr("did you mean 'triage'?"));
}

TEST(Naming, SaysThroughWhichNamesAMistakeWasReached) {
  auto spec = expand_name("fast", naming({{"fast", "q"}}, {{"q", "openai/a,openai/"}}));

  EXPECT_EQ(spec.error().code(), "model.spec");
  EXPECT_THAT(spec.error().message(), HasSubstr("model fast -> q: "));
}

TEST(Naming, ExpandsAliasesWhereTheyStandInAChain) {  // [LLM-11] [LLM-12]
  auto names = naming({{"fast", "local,openai/b"}}, {{"local", "lab/q,lab/r"}, {"all", "fast,openai/c"}});

  EXPECT_EQ(expanded("fast", names), "lab/q,lab/r,openai/b");
  EXPECT_EQ(expanded("all", names), "lab/q,lab/r,openai/b,openai/c");
  EXPECT_EQ(expanded("openai/x, local", names), "openai/x,lab/q,lab/r");
  EXPECT_EQ(expanded("local?effort=low,openai/b", names), "lab/q?effort=low,lab/r?effort=low,openai/b");
}

TEST(Naming, AsksWhatComesTwiceOnce) {  // [LLM-12]
  auto names = naming({}, {{"a", "lab/q,b"}, {"b", "openai/x,lab/q"}});

  EXPECT_EQ(expanded("a,b", names), "lab/q,openai/x");
  EXPECT_EQ(expanded("lab/q,lab/q?effort=high", names), "lab/q,lab/q?effort=high") << "another effort is another model";
}

TEST(Naming, RefusesAChainWithAHole) {  // [MOD-05]
  for (std::string text : {"lab/q,", ",lab/q", "lab/q,,lab/r"})
    EXPECT_THAT(expand_name(text, naming({{"fast", "lab/f"}})).error().message(),
                AllOf(HasSubstr("'" + text + "'"), HasSubstr("take out the comma")));
}

TEST(Naming, AsksAResolverAfterTheAliases) {  // [LLM-14]
  auto names = naming({}, {{"known", "lab/q"}});
  names.dynamic = [](const std::string& name) -> std::optional<std::string> {
    return name == "unheard" ? std::nullopt : std::optional("known,openai/" + name);
  };

  EXPECT_EQ(expanded("known", names), "lab/q");
  EXPECT_EQ(expanded("new", names), "lab/q,openai/new");
  EXPECT_EQ(expand_name("unheard", names).error().code(), "model.unknown");
}

}  // namespace
}  // namespace executus::llm
