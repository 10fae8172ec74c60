#include "llm/naming.hpp"

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

TEST(Naming, RefusesATierInATier) {
  auto names = naming({{"fast", "a"}, {"thinking", "lab/t"}}, {{"a", "thinking"}});

  EXPECT_EQ(expand_name("fast", names).error().code(), "model.nested_tier");
  EXPECT_EQ(expand_name("fast", naming({{"fast", "fast"}})).error().code(), "model.nested_tier");
}

TEST(Naming, RefusesACircleOfAliases) {
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
  auto spec = expand_name("fast", naming({{"fast", "q"}}, {{"q", "openai/a,openai/b"}}));

  EXPECT_EQ(spec.error().code(), "model.chain");
  EXPECT_THAT(spec.error().message(), HasSubstr("model fast -> q: "));
}

}  // namespace
}  // namespace executus::llm
