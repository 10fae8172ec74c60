// What a vendor's API is: pure functions between our values and its bytes. HttpModel does the rest, so a new vendor is
// a request, a response, a stream, and the row in llm/vendors that names them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include <executus/llm/kit/answer_form.hpp>
#include <executus/llm/kit/aside.hpp>
#include <executus/llm/kit/asked.hpp>
#include <executus/llm/model.hpp>
#include <executus/net/client/http_client.hpp>

namespace executus::llm {

// Equal requests give equal bytes: a provider's prompt cache hits, and a recording can be compared.
struct WireRequest {
  std::string path;          // after the base URL: "/chat/completions"
  net::HttpHeaders headers;  // besides Content-Type and Accept; the key too
  std::string body;          // JSON
};

// Reads one answer: whole(), or add() for every event of a stream and then finish(). Errors: ModelError
// model.malformed, model.truncated, or what an error object in the answer says.
class AnswerReader {
 public:
  virtual ~AnswerReader() = default;

  // A body that came in one piece.
  [[nodiscard]] virtual Response whole(std::string_view body) = 0;

  // The data of one server-sent event, or one line of NDJSON. Returns the text to show. What comes after the end is
  // ignored.
  [[nodiscard]] virtual std::string add(std::string_view event) = 0;

  // What the events since the last time showed besides text.
  [[nodiscard]] virtual std::vector<Aside> asides() { return {}; }

  // The end was seen: whatever follows need not be waited for.
  [[nodiscard]] virtual bool done() const noexcept = 0;

  // Why it ended was said, once, last of all and by itself: it is whole, and only an end mark and counts may follow. A
  // connection that breaks off here takes nothing from it. In doubt it has not ended.
  [[nodiscard]] virtual bool ended() const noexcept { return done(); }

  // Whether a body that came in one piece says of itself that it is the whole answer, and why it ended: a connection
  // that breaks off behind it takes nothing from it.
  [[nodiscard]] virtual bool is_ended_body(const boost::json::object& /*body*/) const { return false; }

  // What the answer used, as far as was said: by the events, before finish(), and by a body, also after whole() has
  // thrown. An answer that is of no use was paid for.
  [[nodiscard]] virtual Usage used() const { return {}; }

  // The stream has ended. Once.
  [[nodiscard]] virtual Response finish() = 0;
};

// Of one model of one endpoint. Immutable: any thread.
class Protocol {
 public:
  virtual ~Protocol() = default;

  // Whether the API holds the model to this schema, all of it, in a request without tools: then an answer that is a
  // value (Request::wanted) is asked for so. In doubt it does not.
  [[nodiscard]] virtual bool takes(const boost::json::object& /*schema*/) const { return false; }
  [[nodiscard]] virtual WireRequest request(const Request& request, const ToolNames& names, AnswerForm form) const = 0;
  [[nodiscard]] virtual std::unique_ptr<AnswerReader> reader(Asked asked) const = 0;
};

}  // namespace executus::llm
