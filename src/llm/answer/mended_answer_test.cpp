#include "llm/answer/mended_answer.hpp"

#include <limits>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <executus/base/json.hpp>
#include <executus/llm/kit/wire.hpp>

namespace executus::llm {
namespace {

const std::string kHigh = "\xed\xa0\xbd", kLow = "\xed\xb8\x80";  // the halves of U+1F600

TEST(MendedText, JoinsHalvesAndReplacesTheRest) {
  EXPECT_EQ(mended_text("a" + kHigh + kLow + "b"), "a\U0001f600b");
  EXPECT_EQ(mended_text("\xe2\x82"), "\ufffd\ufffd");
  EXPECT_EQ(mended_text(kHigh + "x"), "\ufffd\ufffd\ufffdx");
}

TEST(MendedAnswer, IsTextThroughout) {
  Message answer = assistant_message("caf\xc3", {{"i\xff", "n\xff", "{}"}});
  boost::json::object data{{"thinking", "\xff"}, {"score\xff", std::numeric_limits<double>::infinity()}};
  answer.parts.emplace_back(Opaque{"lab", std::move(data)});

  mend_answer(answer);

  EXPECT_EQ(
      write_json(to_json(answer)),
      "{\"role\":\"assistant\",\"parts\":[{\"text\":\"caf\ufffd\"},{\"opaque\":\"lab\",\"data\":{\"thinking\":"
      "\"\ufffd\",\"score\ufffd\":null}}],\"calls\":[{\"id\":\"i\ufffd\",\"name\":\"n\ufffd\",\"arguments\":\"{}\"}]}");
}

TEST(MendedAnswer, MakesArgumentsThatAreNoTextMalformed) {
  auto arguments = [](const std::string& text) {
    Message answer = assistant_message("", {{"i", "n", text}});
    mend_answer(answer);
    return answer.tool_calls[0].arguments;
  };

  EXPECT_EQ(arguments("{\"a\":\"" + kHigh + kLow + "\"}"), "{\"a\":\"\U0001f600\"}");
  EXPECT_EQ(arguments("{\"a\":\"\xe2\x82\"}"), "{\"a\":\"\\xe2\\x82\"}");
  EXPECT_FALSE(parse_json(arguments("{\"a\":\"\xe2\x82\"}")));
  EXPECT_FALSE(parse_json(arguments(written_arguments(parse_answer(R"({"a":"\ud800"})").value()))));
  EXPECT_EQ(written_arguments(parse_answer(R"({"a":NaN,"b":1e400})").value()), R"({"a":NaN,"b":Infinity})");
}

TEST(ShownText, HoldsCharactersBackUntilTheyAreThere) {
  const std::string text = "a\u20ac" + kHigh + kLow + "\U0001f600z";
  for (std::size_t cut = 0; cut <= text.size(); ++cut)
    for (std::size_t end = cut; end <= text.size(); ++end) {
      ShownText shown;
      std::string all =
          shown.add(text.substr(0, cut)) + shown.add(text.substr(cut, end - cut)) + shown.add(text.substr(end));
      EXPECT_EQ(all + shown.rest(), "a\u20ac\U0001f600\U0001f600z") << cut << " " << end;
    }
  ShownText cut_off;
  EXPECT_EQ(cut_off.add("a\xe2\x82"), "a");
  EXPECT_EQ(cut_off.rest(), "\ufffd\ufffd");
}

}  // namespace
}  // namespace executus::llm
