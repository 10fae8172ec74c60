#include "llm/cassette/cassette_line.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include <executus/base/digest.hpp>
#include <executus/base/json.hpp>

namespace executus::llm {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

template <class T>
T read_back(const T& line) {
  auto read = read_cassette_line(to_text(line));
  EXPECT_TRUE(read) << read.error().message();
  return std::get<T>(read.value());
}

boost::json::value digest_text(std::string_view bytes) { return boost::json::string("sha256:" + sha256_hex(bytes)); }

Response full_response() {
  Response response;
  response.message = assistant_message("Let me look.", {{"call_1", "grep", R"({"pattern":"x")"}});
  response.message.parts.push_back(Opaque{"anthropic", {{"signature", "s"}}});
  response.finish = FinishReason::tool_calls;
  response.usage = {10, 5, 4, 3, 2};
  response.target = "lab/m";
  response.raw = std::make_shared<const std::string>(std::string("\0\xff raw", 6));
  return response;
}

TEST(CassetteLine, KeepsAWholeResponse) {  // [LLM-10]
  auto response = full_response();

  auto read = read_back(Exchange{"chain/head", boost::json::object{{"system", "s"}}, response});

  auto& answer = std::get<Response>(read.answer);
  EXPECT_EQ(read.target, "chain/head");
  EXPECT_EQ(answer.message, response.message);
  EXPECT_EQ(answer.finish, response.finish);
  EXPECT_EQ(answer.usage, response.usage);
  EXPECT_EQ(answer.target, response.target);
  ASSERT_TRUE(answer.raw);
  EXPECT_EQ(*answer.raw, *response.raw);
}

TEST(CassetteLine, KeepsAWholeError) {  // [LLM-10]
  ModelError error(Failure::unknown, "model.overloaded", "lab/m is busy", 429, Milliseconds(1500));

  auto read = read_back(Exchange{"lab/m", boost::json::object{}, error});

  auto& kept = std::get<ModelError>(read.answer);
  EXPECT_EQ(kept.failure(), Failure::unknown);
  EXPECT_EQ(kept.code() + " " + kept.message(), error.code() + " " + error.message());
  EXPECT_EQ(kept.http_status(), 429);
  EXPECT_EQ(kept.retry_after(), Milliseconds(1500));
}

TEST(CassetteLine, KeepsWhatAModelCan) {  // [LLM-08]
  Capabilities known{.max_images = 5,
                     .max_image_bytes = 1'000,
                     .max_image_edge = 1'568,
                     .image_types = {"image/png"},
                     .schemas = Capabilities::Schemas::native,
                     .context_tokens = 1'000};

  auto read = read_back(Resolution{"fast", "lab/m", "lab/m", 900, known});

  EXPECT_EQ(read.name + " " + read.spec + " " + read.target, "fast lab/m lab/m");
  EXPECT_EQ(read.context_tokens, 900);
  EXPECT_EQ(read.capabilities.max_images, 5);
  EXPECT_EQ(read.capabilities.max_image_bytes, 1'000U);
  EXPECT_EQ(read.capabilities.max_image_edge, 1'568);
  EXPECT_THAT(read.capabilities.image_types, ::testing::ElementsAre("image/png"));
  EXPECT_EQ(read.capabilities.schemas, Capabilities::Schemas::native);
  EXPECT_EQ(read.capabilities.context_tokens, 1'000);
}

TEST(CassetteLine, OfImagesInRequestsOnlyTheDigestIsWritten) {  // [LLM-02]
  Message shown;
  shown.parts = {Text{"Look:"}, Image{"user's bytes", "image/png"}};
  Message answered;
  answered.role = Role::tool;
  answered.tool_results = {{"c1", "camera", "done", {{"tool's bytes", "image/jpeg"}}}};
  Request request;
  request.messages = {shown, answered};

  auto json = request_json(request);

  EXPECT_EQ(json.at("messages").at(0).at("parts").at(1).at("image"), digest_text("user's bytes"));
  EXPECT_EQ(json.at("messages").at(1).at("results").at(0).at("images").at(0).at("image"), digest_text("tool's bytes"));
}

TEST(CassetteLine, ARequestIsWhatDecidesAboutTheAnswer) {
  Request request;
  request.messages = {user_message("Hi")};
  auto plain = canonical_json(request_json(request));
  request.keep_raw = true;
  request.attribution = std::make_shared<const Attribution>(Attribution{"ada", "tool", "trace"});
  EXPECT_EQ(canonical_json(request_json(request)), plain);

  for (auto change : std::vector<void (*)(Request&)>{
           [](Request& r) { r.system = "s"; }, [](Request& r) { r.messages.push_back(user_message("more")); },
           [](Request& r) { r.tools = ToolSpecs(std::vector<ToolSpec>{{"t", "d", {}}}); },
           [](Request& r) { r.tool_choice.kind = ToolChoice::Kind::required; },
           [](Request& r) { r.schema = std::make_shared<const AnswerSchema>(AnswerSchema{"n", {}}); },
           [](Request& r) { r.max_output_tokens = 5; }, [](Request& r) { r.temperature = 0.5; },
           [](Request& r) { r.effort = "high"; }, [](Request& r) { r.cache = PromptCache::off; }}) {
    Request changed = request;
    change(changed);
    EXPECT_NE(canonical_json(request_json(changed)), plain);
  }
}

TEST(CassetteLine, BytesThatAreNoTextAreReadBackAsTheyAreCompared) {
  Request request;
  request.messages = {user_message("caf\xe9")};
  auto asked = request_json(request);

  auto read = read_back(Exchange{"lab/m", asked, Response{}});

  EXPECT_EQ(canonical_json(read.request), canonical_json(asked));
}

TEST(CassetteLine, SaysWhatIsWrongWithALine) {
  auto why = [](std::string_view line) {
    auto read = read_cassette_line(line);
    return read ? std::string("fine") : read.error().code() + ": " + read.error().message();
  };
  EXPECT_THAT(why("{"), HasSubstr("cassette.malformed"));
  EXPECT_THAT(why("[]"), HasSubstr("no JSON object"));
  EXPECT_THAT(why(R"({"v":2})"), HasSubstr("another version"));
  EXPECT_THAT(why(R"({"v":1,"target":"a/b","request":{}})"), HasSubstr("'response' is missing"));
  EXPECT_THAT(why(R"({"v":1,"target":"a/b","request":{},"error":{"failure":"sad"}})"), HasSubstr("'sad'"));
  EXPECT_THAT(why(R"({"v":1,"target":"a/b","request":{},"response":{"message":{"role":"king"}}})"),
              AllOf(HasSubstr("cassette.malformed"), HasSubstr("king")));
}

}  // namespace
}  // namespace executus::llm
