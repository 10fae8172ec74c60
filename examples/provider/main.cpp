// A provider of one's own (parrot.cpp), asked by an agent with a tool. The server is a stub, and stands below.
//
//   example_provider
#include <iostream>

#include <executus/executus.hpp>
#include <executus/testing/http_server.hpp>

#include "parrot.hpp"

using executus::testing::HttpServer;

struct Word {
  std::string word;
};
BOOST_DESCRIBE_STRUCT(Word, (), (word))

HttpServer::Reply lines(std::vector<std::string> lines) {
  HttpServer::Reply reply{200, {{"Content-Type", "application/x-ndjson"}}, ""};
  for (auto& line : lines) reply.chunks.push_back({line + "\n", nullptr});
  return reply;
}

// Busy at first; then it has a word looked up, and says what it heard.
HttpServer::Reply answer(const HttpServer::Request& request) {
  if (request.header("Authorization") != "Bearer s3cret") return {401, {}, R"({"error": "who are you?"})"};
  if (request.number == 1) return {429, {{"Retry-After", "0"}}, R"({"error": "busy"})"};
  bool has_result = request.body.find(R"("by":"tool")") != std::string::npos;
  if (has_result)
    return lines(
        {R"({"say": "A parrot is "})", R"({"say": "a bird."})", R"({"over": "stop", "read": 21, "wrote": 6})"});
  return lines({R"({"call": {"id": "c1", "tool": "look_up", "with": {"word": "parrot"}}})",
                R"({"over": "tool_calls", "read": 12, "wrote": 3})"});
}

int main() {
  HttpServer server(answer);
  executus::Runtime runtime;

  // From here on it is a provider as the shipped ones are: in chains, with parameters, limits, prices and recordings.
  runtime.models().add(make_parrot(
      {.name = "parrot", .base_url = server.url("/v1"), .token = "s3cret", .variable = "PARROT_KEY"}, runtime.http()));
  runtime.tools().add(executus::make_tool<Word>({.name = "look_up", .effect = executus::Effect::pure},
                                                [](Word word) { return word.word + ": a bird"; }));

  auto outcome = runtime.run({.name = "clerk", .model = "parrot/grey", .tools = {"look_up"}}, "What is a parrot?");
  std::cout << outcome.output << outcome.error << "\n";
  std::cout << outcome.usage.input << " tokens in, " << outcome.usage.output << " out; the server was asked "
            << server.request_count() << " times\n";
  return outcome.ok() ? 0 : 1;
}
