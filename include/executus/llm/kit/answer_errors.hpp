// ModelErrors for failures between executus and a model's server; their messages say what to do. Pure. Every message
// names the model that was asked; none holds the key.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include <executus/llm/kit/asked.hpp>
#include <executus/llm/model.hpp>
#include <executus/net/client/http_client.hpp>

namespace executus::llm {

// The model that was asked, its server and its key: what messages are made of.
struct Server {
  std::string target;  // "provider/model"
  std::string base_url;
  std::string variable;  // that holds the key or the DSN
  std::string secret;    // never quoted
};

// An HTTP status that is no success, with the body that came along; what the body means (llm/answer/known_errors.hpp)
// counts more. `location` is the header of a redirect.
[[nodiscard]] ModelError status_error(int status, std::string_view body, std::optional<Milliseconds> retry_after,
                                      const Server& server, std::string_view location = {});
[[nodiscard]] ModelError status_error(const net::HttpResponse& response, const Server& server,
                                      std::optional<Milliseconds> retry_after = std::nullopt);

// The exchange broke off, or its answer was too large, as the HTTP client and the parsers of streams say (`code` and
// `words` of their error).
[[nodiscard]] ModelError transport_error(std::string_view code, std::string_view words, const Server& server);

// The official service was asked without a key.
[[nodiscard]] ModelError missing_key(const Server& server);

// An answer that is no answer of this API: model.malformed, unknown whether repeating helps.
[[nodiscard]] ModelError malformed_answer(const std::string& target, const std::string& what);

// A body, or an event of a stream (`what`), that is no JSON: malformed, with the beginning of what came.
[[nodiscard]] ModelError no_json(const Asked& asked, std::string_view what, std::string_view came);

// The answer was read and is unusable: model.broken, tried again. `why`: "it announces tool calls, and has none".
[[nodiscard]] ModelError broken_answer(const std::string& target, const std::string& why);

// The connection ended before the answer did: model.truncated.
[[nodiscard]] ModelError truncated_answer(const std::string& target);

// The object that may hold an "error": the body, or the first of a list (Google's OpenAI-compatible API, and its
// streams without SSE). Null when it is neither.
[[nodiscard]] const boost::json::object* error_body(const boost::json::value& body);

// What an event of a stream holds: an object, or a list of them. Throws model.malformed where it is neither.
[[nodiscard]] std::vector<boost::json::object> event_objects(std::string_view event, const Asked& asked);

// A body that came in one piece. Throws model.malformed where it is no JSON object.
[[nodiscard]] boost::json::object body_object(std::string_view body, const Asked& asked);

// Whether what stands in the place of an error is one: null, false, 0, "", "null", and what is made of these alone
// report nothing.
[[nodiscard]] bool reports_something(const boost::json::value& error);

// Errors in answers. Some servers send them with status 200, and all of them within a stream:
//
//   {"error": ...}, {"errors": [...]}             where it tells of an error (llm/answer/error_fields.hpp); what stands
//                                                 beside {"error": true}, a number or a text says more of it:
//                                                 "message", "code"; "errors" may be a text or an object as well
//   {"x_groq": {"error": ...}}                    Groq, where it stopped a stream early
//   {"object": "error", ...}, {"type": "error"}   the object is the error
//   {"base_resp": {"status_code": 1004, ...}}     MiniMax, where the code is not 0
//   {"error_code": ...}, {"status": "failed"}     and what else llm/answer/error_fields.hpp names
//
// but for what is said of a tool that runs at the server (is_about_a_tool), which may fail within a good answer;
// and, where an object holds nothing of an answer:
//
//   {"message": "..."}, {"msg": ...}, {"detail": ...}   but for {"status": "queued", "message": "..."},
//                                                       {"msg": "connected"} and their like, and
//                                                       {"code": 0, "message": "Success"}
[[nodiscard]] bool reports_error(const boost::json::object& body);  // by the first table
void throw_if_error(const boost::json::object& body, const Asked& asked);

// A status of a failure, or words that are known for one: an error also beside what belongs to an answer.
[[nodiscard]] bool means_an_error(const boost::json::object& body);

// By the second one, of an object that holds nothing of an answer of its API.
void throw_if_told_instead(const boost::json::object& body, const Asked& asked);

}  // namespace executus::llm
