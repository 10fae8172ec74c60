#include "llm/openai/images.hpp"

#include <optional>
#include <utility>

#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/llm/kit/answer_errors.hpp>
#include <executus/llm/kit/wire.hpp>

#include "base/base64.hpp"
#include "llm/answer/retry_after.hpp"
#include "llm/openai/hosts.hpp"

namespace executus::llm::openai {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxImagesBody = std::size_t{512} * 1024 * 1024;  // ten large images in base64

// These models always answer with bytes and refuse response_format; all others answer with URLs unless it asks for
// bytes.
bool always_answers_bytes(std::string_view model) {
  auto name = model.substr(model.rfind('/') + 1);
  return name.starts_with("gpt-image") || name.starts_with("chatgpt-image");
}

std::string type_of_bytes(std::string_view bytes) {
  if (bytes.starts_with("\xff\xd8\xff")) return "image/jpeg";
  if (bytes.starts_with("RIFF") && bytes.substr(0, 12).ends_with("WEBP")) return "image/webp";
  return "image/png";
}

std::optional<Image> image_in(const json::value& entry) {
  const auto* object = entry.if_object();
  auto bytes = base64_decode(object ? text_in(*object, "b64_json") : std::string());
  if (!bytes || bytes->empty()) return std::nullopt;
  auto mime = type_of_bytes(*bytes);
  return Image{std::move(*bytes), std::move(mime)};
}

class HttpImageModel final : public ImageModel {
 public:
  HttpImageModel(Endpoint endpoint, std::string id, net::HttpClient& http, std::optional<Milliseconds> timeout)
      : endpoint_(std::move(endpoint)),
        id_(std::move(id)),
        http_(http),
        timeout_(timeout),
        target_(endpoint_.name + "/" + id_) {}

  [[nodiscard]] Task<std::vector<Image>> generate(ImageRequest request) override {
    Server server{target_, endpoint_.base_url, endpoint_.variable, endpoint_.token};
    if (is_official(endpoint_.base_url) && endpoint_.token.empty()) throw missing_key(server);
    auto http = http_request(request);
    auto* spent = request.spent;
    request = {};
    auto answer = co_await exchange(std::move(http), server);
    co_return read_images(answer, {endpoint_.name, target_, endpoint_.token, {}, {}}, spent);
  }

  [[nodiscard]] const std::string& target() const override { return target_; }

 private:
  [[nodiscard]] net::HttpRequest http_request(const ImageRequest& request) const {
    net::HttpRequest http;
    http.method = "POST";
    http.url = endpoint_.base_url + "/images/generations";
    http.headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}};
    if (!endpoint_.token.empty()) http.headers.emplace_back("Authorization", "Bearer " + endpoint_.token);
    http.body = images_body(request, id_);
    http.timeout = timeout_;
    http.max_body = kMaxImagesBody;
    return http;
  }

  [[nodiscard]] Task<std::string> exchange(net::HttpRequest http, Server server) {
    try {
      net::HttpResponse response = co_await http_.send(std::move(http));
      if (response.status >= 200 && response.status < 300) co_return std::move(response.body);
      TaskContext context = co_await this_task();
      auto wait = retry_after_of(response.headers, response.body, context.strand->loop().clock().wall());
      throw status_error(response, server, wait);
    } catch (const net::HttpError& error) {
      throw transport_error(error.code(), error.message(), server);
    }
  }

  Endpoint endpoint_;
  std::string id_;
  net::HttpClient& http_;
  std::optional<Milliseconds> timeout_;
  std::string target_;
};

}  // namespace

std::string images_body(const ImageRequest& request, std::string_view model) {
  json::object body{{"model", text_json(model)}, {"prompt", text_json(request.prompt)}, {"n", request.count}};
  if (request.size) body["size"] = std::to_string(request.size->width) + "x" + std::to_string(request.size->height);
  if (!always_answers_bytes(model)) body["response_format"] = "b64_json";
  return write_json(body);
}

std::vector<Image> read_images(std::string_view body, const Asked& asked, SpentSink* spent) {
  auto parsed = parse_json(body);
  const auto* object = parsed ? parsed->if_object() : nullptr;
  if (!object) throw malformed_answer(asked.target, "it is no JSON object");
  throw_if_error(*object, asked);
  std::vector<Image> images;
  if (const auto* data = array_in(*object, "data"))
    for (const auto& entry : *data)
      if (auto image = image_in(entry)) images.push_back(std::move(*image));
  if (images.empty()) throw malformed_answer(asked.target, "it holds no image (data[].b64_json)");
  const auto* usage = object_in(*object, "usage");
  if (spent && usage)
    spent->spent(asked.target, {count_in(usage, "input_tokens"), count_in(usage, "output_tokens"), 0, 0, 0});
  return images;
}

std::shared_ptr<ImageModel> make_image_model(Endpoint endpoint, std::string id, net::HttpClient& http,
                                             std::optional<Milliseconds> call_timeout) {
  return std::make_shared<HttpImageModel>(std::move(endpoint), std::move(id), http, call_timeout);
}

}  // namespace executus::llm::openai
