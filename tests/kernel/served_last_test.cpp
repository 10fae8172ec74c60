// The first request after a resume names the target that served last, for a chain to begin with: its prompt cache holds
// the conversation.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/harness_test.hpp"

namespace executus::run {
namespace {

using ::testing::ElementsAre;

// As a chain whose second target answers.
class SecondServes final : public llm::Model {
 public:
  Task<llm::Response> generate(llm::Request request, llm::StreamObserver*) override {
    begun_with.push_back(request.begin_with);
    std::size_t turn = (request.messages.size() - 1) / 2;
    auto response = turn < 3 ? calls({{"c", "look", R"({"n":)" + std::to_string(turn) + "}"}}) : says("done");
    response.target = "lab/second";
    co_return response;
  }
  const std::string& target() const override { return target_; }
  std::vector<std::string> begun_with;

 private:
  std::string target_ = "lab/first";
};

TEST(ServedLast, IsAskedFirstAfterAResume) {  // [DUR-34]
  Harness run([](std::size_t) { return says("unused"); });
  run.add_tool("look", tool::Effect::pure);
  auto model = std::make_shared<SecondServes>();
  OneModelResolver models(model);
  run.reconfigure([&](ExecutorConfig& config) { config.models = &models; });
  run.store->writes_left = 1;  // dies with the second response
  (void)run.run();
  EXPECT_THAT(model->begun_with, ElementsAre("", ""));
  model->begun_with.clear();
  run.new_process();

  EXPECT_TRUE(run.recover()->ok());

  EXPECT_THAT(model->begun_with, ElementsAre("lab/second", "", "")) << "and then in the order of the chain";
}

}  // namespace
}  // namespace executus::run
