#include <executus/persona/persona.hpp>

#include "saved/store_suite_test.hpp"

namespace executus::persona {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct MemoryPersonas {
  static std::unique_ptr<PersonaStore> open() { return make_memory_store(); }
};

Persona boss(const std::string& name = "boss") {
  Persona persona;
  persona.record.owner = "ann";
  persona.definition.agent.name = name;
  persona.definition.agent.system_prompt = "Be kind.";
  persona.definition.agent.agents = {"researcher"};
  persona.definition.agent.skills = {"summarise"};
  persona.definition.agent.critic = {.enabled = true};
  return persona;
}

TEST(Persona, LowersIntoItsAgent) {  // [PER-01] [PER-02] [RUN-14]
  auto persona = boss();
  persona.record.id = "p1";
  auto agent = to_agent(persona).value();

  auto expected = persona.definition.agent;
  expected.id = "p1";
  EXPECT_EQ(agent, expected) << "palettes and critic are the agent's";
}

TEST(Persona, AddsItsLayersToThePrompt) {  // [PER-01]
  auto persona = boss();
  persona.personalization = {"tone", "place"};
  auto layers = [](std::string_view layer) -> std::optional<std::string> {
    if (layer == "tone") return "Be brief.";
    return layer == "place" ? std::optional<std::string>("You are in Berlin.") : std::nullopt;
  };

  EXPECT_EQ(to_agent(persona, layers)->system_prompt, "Be kind.\n\nBe brief.\n\nYou are in Berlin.");
  persona.personalization = {"tome"};
  EXPECT_THAT(to_agent(persona, layers).error().message(), AllOf(HasSubstr("'boss'"), HasSubstr("'tome'")));
  EXPECT_EQ(to_agent(persona).error().code(), "persona.layer") << "nobody provides layers";
}

TEST(PersonaStore, FindsWhatStartsIt) {  // [PER-03] [PER-04]
  auto store = make_memory_store();
  auto hooked = boss("hooked"), chatty = boss("chatty");
  hooked.triggers.webhook_secret = "s3cret";
  chatty.triggers.channels = {"general", "ops"};
  chatty.reactions = {{"running", "🏃"}};
  hooked = store->create(hooked);
  chatty = store->create(chatty);

  EXPECT_EQ(find_webhook(*store, "s3cret"), hooked);
  EXPECT_EQ(find_webhook(*store, "s3cre"), std::nullopt);
  EXPECT_EQ(find_webhook(*store, "s3creT"), std::nullopt);
  EXPECT_EQ(find_webhook(*store, ""), std::nullopt) << "it is no secret";
  EXPECT_THAT(list_channel(*store, "ops"), ElementsAre(chatty));
  EXPECT_TRUE(list_channel(*store, "op").empty());
}

TEST(PersonaStore, ASecretStartsOneAlone) {  // [PER-04]
  auto store = make_memory_store();
  auto first = boss("first"), second = boss("second");
  first.triggers.webhook_secret = second.triggers.webhook_secret = "s3cret";
  first = store->create(first);

  EXPECT_THROW((void)store->create(second), Error);
  first.definition.agent.description = "It may keep its own.";
  EXPECT_NO_THROW((void)store->update(first));
}

TEST(Saved, ASourceIsOfWhatItSaysAlone) {
  auto definition = boss().definition;
  EXPECT_EQ(source_of(definition), std::nullopt);
  set_source(definition, "name: boss\n");
  EXPECT_EQ(source_of(definition), "name: boss\n");

  definition.agent.description = "Changed by a program.";
  EXPECT_EQ(source_of(definition), std::nullopt);
}

TEST(Saved, ToolsOfADefinitionAreAskedForInPhasesAndBelowItToo) {  // [TOOL-02] [TOOL-03]
  class Wipe final : public tool::Tool {
   public:
    Wipe() {
      info_.spec.name = "wipe";
      info_.access = {.authors = tool::Access::Authors::admins, .sharing = tool::Access::Sharing::unsafe};
    }
    const tool::ToolInfo& info() const override { return info_; }
    Task<tool::Outcome> call(tool::Call) override { co_return tool::Done{"", {}, {}, {}, {}}; }

   private:
    tool::ToolInfo info_;
  };
  tool::Registry registry;
  registry.add(std::make_shared<Wipe>());
  auto definition = boss().definition;
  EXPECT_FALSE(refusal(definition, registry, tool::Author::user));
  Phase phase;
  phase.tools = {"wipe"};
  definition.agent.phases = {phase};
  auto above = boss("above").definition;
  above.agent.sub_agents = {definition.agent};

  EXPECT_EQ(refusal(definition, registry, tool::Author::user)->code(), "tool.reserved");
  EXPECT_EQ(refusal(above, registry, tool::Author::user)->code(), "tool.reserved");
  EXPECT_FALSE(refusal(definition, registry, tool::Author::admin));
  definition.visibility = tool::Visibility::everyone;
  EXPECT_EQ(refusal(definition, registry, tool::Author::admin)->code(), "tool.unshareable");
}

}  // namespace
}  // namespace executus::persona

namespace executus::saved {
// [PER-03] [PER-04] [PER-05]
INSTANTIATE_TYPED_TEST_SUITE_P(MemoryPersonas, SavedStore, persona::MemoryPersonas);
}  // namespace executus::saved
