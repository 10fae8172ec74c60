#include "net/client/transfer_failure.hpp"

#include <optional>
#include <string>
#include <utility>

#include <curl/curl.h>

namespace executus::net {
namespace {

struct FailureText {
  ErrorKind kind;
  const char* code;
  std::string what;
  const char* remedy;
};

bool is_tls_failure(int code) {
  switch (code) {
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_ENGINE_SETFAILED:
    case CURLE_SSL_ENGINE_INITFAILED:
    case CURLE_USE_SSL_FAILED:
      return true;
    default:
      return false;
  }
}

// libcurl quotes an address of a proxy that it does not understand, password included, and nothing else of ours that
// has an '@'.
std::string without_credentials(const TransferFailure& failure) {
  bool harmless = failure.detail.find('@') == std::string::npos && !failure.detail.starts_with("Unsupported proxy");
  return harmless ? failure.detail : curl_easy_strerror(static_cast<CURLcode>(failure.curl_code));
}

FailureText proxy_refusal(int status) {
  ErrorKind kind = status >= 500 ? ErrorKind::disconnected : ErrorKind::failed;
  const char* remedy = status == 407 ? "give the proxy's user and password in https_proxy or all_proxy"
                                     : "ask who runs the proxy, or name the host in no_proxy";
  return {kind, "net.proxy", "the proxy answered CONNECT with status " + std::to_string(status), remedy};
}

// What is known of the transfer besides curl's code. Nothing: the code alone tells.
std::optional<FailureText> told_by_transfer(const TransferFailure& failure) {
  if (failure.body_too_large)
    return FailureText{ErrorKind::failed, "net.too_large",
                       "the response is larger than " + std::to_string(failure.max_body) + " bytes",
                       "ask for less, or raise the limit"};
  if (failure.curl_code == CURLE_OUT_OF_MEMORY && failure.began)  // also of a header line above 100 KB
    return FailureText{ErrorKind::failed, "net.too_large",
                       "a header of the response is too large, or memory has run out",
                       "look at what the server sends, and at this machine's memory"};
  bool no_connection = failure.curl_code == CURLE_COULDNT_CONNECT || failure.curl_code == CURLE_ABORTED_BY_CALLBACK;
  if (failure.address_refused && no_connection)
    return FailureText{ErrorKind::failed, "net.private_address",
                       "its host is this machine or lies in a private network",
                       "use a public address, or allow private networks for this call"};
  if (failure.detail.starts_with("Unsupported proxy"))
    return FailureText{ErrorKind::failed, "net.proxy", "the environment names a proxy whose address cannot be used",
                       "correct http_proxy, https_proxy or all_proxy"};
  if (!failure.began && failure.proxy_status != 0 && failure.proxy_status / 100 != 2)
    return proxy_refusal(failure.proxy_status);
  return std::nullopt;
}

FailureText told_by_code(int code, const std::string& detail) {
  using enum ErrorKind;
  if (is_tls_failure(code))
    return {ErrorKind::failed, "net.tls", "TLS failed: " + detail,
            "check the server's certificate, and that the port speaks TLS"};
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return {disconnected, "net.dns", detail, "check the name of the host, and the network"};
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
      return {disconnected, "net.refused", detail, "check that the server runs, and its host and port"};
    case CURLE_OPERATION_TIMEDOUT:
      return {disconnected, "net.timeout", detail, "try again later, or allow more time"};
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return {disconnected, "net.reset", "the connection broke off: " + detail,
              "look whether the server acted on it before you repeat it"};
    case CURLE_TOO_MANY_REDIRECTS:
      return {ErrorKind::failed, "net.redirects", detail, "use the final URL"};
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
      return {ErrorKind::failed, "net.protocol", "the answer is no HTTP that can be read: " + detail,
              "check that the port belongs to an HTTP server"};
    case CURLE_URL_MALFORMAT:
      return {ErrorKind::failed, "net.bad_url", "the URL cannot be used", "check the URL"};
    default:
      return {ErrorKind::failed, "net.failed", detail, "repeat it if repeating is harmless"};
  }
}

FailureText failure_text(const TransferFailure& failure) {
  auto told = told_by_transfer(failure);
  return told ? *std::move(told) : told_by_code(failure.curl_code, without_credentials(failure));
}

}  // namespace

HttpError transfer_error(const std::string& request, const TransferFailure& failure) {
  FailureText text = failure_text(failure);
  std::string sent = failure.began ? "The server may have received the request" : "Nothing of the request was sent";
  std::string remedy = text.remedy;
  return {text.kind, text.code, request + " failed: " + text.what + ". " + sent + "; " + remedy + ".",
          failure.began ? Sent::maybe : Sent::no};
}

HttpError no_connection_in_time(const std::string& request) {
  return {ErrorKind::disconnected, "net.timeout",
          request +
              " failed: its time ran out while other requests used all connections. Nothing of it was sent; allow more "
              "time or more connections, or send fewer requests at once.",
          Sent::no};
}

HttpError client_closed(const std::string& request, Sent sent) {
  return {
      ErrorKind::disconnected, "net.closed",
      request + " ended before it was done: the HTTP client was closed; start it again when the program runs again.",
      sent};
}

}  // namespace executus::net
