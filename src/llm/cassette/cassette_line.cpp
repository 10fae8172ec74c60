#include "llm/cassette/cassette_line.hpp"

#include <boost/json.hpp>

#include <executus/base/digest.hpp>
#include <executus/base/json.hpp>

#include "base/base64.hpp"
#include "base/text.hpp"

namespace executus::llm {
namespace {

namespace json = boost::json;

constexpr int kCassetteVersion = 1;

[[noreturn]] void refuse_line(const std::string& why) { throw failed("cassette.malformed", why); }

// --- writing

void put_digest(json::value& image, const std::string& bytes) {
  image.get_object()["image"] = "sha256:" + sha256_hex(bytes);
}

json::value asked_message(Message message) {
  std::vector<std::string> images;
  auto take = [&](Image& image) { images.push_back(std::exchange(image.bytes, {})); };
  for (auto& part : message.parts)
    if (auto* image = std::get_if<Image>(&part)) take(*image);
  for (auto& result : message.tool_results)
    for (auto& image : result.images) take(image);
  auto written = to_json(message);
  auto next = images.begin();
  for (std::size_t i = 0; i < message.parts.size(); ++i)
    if (std::holds_alternative<Image>(message.parts[i])) put_digest(written.at("parts").at(i), *next++);
  for (std::size_t i = 0; i < message.tool_results.size(); ++i)
    for (std::size_t k = 0; k < message.tool_results[i].images.size(); ++k)
      put_digest(written.at("results").at(i).at("images").at(k), *next++);
  return written;
}

json::array tools_json(const ToolSpecs& tools) {
  json::array list;
  for (const auto& tool : tools)
    list.push_back({{"name", tool.name}, {"description", tool.description}, {"parameters", tool.parameters}});
  return list;
}

std::string_view choice_word(ToolChoice::Kind kind) {
  constexpr std::string_view words[] = {"automatic", "none", "required", "named"};
  return words[static_cast<std::size_t>(kind)];
}

void put_options(json::object& object, const Request& request) {
  if (request.tool_choice.kind != ToolChoice::Kind::automatic)
    object["tool_choice"] = {{"kind", choice_word(request.tool_choice.kind)}, {"name", request.tool_choice.name}};
  if (request.schema) object["schema"] = {{"name", request.schema->name}, {"schema", request.schema->schema}};
  if (request.max_output_tokens) object["max_output_tokens"] = *request.max_output_tokens;
  if (request.temperature) object["temperature"] = *request.temperature;
  if (!request.effort.empty()) object["effort"] = request.effort;
  if (request.cache == PromptCache::off) object["cache"] = "off";
}

json::object response_json(const Response& response) {
  json::object object{{"message", to_json(response.message)},
                      {"finish", to_string(response.finish)},
                      {"usage", to_json(response.usage)},
                      {"target", response.target}};
  if (response.raw) object["raw"] = base64_encode(*response.raw);
  return object;
}

constexpr std::string_view kFailures[] = {"transient", "permanent", "unknown"};

json::object error_json(const ModelError& error) {
  json::object object{{"failure", kFailures[static_cast<std::size_t>(error.failure())]},
                      {"code", error.code()},
                      {"message", error.message()}};
  if (error.http_status() != 0) object["status"] = error.http_status();
  if (error.retry_after()) object["retry_after_ms"] = error.retry_after()->count();
  return object;
}

json::object capabilities_json(const Capabilities& known) {
  json::array types;
  for (const auto& type : known.image_types) types.emplace_back(type);
  return {{"max_images", known.max_images},
          {"max_image_bytes", known.max_image_bytes},
          {"max_image_edge", known.max_image_edge},
          {"image_types", std::move(types)},
          {"schemas", known.schemas == Capabilities::Schemas::native ? "native" : "by_prompt"},
          {"context_tokens", known.context_tokens}};
}

struct LineToJson {
  json::object operator()(const Exchange& exchange) const {
    json::object line{{"v", kCassetteVersion}, {"target", exchange.target}, {"request", exchange.request}};
    if (const auto* response = std::get_if<Response>(&exchange.answer))
      line["response"] = response_json(*response);
    else
      line["error"] = error_json(std::get<ModelError>(exchange.answer));
    return line;
  }
  json::object operator()(const Resolution& found) const {
    return {{"v", kCassetteVersion},
            {"resolved",
             {{"name", found.name},
              {"spec", found.spec},
              {"target", found.target},
              {"context_tokens", found.context_tokens},
              {"capabilities", capabilities_json(found.capabilities)}}}};
  }
};

// --- reading

const json::value& member(const json::object& object, std::string_view key) {
  const auto* found = object.if_contains(key);
  if (!found) refuse_line("'" + std::string(key) + "' is missing");
  return *found;
}
const json::object& object_at(const json::object& object, std::string_view key) {
  const auto& found = member(object, key);
  if (!found.is_object()) refuse_line("'" + std::string(key) + "' is no object");
  return found.get_object();
}
std::string string_at(const json::object& object, std::string_view key) {
  const auto& found = member(object, key);
  if (!found.is_string()) refuse_line("'" + std::string(key) + "' is no string");
  return std::string(found.get_string());
}
template <class Number>
Number number_at(const json::object& object, std::string_view key) {
  boost::system::error_code error;
  auto number = member(object, key).to_number<Number>(error);
  if (error) refuse_line("'" + std::string(key) + "' is no number that fits");
  return number;
}

template <class Enum, std::size_t n>
Enum word_at(const json::object& object, std::string_view key, const std::string_view (&words)[n]) {
  auto word = string_at(object, key);
  for (std::size_t i = 0; i < n; ++i)
    if (words[i] == word) return static_cast<Enum>(i);
  refuse_line("'" + std::string(key) + "' is '" + word + "', which this version does not know");
}

Response response_from(const json::object& object) {
  constexpr std::string_view finishes[] = {"stop", "tool_calls", "length", "refusal", "other"};
  Response response;
  response.message = message_from_json(member(object, "message"));
  response.finish = word_at<FinishReason>(object, "finish", finishes);
  response.usage = usage_from_json(member(object, "usage"));
  response.target = string_at(object, "target");
  if (!object.contains("raw")) return response;
  auto raw = base64_decode(string_at(object, "raw"));
  if (!raw) refuse_line("'raw' is no base64");
  response.raw = std::make_shared<const std::string>(std::move(*raw));
  return response;
}

ModelError error_from(const json::object& object) {
  std::optional<Milliseconds> retry_after;
  if (object.contains("retry_after_ms")) retry_after = Milliseconds(number_at<std::int64_t>(object, "retry_after_ms"));
  return {word_at<Failure>(object, "failure", kFailures), string_at(object, "code"), string_at(object, "message"),
          object.contains("status") ? number_at<int>(object, "status") : 0, retry_after};
}

Exchange exchange_from(const json::object& line) {
  Exchange exchange{string_at(line, "target"), object_at(line, "request"), Response{}};
  if (line.contains("error"))
    exchange.answer = error_from(object_at(line, "error"));
  else
    exchange.answer = response_from(object_at(line, "response"));
  return exchange;
}

Capabilities capabilities_from(const json::object& object) {
  constexpr std::string_view schemas[] = {"native", "by_prompt"};
  Capabilities known;
  known.max_images = number_at<int>(object, "max_images");
  known.max_image_bytes = number_at<std::size_t>(object, "max_image_bytes");
  known.max_image_edge = number_at<int>(object, "max_image_edge");
  known.schemas = word_at<Capabilities::Schemas>(object, "schemas", schemas);
  known.context_tokens = number_at<int>(object, "context_tokens");
  const auto& types = member(object, "image_types");
  if (!types.is_array()) refuse_line("'image_types' is no list");
  for (const auto& type : types.get_array()) {
    if (!type.is_string()) refuse_line("an entry of 'image_types' is no string");
    known.image_types.emplace_back(type.get_string());
  }
  return known;
}

Resolution resolution_from(const json::object& object) {
  return {string_at(object, "name"), string_at(object, "spec"), string_at(object, "target"),
          number_at<int>(object, "context_tokens"), capabilities_from(object_at(object, "capabilities"))};
}

CassetteLine line_from(const json::value& value) {
  if (!value.is_object()) refuse_line("it is no JSON object");
  const auto& line = value.get_object();
  if (number_at<int>(line, "v") != kCassetteVersion) refuse_line("another version of executus wrote it");
  if (line.contains("resolved")) return resolution_from(object_at(line, "resolved"));
  return exchange_from(line);
}

}  // namespace

json::value request_json(const Request& request) {
  json::array messages;
  for (const auto& message : request.messages) messages.push_back(asked_message(message));
  json::object object{{"system", request.system}, {"messages", std::move(messages)}};
  if (!request.tools.empty()) object["tools"] = tools_json(request.tools);
  put_options(object, request);
  return parse_json(as_utf8(canonical_json(object))).value();
}

std::string to_text(const CassetteLine& line) { return as_utf8(canonical_json(std::visit(LineToJson{}, line))); }

Result<CassetteLine> read_cassette_line(std::string_view text) {
  auto parsed = parse_json(text);
  if (!parsed) return failed("cassette.malformed", parsed.error().message());
  try {
    return line_from(*parsed);
  } catch (const Error& error) {
    return failed("cassette.malformed", error.message());
  }
}

}  // namespace executus::llm
