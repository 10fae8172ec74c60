// The MCP client against servers that others wrote, over HTTP.
#include "mcp_http.hpp"

#include <future>
#include <mutex>
#include <optional>

#include <gmock/gmock.h>

#include <executus/base/json.hpp>
#include <executus/testing/http_server.hpp>

#include "mcp_servers.hpp"
#include "tools/program/lasting_program.hpp"

namespace executus::interop {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;

// A server as a child process that says where it listens, on stdout or stderr; killed with this.
class HttpPeer {
 public:
  HttpPeer(std::vector<std::string> command, std::string says, std::vector<std::string> environment = {}) {
    std::vector<std::string> argv{"/bin/sh", "-c", "exec \"$0\" \"$@\" 2>&1"};
    argv.insert(argv.end(), command.begin(), command.end());
    auto listener = tools::LastingProgram::Listener{
        [this, says](std::string_view bytes) { hear(bytes, says); },
        [this](const tools::LastingEnd& end) { told_.set_exception_once(tools::in_words(end), said_); }};
    program_ = std::make_unique<tools::LastingProgram>(
        guard_, tools::LastingSpec{std::move(argv), std::move(environment), "/"}, std::move(listener));
  }
  // What it said up to the end of the line that holds `says`.
  std::string greeting() { return told_.get(); }

 private:
  // Set once, by a greeting or by the end of the program.
  class Told {
   public:
    void set(const std::string& text) {
      if (!std::exchange(is_set_, true)) promise_.set_value(text);
    }
    void set_exception_once(const std::string& why, const std::string& said) {
      if (!std::exchange(is_set_, true))
        promise_.set_exception(std::make_exception_ptr(std::runtime_error("the server " + why + "; it said: " + said)));
    }
    std::string get() { return promise_.get_future().get(); }

   private:
    std::promise<std::string> promise_;
    bool is_set_ = false;  // on the program's thread
  };

  void hear(std::string_view bytes, const std::string& says) {
    said_ += bytes;
    auto at = said_.find(says);
    if (at != std::string::npos && said_.find('\n', at) != std::string::npos) told_.set(said_);
  }

  tools::Guard guard_;
  std::string said_;  // on the program's thread
  Told told_;
  std::unique_ptr<tools::LastingProgram> program_;
};

std::string free_port() {
  testing::HttpServer server([](const testing::HttpServer::Request&) { return testing::HttpServer::Reply{}; });
  return std::to_string(server.port());
}

// Another program may have the port for a moment.
std::unique_ptr<HttpPeer> everything_at(const std::string& port) {
  for (int tries = 1;; ++tries) {
    auto peer = std::make_unique<HttpPeer>(everything_http_server(), "listening on port",
                                           std::vector<std::string>{"PORT=" + port});
    try {
      static_cast<void>(peer->greeting());
      return peer;
    } catch (const std::exception&) {
      if (tries == 5) throw;
    }
  }
}

class McpHttp : public ::testing::Test {
 protected:
  mcp::Opened open(const std::string& url) {
    connection_ = connection_to(*http_, url, *loop_);
    return block_on(*loop_, connection_->open());
  }
  json::object ask(std::string method, json::object params = {}) {
    return block_on(*loop_, connection_->request(std::move(method), std::move(params)));
  }
  std::string text_of(json::object arguments, std::string tool) {
    auto result = ask("tools/call", {{"name", std::move(tool)}, {"arguments", std::move(arguments)}});
    return std::string(result.at("content").at(0).at("text").as_string());
  }
  void close() { block_on(*loop_, connection_->close()); }

  std::unique_ptr<Loop> loop_ = make_loop(1);
  std::unique_ptr<net::HttpClient> http_ = net::make_http_client(*loop_);
  std::shared_ptr<mcp::Connection> connection_;
};

TEST_F(McpHttp, SpeaksWithALegacyServerThroughItsRestart) {  // [MCP-01] [MCP-05]
  auto port = free_port();
  auto server = everything_at(port);
  auto opened = open("http://127.0.0.1:" + port + "/mcp");

  EXPECT_EQ(opened.version, mcp::Version::v2025_11_25);
  EXPECT_GE(ask("tools/list").at("tools").as_array().size(), 13U);
  EXPECT_EQ(text_of({{"a", 2}, {"b", 3}}, "get-sum"), "The sum of 2 and 3 is 5.");

  server.reset();
  server = everything_at(port);
  EXPECT_EQ(text_of({{"a", 4}, {"b", 3}}, "get-sum"), "The sum of 4 and 3 is 7.") << "in another session";
  close();
}

TEST_F(McpHttp, SpeaksWithAModernServer) {  // [MCP-01]
  HttpPeer server(modern_http_server(), "listening on http");
  auto said = server.greeting();
  auto at = said.find("http://");
  auto opened = open(said.substr(at, said.find('\n', at) - at));

  EXPECT_EQ(opened.version, mcp::Version::v2026_07_28);
  EXPECT_EQ(text_of({{"a", 2}, {"b", 3}}, "add"), "5");
  try {
    static_cast<void>(ask("tools/call", {{"name", "nothing"}, {"arguments", json::object()}}));
    ADD_FAILURE() << "there is no such tool";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "mcp.refused");
  }
  close();
}

}  // namespace
}  // namespace executus::interop
