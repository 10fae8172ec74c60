#include "fuzz/answers.hpp"

#include <set>
#include <utility>
#include <variant>
#include <vector>

#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/llm/kit/event_parser.hpp>

#include "base/text.hpp"
#include "fuzz/cuts.hpp"
#include "fuzz/property.hpp"
#include "llm/answer/mended_answer.hpp"
#include "llm/cassette/cassette_line.hpp"

namespace executus::fuzz {
namespace {

namespace json = boost::json;
using namespace llm;

using Outcome = std::variant<Response, ModelError>;

// Everything that a caller can see of an outcome.
std::string shown(const Outcome& outcome) {
  if (const auto* error = std::get_if<ModelError>(&outcome))
    return error->code() + " " + std::to_string(static_cast<int>(error->failure())) + " " +
           std::to_string(error->http_status()) + " " + error->message();
  const auto& response = std::get<Response>(outcome);
  return response.target + " " + std::string(to_string(response.finish)) + " " +
         canonical_json(to_json(response.usage)) + " " + canonical_json(to_json(response.message));
}

template <class Read>
Outcome outcome_of(Read read) {
  try {
    return read();
  } catch (const ModelError& error) {
    return error;
  }
}

bool begins_like_json(std::string_view bytes) {
  auto text = trim(bytes);
  return text.starts_with('{') || text.starts_with('[');
}

// As HttpModel reads a stream.
Outcome streamed(const Pieces& pieces, std::string_view type, const VendorUnderTest& vendor) {
  return outcome_of([&] {
    EventParser events(type);
    auto reader = vendor.reader(asked_of_lab());
    ShownText shown;
    auto take = [&](const std::vector<std::string>& all) {
      for (const auto& event : all)
        expect(is_valid_utf8(shown.add(reader->add(event))), "what is shown is valid UTF-8");
    };
    for (auto piece : pieces) {
      if (reader->done()) break;
      take(events.feed(piece));
    }
    if (!reader->done()) take(events.rest());
    if (auto body = events.whole()) return reader->whole(*body);
    return reader->finish();
  });
}

void check_calls(const std::vector<ToolCall>& calls) {
  std::set<std::string> ids{"call_1"};
  for (const auto& call : calls) {
    expect(!call.id.empty() && ids.insert(call.id).second, "ids are there, and distinct within the conversation");
    expect(!call.arguments.empty(), "a call without arguments has {}");
  }
}

void check_usage(const Usage& usage) {
  for (auto count : {usage.input, usage.output, usage.cache_read, usage.cache_write, usage.reasoning})
    expect(count >= 0, "no count is negative");
  Usage sum;
  for (int i = 0; i < 1000; ++i) sum += usage;
  expect(sum.input >= usage.input && sum.output >= usage.output, "the counts of a run can be added");
}

void check_stored(const Response& response) {
  auto text = canonical_json(to_json(response.message));
  auto parsed = parse_json(text);
  expect(parsed.ok(), "what a journal holds can be read", text);
  expect(message_from_json(*parsed) == response.message, "a journal gives back what was put in");
  auto line = to_text(Exchange{"lab/m", json::object{}, response});
  auto read = read_cassette_line(line);
  expect(read.ok() && to_text(*read) == line, "a cassette gives back what was put in", line);
}

Request next_request(const Message& answer) {
  auto request = asked_request();
  request.messages.push_back(answer);
  if (answer.tool_calls.empty()) {
    request.messages.push_back(user_message("go on"));
    return request;
  }
  Message results{Role::tool, {}, {}, {}};
  for (const auto& call : answer.tool_calls) results.tool_results.push_back({call.id, call.name, "done", {}, false});
  request.messages.push_back(std::move(results));
  return request;
}

bool is_json(const std::string& text) {
  json::parse_options options;
  options.max_depth = 4 * max_json_depth;
  json::error_code error;
  json::parse(text, error, {}, options);
  return !error;
}

void check_response(const Response& response, std::size_t bytes, const VendorUnderTest& vendor) {
  expect(response.target == "lab/m" && response.message.role == Role::assistant, "it says who answered");
  auto text = canonical_json(to_json(response.message));
  expect(is_valid_utf8(text), "an answer is valid UTF-8");
  expect(text.size() <= 16 * bytes + 4096, "an answer is not much longer than its bytes");
  check_calls(response.message.tool_calls);
  check_usage(response.usage);
  check_stored(response);
  auto next = next_request(response.message);
  auto body = vendor.next_body(next, ToolNames(next.tools));
  expect(is_json(body), "the next request is JSON", body);
}

void check_error(const ModelError& error) {
  expect(!has_canary(error.message()), "no error quotes the key", error.message());
  expect(is_valid_utf8(error.message()), "an error is valid UTF-8");
  expect(error.code().starts_with("model."), "an error of a model has a code of one");
  expect(error.message().size() <= 8192, "an error is no essay");
}

void check(const Outcome& outcome, std::size_t bytes, const VendorUnderTest& vendor) {
  if (const auto* error = std::get_if<ModelError>(&outcome)) return check_error(*error);
  auto response = std::get<Response>(outcome);
  mend_answer(response.message);  // as every reader of an answer does
  check_response(response, bytes, vendor);
}

}  // namespace

Request asked_request() {
  Request request;
  request.system = "Be brief.";
  request.messages = {user_message("How warm is it?"), assistant_message("", {{"call_1", "get.weather", "{}"}})};
  Message result{Role::tool, {}, {}, {{"call_1", "get.weather", "20 degrees", {}, false}}};
  request.messages.push_back(std::move(result));
  std::vector<ToolSpec> tools;
  for (const char* name : {"get.weather", "search"}) tools.push_back({name, "A tool.", {}});
  request.tools = ToolSpecs(std::move(tools));
  return request;
}

Asked asked_of_lab() {
  return asked({"lab", "http://127.0.0.1:8080/v1", std::string(kCanary), "LLM_LAB"}, "m", asked_request());
}

void check_answer(std::string_view bytes, const VendorUnderTest& vendor) {
  auto whole = outcome_of([&] { return vendor.reader(asked_of_lab())->whole(bytes); });
  check(whole, bytes.size(), vendor);
  auto type = begins_like_json(bytes) ? "application/x-ndjson" : "text/event-stream";
  auto stream = streamed({bytes}, type, vendor);
  check(stream, bytes.size(), vendor);
  auto expected = shown(stream);
  for_each_cut(bytes, [&](const Pieces& pieces) {
    expect(shown(streamed(pieces, type, vendor)) == expected, "a stream does not depend on how its bytes were cut",
           expected);
  });
}

}  // namespace executus::fuzz
