// How each protocol asks for an answer that is a value: by its own field where no other tool is offered and the schema
// is of its part, else by the tool that hands the value in.
#include <atomic>

#include <gmock/gmock.h>

#include <executus/async/root_group.hpp>
#include <executus/base/json.hpp>
#include <executus/llm/providers.hpp>
#include <executus/net/client/http_client.hpp>
#include <executus/testing/http_server.hpp>

namespace executus::llm {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kPlain = R"({"type":"object","properties":{"a":{"type":"string"}},"required":["a"]})";
constexpr std::string_view kMap = R"({"type":"object","additionalProperties":{"type":"string"}})";
constexpr std::string_view kRecursive =
    R"({"type":"object","properties":{"next":{"anyOf":[{"$ref":"#"},{"type":"null"}]}},"required":["next"]})";
constexpr std::string_view kUnion =
    R"({"type":"object","properties":{"a":{"oneOf":[{"type":"string"},{"type":"integer"}]}},"required":["a"]})";

struct Asker {
  std::string scheme, path, answer;
  std::string field;                                    // that says the schema; "": this server is not asked so
  bool map = false, recursive = false, choice = false;  // whether such a schema is sent that way
};

void PrintTo(const Asker& asker, std::ostream* out) { *out << asker.scheme; }

const std::string kChat = R"({"choices":[{"message":{"content":"{}"},"finish_reason":"stop"}]})";

const Asker kAskers[] = {
    {"openai", "/v1", kChat, "\"response_format\"", false, true, false},
    {"llamaswap", "", kChat, "\"response_format\"", false, true, false},  // llama.cpp's server
    {"openai-responses", "/v1",
     R"({"status":"completed","output":[{"type":"message","id":"m","role":"assistant","content":[{"type":"output_text","text":"{}"}]}]})",
     "\"type\":\"json_schema\"", false, true, false},
    {"anthropic", "", R"({"type":"message","content":[{"type":"text","text":"{}"}],"stop_reason":"end_turn"})", ""},
    {"google", "", R"({"candidates":[{"content":{"parts":[{"text":"{}"}]},"finishReason":"STOP"}]})",
     "\"responseJsonSchema\"", true, false, true},
    {"ollama", "", R"({"model":"m","message":{"role":"assistant","content":"{}"},"done_reason":"stop","done":true})",
     "\"format\":{", true, true, true}};

class WantedValues : public ::testing::TestWithParam<Asker> {
 protected:
  static Request request(std::string_view schema) {
    auto object = parse_json(schema).value().as_object();
    Request request;
    request.messages.push_back(user_message("Is it safe?"));
    request.tools = std::vector{ToolSpec{"submit", "Hands in.", object}};
    request.wanted = std::make_shared<const WantedValue>(WantedValue{{"answer", object}, "submit"});
    return request;
  }
  std::string body_for(Request request, const std::string& spec = "router/m") {
    (void)block_on(*loop_, models_->resolve(spec).value().model->generate(std::move(request), nullptr));
    return server_.requests().back().body;
  }
  void expect_native(const std::string& body, bool native) {
    if (native && !GetParam().field.empty()) {
      EXPECT_THAT(body, HasSubstr(GetParam().field));
      EXPECT_THAT(body, Not(HasSubstr("submit")));
    } else {
      EXPECT_THAT(body, HasSubstr("submit"));
      if (!GetParam().field.empty()) EXPECT_THAT(body, Not(HasSubstr(GetParam().field)));
    }
  }

  std::atomic<bool> refuses_ = false;  // schemas
  testing::HttpServer server_{[this](const testing::HttpServer::Request& request) {
    if (refuses_ && request.body.find(GetParam().field) != std::string::npos)
      return testing::HttpServer::Reply{400, {}, R"({"error":{"message":"this response_format is unavailable now"}})"};
    return testing::HttpServer::Reply{200, {{"Content-Type", "application/json"}}, GetParam().answer};
  }};
  testing::HttpServer broken_{
      [](const testing::HttpServer::Request&) { return testing::HttpServer::Reply{503, {}, "down"}; }};
  std::unique_ptr<Loop> loop_ = make_loop(1);
  std::unique_ptr<net::HttpClient> http_ = net::make_http_client(*loop_);
  FixedEnvironment environment_{
      {{"LLM_ROUTER", GetParam().scheme + "+http://k@" + server_.url("").substr(7) + GetParam().path},
       {"LLM_BROKEN", "google+http://k@" + broken_.url("").substr(7)}}};
  std::unique_ptr<ModelCatalog> models_ = [this] {
    ResolverOptions options;
    options.environment = &environment_;
    options.http = http_.get();
    return make_model_resolver(std::move(options));
  }();
};

TEST_P(WantedValues, AreAskedForNativelyWhereNoOtherToolIsOffered) {  // [API-08] [LLM-27]
  expect_native(body_for(request(kPlain)), true);
  auto with_tool = request(kPlain);
  with_tool.tools = std::vector{ToolSpec{"look", "Looks.", {{"type", "object"}}}, *with_tool.tools.begin()};
  expect_native(body_for(with_tool), false);
}

TEST_P(WantedValues, OfASchemaThatTheServerDoesNotTakeAreHandedIn) {  // [API-08] [LLM-27]
  expect_native(body_for(request(kMap)), GetParam().map);
  expect_native(body_for(request(kRecursive)), GetParam().recursive);
  expect_native(body_for(request(kUnion)), GetParam().choice);
}

// APIs refuse calls in the history of a request without tools; and what failed is asked for in the way it failed.
TEST_P(WantedValues, AreHandedInWhereTheyWereBefore) {  // [API-08]
  auto again = request(kPlain);
  again.messages.push_back(assistant_message("", {{"c1", "submit", "{}"}}));
  Message results;
  results.role = Role::tool;
  results.tool_results.push_back({"c1", "submit", "'/a': missing", {}, true});
  again.messages.push_back(results);
  expect_native(body_for(again), false);
}

// The first target, which takes maps, fails: the second is asked in its own way.
TEST_P(WantedValues, AreFittedToTheTargetThatIsAsked) {  // [API-08] [LLM-18]
  expect_native(body_for(request(kMap), "broken/m,router/m"), GetParam().map);
  ASSERT_GT(broken_.request_count(), 0u);
  EXPECT_THAT(broken_.requests().front().body, HasSubstr("responseJsonSchema"));
}

TEST_P(WantedValues, AreHandedInWhereTheServerRefusesSchemas) {  // [API-08]
  refuses_ = !GetParam().field.empty();
  expect_native(body_for(request(kPlain)), false);
  EXPECT_EQ(server_.request_count(), refuses_ ? 2u : 1u);
}

TEST_P(WantedValues, AreAskedForInTheSameBytesAgain) {  // [API-08]
  for (auto schema : {kPlain, kMap, kRecursive}) EXPECT_EQ(body_for(request(schema)), body_for(request(schema)));
}

INSTANTIATE_TEST_SUITE_P(Vendors, WantedValues, ::testing::ValuesIn(kAskers),
                         [](const auto& info) { return "of" + std::to_string(info.index); });

}  // namespace
}  // namespace executus::llm
