#include "tools/http/http_answer.hpp"

#include <utility>

#include "base/text.hpp"
#include "tools/http/inflated.hpp"
#include "tools/shared/charset.hpp"

namespace executus::tools {
namespace {

constexpr std::size_t kMaxErrorBody = 500;
constexpr std::size_t kMaxKept = kMaxResult + (64u << 10);  // more than is passed on: masking makes it shorter
constexpr std::size_t kMaxLocation = 500;                   // characters

std::string header_of(const net::HttpHeaders& headers, std::string_view name, const Secrets& secrets) {
  return as_utf8(secrets.masked(net::find_header(headers, name).value_or("")));
}

void unpack(HttpAnswer& answer, std::string raw, const std::string& encoding) {
  auto unpacked = inflated(std::move(raw), encoding, kMaxHttpBody);
  bool was_cut = unpacked.end == Inflated::End::cut && answer.part == Part::whole;
  if (was_cut) answer.broken = "its body is compressed and ends before its end";
  if (unpacked.end == Inflated::End::broken) answer.broken = "its compressed body cannot be unpacked";
  if (unpacked.end == Inflated::End::not_understood)
    answer.broken = "its body is encoded as '" + std::string(clip(encoding, 40)) + "', which was not asked for";
  if (unpacked.end == Inflated::End::over_limit) answer.part = Part::beginning;
  answer.bytes = unpacked.body.size();
  answer.body = std::move(unpacked.body);
}

void translate(HttpAnswer& answer) {
  auto charset = charset_of(answer.type);
  if (charset.empty() || charset == "utf-8" || charset == "utf8") return;
  if (auto text = utf8_from(answer.body, charset))
    answer.body = std::move(*text);
  else if (!is_valid_utf8(answer.body))
    answer.note =
        "\n[the charset '" + std::string(clip(charset, 40)) + "' is not understood: the text was read as UTF-8]";
}

tool::Outcome outcome_of_redirect(const HttpAnswer& answer, tool::Effect effect, std::string said) {
  said += " (a redirect, which is not followed";
  if (!answer.location.empty()) said += "; it leads to " + answer.location;
  said += ")";
  // A server answers 303, and many 301 or 302, when it has acted. 307 and 308 ask to send the call elsewhere.
  bool acted = answer.status == 303 && effect != tool::Effect::pure;
  bool may_have_acted = (answer.status == 301 || answer.status == 302) && tool::is_gated(effect);
  if (acted || may_have_acted) return tool::Unknown{std::move(said)};
  return tool::Failed{std::move(said)};
}

// With these a proxy says that it does not know what became of the call: 520 and 524 are Cloudflare's, for an answer
// that it does not understand and for one that did not come in time. With its 521 to 523, 525 and 526 nothing was sent.
bool may_have_acted(int status) {
  return status == 408 || status == 502 || status == 504 || status == 520 || status == 524;
}

}  // namespace

HttpAnswer read_answer(int status, const net::HttpHeaders& headers, std::string raw, Part part,
                       const Secrets& secrets) {
  HttpAnswer answer;
  answer.status = status;
  answer.part = part;
  answer.type = header_of(headers, "Content-Type", secrets);
  unpack(answer, std::move(raw), header_of(headers, "Content-Encoding", secrets));
  bool whole = answer.part == Part::whole && answer.broken.empty() && answer.body.size() <= kMaxKept;
  if (answer.body.size() > kMaxKept) answer.body.resize(kMaxKept);
  translate(answer);
  answer.body = secrets.masked(answer.body, whole ? Cut::nowhere : Cut::at_end);
  answer.location = std::string(clip(header_of(headers, "Location", secrets), kMaxLocation));
  return answer;
}

std::string presentable(HttpAnswer answer, std::size_t max_bytes) {
  std::string size = "the answer has " + std::string(answer.part == Part::whole ? "" : "more than ") +
                     std::to_string(answer.bytes) + " bytes";
  Part part = answer.bytes > kMaxKept ? Part::beginning : answer.part;
  if (is_binary(answer.body) && !answer.type.empty()) size += " of " + std::string(clip(answer.type, 80));
  auto text = capped_text(std::move(answer.body), part, max_bytes, size) + answer.note;
  return answer.broken.empty() ? text : text + "\n[cut: " + answer.broken + "]";
}

tool::Outcome outcome_of(HttpAnswer answer, tool::Effect effect) {
  int status = answer.status;
  std::string said = "the server answered with status " + std::to_string(status);
  bool good = status >= 200 && status < 300;
  if (good && !answer.broken.empty()) return tool::Unknown{said + ", but " + answer.broken};
  if (good) return tool::Done{presentable(std::move(answer), kMaxResult), {}};
  if (may_have_acted(status)) return tool::Unknown{said};
  if (status >= 300 && status < 400) return outcome_of_redirect(answer, effect, std::move(said));
  std::string detail = presentable(std::move(answer), kMaxErrorBody);
  return tool::Failed{detail.empty() ? said : said + ": " + detail};
}

tool::Probe probe_answer(HttpAnswer answer) {
  if (answer.status == 404) return tool::DidNotHappen{};
  if (answer.status == 200 && answer.broken.empty()) return tool::Done{presentable(std::move(answer), kMaxResult), {}};
  return tool::Unclear{"the probe answered with status " + std::to_string(answer.status) +
                       (answer.broken.empty() ? "" : ", but " + answer.broken)};
}

// The message of an HttpError may quote a URL with expanded variables, so only its code is passed on.
tool::Outcome outcome_of(const net::HttpError& error, const std::string& attempted) {
  std::string what = attempted + " failed (" + error.code() + ")";
  if (error.sent() == net::Sent::maybe) return tool::Unknown{what};
  if (error.code() == "net.private_address")
    what += ": it leads to a loopback or private address; set allow_private_network if that is meant";
  return tool::Failed{what + "; nothing was sent", true};
}

}  // namespace executus::tools
