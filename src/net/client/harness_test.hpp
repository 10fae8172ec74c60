// A client on a real loop, and ways to ask it from a test's thread.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <executus/async/loop.hpp>
#include <executus/async/root_group.hpp>
#include <executus/net/client/http_client.hpp>
#include <executus/testing/http_server.hpp>

namespace executus::net {

using executus::testing::Gate;
using executus::testing::HttpServer;
using executus::testing::make_gate;

class HttpHarness : public ::testing::Test {
 protected:
  HttpHarness() { ::setenv("no_proxy", "*", 1); }
  ~HttpHarness() override { std::remove(trusted_.c_str()); }

  [[nodiscard]] HttpResponse send(HttpRequest request) { return block_on(*loop, client->send(std::move(request))); }

  // Fails the test when there is none.
  [[nodiscard]] HttpError failure_of(HttpRequest request) {
    try {
      HttpResponse response = send(std::move(request));
      ADD_FAILURE() << "answered with " << response.status;
    } catch (const HttpError& error) {
      return error;
    }
    return {ErrorKind::failed, "test.no_failure", "", Sent::maybe};
  }

  // The failure of a request whose time runs out once it was sent. On a slow machine the time may be over before that;
  // then it gets more. `time`: of the request, as HttpRequest::timeout or silence_timeout.
  [[nodiscard]] HttpError timeout_after_sending(HttpRequest request, std::optional<Milliseconds> HttpRequest::* time) {
    for (Milliseconds patience(200);; patience *= 4) {
      request.*time = patience;
      HttpError error = failure_of(request);
      if (error.code() != "net.timeout" || error.sent() == Sent::maybe || patience > std::chrono::minutes(2))
        return error;
    }
  }

  // Another client in place of the first.
  void use(HttpClientOptions options) { client = make_http_client(*loop, std::move(options)); }
  void trust(const std::string& pem, HttpClientOptions options = {}) {
    std::ofstream(trusted_) << pem;
    options.ca_file = trusted_;
    use(std::move(options));
  }

  [[nodiscard]] static HttpRequest get(std::string url) {
    HttpRequest request;
    request.url = std::move(url);
    return request;
  }
  [[nodiscard]] static HttpRequest post(std::string url, std::string body) {
    HttpRequest request = get(std::move(url));
    request.method = "POST";
    request.body = std::move(body);
    return request;
  }

  std::unique_ptr<Loop> loop = make_loop(2);
  std::unique_ptr<HttpClient> client = make_http_client(*loop);

 private:
  const std::string trusted_ = ::testing::TempDir() + "executus-net-" + std::to_string(::getpid()) + ".pem";
};

}  // namespace executus::net
