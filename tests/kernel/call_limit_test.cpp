// How often a run may call some tools (tool::ToolInfo::limit).
#include <gtest/gtest.h>

#include "run/harness_test.hpp"

namespace executus::run {
namespace {

// Two calls of a limited tool in a response, until there is no more to call.
struct LimitedRun : Harness {
  explicit LimitedRun(tool::Effect effect)
      : Harness([](std::size_t turn) {
          auto id = std::to_string(turn);
          auto other = "{\"n\":" + id + "}";  // the same call again and again would end the run
          return turn < 3 ? calls({{"a" + id, "look", other}, {"b" + id, "see", other}}) : says("done");
        }) {
    for (const char* name : {"look", "see"})
      add_tool(name, effect).change().limit = tool::CallLimit{3, {"look", "see"}};
  }
  int refused() {
    int count = 0;
    auto stored = entries();
    for (const auto& entry : stored)
      if (const auto* settled = std::get_if<journal::Settled>(&entry.payload))
        count += settled->text.find("has made the 3 calls of look, see") != std::string::npos;
    return count;
  }
};

TEST(CallLimit, HoldsForARunAndAllItsTools) {  // [TLS-07]
  for (auto effect : {tool::Effect::pure, tool::Effect::irreversible}) {
    LimitedRun run(effect);
    ASSERT_TRUE(run.run().ok());
    EXPECT_EQ(run.total_effects(), 3) << to_string(effect);
    EXPECT_EQ(run.refused(), 3) << to_string(effect);
    int intents = 0;
    for (const auto& kind : run.kinds()) intents += kind == "intended";
    EXPECT_EQ(intents, effect == tool::Effect::pure ? 0 : 3);
  }
}

TEST(CallLimit, HoldsAcrossDeaths) {  // [TLS-07]
  for (int writes = 1; writes < 10; ++writes) {
    LimitedRun run(tool::Effect::keyed);
    run.store->writes_left = writes;
    (void)run.run();
    run.new_process();
    if (auto outcome = run.recover()) ASSERT_TRUE(outcome->ok()) << writes;
    EXPECT_EQ(run.total_effects(), 3) << writes;
    EXPECT_EQ(run.refused(), 3) << writes;
  }
}

}  // namespace
}  // namespace executus::run
