#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <unistd.h>

#include <executus/llm/scripted.hpp>
#include <executus/testing/manual_loop.hpp>
#include <executus/testing/temporary_folder.hpp>

namespace executus::llm {
namespace {

using ::testing::HasSubstr;

TEST(Script, IsReadFromYaml) {
  auto script = read_script(R"(
turns:
  - text: I will look for the first error.
    calls: [{tool: grep, arguments: {pattern: "error:", path: build.log}}, {tool: now}, {tool: odd, arguments: "{"}]
    delay: 300ms
    usage: {input: 10, output: 5}
  - error: {status: 429, message: "slow down", retry_after: 1s, times: 2}
  - text: "final answer"
)",
                            "t.yaml")
                    .value();

  ASSERT_EQ(script.size(), 3U);
  EXPECT_EQ(script[0].text, "I will look for the first error.");
  EXPECT_EQ(script[0].calls.at(0).tool, "grep");
  EXPECT_EQ(script[0].calls.at(0).arguments, R"({"pattern":"error:","path":"build.log"})");
  EXPECT_EQ(script[0].calls.at(1).arguments, "{}");
  EXPECT_EQ(script[0].calls.at(2).arguments, "{");
  EXPECT_EQ(script[0].delay, Milliseconds(300));
  EXPECT_EQ(script[0].usage, (Usage{.input = 10, .output = 5}));
  EXPECT_EQ(script[1].error->status, 429);
  EXPECT_EQ(script[1].error->retry_after, Milliseconds(1'000));
  EXPECT_EQ(script[1].error->times, 2);
  EXPECT_EQ(script[2].usage, std::nullopt);
}

TEST(Script, RefusesWhatItDoesNotKnow) {
  auto message = [](std::string_view yaml) { return read_script(yaml, "t.yaml").error().message(); };

  EXPECT_THAT(message("turns: [{txt: x}]"), HasSubstr("t.yaml:1:10: error: unknown key 'txt'"));
  EXPECT_THAT(message("turns: [{calls: [{arguments: {}}]}]"), HasSubstr("'tool'"));
  EXPECT_THAT(message("turns: [{error: {status: 200}}]"), HasSubstr("status"));
  EXPECT_THAT(message("turns: [{error: {}, text: x}]"), HasSubstr("text"));
  EXPECT_THAT(message("turns: [{}]"), HasSubstr("text"));
  EXPECT_THAT(message("{}"), HasSubstr("turns"));
}

// A folder of its own, which is the working directory.
class ScriptFile : public ::testing::Test {
 protected:
  ScriptFile() : before_(std::filesystem::current_path()) { std::filesystem::current_path(folder_.path()); }
  ~ScriptFile() override { std::filesystem::current_path(before_); }
  std::string ask(Model& model) {
    Request request;
    return loop_.run(model.generate(std::move(request), nullptr)).message.text();
  }
  std::string refusal(Model& model) {
    try {
      return "no refusal but: " + ask(model);
    } catch (const ModelError& error) {
      EXPECT_EQ(error.failure(), Failure::permanent);
      return error.message();
    }
  }
  std::filesystem::path before_;
  testing::TemporaryFolder folder_;
  std::shared_ptr<Provider> provider_ = make_scripted_provider();
  testing::ManualLoop loop_;
};

TEST_F(ScriptFile, IsNamedByItsAbsolutePath) {
  std::ofstream("t.yaml") << "turns: [{text: hi}]";

  auto model = provider_->model("./t.yaml");
  std::filesystem::current_path("/");

  EXPECT_EQ(model->target(), "scripted/" + (folder_ / "t.yaml").string());
  EXPECT_EQ(ask(*model), "hi");
  EXPECT_EQ(ask(*provider_->model((folder_ / "t.yaml").string())), "hi");
}

TEST_F(ScriptFile, ThatCannotBeUsedFailsWhenTheModelIsAsked) {  // [LLM-07]
  std::ofstream("bad.yaml") << "turns: [{txt: hi}]";

  EXPECT_THAT(refusal(*provider_->model("gone.yaml")), HasSubstr("gone.yaml cannot be read"));
  EXPECT_THAT(refusal(*provider_->model(".")), HasSubstr("cannot be read"));
  EXPECT_THAT(refusal(*provider_->model("bad.yaml")), HasSubstr("bad.yaml:1:10: error: unknown key 'txt'"));
}

}  // namespace
}  // namespace executus::llm
