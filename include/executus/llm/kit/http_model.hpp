// A model behind an HTTP API: one request is one exchange, in the words of the vendor's Protocol.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <executus/llm/kit/endpoint.hpp>
#include <executus/llm/kit/protocol.hpp>
#include <executus/llm/model.hpp>
#include <executus/net/client/http_client.hpp>

namespace executus::llm {

// Without a byte of the answer: models think for minutes, and an answer that comes in one piece is silent until then.
inline constexpr Milliseconds kCallTimeout = std::chrono::minutes(10);

struct HttpModelOptions {
  enum class Key { required, optional };
  Key key = Key::optional;                             // required: without one the server is not asked at all
  std::optional<Milliseconds> timeout = kCallTimeout;  // nothing: until the asking run gives up
  Capabilities capabilities = {};
};

// It asks for a stream, also without an observer, until the server has refused that; then for what it takes. What a
// model took once it may refuse later, since a gateway may ask another server for it: then it is asked for less again.
class HttpModel final : public Model {
 public:
  // `http` outlives it.
  HttpModel(std::shared_ptr<const Endpoint> endpoint, std::string id, std::unique_ptr<const Protocol> protocol,
            net::HttpClient& http, HttpModelOptions options);

  [[nodiscard]] Task<Response> generate(Request request, StreamObserver* observer) override;
  [[nodiscard]] const std::string& target() const override { return target_; }
  [[nodiscard]] Capabilities capabilities() const override { return options_.capabilities; }

 private:
  struct Reading;
  struct RefusedForm;
  [[nodiscard]] Task<Response> ask(Request request, StreamObserver* observer, AnswerForm form);
  [[nodiscard]] bool takes(const boost::json::object& schema) const;
  [[nodiscard]] net::HttpRequest http_request(const Request& request, const ToolNames& names, AnswerForm form) const;
  [[nodiscard]] Task<Response> exchange(net::HttpRequest http, Reading reading);
  [[nodiscard]] Task<Response> read_answer(std::unique_ptr<net::HttpBody> body, Reading& reading);
  [[nodiscard]] Task<net::HttpStream> successful(net::HttpStream stream, const Reading& reading);

  std::shared_ptr<const Endpoint> endpoint_;
  std::string id_;
  std::unique_ptr<const Protocol> protocol_;
  net::HttpClient& http_;
  HttpModelOptions options_;
  std::string target_;
};

}  // namespace executus::llm
