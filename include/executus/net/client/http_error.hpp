// A request that got no response, or not all of it.
//
// Codes: net.bad_url, net.bad_request, net.private_address, net.dns, net.refused, net.proxy, net.tls, net.timeout,
// net.reset, net.too_large, net.redirects, net.protocol, net.closed, net.failed.
#pragma once

#include <string>
#include <utility>

#include <executus/base/error.hpp>
#include <executus/base/may_have_acted.hpp>

namespace executus::net {

// `no`: certainly not a byte of the request reached the server (nothing was resolved, connected or agreed on).
// `maybe`: a byte may have been sent, so the server may have acted on it. In doubt it is `maybe`.
enum class Sent { no, maybe };

class HttpError final : public Error, public MayHaveActed {
 public:
  HttpError(ErrorKind kind, std::string code, std::string message, Sent sent)
      : Error(kind, std::move(code), std::move(message)), sent_(sent) {}

  [[nodiscard]] Sent sent() const noexcept { return sent_; }
  [[nodiscard]] bool may_have_acted() const noexcept override { return sent_ == Sent::maybe; }

 private:
  Sent sent_;
};

}  // namespace executus::net
