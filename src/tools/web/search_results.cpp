#include "tools/web/search_results.hpp"

#include <algorithm>
#include <utility>

#include <boost/json.hpp>

#include <executus/base/json.hpp>

#include "base/text.hpp"

namespace executus::tools {
namespace {

namespace json = boost::json;

constexpr std::size_t kLongestTitle = 200;  // characters
constexpr std::size_t kLongestExcerpt = 500;
constexpr std::size_t kLongestUrl = 2'000;  // bytes; a longer one is no result that can be fetched

std::string text_in(const json::object& result, std::string_view key) {
  const auto* text = result.if_contains(key);
  return text && text->is_string() ? std::string(text->get_string()) : "";
}

// Brave marks the words of the query.
std::string without_marks(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    for (std::string_view mark : {"<strong>", "</strong>"})
      if (text.starts_with(mark)) text.remove_prefix(mark.size());
    auto next = std::min(text.find('<', 1), text.size());
    plain += text.substr(0, next);
    text.remove_prefix(next);
  }
  return plain;
}

// A line break would let a page's title pass for another result.
std::string one_line(std::string_view text, std::size_t most) {
  std::string line(clip(trim(text), most));
  for (char& c : line)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  return line;
}

Result<std::vector<SearchResult>> results_in(const json::value* list, std::string_view excerpt) {
  if (!list || !list->is_array())
    return failed("web_search.answer", "the search engine's answer has no list of results");
  std::vector<SearchResult> results;
  for (const auto& entry : list->get_array()) {
    const auto* result = entry.if_object();
    if (!result || text_in(*result, "url").empty()) continue;
    results.push_back(
        {without_marks(text_in(*result, "title")), text_in(*result, "url"), without_marks(text_in(*result, excerpt))});
  }
  return results;
}

const json::value* member(const json::value* value, std::string_view key) {
  const auto* object = value ? value->if_object() : nullptr;
  return object ? object->if_contains(key) : nullptr;
}

Error no_json(const Error& why) {
  return failed("web_search.answer", "the search engine's answer is not JSON: " + why.message());
}

}  // namespace

Result<std::vector<SearchResult>> searxng_results(std::string_view body) {
  auto answer = parse_json(body);
  if (!answer.ok()) return no_json(answer.error());
  return results_in(member(&*answer, "results"), "content");
}

// A query that finds nothing has no "web".
Result<std::vector<SearchResult>> brave_results(std::string_view body) {
  auto answer = parse_json(body);
  if (!answer.ok()) return no_json(answer.error());
  if (member(&*answer, "type") && !member(&*answer, "web")) return std::vector<SearchResult>{};
  return results_in(member(member(&*answer, "web"), "results"), "description");
}

std::string listed_results(const std::vector<SearchResult>& results, std::size_t most) {
  std::string text;
  std::size_t listed = 0;
  for (const auto& result : results) {
    if (listed == most) break;
    if (result.url.size() > kLongestUrl) continue;
    text += std::to_string(++listed) + ". " + one_line(result.title, kLongestTitle) + "\n   " +
            one_line(result.url, kLongestUrl) + "\n";
    auto excerpt = one_line(result.excerpt, kLongestExcerpt);
    if (!excerpt.empty()) text += "   " + excerpt + "\n";
  }
  return listed == 0 ? "nothing was found" : text;
}

}  // namespace executus::tools
