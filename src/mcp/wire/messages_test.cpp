// What servers send besides the frame: lists, results, notices. The texts are those of @modelcontextprotocol's servers.
#include <limits>

#include <gmock/gmock.h>

#include <executus/base/json.hpp>

#include "mcp/wire/call_result.hpp"
#include "mcp/wire/line_splitter.hpp"
#include "mcp/wire/notices.hpp"
#include "mcp/wire/request_meta.hpp"
#include "mcp/wire/resources.hpp"
#include "mcp/wire/tool_list.hpp"

namespace executus::mcp {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

boost::json::object object(std::string_view text) { return parse_json(text).value().as_object(); }

TEST(LineSplitter, GivesLinesHoweverTheyWereCut) {
  LineSplitter lines;
  EXPECT_THAT(lines.feed("{\"a\":").value(), SizeIs(0));
  EXPECT_THAT(lines.feed("1}\r\n\n{}\n{\"b").value(), ElementsAre("{\"a\":1}", "{}"));
  EXPECT_THAT(lines.feed("\":2}\n").value(), ElementsAre("{\"b\":2}"));
  LineSplitter short_lines(4);
  EXPECT_THAT(short_lines.feed("1234\n").value(), ElementsAre("1234"));
  EXPECT_EQ(short_lines.feed("12345").error().code(), "mcp.too_large");
  EXPECT_THAT(short_lines.feed("1\n2").value(), SizeIs(0));
}

TEST(RequestMeta, IsWhatTheVersionWants) {
  RequestContext context{Version::v2025_11_25, {}, RpcId(7), "warning"};
  EXPECT_EQ(write_json(with_meta(object(R"({"name":"add","_meta":{"own":1}})"), context)),
            R"({"name":"add","_meta":{"own":1,"progressToken":7}})");
  context.progress_token.reset();
  EXPECT_EQ(write_json(with_meta({}, context)), "{}");

  context.version = Version::v2026_07_28;
  context.ours.roots = true;
  auto meta = with_meta({}, context).at("_meta").as_object();
  EXPECT_EQ(meta.at("io.modelcontextprotocol/protocolVersion"), "2026-07-28");
  EXPECT_EQ(write_json(meta.at("io.modelcontextprotocol/clientCapabilities")), R"({"roots":{}})");
  EXPECT_EQ(meta.at("io.modelcontextprotocol/clientInfo").at("name"), "executus");
  EXPECT_EQ(meta.at("io.modelcontextprotocol/logLevel"), "warning");
}

TEST(ToolList, ReadsAPage) {
  auto page = read_tool_page(object(R"({"tools":[
    {"name":"echo","description":"Echoes","inputSchema":{"type":"object"},"outputSchema":{"type":"object"},
     "annotations":{"title":"E","readOnlyHint":true,"idempotentHint":true},"execution":{"taskSupport":"required"}},
    {"name":"bare"}, {"description":"nameless"}, 17],"nextCursor":"p2"})"));
  ASSERT_TRUE(page);
  ASSERT_THAT(page->tools, SizeIs(2));
  const auto& echo = page->tools.at(0);
  EXPECT_EQ(echo.description, "Echoes");
  EXPECT_TRUE(echo.hints.read_only && echo.hints.idempotent);
  EXPECT_EQ(echo.as_task, ListedTool::AsTask::must);
  EXPECT_TRUE(echo.input.is_object() && echo.output.is_object());
  EXPECT_TRUE(page->tools.at(1).input.is_null());
  EXPECT_EQ(page->next, "p2");
  EXPECT_EQ(read_tool_page({}).error().code(), "mcp.malformed");
}

TEST(CallResult, KeepsContentAndStructuredContent) {
  auto read = read_call_result(object(R"({"content":[{"type":"text","text":"5"},
    {"type":"image","data":"aGk=","mimeType":"image/png"},
    {"type":"resource","resource":{"uri":"demo://t","mimeType":"text/plain","text":"doc"}},
    {"type":"resource","resource":{"uri":"demo://b","blob":"aGk="}},
    {"type":"resource_link","uri":"demo://l","name":"n","title":"T","size":12},
    {"type":"image","data":"*"},{"type":"video"},"x"],"structuredContent":{"sum":5},"isError":true})"),
                               Version::v2025_11_25);
  const auto& result = std::get<CallResult>(read.value());
  EXPECT_TRUE(result.is_error);
  EXPECT_EQ(result.structured, object(R"({"sum":5})"));
  ASSERT_THAT(result.content, SizeIs(8));
  EXPECT_EQ(result.content[0], Block(TextBlock{"5"}));
  EXPECT_EQ(result.content[1], Block(MediaBlock{MediaBlock::Kind::image, "hi", "image/png"}));
  EXPECT_EQ(result.content[2], Block(DocumentBlock{"demo://t", "text/plain", "doc"}));
  EXPECT_EQ(result.content[3],
            Block(MediaBlock{MediaBlock::Kind::resource, "hi", "application/octet-stream", "demo://b"}));
  EXPECT_EQ(result.content[4], Block(LinkBlock{"demo://l", "T", "", "", 12}));
  EXPECT_THAT(std::get<OtherBlock>(result.content[5]).why, HasSubstr("base64"));
  EXPECT_EQ(std::get<OtherBlock>(result.content[6]).json, R"({"type":"video"})");
  EXPECT_THAT(std::get<OtherBlock>(result.content[7]).why, HasSubstr("no object"));
}

TEST(CallResult, IsAnErrorWhenItHasAnotherShape) {
  for (const char* text : {"{}", R"({"content":"5"})"})
    EXPECT_EQ(read_call_result(object(text), Version::v2025_06_18).error().code(), "mcp.malformed") << text;
  EXPECT_TRUE(read_call_result(object(R"({"structuredContent":[1]})"), Version::v2026_07_28));
  auto later = read_call_result(object(R"({"resultType":"later","content":[]})"), Version::v2026_07_28);
  EXPECT_THAT(later.error().message(), HasSubstr("'later'"));
  EXPECT_EQ(read_call_result(object(R"({"resultType":"input_required"})"), Version::v2026_07_28).error().code(),
            "mcp.malformed");
}

TEST(CallResult, AsksForInput) {
  auto read = read_call_result(object(R"({"resultType":"input_required","requestState":"s","inputRequests":
    {"who":{"method":"elicitation/create","params":{"message":"Who?"}}}})"),
                               Version::v2026_07_28);
  const auto& wanted = std::get<InputRequired>(read.value());
  EXPECT_EQ(wanted.state, "s");
  ASSERT_THAT(wanted.requests, SizeIs(1));
  EXPECT_EQ(wanted.requests[0].key, "who");
  EXPECT_EQ(wanted.requests[0].method, "elicitation/create");
}

TEST(CallResult, MayBeATaskInBothShapes) {
  auto nested = read_call_result(
      object(R"({"task":{"taskId":"t1","status":"working","pollInterval":1000,"ttl":300000}})"), Version::v2025_11_25);
  EXPECT_EQ(std::get<ServerTask>(nested.value()).id, "t1");
  EXPECT_EQ(std::get<ServerTask>(nested.value()).poll_interval, Milliseconds(1000));
  auto flat = read_call_result(object(R"({"resultType":"task","taskId":"t2","status":"failed","ttlMs":null,
    "error":{"code":-32603,"message":"no"}})"),
                               Version::v2026_07_28);
  const auto& task = std::get<ServerTask>(flat.value());
  EXPECT_EQ(task.status, ServerTask::Status::failed);
  ASSERT_TRUE(task.error);
  EXPECT_EQ(task.error->message, "no");
  EXPECT_FALSE(read_task(object(R"({"taskId":"t","status":"sleeping"})")));
}

TEST(Resources, AreReadAsResultsOfACall) {
  auto list = read_resource_list(object(R"({"resources":[{"uri":"demo://1","name":"One"},17],"nextCursor":"p2"})"));
  EXPECT_THAT(list.value().content, ElementsAre(Block(LinkBlock{"demo://1", "One", "", "", -1}),
                                                Block(TextBlock{"[the list goes on at cursor \"p2\"]"})));
  auto contents = read_resource_contents(object(R"({"contents":[{"uri":"demo://1","text":"a text"}]})"));
  EXPECT_THAT(contents.value().content, ElementsAre(Block(DocumentBlock{"demo://1", "", "a text"})));
  auto templates =
      read_resource_templates(object(R"({"resourceTemplates":[{"uriTemplate":"demo://{id}","name":"N"}]})"));
  ASSERT_THAT(templates, SizeIs(2));
  EXPECT_EQ(templates[1], Block(LinkBlock{"demo://{id}", "N", "", "", -1}));
  EXPECT_THAT(read_resource_templates({}), SizeIs(0));
  EXPECT_FALSE(read_resource_list({}));
  EXPECT_FALSE(read_resource_contents({}));
}

TEST(Notices, AreReadByName) {
  auto read = [](const char* method, const char* params) {
    return read_notice({std::string("notifications/") + method, object(params)});
  };
  auto progress = read("progress", R"({"progressToken":"t","progress":3,"total":10,"message":"indexing"})");
  ASSERT_TRUE(progress);
  EXPECT_EQ(in_words(std::get<Progress>(*progress)), "3 of 10: indexing");
  auto changed = read("prompts/list_changed", "{}");
  ASSERT_TRUE(changed);
  EXPECT_EQ(std::get<ListChanged>(*changed).of, ListChanged::Of::prompts);
  auto line = read("message", R"({"level":"error","data":{"a":1}})");
  ASSERT_TRUE(line);
  EXPECT_EQ(std::get<LogLine>(*line).level, "error");
  EXPECT_TRUE(read("cancelled", R"({"requestId":4})"));
  EXPECT_FALSE(read("progress", "{}"));
  EXPECT_FALSE(read("elsewhere", "{}"));
}

}  // namespace
}  // namespace executus::mcp
