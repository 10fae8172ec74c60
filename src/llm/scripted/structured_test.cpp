// Structured output with a model that has a script: what a program without a provider sees.
#include <gtest/gtest.h>

#include <executus/llm/scripted.hpp>
#include <executus/llm/structured.hpp>
#include <executus/testing/manual_loop.hpp>

namespace executus::llm {

struct ScriptedPoint {
  int x = 0;
  int y = 0;
  bool operator==(const ScriptedPoint&) const = default;
};
BOOST_DESCRIBE_STRUCT(ScriptedPoint, (), (x, y))

namespace {

TEST(ScriptedStructured, TheSecondTurnIsTheRepair) {  // [LLM-27]
  testing::ManualLoop loop;
  ScriptedTurn wrong, right;
  wrong.text = R"({"x": 1})";
  right.text = "```json\n{\"x\": 1, \"y\": 2}\n```";
  wrong.usage = right.usage = Usage{.input = 10, .output = 5};
  ScriptedModel model(Script{wrong, right});
  Request request;
  request.messages.push_back(user_message("where?"));

  auto answer = loop.run(generate<ScriptedPoint>(model, request));

  EXPECT_EQ(answer.value, (ScriptedPoint{1, 2}));
  EXPECT_EQ(answer.usage, (Usage{.input = 20, .output = 10}));
  EXPECT_EQ(answer.target, "scripted/script");
}

}  // namespace
}  // namespace executus::llm
