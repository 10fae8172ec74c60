#include "llm/google/contents.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

namespace executus::llm::google {
namespace {

namespace json = boost::json;

Message results_message(std::vector<ToolResult> results) {
  Message message;
  message.role = Role::tool;
  message.tool_results = std::move(results);
  return message;
}

// "user text|model functionCall,text|..."
std::string outline(const Transcript& messages, const char* model = "gemini-3.8-flash") {
  std::string line;
  const auto contents = contents_of(messages, ToolNames(), {"lab", traits_of(model)});
  for (const auto& content : contents) {
    line += (line.empty() ? "" : "|") + std::string(content.at("role").as_string().c_str());
    char before = ' ';
    for (const auto& part : content.at("parts").as_array()) {
      line += before + std::string(part.as_object().begin()->key());
      before = ',';
    }
  }
  return line;
}

const ToolCall kCallA{"a", "f", "{}"};
const ToolCall kCallB{"b", "g", "{}"};

TEST(GoogleContents, ResultsAreAloneInTheirContent) {  // [LLM-26]
  Transcript messages{user_message("go"), assistant_message("ok", {kCallA, kCallB}),
                      results_message({{"a", "f", "1", {}, false}, {"b", "g", "2", {}, false}}), user_message("hurry")};

  EXPECT_EQ(outline(messages),
            "user text|model text,functionCall,functionCall|user functionResponse,functionResponse|user text");
}

TEST(GoogleContents, ImagesOfResultsFollowForOlderModels) {  // [LLM-02]
  Transcript messages{user_message("go"), assistant_message("", {kCallA}),
                      results_message({{"a", "f", "1", {{"abc", "image/png"}}, false}}), user_message("hurry")};

  EXPECT_EQ(outline(messages, "gemini-2.5-pro"),
            "user text|model functionCall|user functionResponse|user text,inlineData,text");
  EXPECT_EQ(outline(messages), "user text|model functionCall|user functionResponse|user text");
}

TEST(GoogleContents, NeighboursOfOneRoleAreJoined) {
  Transcript messages{user_message("a"), user_message("b"), assistant_message("c"), assistant_message("", {kCallA}),
                      results_message({{"a", "f", "1", {}, false}})};

  EXPECT_EQ(outline(messages), "user text,text|model text,functionCall|user functionResponse");
}

TEST(GoogleContents, BeginAndEndWithTheUser) {
  EXPECT_EQ(outline({}), "user text");
  EXPECT_EQ(outline({assistant_message("a")}), "user text|model text|user text");
  EXPECT_EQ(outline({user_message(""), user_message("a")}), "user text");
}

TEST(GoogleContents, LeaveSystemMessagesToTheSystemPrompt) {  // [LLM-03]
  Message system;
  system.role = Role::system;
  system.parts.emplace_back(Text{"Be kind."});

  EXPECT_EQ(outline({user_message("a"), system, user_message("b")}), "user text,text");
}

TEST(GoogleContents, LeaveOutAnAnswerThatSaysNothing) {  // [LLM-26]
  Message thought;
  thought.role = Role::assistant;
  thought.parts = {Opaque{"lab", json::object{{"text", "hm"}, {"thought", true}}},
                   Opaque{"lab", json::object{{"text", ""}, {"thoughtSignature", "Ep"}}}};

  EXPECT_EQ(outline({user_message("go"), thought, assistant_message(""), user_message("on")}), "user text,text");
}

}  // namespace
}  // namespace executus::llm::google
