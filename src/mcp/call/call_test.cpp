// Clock, texts and outcomes of a call.
#include <gmock/gmock.h>

#include <executus/base/json.hpp>

#include "mcp/call/call_clock.hpp"
#include "mcp/call/call_outcome.hpp"
#include "mcp/call/result_text.hpp"
#include "mcp/wire/codes.hpp"

namespace executus::mcp {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

boost::json::value json_of(std::string_view text) { return parse_json(text).value(); }
std::string text_of(const CallResult& result) { return shown(result, {}).text; }

TEST(CallClock, IsRestartedByProgressUpToATotalLimit) {
  const MonoTime begun{std::chrono::hours(1)};
  CallClock clock({Milliseconds(60'000), Milliseconds(3'600'000)}, begun);
  EXPECT_EQ(clock.rings(), begun + std::chrono::minutes(1));
  for (int i = 1; i <= 70; ++i) clock.progressed(begun + i * std::chrono::seconds(50));
  EXPECT_EQ(clock.rings(), begun + std::chrono::seconds(3'560));
  EXPECT_FALSE(clock.total_is_first());
  clock.progressed(begun + std::chrono::seconds(3'550));
  EXPECT_EQ(clock.rings(), begun + std::chrono::hours(1));
  EXPECT_TRUE(clock.total_is_first());
}

TEST(ResultText, HasEachBlockInItsPlace) {
  CallResult result{
      {TextBlock{"first"}, DocumentBlock{"demo://1", "text/plain", "a document"},
       LinkBlock{"demo://2", "Two", "the second", "text/plain", 2048}, OtherBlock{"its type 'x' is not known", "{}"}},
      {},
      false};
  EXPECT_EQ(text_of(result),
            "first\n\n[demo://1]\na document\n\n[link: Two, demo://2, text/plain, 2 KB] the second\n\n"
            "[a part that cannot be shown: its type 'x' is not known] {}");
  EXPECT_EQ(text_of({}), "(no content)");
}

// Equal data reaches the model once, different data twice.
TEST(ResultText, HasEqualDataOnce) {
  CallResult equal{{TextBlock{R"({ "b":2, "a":1.0 })"}}, json_of(R"({"a":1,"b":2})"), false};
  EXPECT_EQ(text_of(equal), R"({ "b":2, "a":1.0 })");
  CallResult other{{TextBlock{"Sunny."}}, json_of(R"({"t":36})"), false};
  EXPECT_EQ(text_of(other), "Sunny.\n\nstructured result:\n{\"t\":36}");
  EXPECT_EQ(text_of({{}, json_of("[1]"), false}), "[1]");
}

TEST(ResultText, ShowsImagesAndNamesOtherBytes) {
  CallResult result{{MediaBlock{MediaBlock::Kind::image, "png", "image/png"},
                     MediaBlock{MediaBlock::Kind::audio, std::string(2048, 'a'), "audio/wav"},
                     MediaBlock{MediaBlock::Kind::image, "x", "image/tiff"},
                     MediaBlock{MediaBlock::Kind::resource, "%PDF", "application/pdf", "demo://f"}},
                    {},
                    false};
  auto read = shown(result, {});
  ASSERT_THAT(read.images, SizeIs(1));
  EXPECT_EQ(read.images[0], (llm::Image{"png", "image/png"}));
  EXPECT_THAT(read.text, HasSubstr("[image 1: image/png, 3 bytes]"));
  EXPECT_THAT(read.text, HasSubstr("[audio/wav, 2 KB: not shown, and not kept]"));
  EXPECT_THAT(read.text, HasSubstr("[image/tiff, 1 bytes: not"));
  EXPECT_THAT(read.text, HasSubstr("[application/pdf, 4 bytes, demo://f: not"));
  EXPECT_THAT(text_of_error(result), HasSubstr("[image/png, 3 bytes: not shown"));
}

TEST(ResultText, SaysWhatBreaksTheOutputSchema) {
  auto schema = json_of(R"({"type":"object","properties":{"sum":{"type":"number"}},"required":["sum"]})").as_object();
  EXPECT_EQ(shown({{TextBlock{R"({"sum":5})"}}, json_of(R"({"sum":5})"), false}, schema).text, R"({"sum":5})");
  EXPECT_THAT(shown({{TextBlock{"5"}}, json_of(R"({"sum":"5"})"), false}, schema).text, HasSubstr("'/sum'"));
  EXPECT_THAT(shown({{TextBlock{"5"}}, {}, false}, schema).text, HasSubstr("lacks the structured content"));
}

// What was refused or never arrived did nothing, an answer is a known outcome, and the rest is unknown.
TEST(CallOutcome, KnowsWhatHappened) {  // [MCP-04]
  auto failed_unsent = [](const tool::Outcome& outcome) { return std::get<tool::Failed>(outcome).unsent; };
  for (auto code : {kInvalidParams, kMethodNotFound, kHeaderMismatch})
    EXPECT_TRUE(failed_unsent(outcome_of(RpcError{code, "no"}, "fs"))) << code;
  for (auto code : {kInternalError, kUnreadableAnswer, std::int64_t{-32000}, std::int64_t{42}})
    EXPECT_FALSE(failed_unsent(outcome_of(RpcError{code, "no"}, "fs"))) << code;
  Error gone(ErrorKind::disconnected, "mcp.ended", "it has ended");
  EXPECT_TRUE(failed_unsent(outcome_of(Loss{Loss::Got::no, Loss::Why::ended, gone}, "fs")));
  auto lost = outcome_of(Loss{Loss::Got::maybe, Loss::Why::cut, gone}, "fs");
  EXPECT_EQ(std::get<tool::Unknown>(lost).reason,
            "MCP server 'fs' was sent the call and has not answered: it has ended");
  auto result = outcome_of(CallResult{{TextBlock{"it failed"}}, {}, true}, {});
  EXPECT_EQ(std::get<tool::Failed>(result).message, "it failed");
  EXPECT_FALSE(failed_unsent(result));
  EXPECT_EQ(std::get<tool::Done>(outcome_of(CallResult{{TextBlock{"5"}}, {}, false}, {})).text, "5");
}

}  // namespace
}  // namespace executus::mcp
