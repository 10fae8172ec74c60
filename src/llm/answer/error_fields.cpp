#include "llm/answer/error_fields.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/llm/kit/answer_errors.hpp>
#include <executus/llm/kit/wire.hpp>

#include "base/ascii.hpp"
#include "base/text.hpp"
#include "llm/answer/known_errors.hpp"

namespace executus::llm {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 5> kCodes{"error_code", "errorCode", "err_code", "errCode", "errcode"};
constexpr std::array<std::string_view, 7> kMessages{"error_msg", "errorMsg", "error_message", "errorMessage",
                                                    "err_msg",   "errMsg",   "errmsg"};
constexpr std::array<std::string_view, 8> kFailed{"failed",  "failure", "fail",      "error",
                                                  "errored", "aborted", "cancelled", "canceled"};
constexpr std::array<std::string_view, 12> kSuccess{
    "ok",       "okay",      "success", "successful",      "succeeded",         "completed",
    "no error", "no errors", "noerror", "request success", "request succeeded", "request successful"};
constexpr std::array<std::string_view, 5> kNothing{"200", "none", "null", "nil", ""};

// "NO_ERROR" and "Success." as "no error" and "success".
std::string plain_word(std::string_view word) {
  auto text = lowered(trim(word));
  std::ranges::replace_if(text, [](char c) { return c == '_' || c == '-'; }, ' ');
  while (text.ends_with('.') || text.ends_with('!')) text.pop_back();
  return text;
}

bool is_one_of(const auto& words, std::string_view word) {
  return std::ranges::find(words, lowered(trim(word))) != words.end();
}

// The first that is there and not null.
const json::value* first_of(const json::object& body, const auto& keys) {
  for (auto key : keys)
    if (const auto* value = body.if_contains(key); value && !value->is_null()) return value;
  return nullptr;
}

std::string said_by(const json::value& value) {
  if (const auto* text = value.if_string()) return std::string(std::string_view(*text));
  return write_json(value);
}

bool reports(const json::value* value) { return value && reports_something(*value) && !is_no_error(said_by(*value)); }

// A code that is there and says that all went well.
bool says_well(const json::value* code) {
  return code && (*code == 0 || (!said_by(*code).empty() && is_no_error(said_by(*code))));
}

// "429" as 429, which may be an HTTP status.
json::value read_code(const json::value& code) {
  const auto* text = code.if_string();
  int number = 0;
  auto read = text ? std::from_chars(text->data(), text->data() + text->size(), number) : std::from_chars_result{};
  bool is_number = text && read.ec == std::errc() && read.ptr == text->data() + text->size();
  return is_number ? json::value(number) : code;
}

json::object error_of(std::string words, const json::value* code) {
  json::object error{{"message", std::move(words)}};
  if (code) error["code"] = read_code(*code);
  return error;
}

bool is_known_failure(const json::value* code) {
  if (!code) return false;
  json::object error{{"code", read_code(*code)}};
  return meant_status(error, status_in(error)) != 0;
}

std::optional<json::object> named_error(const json::object& body) {
  const auto* code = first_of(body, kCodes);
  const auto* words = first_of(body, kMessages);
  auto said = reports(words) ? said_by(*words) : std::string();
  bool in_words = !said.empty() && (!says_well(code) || meant_status({{"message", said}}, 0) != 0);
  if (!in_words && !reports(code)) return std::nullopt;
  bool is_success = !in_words && words && says_success(said_by(*words)) && !is_known_failure(code);
  if (is_success) return std::nullopt;  // the codes of success are as many as the servers
  return error_of(in_words ? said : "its error code is " + said_by(*code), reports(code) ? code : nullptr);
}

bool says_it_failed(const json::object& body) {
  const auto* success = body.if_contains("success");
  return is_one_of(kFailed, text_in(body, "status")) || is_one_of(kFailed, text_in(body, "state")) ||
         (success && success->is_bool() && !success->get_bool());
}

}  // namespace

bool says_success(std::string_view word) { return std::ranges::find(kSuccess, plain_word(word)) != kSuccess.end(); }

bool is_no_error(std::string_view word) {
  auto said = plain_word(word);
  bool is_zero = said.find_first_not_of('0') == std::string::npos;
  return is_zero || std::ranges::find(kNothing, said) != kNothing.end() || says_success(word);
}

bool tells_of_an_error(const json::value& error) {
  if (!reports_something(error)) return false;
  if (const auto* text = error.if_string()) return !is_no_error(*text);
  if (const auto* list = error.if_array()) return std::ranges::any_of(*list, tells_of_an_error);
  const auto* object = error.if_object();
  if (!object || meant_status(*object, status_in(*object)) != 0) return true;
  if (auto words = error_words(*object); !words.empty()) return !is_no_error(words);
  return std::ranges::any_of(*object, [](const auto& member) { return tells_of_an_error(member.value()); });
}

bool is_about_a_tool(const json::object& said) {
  if (said.contains("choices") || said.contains("candidates") || text_in(said, "object") == "error") return false;
  auto type = lowered(trim(text_in(said, "type")));
  bool is_of_a_call =
      type.starts_with("response.") && type.find("_call") != type.npos && type.find("function_call") == type.npos;
  return is_of_a_call || (type.find("tool") != type.npos && type != "tool_use_failed");
}

int status_in(const json::object& error) {
  for (auto key : {"code", "status", "status_code", "statusCode"}) {
    auto status = count_in(&error, key);
    if (status >= 400 && status <= 599) return static_cast<int>(status);
  }
  return 0;
}

std::optional<json::object> error_in_fields(const json::object& body) {
  if (auto named = named_error(body)) return named;
  auto words = error_words(body);
  int status = status_in(body);
  bool failed = says_it_failed(body);
  if (!failed && (status == 0 || words.empty())) return std::nullopt;
  if (words.empty()) words = "it says that it failed, and not why";
  if (status != 0) return json::object{{"message", std::move(words)}, {"code", status}};
  return error_of(std::move(words), first_of(body, std::array<std::string_view, 1>{"code"}));
}

}  // namespace executus::llm
