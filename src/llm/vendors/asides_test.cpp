// What models think, and what they write as arguments of calls, is shown while they answer, whatever the protocol.
#include <utility>

#include <gmock/gmock.h>

#include <executus/async/root_group.hpp>
#include <executus/llm/providers.hpp>
#include <executus/net/client/http_client.hpp>
#include <executus/testing/http_server.hpp>

namespace executus::llm {
namespace {

using ::testing::ElementsAreArray;

// An answer in events: it thinks "Hm" and " ok", says "Now.", and calls net.get as "c1" with {"a":1}.
struct Thinker {
  std::string scheme, path;
  std::vector<std::string> events;
  std::vector<std::string> shown;
  std::string type = "text/event-stream";
};

void PrintTo(const Thinker& thinker, std::ostream* out) { *out << thinker.scheme; }

const std::vector<std::string> kInPieces{"thinks Hm", "thinks  ok", "says Now.", R"(c1 net.get {"a")",
                                         "c1 net.get :1}"};
const std::vector<std::string> kCallWhole{"thinks Hm", "thinks  ok", "says Now.", R"(c1 net.get {"a":1})"};

std::string chat(std::string_view delta) { return R"({"choices":[{"index":0,"delta":)" + std::string(delta) + "}]}"; }
std::string typed(std::string_view type, std::string_view fields) {
  return R"({"type":")" + std::string(type) + "\"," + std::string(fields) + "}";
}
std::string block(std::string_view delta) { return typed("content_block_delta", std::string(delta)); }
std::string candidate(std::string_view parts, std::string_view more = "") {
  return R"({"candidates":[{"index":0,"content":{"role":"model","parts":[)" + std::string(parts) + "]}" +
         std::string(more) + "}]}";
}
std::string line(std::string_view message, std::string_view more = R"("done":false)") {
  return R"({"model":"m","message":{"role":"assistant",)" + std::string(message) + "}," + std::string(more) + "}";
}

const Thinker kThinkers[] = {
    {"openai",
     "/v1",
     {chat(R"({"reasoning_content":"Hm"})"), chat(R"({"reasoning_details":[{"type":"reasoning.text","text":" ok"}]})"),
      chat(R"({"content":"Now."})"),
      chat(R"({"tool_calls":[{"index":0,"id":"c1","function":{"name":"net_get","arguments":"{\"a\""}}]})"),
      chat(R"({"tool_calls":[{"index":0,"function":{"arguments":":1}"}}]})"),
      R"({"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]})", "[DONE]"},
     kInPieces},
    {"openai-responses",
     "/v1",
     {typed("response.reasoning_summary_text.delta", R"("item_id":"r","delta":"Hm")"),
      typed("response.reasoning_text.delta", R"("item_id":"r","delta":" ok")"),
      typed("response.output_text.delta", R"("output_index":1,"item_id":"m","delta":"Now.")"),
      typed(
          "response.output_item.added",
          R"("output_index":2,"item":{"type":"function_call","id":"f","call_id":"c1","name":"net_get","arguments":""})"),
      typed("response.function_call_arguments.delta", R"("output_index":2,"item_id":"f","delta":"{\"a\"")"),
      typed("response.function_call_arguments.delta", R"("output_index":2,"item_id":"f","delta":":1}")"),
      typed("response.completed", R"("response":{"status":"completed","output":[]})")},
     kInPieces},
    {"anthropic",
     "",
     {typed("message_start", R"("message":{"type":"message","role":"assistant","content":[]})"),
      block(R"("index":0,"delta":{"type":"thinking_delta","thinking":"Hm"})"),
      block(R"("index":0,"delta":{"type":"thinking_delta","thinking":" ok"})"),
      block(R"("index":1,"delta":{"type":"text_delta","text":"Now."})"),
      typed("content_block_start",
            R"("index":2,"content_block":{"type":"tool_use","id":"c1","name":"net_get","input":{}})"),
      block(R"("index":2,"delta":{"type":"input_json_delta","partial_json":"{\"a\""})"),
      block(R"("index":2,"delta":{"type":"input_json_delta","partial_json":":1}"})"),
      typed("message_delta", R"("delta":{"stop_reason":"tool_use"})"), R"({"type":"message_stop"})"},
     kInPieces},
    {"google",
     "",
     {candidate(R"({"text":"Hm","thought":true})"), candidate(R"({"text":" ok","thought":true})"),
      candidate(R"({"text":"Now."})"),
      candidate(R"({"functionCall":{"id":"c1","name":"net_get","args":{"a":1}}})", R"(,"finishReason":"STOP")")},
     kCallWhole},
    {"ollama",
     "",
     {line(R"("content":"","thinking":"Hm")"), line(R"("content":"","thinking":" ok")"), line(R"("content":"Now.")"),
      line(R"("content":"","tool_calls":[{"id":"c1","function":{"name":"net_get","arguments":{"a":1}}}])",
           R"("done_reason":"stop","done":true)")},
     kCallWhole,
     "application/x-ndjson"}};

struct ShownAll final : StreamObserver {
  void on_text(std::string_view delta) override { shown.push_back("says " + std::string(delta)); }
  void on_reset() override { shown.emplace_back("reset"); }
  void on_reasoning(std::string_view delta) override { shown.push_back("thinks " + std::string(delta)); }
  void on_arguments(std::string_view call_id, std::string_view tool, std::string_view delta) override {
    shown.push_back(std::string(call_id) + " " + std::string(tool) + " " + std::string(delta));
  }
  std::vector<std::string> shown;
};

testing::HttpServer::Reply streamed(const Thinker& thinker) {
  testing::HttpServer::Reply reply{200, {{"Content-Type", thinker.type}}, ""};
  bool in_lines = thinker.type != "text/event-stream";
  for (const auto& event : thinker.events)
    reply.chunks.push_back({in_lines ? event + "\n" : "data: " + event + "\n\n", nullptr});
  return reply;
}

class Asides : public ::testing::TestWithParam<Thinker> {
 protected:
  Response ask(StreamObserver* observer) {
    Request request;
    request.messages.push_back(user_message("Hi"));
    std::vector<ToolSpec> tools{{"net.get", "Gets.", {{"type", "object"}}}};
    request.tools = tools;
    auto model = models_->resolve("lab/m").value().model;
    return block_on(*loop_, model->generate(std::move(request), observer));
  }

  testing::HttpServer server_{[](const testing::HttpServer::Request&) { return streamed(GetParam()); }};
  std::unique_ptr<Loop> loop_ = make_loop(1);
  std::unique_ptr<net::HttpClient> http_ = net::make_http_client(*loop_);
  FixedEnvironment environment_{
      {{"LLM_LAB", GetParam().scheme + "+http://k@" + server_.url("").substr(7) + GetParam().path}}};
  std::unique_ptr<ModelCatalog> models_ = [this] {
    ResolverOptions options;
    options.environment = &environment_;
    options.http = http_.get();
    return make_model_resolver(std::move(options));
  }();
};

TEST_P(Asides, AreShownAsTheyCome) {  // [API-04] [LLM-05]
  ShownAll all;

  auto response = ask(&all);

  EXPECT_THAT(all.shown, ElementsAreArray(GetParam().shown));
  EXPECT_EQ(response.message.text(), "Now.");
  ASSERT_EQ(response.message.tool_calls.size(), 1u);
  EXPECT_EQ(response.message.tool_calls.front().name, "net.get");
}

TEST_P(Asides, DisturbNobodyWhoWatchesNothing) { EXPECT_EQ(ask(nullptr).message.text(), "Now."); }

INSTANTIATE_TEST_SUITE_P(Vendors, Asides, ::testing::ValuesIn(kThinkers), [](const auto& vendor) {
  auto name = vendor.param.scheme;
  std::erase(name, '-');
  return name;
});

}  // namespace
}  // namespace executus::llm
