// A model behind an OpenAI-compatible chat completions endpoint that answers as it is told, and counts.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include <boost/json.hpp>

#include "quiescence.hpp"
#include "script.hpp"
#include "stage.hpp"

namespace executus::crash {

// What a request is answered with; nothing: it is none of these tests. Called on several threads.
using Mind = std::function<std::optional<Answer>(const boost::json::object& request, const std::string& body)>;

// Follows the script (script.hpp); the place is the number of assistant messages in the request.
[[nodiscard]] std::optional<Answer> follow_script(const boost::json::object& request, const std::string& body);
[[nodiscard]] int assistant_messages(const boost::json::object& request);

// What was asked for in one conversation, by ordinal.
struct ModelLog {
  std::map<int, int> asked;
  std::map<int, std::set<std::string>> bodies;  // the different request bodies

  [[nodiscard]] int total() const;
};

class ModelServer final {
 public:
  explicit ModelServer(Stage stage, Mind mind = follow_script);

  [[nodiscard]] std::string url() const { return server_.url("/v1"); }
  [[nodiscard]] ModelLog log(const std::string& thread) const;
  [[nodiscard]] std::map<std::string, ModelLog> logs() const;  // by thread
  void let_arrive() const { wait_until_quiet(server_); }

 private:
  using Request = testing::HttpServer::Request;
  using Reply = testing::HttpServer::Reply;

  Reply answer(const Request& request);
  void note(const Answer& answer, const std::string& body);

  Stage stage_;
  Mind mind_;
  mutable std::mutex mutex_;
  std::map<std::string, ModelLog> logs_;
  testing::HttpServer server_;  // last: its threads use what stands above
};

}  // namespace executus::crash
