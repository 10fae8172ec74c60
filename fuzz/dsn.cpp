// DSNs, base URLs and OLLAMA_HOST: what was read is written so that it is read the same; no error quotes what it read.
#include "llm/catalog/dsn.hpp"

#include "base/text.hpp"
#include "fuzz/property.hpp"
#include "llm/ollama/host.hpp"

namespace executus::fuzz {
namespace {

using namespace llm;

std::string percent_encoded(std::string_view token) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (unsigned char c : token) ((text += '%') += digits[c >> 4U]) += digits[c & 15U];
  return text;
}

std::string written(const Dsn& dsn) {
  bool plain = dsn.base_url.starts_with("http://");
  auto rest = dsn.base_url.substr(dsn.base_url.find("://") + 3);
  auto token = dsn.token.empty() ? "" : percent_encoded(dsn.token) + "@";
  return dsn.scheme + (plain ? "+http" : "") + "://" + token + rest;
}

void check_url(std::string_view text) {
  auto url = parse_base_url(text);
  if (!url) return expect(!has_canary(url.error().message()), "no error quotes what was read");
  expect(url->find('@') == std::string::npos && !url->ends_with('/'), "a base URL holds no credentials");
  for (char c : *url) expect(c > ' ' && c != 0x7f, "a base URL is one word of a request line");
  expect(!host_of(*url).empty(), "a base URL has a host");
  expect(parse_base_url(*url).ok() && *parse_base_url(*url) == *url, "a base URL stays as it is", *url);
}

void check_dsn(std::string_view text) {
  auto dsn = parse_dsn(text);
  if (!dsn) return expect(!has_canary(dsn.error().message()), "no error quotes what was read");
  for (char c : dsn->token) expect(c > ' ' && c < 0x7f, "a token is fit for a header");
  auto again = parse_dsn(written(*dsn));
  expect(again.ok() && *again == *dsn, "a DSN that is written is read the same", written(*dsn));
  expect(parse_base_url(dsn->base_url).ok(), "the URL of a DSN is a base URL", dsn->base_url);
}

void check_host(std::string_view text) {
  auto url = ollama::base_url_of_host(text);
  if (!url) return expect(!has_canary(url.error().message()), "no error quotes what was read");
  check_url(*url);
  auto host = host_of(*url);
  expect(host != "0.0.0.0" && host != "[::]", "an address to listen on is none to call");
  if (url->find_first_of("'\"") != std::string::npos) return;  // a path may end in one, which is taken off
  auto again = ollama::base_url_of_host(*url);
  expect(again.ok() && *again == *url, "a URL stays as it is", *url);
}

}  // namespace
}  // namespace executus::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace executus::fuzz;
  std::string text(text_of(data, size)), canary(kCanary);
  for (const auto& each : {text, "openai://" + canary + "@" + text, "openai://" + text + canary, canary + text}) {
    check_dsn(each);
    check_url(each);
    check_host(each);
  }
  return 0;
}
