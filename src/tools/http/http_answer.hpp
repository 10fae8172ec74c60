// From an HTTP answer to text for a model, and to the outcome of the call. Pure.
#pragma once

#include <cstddef>
#include <string>

#include <executus/net/client/http_client.hpp>
#include <executus/tool/tool.hpp>

#include "base/secrets/secrets.hpp"
#include "tools/shared/capped_text.hpp"

namespace executus::tools {

struct HttpAnswer {
  int status = 0;
  std::string body;         // the beginning of its text, without secrets
  Part part = Part::whole;  // whether all of it was fetched
  std::size_t bytes = 0;    // that were fetched, unpacked
  std::string broken;       // why the body is not what the server meant to send; "": it is
  std::string location;     // where a redirect leads, without secrets
  std::string type;         // Content-Type, without secrets
  std::string note;         // what else has to be said of the text
};

// `raw` is what came as the body, packed as the headers say.
[[nodiscard]] HttpAnswer read_answer(int status, const net::HttpHeaders& headers, std::string raw, Part part,
                                     const Secrets& secrets);

// The text of an answer, at most `max_bytes` of it, and what is missing or was not understood of it.
[[nodiscard]] std::string presentable(HttpAnswer answer, std::size_t max_bytes);

// The outcome of a call of that effect class, from its answer or from an error without one.
[[nodiscard]] tool::Outcome outcome_of(HttpAnswer answer, tool::Effect effect);
[[nodiscard]] tool::Probe probe_answer(HttpAnswer answer);
[[nodiscard]] tool::Outcome outcome_of(const net::HttpError& error, const std::string& attempted);

inline constexpr std::size_t kMaxHttpBody = std::size_t{4} << 20;  // bytes that are fetched, and unpacked

}  // namespace executus::tools
