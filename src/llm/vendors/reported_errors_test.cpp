// What every vendor's reader makes of errors in the place of answers, in their middle and behind them, and of what only
// looks like one.
#include <functional>
#include <memory>
#include <optional>

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include <executus/llm/kit/event_parser.hpp>

#include "llm/anthropic/stream.hpp"
#include "llm/google/stream.hpp"
#include "llm/model_error_test.hpp"
#include "llm/ollama/stream.hpp"
#include "llm/openai/chat/stream.hpp"
#include "llm/openai/responses/stream.hpp"

namespace executus::llm {
namespace {

using ::testing::HasSubstr;

struct SpokenVendor {
  std::string name;
  std::function<std::unique_ptr<AnswerReader>(Asked)> reader;
  std::vector<std::string> answer;  // the events of one, "Hello"
  std::string useless;              // a whole body that is no answer, of 9 and 2 tokens
};

void PrintTo(const SpokenVendor& vendor, std::ostream* out) { *out << vendor.name; }

template <class Reader>
SpokenVendor vendor(std::string name, std::vector<std::string> answer, std::string useless) {
  auto make = [](Asked asked) -> std::unique_ptr<AnswerReader> { return std::make_unique<Reader>(std::move(asked)); };
  return {std::move(name), make, std::move(answer), std::move(useless)};
}

const SpokenVendor kVendors[] = {
    vendor<openai::ChatReader>(
        "openai",
        {R"({"choices":[{"index":0,"delta":{"content":"Hel"}}]})",
         R"({"choices":[{"index":0,"delta":{"content":"lo"},"finish_reason":"stop"}]})"},
        R"({"choices":[{"message":{"content":"x"},"finish_reason":"odd"}],"usage":{"prompt_tokens":9,"completion_tokens":2}})"),
    vendor<openai::ResponsesReader>("responses",
                                    {R"({"type":"response.output_text.delta","output_index":0,"delta":"Hel"})",
                                     R"({"type":"response.output_text.delta","output_index":0,"delta":"lo"})",
                                     R"({"type":"response.completed","response":{"status":"completed","output":[]}})"},
                                    R"({"status":"odd","output":[],"usage":{"input_tokens":9,"output_tokens":2}})"),
    vendor<anthropic::MessagesReader>(
        "anthropic",
        {R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hel"}})",
         R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"lo"}})",
         R"({"type":"message_delta","delta":{"stop_reason":"end_turn"}})", R"({"type":"message_stop"})"},
        R"({"type":"message","content":[{"type":"text","text":"x"}],"stop_reason":"odd","usage":{"input_tokens":9,"output_tokens":2}})"),
    vendor<google::ContentReader>(
        "google",
        {R"({"candidates":[{"content":{"parts":[{"text":"Hel"}]}}]})",
         R"({"candidates":[{"content":{"parts":[{"text":"lo"}]},"finishReason":"STOP"}]})"},
        R"({"candidates":[{"finishReason":"MALFORMED_FUNCTION_CALL"}],"usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":2}})"),
    vendor<ollama::ChatReader>(
        "ollama",
        {R"({"message":{"content":"Hel"},"done":false})",
         R"({"message":{"content":"lo"},"done":true,"done_reason":"stop"})"},
        R"({"message":{"content":"x"},"done":true,"done_reason":"odd","prompt_eval_count":9,"eval_count":2})"),
};

struct Said {
  const char* body;
  const char* code;
};

const Said kErrors[] = {
    {R"({"error":{"message":"busy"}})", "model.unavailable"},
    {R"({"error":"busy"})", "model.unavailable"},
    {R"({"error":"busy","status":429})", "model.overloaded"},
    {R"({"error":{"message":"busy","code":429}})", "model.overloaded"},
    {R"({"errors":[null,"busy"]})", "model.unavailable"},
    {R"({"object":"error","message":"busy","code":400})", "model.rejected"},
    {R"({"type":"error","message":"busy"})", "model.unavailable"},
    {R"({"type":"error","error":{"message":"busy"}})", "model.unavailable"},
    {R"({"type":"error","error":{},"x":"busy"})", "model.unavailable"},
    {R"({"base_resp":{"status_code":1002,"status_msg":"busy"}})", "model.overloaded"},
    {R"({"choices":null,"base_resp":{"status_code":1004,"status_msg":"busy"}})", "model.unauthorized"},
    {R"({"base_resp":{"status_code":2013,"status_msg":"busy, context window exceeds limit"}})",
     kRequestTooLarge.data()},
    {R"({"message":"busy"})", "model.unavailable"},
    {R"({"message":"busy","code":404})", "model.not_found"},
    {R"({"msg":"busy","status":429})", "model.overloaded"},
    {R"({"message":"busy","status_code":429})", "model.overloaded"},
    {R"({"detail":"busy"})", "model.unavailable"},
    {R"({"detail":[{"loc":["body"],"msg":"busy"}]})", "model.unavailable"},
    {R"({"choices":null,"message":"busy"})", "model.unavailable"},
    {R"({"status":"error","message":"busy"})", "model.unavailable"},
    {R"({"status":"queued","message":"busy","code":503})", "model.unavailable"},
    {R"({"error_msg":"busy"})", "model.unavailable"},
    {R"({"error_code":336100,"error_msg":"busy"})", "model.unavailable"},
    {R"({"errorCode":"429","errorMessage":"busy"})", "model.overloaded"},
    {R"({"error_code":429,"error_msg":"busy"})", "model.overloaded"},
    {R"({"errcode":"insufficient_quota","errmsg":"busy"})", "model.no_credit"},
    {R"({"error_code":"busy"})", "model.unavailable"},
    {R"({"status":"failed","message":"busy"})", "model.unavailable"},
    {R"({"state":"Cancelled","detail":"busy","code":429})", "model.overloaded"},
    {R"({"success":false,"message":"busy"})", "model.unavailable"},
};

constexpr const char* kHarmless[] = {
    R"({"status":"queued","message":"You are third in line"})",
    R"({"status":"Processing","detail":"soon"})",
    R"({"state":"loading","msg":"40 %"})",
    R"({"type":"heartbeat","message":"still here"})",
    R"({"event":"progress","message":"still here"})",
    R"({"error":null})",
    R"({"error":"null"})",
    R"({"error":{},"errors":[]})",
    R"({"base_resp":{"status_code":0,"status_msg":"success"}})",
    R"({"base_resp":null})",
    R"({"detail":[]})",
    R"({"message":""})",
    R"({"id":"x"})",
    R"({"error_code":0,"error_msg":""})",
    R"({"error_code":null,"error_msg":null})",
    R"({"error_code":"","error_msg":"null"})",
    R"({"error_code":0,"error_msg":"success"})",
    R"({"errcode":"0","errmsg":"all is well"})",
    R"({"status":"completed","success":true})",
};

// Fields beside an answer, in whichever of its objects, that say that it failed.
const Said kFieldsOfErrors[] = {
    {R"("error":{"message":"busy"})", "model.unavailable"},
    {R"("error_msg":"busy")", "model.unavailable"},
    {R"("error_code":429,"error_msg":"busy")", "model.overloaded"},
    {R"("error_code":"busy")", "model.unavailable"},
    {R"("code":503,"detail":"busy")", "model.unavailable"},
    {R"("status":"failed","detail":"busy")", "model.unavailable"},
};

constexpr const char* kHarmlessFields[] = {
    R"("error":null,"error_msg":null,"error_code":null)",
    R"("error":"","error_msg":"","error_code":0)",
    R"("error_code":0,"error_msg":"success")",
    R"("code":200,"detail":"fine")",
    R"("code":0,"success":true)",
};

class ReportedErrors : public ::testing::TestWithParam<SpokenVendor> {
 protected:
  std::unique_ptr<AnswerReader> reader() { return GetParam().reader({"lab", "lab/m", "c4n4ry-secret", {}, {}}); }

  std::string read(const std::vector<std::string>& events) {
    auto answer = reader();
    std::string shown;
    for (const auto& event : events) shown += answer->add(event);
    auto text = answer->finish().message.text();
    EXPECT_EQ(shown, text);
    return text;
  }
  std::vector<std::string> with(const std::string& event, std::size_t place) {
    auto events = GetParam().answer;
    events.insert(events.begin() + static_cast<std::ptrdiff_t>(place), event);
    return events;
  }
  std::string read_bytes(const std::string& bytes) {
    EventParser parser("");
    auto events = parser.feed(bytes);
    for (auto& event : parser.rest()) events.push_back(std::move(event));
    return read(events);
  }
};

TEST_P(ReportedErrors, AreToldWhereverTheyStand) {  // [LLM-15]
  for (const auto& [body, code] : kErrors) {
    SCOPED_TRACE(body);
    for (const auto& error :
         {error_in([&] { return read({body}); }), error_in([&] { return read(with(body, 0)); }),
          error_in([&] { return read(with(body, 1)); }), error_in([&] { return reader()->whole(body); })}) {
      EXPECT_EQ(error.code(), code);
      EXPECT_THAT(error.message(), HasSubstr("busy"));
    }
  }
}

TEST_P(ReportedErrors, AreNoneWhereTheAnswerGoesOn) {  // [LLM-05] [LLM-15]
  for (const char* body : kHarmless)
    for (std::size_t place : {0U, 1U}) EXPECT_EQ(read(with(body, place)), "Hello") << body;
}

// The first object within one, or within a list of it; null: there is none.
boost::json::object* inner(boost::json::object& object) {
  for (auto& member : object) {
    if (auto* found = member.value().if_object()) return found;
    auto* list = member.value().if_array();
    if (list && !list->empty() && list->front().is_object()) return &list->front().as_object();
  }
  return nullptr;
}

// `event` with `more` beside what is `depth` objects deep in it; nothing: it is not as deep.
std::optional<std::string> with_fields(const std::string& event, const std::string& more, int depth) {
  auto value = boost::json::parse(event);
  auto* at = value.if_object();
  for (int i = 0; i < depth && at; ++i) at = inner(*at);
  if (!at) return std::nullopt;
  const auto fields = boost::json::parse("{" + more + "}").as_object();
  for (const auto& [key, field] : fields) (*at)[key] = field;
  return boost::json::serialize(value);
}

// In a chunk, in its choice, message, delta or response: a server that fails in the middle ends its stream as usual.
TEST_P(ReportedErrors, AreToldBesideAnAnswerThatEndsWell) {  // [LLM-15]
  const auto& answer = GetParam().answer;
  for (std::size_t i = 0; i < answer.size(); ++i)
    for (int depth = 0; depth < 3; ++depth) {
      auto with_it = [&](const std::string& more) {
        auto events = answer;
        auto event = with_fields(answer[i], more, depth);
        if (event) events[i] = *event;
        return event ? events : std::vector<std::string>();
      };
      for (const auto& [more, code] : kFieldsOfErrors)
        if (auto events = with_it(more); !events.empty())
          EXPECT_EQ(error_in([&] { return read(events); }).code(), code) << events[i];
      for (const char* more : kHarmlessFields)
        if (auto events = with_it(more); !events.empty()) EXPECT_EQ(read(events), "Hello") << events[i];
    }
}

TEST_P(ReportedErrors, AreToldByTheNameOfTheirEventWhateverTheFraming) {  // [LLM-15]
  const auto& answer = GetParam().answer;
  for (std::string data : {"", "data:\n", "data: {}\n", "data: null\n", "data: {\"error\":{}}\n", "data: busy\n",
                           "data: {\"message\":\"busy\"}\n", "data: {\"status\":\"queued\",\"message\":\"busy\"}\n"})
    for (const auto& before : {"data: " + answer[0] + "\n\n", answer[0] + "\n"}) {
      std::string rest;
      for (std::size_t i = 1; i < answer.size(); ++i) rest += "data: " + answer[i] + "\n\n";
      auto error = error_in([&] { return read_bytes(before + "event: error\n" + data + "\n" + rest); });
      EXPECT_EQ(error.code(), "model.unavailable") << before << data;
      EXPECT_EQ(read_bytes(before + rest), "Hello");
    }
}

TEST_P(ReportedErrors, LeaveWhatWasUsedOfABodyThatIsOfNoUse) {  // [LLM-06]
  auto answer = reader();

  EXPECT_THROW((void)answer->whole(GetParam().useless), ModelError);

  EXPECT_EQ(answer->used(), (Usage{9, 2, 0, 0, 0}));
}

INSTANTIATE_TEST_SUITE_P(Vendors, ReportedErrors, ::testing::ValuesIn(kVendors),
                         [](const auto& vendor) { return vendor.param.name; });

}  // namespace
}  // namespace executus::llm
