// How agents reach the web: what a program tells the tools web_fetch, web_search and http_request.
//
// A request goes to public addresses alone, checked at each redirect once the name is resolved. Headers that are
// configured for an origin go to that origin, and nowhere a server redirects to.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <executus/async/task.hpp>

namespace executus::tools {

struct SearchResult {
  std::string title;
  std::string url;
  std::string excerpt;
  bool operator==(const SearchResult&) const = default;
};

// Port: a search engine that web_search asks.
//
// Absent: there is none, and a run that has web_search is not started. Threads: on a run's strand, for several runs at
// once. Cancellation ends the search. Errors: what search() throws fails the call with its message, which is stored and
// shown: no key in it.
class SearchEngine {
 public:
  virtual ~SearchEngine() = default;

  // At most `count` are shown.
  [[nodiscard]] virtual Task<std::vector<SearchResult>> search(std::string query, int count) = 0;

  // As tool::Tool::missing().
  [[nodiscard]] virtual std::vector<std::string> missing() const { return {}; }
};

// An engine that answers as SearXNG or as Brave does. Texts may hold ${VAR}, which is filled in at each search.
struct SearchServer {
  enum class Api { searxng, brave };
  Api api = Api::searxng;
  std::string url = {};       // "http://127.0.0.1:8888"; may be private. Empty, for brave: Brave's own
  std::string key = {};       // for brave
  std::string key_file = {};  // in place of `key`: a file that holds it
};

struct WebOptions {
  // By origin ("https://docs.example", with a port that is not the scheme's): headers of requests to it. Values may
  // hold ${VAR}, which is filled in when a request is sent, and appears nowhere else.
  std::map<std::string, std::map<std::string, std::string>> headers = {};

  // Origins that may lie on this machine or in a private network.
  std::vector<std::string> private_origins = {};

  // respected: web_fetch asks each origin's robots.txt first, as the crawler "executus".
  enum class Robots { ignored, respected };
  Robots robots = Robots::ignored;

  // Nothing: the one that the environment names (SEARXNG_URL, else BRAVE_API_KEY).
  std::optional<SearchServer> search = {};

  // The host's own, in place of `search`.
  std::shared_ptr<SearchEngine> engine = {};
};

}  // namespace executus::tools
