#include "parrot.hpp"

#include <utility>

#include <boost/json.hpp>

#include <executus/base/json.hpp>

using namespace executus::llm;
namespace json = boost::json;

namespace {

// --- what is asked: values to JSON

json::array turns_of(const Request& request, const ToolNames& names) {
  json::array turns;
  if (auto text = system_text(request); !text.empty()) turns.push_back({{"by", "host"}, {"text", text_json(text)}});
  for (const auto& message : request.messages) {
    if (message.role == Role::user) turns.push_back({{"by", "person"}, {"text", text_json(message.text())}});
    if (message.role == Role::assistant && says_something(message)) {
      json::array calls;
      for (const auto& call : message.tool_calls)
        calls.push_back(
            {{"id", call.id}, {"tool", names.to_wire(call.name)}, {"with", arguments_object(call.arguments)}});
      turns.push_back({{"by", "parrot"}, {"text", text_json(message.text())}, {"calls", std::move(calls)}});
    }
    for (const auto& result : message.tool_results)
      turns.push_back({{"by", "tool"}, {"of", result.call_id}, {"text", text_json(result_text(result))}});
  }
  return turns;
}

json::array tools_of(const Request& request, const ToolNames& names) {
  json::array tools;
  for (const auto& tool : request.tools)
    tools.push_back(
        {{"name", names.to_wire(tool.name)}, {"about", text_json(tool.description)}, {"takes", parameters_of(tool)}});
  return tools;
}

// --- what comes back: lines to a Response

class LineReader final : public AnswerReader {
 public:
  explicit LineReader(Asked asked) : asked_(std::move(asked)) {}

  std::string add(std::string_view event) override {
    std::string shown;
    for (const auto& line : event_objects(event, asked_)) shown += take(line);
    return shown;
  }

  Response whole(std::string_view body) override {
    (void)take(body_object(body, asked_));
    return finish();
  }

  std::vector<Aside> asides() override { return std::exchange(asides_, {}); }
  bool done() const noexcept override { return !why_.empty(); }
  Usage used() const override { return usage_; }

  Response finish() override {
    if (!done()) throw truncated_answer(asked_.target);
    auto calls = std::move(calls_).finish(CallAssembly::End::complete);
    if (!calls) throw broken_answer(asked_.target, quotable(calls.error().message(), asked_.secret));
    Response response;
    response.finish = finish_of({.word = why_, .has_text = !text_.empty(), .has_calls = !calls->calls.empty()}, asked_);
    response.usage = usage_;
    response.target = asked_.target;
    response.message = assistant_message(std::move(text_), completed(std::move(calls->calls), asked_));
    return response;
  }

 private:
  std::string take(const json::object& line) {
    if (done()) return {};         // what follows the end is not of the answer
    throw_if_error(line, asked_);  // wherever a server says it
    if (const auto* call = object_in(line, "call")) {
      const auto* with = call->if_contains("with");
      calls_.add_whole({.id = text_in(*call, "id"),
                        .name = text_in(*call, "tool"),
                        .arguments = with ? written_arguments(*with) : std::string()});
      note_arguments(asides_, calls_, asked_.names);
    }
    why_ = text_in(line, "over");
    if (done()) usage_ = {.input = count_in(&line, "read"), .output = count_in(&line, "wrote")};
    auto said = text_in(line, "say");
    text_ += said;
    return said;
  }

  Asked asked_;
  std::string text_;
  std::string why_;
  CallAssembly calls_;
  std::vector<Aside> asides_;
  Usage usage_;
};

class ParrotProtocol final : public Protocol {
 public:
  ParrotProtocol(SharedEndpoint endpoint, std::string model)
      : endpoint_(std::move(endpoint)), model_(std::move(model)) {}

  WireRequest request(const Request& request, const ToolNames& names, AnswerForm form) const override {
    json::object body{{"model", model_},
                      {"turns", turns_of(request, names)},
                      {"tools", tools_of(request, names)},
                      {"stream", is_streamed(form)}};
    return {"/say", {{"Authorization", "Bearer " + endpoint_->token}}, executus::write_json(body)};
  }
  std::unique_ptr<AnswerReader> reader(Asked asked) const override {
    return std::make_unique<LineReader>(std::move(asked));
  }

 private:
  SharedEndpoint endpoint_;
  std::string model_;
};

}  // namespace

std::shared_ptr<Provider> make_parrot(Endpoint endpoint, executus::net::HttpClient& http) {
  return make_http_provider(std::move(endpoint), http, [](const SharedEndpoint& at, const std::string& model) {
    HttpModelOptions options{.key = HttpModelOptions::Key::required};
    options.capabilities.max_images = 0;
    return HttpModelParts{std::make_unique<ParrotProtocol>(at, model), std::move(options)};
  });
}
