// `executus run --image`, from the file to the server.
#include <executus/testing/http_server.hpp>

#include "cli_program.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// Nothing but the header: how large it says it is.
std::string png_of_size(char high, char low) {
  return std::string("\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0", 18) + high + low + std::string("\0\0", 2) + high + low +
         std::string("\x08\x02\0\0\0", 5);
}
// 1 x 1, transparent, and whole.
const std::string kWholeGif(
    "GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02"
    "D\x01\0;",
    43);

class RunImage : public CliProgram {
 protected:
  // An agent that asks `spec`, whose provider is this machine's server.
  Finished look(const std::string& spec, const std::string& image) {
    const auto host = "127.0.0.1:" + std::to_string(server_.port());
    environment_["OLLAMA_HOST"] = host;
    environment_["LLM_ANY"] = "openai+http://" + host + "/v1";
    agent("a", "  - text: never asked\n");
    write("picture", image);
    return run({"run", "a", "What is this?", "--image", "picture", "--model", spec});
  }

  HttpServer server_{[](const HttpServer::Request& request) {
    return HttpServer::Reply{
        200,
        {{"Content-Type", "application/json"}},
        request.target == "/api/chat"
            ? R"({"message":{"role":"assistant","content":"A dot"},"done":true,"done_reason":"stop"})"
            : R"({"choices":[{"message":{"content":"A dot"}}]})"};
  }};
};

TEST_F(RunImage, SendsAnImageThatFitsAsItIs) {  // [LLM-21]
  auto finished = look("any/model", png_of_size(1, 0));

  EXPECT_EQ(finished.out, "A dot\n") << finished.err;
  EXPECT_THAT(server_.requests().back().body,
              HasSubstr("data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAQAAAAEACAIAAAA="));
}

TEST_F(RunImage, IsShownToARunThatIsUnderWay) {  // [API-03] [LLM-21]
  environment_["LLM_ANY"] = "openai+http://127.0.0.1:" + std::to_string(server_.port()) + "/v1";
  agent("a", "  - text: never asked\n");
  write("picture", png_of_size(1, 0));
  ASSERT_EQ(run({"run", "a", "What is this?", "--run-id", "r1", "--model", "any/model", "--detach"}).exit, 0);

  ASSERT_EQ(run({"runs", "steer", "r1", "", "--image", "picture"}).exit, 0);
  EXPECT_EQ(run({"runs", "steer", "r1", "text", "--image", "agents/a.yaml"}).exit, 2) << "that is no image";
  EXPECT_EQ(run({"recover"}).exit, 0);

  EXPECT_EQ(show("r1").at("output"), "A dot");
  EXPECT_THAT(server_.requests().back().body, AllOf(HasSubstr("What is this?"), HasSubstr("data:image/png;base64,")));
}

TEST_F(RunImage, TranscodesWhatTheModelDoesNotTake) {  // [LLM-21]
  if (std::string_view(EXECUTUS_VIPS_MODULE).empty()) GTEST_SKIP() << "libvips-dev was not there when this was built";

  auto finished = look("ollama/gemma3", kWholeGif);

  EXPECT_EQ(finished.out, "A dot\n") << finished.err;
  EXPECT_THAT(server_.requests().back().body, HasSubstr(R"("images":["iVBORw0KGgo)"));
}

TEST_F(RunImage, SaysWhatToInstallWhereItCannot) {  // [LLM-21]
  environment_["EXECUTUS_MEDIA_MODULE"] = (folder() / "nothing.so").string();

  auto finished = look("ollama/gemma3", kWholeGif);

  EXPECT_EQ(finished.exit, 1);
  EXPECT_THAT(finished.err, AllOf(HasSubstr("ollama/gemma3 cannot be given an image"), HasSubstr("image/png"),
                                  HasSubstr("install libvips")));
  EXPECT_EQ(server_.request_count(), 0U);
}

TEST_F(RunImage, NamesAModelThatTakesNone) {  // [LLM-22]
  auto finished = look("ollama/gpt-oss:20b", png_of_size(1, 0));

  EXPECT_EQ(finished.exit, 1);
  EXPECT_THAT(finished.err,
              AllOf(HasSubstr("ollama/gpt-oss:20b takes no images"), HasSubstr("choose a model that takes images")));
  EXPECT_EQ(server_.request_count(), 0U);
}

TEST_F(RunImage, RefusesABomb) {  // [LLM-21]
  auto finished = look("any/model", png_of_size(40, 0));

  EXPECT_EQ(finished.exit, 1);
  EXPECT_THAT(finished.err, HasSubstr("10240 x 10240 pixels; more than 100 million are not decoded"));
  EXPECT_EQ(server_.request_count(), 0U);
}

}  // namespace
}  // namespace executus::testing
