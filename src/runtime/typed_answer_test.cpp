// Typed answers from servers, over the whole way: an agent, its tools, a server that is asked over HTTP.
#include <cstdlib>

#include <boost/describe/class.hpp>
#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <executus/base/json.hpp>
#include <executus/executus.hpp>
#include <executus/testing/http_server.hpp>
#include <executus/testing/temporary_folder.hpp>

namespace executus {
namespace {

namespace json = boost::json;
using executus::testing::HttpServer;

struct Found {
  int files = 0;
  std::optional<std::string> note;
};
BOOST_DESCRIBE_STRUCT(Found, (), (files, note))

struct LookArguments {};
BOOST_DESCRIBE_STRUCT(LookArguments, (), ())

HttpServer::Reply chat(json::object message, std::string_view finish) {
  json::object choice{{"message", std::move(message)}, {"finish_reason", finish}};
  json::object body{{"choices", json::array{std::move(choice)}}};
  return {200, {{"Content-Type", "application/json"}}, write_json(body)};
}

HttpServer::Reply says(std::string_view text) { return chat({{"content", text}}, "stop"); }
HttpServer::Reply calls(std::string_view tool, std::string_view arguments) {
  json::object function{{"name", tool}, {"arguments", arguments}};
  json::object call{{"id", "c1"}, {"type", "function"}, {"function", std::move(function)}};
  return chat({{"content", nullptr}, {"tool_calls", json::array{std::move(call)}}}, "tool_calls");
}

// A server that holds its model to a schema from the first token on: with one it calls no tool, whatever it is offered.
HttpServer::Reply obeys_from_the_first_token(const HttpServer::Request& request) {
  auto body = parse_json(request.body).value();
  if (body.as_object().contains("response_format")) return says(R"({"files":0,"note":null})");
  bool has_looked = body.at("messages").as_array().back().at("role") == "tool";
  return has_looked ? calls("submit", R"({"files":3})") : calls("look", "{}");
}

// A runtime of its own whose models are behind a server.
struct Served {
  explicit Served(HttpServer::Handler handler) : server(std::move(handler)) {
    std::string dsn = "openai+http://k@" + server.url("").substr(7) + "/v1";
    ::setenv("LLM_SERVED", dsn.c_str(), 1);
    RuntimeOptions options;
    options.database = (folder.path() / "runs.db").string();
    runtime.emplace(std::move(options));
  }
  ~Served() { ::unsetenv("LLM_SERVED"); }

  executus::testing::TemporaryFolder folder;
  HttpServer server;
  std::optional<Runtime> runtime;
};

TEST(ServedTypedAnswer, LeavesTheModelItsTools) {  // [API-08]
  Served served(obeys_from_the_first_token);
  int looked = 0;
  served.runtime->tools().add(
      make_tool<LookArguments>({.name = "look", .effect = Effect::pure}, [&](LookArguments) -> Outcome {
        ++looked;
        return Done{"three files", {}};
      }));
  Agent agent{.name = "counter", .model = "served/m", .tools = {"look"}, .output = output_of<Found>()};

  auto outcome = served.runtime->run(agent, "How many files?");

  EXPECT_EQ(looked, 1);
  EXPECT_EQ(outcome.value<Found>().files, 3) << outcome.error;
  EXPECT_FALSE(outcome.value<Found>().note);
}

TEST(ServedTypedAnswer, IsAskedForNativelyWithoutTools) {  // [API-08]
  Served served(obeys_from_the_first_token);
  Agent agent{.name = "counter", .model = "served/m", .output = output_of<Found>()};

  auto outcome = served.runtime->run(agent, "How many files?");

  EXPECT_EQ(outcome.value<Found>().files, 0) << outcome.error;
  EXPECT_EQ(served.server.request_count(), 1u);
}

// It was asked natively and answered in prose: it is asked natively again, with what is wrong.
TEST(ServedTypedAnswer, IsRepairedInTheWayThatFailed) {  // [API-08]
  Served served([](const HttpServer::Request& request) {
    return request.number == 1 ? says("Three, I think.") : says(R"({"files":3})");
  });
  Agent agent{.name = "counter", .model = "served/m", .output = output_of<Found>()};

  auto outcome = served.runtime->run(agent, "How many files?");

  EXPECT_EQ(outcome.value<Found>().files, 3) << outcome.error;
  auto again = parse_json(served.server.requests().at(1).body).value();
  EXPECT_TRUE(again.as_object().contains("response_format"));
  EXPECT_FALSE(again.as_object().contains("tools"));
  EXPECT_EQ(again.at("messages").as_array().size(), 3u);
}

TEST(ServedTypedAnswer, IsReadByAnotherRuntime) {  // [API-08] [DUR-22]
  Served served(obeys_from_the_first_token);
  Agent agent{.name = "counter", .model = "served/m", .output = output_of<Found>()};
  auto outcome = served.runtime->run(agent, "How many files?");
  served.runtime.reset();
  RuntimeOptions options;
  options.database = (served.folder.path() / "runs.db").string();
  Runtime later(std::move(options));

  EXPECT_EQ(later.attach(outcome.run_id).get().wait().value(), outcome.value());
}

}  // namespace
}  // namespace executus
