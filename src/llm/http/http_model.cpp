#include <exception>
#include <optional>
#include <utility>

#include <executus/llm/kit/answer_errors.hpp>
#include <executus/llm/kit/event_parser.hpp>
#include <executus/llm/kit/http_model.hpp>
#include <executus/llm/kit/opaque_parts.hpp>
#include <executus/llm/kit/wire.hpp>

#include "llm/answer/foreign_parts.hpp"
#include "llm/answer/mended_answer.hpp"
#include "llm/answer/retry_after.hpp"
#include "llm/answer/unmade_calls.hpp"
#include "llm/answer/wanted_value.hpp"
#include "llm/endpoint/taken_forms.hpp"

namespace executus::llm {
namespace {

constexpr std::size_t kLongestErrorBody = std::size_t{1} * 1024 * 1024;  // an error needs no more than this

bool is_success(int status) { return status >= 200 && status < 300; }

// By the server, or on the way.
bool broke_off(const net::HttpError& error) {
  const auto& code = error.code();
  return code == "net.reset" || code == "net.timeout" || code == "net.protocol" || code == "net.failed";
}

}  // namespace

// The server does not take the way it was asked, and may take another.
struct HttpModel::RefusedForm {
  AnswerForm instead;
  bool lasts = true;  // it is asked that way from now on
  ModelError error;
};

// What belongs to one answer while it is read.
struct HttpModel::Reading {
  const Server& server;
  AnswerForm form;
  std::unique_ptr<AnswerReader> answer;
  StreamObserver* observer;
  std::shared_ptr<std::string> raw;  // null: not wanted
  SpentSink* spent;                  // null: not told
  EventParser events{""};
  std::optional<Usage> used = {};  // when the answer is read to its end
  ShownText shown = {};

  void show(std::string_view text) const {
    if (observer && !text.empty()) observer->on_text(text);
  }
  void show_piece(std::string_view piece) {
    if (observer) show(shown.add(piece));
  }
  void show_asides() const {
    for (const auto& aside : answer->asides()) {
      if (!observer) continue;
      if (aside.tool.empty())
        observer->on_reasoning(mended_text(aside.reasoning));
      else
        observer->on_arguments(aside.call_id, aside.tool, mended_text(aside.arguments));
    }
  }
  void keep(std::string_view bytes) const {
    if (raw) raw->append(bytes);
  }
  // Nothing: the body has ended.
  std::vector<std::string> events_in(const std::optional<std::string>& bytes) {
    try {
      return bytes ? events.feed(*bytes) : events.rest();
    } catch (const Error& error) {
      throw transport_error(error.code(), error.message(), server);
    }
  }
  void take(const std::optional<std::string>& bytes) {
    for (const auto& event : events_in(bytes)) {
      auto text = answer->add(event);
      show_asides();
      show_piece(text);
    }
  }
  [[nodiscard]] bool holds_ended_body() const {
    const auto* only = events.only_value();
    if (!only) return false;
    auto body = parse_answer(*only);
    return body && body->is_object() && answer->is_ended_body(body->get_object());
  }
  // The connection broke: what came, its last event also without its blank line, is the answer where it has ended.
  void take_last(const std::exception_ptr& broken) {
    bool is_all = answer->ended();
    try {
      take(std::nullopt);
      is_all = answer->ended() || holds_ended_body();
    } catch (const ModelError& error) {
      if (error.code() != "model.malformed") throw;  // else the last event was cut
    }
    if (!is_all) std::rethrow_exception(broken);
  }
  void finish_counting() { used = answer->used(); }
  void tell_spent() const noexcept {
    if (spent) spent->spent(server.target, used ? *used : answer->used());
  }
  Response whole(std::string_view body) const {
    auto response = answer->whole(body);
    show(mended_text(response.message.text()));
    return response;
  }
};

HttpModel::HttpModel(std::shared_ptr<const Endpoint> endpoint, std::string id, std::unique_ptr<const Protocol> protocol,
                     net::HttpClient& http, HttpModelOptions options)
    : endpoint_(std::move(endpoint)),
      id_(std::move(id)),
      protocol_(std::move(protocol)),
      http_(http),
      options_(std::move(options)),
      target_(endpoint_->name + "/" + id_) {}

bool HttpModel::takes(const boost::json::object& schema) const {
  return options_.capabilities.schemas == Capabilities::Schemas::native && protocol_->takes(schema);
}

net::HttpRequest HttpModel::http_request(const Request& request, const ToolNames& names, AnswerForm form) const {
  auto wire = protocol_->request(request, names, form);
  net::HttpRequest http;
  http.method = "POST";
  http.url = endpoint_->base_url + wire.path;
  http.headers = std::move(wire.headers);
  http.headers.emplace_back("Content-Type", "application/json");
  http.headers.emplace_back(
      "Accept", is_streamed(form) ? "text/event-stream, application/x-ndjson, application/json" : "application/json");
  http.body = std::move(wire.body);
  http.timeout = std::nullopt;
  http.silence_timeout = options_.timeout;
  return http;
}

Task<Response> HttpModel::generate(Request request, StreamObserver* observer) {
  drop_parts_of_other_models(request.messages, endpoint_->name, id_);
  bool as_text = may_be_text(request) && takes(request.wanted->answer.schema);
  bool lasts = true;
  for (auto form = endpoint_->forms->of(id_).value_or(AnswerForm::streamed);;) {
    auto answer = ask(as_text ? wanted_as_text(request) : request, observer, form);
    try {
      Response response = co_await std::move(answer);
      if (lasts) endpoint_->forms->learn(id_, form);
      co_return response;
    } catch (const RefusedForm& refused) {
      form = refused.instead;
      lasts = lasts && refused.lasts;
    } catch (const ModelError& error) {
      if (!as_text || !may_refuse_schemas(error)) throw;
      as_text = false;
    }
  }
}

Task<Response> HttpModel::ask(Request request, StreamObserver* observer, AnswerForm form) {
  Server server{target_, endpoint_->base_url, endpoint_->variable, endpoint_->token};
  if (options_.key == HttpModelOptions::Key::required && endpoint_->token.empty()) throw missing_key(server);
  auto who = asked(*endpoint_, id_, request);
  auto http = http_request(request, who.names, form);
  auto raw = request.keep_raw ? std::make_shared<std::string>() : nullptr;
  auto* spent = request.spent;
  request = {};  // the answer may take minutes, and many runs wait at once
  Reading reading{server, form, protocol_->reader(std::move(who)), observer, std::move(raw), spent};
  try {
    co_return co_await exchange(std::move(http), std::move(reading));
  } catch (const net::HttpError& error) {
    throw transport_error(error.code(), error.message(), server);
  }
}

// However it was asked, a server may answer in one piece or stream: the bytes tell.
Task<Response> HttpModel::exchange(net::HttpRequest http, Reading reading) {
  net::HttpStream stream = co_await successful(co_await http_.open(std::move(http)), reading);
  reading.events = EventParser(net::find_header(stream.headers, "content-type").value_or(""));
  auto body = std::move(stream.body);
  Response response;
  try {
    response = co_await read_answer(std::move(body), reading);
  } catch (...) {
    reading.tell_spent();
    throw;
  }
  mend_answer(response.message);
  drop_refused_calls(response);
  mark_cut_call(response);
  mark_opaque_parts(response.message, id_);
  response.raw = std::move(reading.raw);
  co_return response;
}

Task<Response> HttpModel::read_answer(std::unique_ptr<net::HttpBody> body, Reading& reading) {
  while (!reading.answer->done()) {
    std::optional<std::string> bytes;
    std::exception_ptr broken;
    try {
      bytes = co_await body->next();
    } catch (const net::HttpError& error) {
      if (!broke_off(error)) throw;
      broken = std::current_exception();
    }
    if (bytes) reading.keep(*bytes);
    if (broken)
      reading.take_last(broken);
    else
      reading.take(bytes);
    if (!bytes) break;
  }
  body->discard();  // only the end of the body follows an end mark, and then the connection is free for the next call
  if (auto body_of_no_stream = reading.events.whole()) co_return reading.whole(*body_of_no_stream);
  reading.finish_counting();
  reading.show(reading.shown.rest());
  co_return reading.answer->finish();
}

// Gives it back; throws what an answer without success says.
Task<net::HttpStream> HttpModel::successful(net::HttpStream stream, const Reading& reading) {
  if (is_success(stream.status)) co_return stream;
  std::string body;
  while (std::optional<std::string> bytes = co_await stream.body->next()) {
    body += *bytes;
    if (body.size() > kLongestErrorBody) break;
  }
  TaskContext context = co_await this_task();
  auto wait = retry_after_of(stream.headers, body, context.strand->loop().clock().wall());
  auto location = net::find_header(stream.headers, "location").value_or("");
  auto error = status_error(stream.status, body, wait, reading.server, location);
  if (auto instead = form_instead_of(reading.form, stream.status, body))
    throw RefusedForm{*instead, endpoint_->forms->lasts(id_, stream.status), std::move(error)};
  throw error;
}

}  // namespace executus::llm
