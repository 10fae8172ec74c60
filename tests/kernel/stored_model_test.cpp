// A run keeps the model it was started with, whatever its tier means in the process that takes it up.
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "run/harness_test.hpp"

namespace executus::run {
namespace {

// The tier "fast" means one model or the other; a spec is what it says.
class MovingTier final : public llm::ModelResolver {
 public:
  explicit MovingTier(std::function<llm::Response(std::size_t)> answer) {
    for (const char* spec : {"lab/old", "lab/new"}) models_[spec] = std::make_shared<CountingModel>(answer);
  }
  Result<llm::ResolvedModel> resolve(std::string_view name) override {
    std::string spec = name == "fast" ? means : std::string(name);
    return llm::ResolvedModel{models_.at(spec), spec, 0};
  }
  std::size_t asked(const std::string& spec) { return models_.at(spec)->requests.size(); }

  std::string means = "lab/old";

 private:
  std::map<std::string, std::shared_ptr<CountingModel>> models_;
};

// Dies in the call of its first step; then the tier is another model.
struct Moved : Harness {
  Moved() : Harness(script), tier(script) {
    auto& look = add_tool("look", tool::Effect::pure);
    agent.model = "fast";
    reconfigure([this](ExecutorConfig& config) { config.models = &tier; });
    look.before_effect = [this] {
      if (std::exchange(die, false)) store->dead = true;
    };
  }
  static llm::Response script(std::size_t turn) { return turn == 0 ? calls({{"c", "look", "{}"}}) : says("done"); }
  std::optional<RunOutcome> die_and_recover() {
    (void)run();
    tier.means = "lab/new";
    new_process();
    return recover();
  }

  bool die = true;
  MovingTier tier;
};

TEST(StoredModel, IsThatOfTheRunThatIsTakenUp) {  // [DUR-22]
  Moved run;
  auto outcome = run.die_and_recover();
  ASSERT_TRUE(outcome && outcome->ok());
  EXPECT_GE(run.tier.asked("lab/old"), 2u);
  EXPECT_EQ(run.tier.asked("lab/new"), 0u);
}

TEST(StoredModel, IsThatOfThePhaseThatIsTakenUp) {  // [DUR-22] [DUR-12]
  Moved run;
  run.agent.model = "lab/old";
  run.agent.phases = {{"one", "One {{Query}}", "fast"}};
  auto outcome = run.die_and_recover();
  ASSERT_TRUE(outcome && outcome->ok());
  EXPECT_GE(run.tier.asked("lab/old"), 2u);
  EXPECT_EQ(run.tier.asked("lab/new"), 0u);
}

}  // namespace
}  // namespace executus::run
