// HTTP answers that are no success: status line, headers and body as they are on the wire. What a person is told is
// one line of UTF-8 without the key, however that is written, and the wait is one that a run can wait for.
#include <algorithm>
#include <cctype>

#include <executus/llm/kit/answer_errors.hpp>
#include <executus/llm/kit/failure.hpp>

#include "base/base64.hpp"
#include "base/text.hpp"
#include "fuzz/property.hpp"
#include "llm/answer/retry_after.hpp"
#include "net/client/head_reader.hpp"

namespace executus::fuzz {
namespace {

using namespace llm;

constexpr Milliseconds kDay = std::chrono::hours(24);

void check_wait(std::optional<Milliseconds> wait) {
  expect(!wait || (*wait >= Milliseconds(0) && *wait <= kDay), "a wait is between nothing and a day");
}

std::string unescaped(std::string_view text, std::string_view mark, std::size_t digits) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    auto number = std::string(text.substr(std::min(at + mark.size(), text.size()), digits));
    bool hex = text.substr(at).starts_with(mark) && number.size() == digits &&
               std::all_of(number.begin(), number.end(), [](unsigned char c) { return std::isxdigit(c); });
    int character = hex ? std::stoi(number, nullptr, 16) : 0x80;
    bool ascii = character < 0x80;  // as the key is
    out += ascii ? static_cast<char>(character) : text[at];
    at += ascii ? mark.size() + digits : 1;
  }
  return out;
}

std::string without(std::string text, std::string_view bytes) {
  std::erase_if(text, [&](char c) { return bytes.find(c) != std::string_view::npos; });
  return text;
}

// The ways in which a search for the key could find it.
bool has_canary_somehow(const std::string& text) {
  for (const auto& read : {text, unescaped(text, "%", 2), unescaped(text, "\\u", 4)})
    if (has_canary(without(read, " \r\n\t\\"))) return true;
  return text.find(without(base64_encode(kCanary), "=")) != std::string::npos ||
         text.find(without(base64_encode(":" + std::string(kCanary)), "=")) != std::string::npos;
}

void check_words(const std::string& text, std::size_t limit) {
  expect(!has_canary_somehow(text), "nothing quotes the key", text);
  expect(is_valid_utf8(text), "what people read is valid UTF-8", text);
  expect(text.size() <= limit, "what people read is short");
  for (unsigned char c : text) expect(c >= ' ' && c != 0x7f, "what people read is one line", text);
}

void check_error(const net::HttpHead& head, std::string_view body) {
  const Server server{"lab/m", "http://127.0.0.1:8080/v1", "LLM_LAB", std::string(kCanary)};
  WallTime now{std::chrono::seconds(1'790'000'000)};
  auto wait = retry_after_of(head.headers, body, now);
  check_wait(wait);
  auto location = net::find_header(head.headers, "location").value_or("");
  auto error = status_error(head.status, body, wait, server, location);
  bool redirect = head.status >= 300 && head.status < 400;
  check_words(error.message(), 4096);
  expect(error.http_status() == head.status && (redirect || error.retry_after() == wait),
         "an error says the status and the wait");
  check_words(transport_error("net.reset", quotable(body, kCanary), server).message(), 4096);
  for (const auto& [name, value] : head.headers) check_wait(parse_retry_after(value, now));
}

}  // namespace
}  // namespace executus::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace executus;
  using namespace executus::fuzz;
  auto rest = text_of(data, size);
  net::HeadReader reader(net::Redirects::none);
  std::optional<net::HttpHead> head;
  while (!rest.empty() && !head) {
    auto [line, after] = split_at_line(rest);
    head = reader.line(line);
    rest = after;
  }
  check_words(llm::quotable(text_of(data, size), kCanary), 2048);
  if (head) check_error(*head, rest);
  return 0;
}
