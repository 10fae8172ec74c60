#include "tools/builtin.hpp"

#include <gtest/gtest.h>

#include <executus/testing/manual_loop.hpp>
#include <executus/tool/invoke.hpp>

namespace executus::tools {
namespace {

class Builtin : public ::testing::Test {
 protected:
  std::string text_of(const std::string& name, boost::json::object arguments = {}, CurrentTime current_time = {}) {
    for (const auto& tool : builtin_tools(pool_, loop_.clock(), {}, {}, std::move(current_time)))
      if (tool->info().spec.name == name) {
        tool::Call call{*RunId::parse("run"), "call", "key", std::move(arguments), "/"};
        call.caller = "ada";
        auto outcome = loop_.run(tool::invoke(*tool, std::move(call)));
        return std::get<tool::Done>(outcome).text;
      }
    return "there is no such tool";
  }

  testing::ManualLoop loop_;
  BlockingPool pool_{1};
};

TEST_F(Builtin, ThinkHasNoEffect) {  // [TLS-01]
  EXPECT_EQ(text_of("think", {{"thought", "hm"}}), "ok");
}

TEST_F(Builtin, NowIsTheTimeInUtc) {  // [TLS-02]
  EXPECT_EQ(text_of("now"), rfc3339(loop_.clock().wall()));
}

TEST_F(Builtin, NowIsWhatTheHostSaysToThatCall) {  // [TLS-02]
  auto of_caller = [](const tool::Call& call) { return "noon of " + call.caller; };
  EXPECT_EQ(text_of("now", {}, of_caller), "noon of ada");
}

TEST_F(Builtin, ToolsSayWhatTheyAreFor) {  // [TOOL-06]
  for (const auto& tool : builtin_tools(pool_, loop_.clock()))
    EXPECT_FALSE(tool->info().categories.empty()) << tool->info().spec.name;
}

}  // namespace
}  // namespace executus::tools
