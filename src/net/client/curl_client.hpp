// The shipped HttpClient, made by make_http_client().
#pragma once

#include <memory>

#include <boost/asio/io_context.hpp>

#include <executus/net/client/http_client.hpp>

#include "net/client/curl_engine.hpp"

namespace executus::net {

class CurlClient final : public HttpClient {
 public:
  CurlClient(boost::asio::io_context& io, const HttpClientOptions& options)
      : engine_(std::make_shared<CurlEngine>(io, options)) {}
  ~CurlClient() override { engine_->close(); }
  CurlClient(const CurlClient&) = delete;
  CurlClient& operator=(const CurlClient&) = delete;

  [[nodiscard]] Task<HttpStream> open(HttpRequest request) override;

 private:
  std::shared_ptr<CurlEngine> engine_;  // shared with handlers that are still queued
};

}  // namespace executus::net
